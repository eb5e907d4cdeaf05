"""The method note: how figures are protected, in words for readers.

The workbook's notes and the bulletin both have it. It never names or hints at the design of the
protection: no bound, spread, number of keys or threshold.
"""

from __future__ import annotations

from dataclasses import dataclass

from nino_assets.statistic.vocabulary import LOW


@dataclass(frozen=True)
class NoteSection:
    """A heading and its paragraphs, plain text."""

    heading: str
    paragraphs: tuple[str, ...]


METHOD_NOTE = (
    NoteSection(
        "How figures are protected",
        (
            "These statistics are counts of people. So that nobody can be recognised in them, "
            "every count has been adjusted at random before it was published. Most adjustments "
            "are small, some are zero, and it is not possible to tell from a figure whether or "
            "how it was adjusted.",
            "The method is called cell-key perturbation. Each registration carries a random "
            "number that is kept secret. The numbers of the registrations in a count decide how "
            "that count is adjusted, so a count of the same registrations is always adjusted in "
            "the same way: it has the same value in every table and in every release.",
            "By design, adjustments add as many people as they take away on average, so they do "
            "not build up in one direction. A count of nobody is never adjusted.",
        ),
    ),
    NoteSection(
        "Why totals may not add up",
        (
            "Every figure is adjusted in its own right, totals too. The parts of a total therefore "
            "need not add up to it, four quarters need not add up to their year, and areas need "
            "not add up to their region.",
            "Use the published total rather than a sum of its parts: a sum collects the "
            "adjustments of every part, and the more small counts it includes the further it may "
            "be from the true number. Figures have not been changed to make them add up, because "
            "that would adjust them twice and would make tables disagree.",
        ),
    ),
    NoteSection(
        "Why small differences mean nothing",
        (
            "A difference of a few people between two figures, whether two periods, two areas or "
            "two nationalities, may come from the adjustments alone. Do not rely on small counts "
            "or on small changes, and do not report a percentage change between small counts. "
            "None is given here of a small count: the change in numbers is given, and in tables "
            f"{LOW} stands in the place of the percentage.",
            "For large counts the adjustment is negligible: trends and comparisons of large "
            "groups are unaffected.",
        ),
    ),
    NoteSection(
        f"What {LOW} means",
        (
            f"{LOW} stands where the published count is nil or negligible: nobody registered, or "
            "so few people that the count was adjusted to zero. The two cannot be told apart. In "
            f"the open data the number 0 stands beside {LOW}, so that every cell is listed. A "
            f"figure marked {LOW} does not show that nobody was registered.",
        ),
    ),
    NoteSection(
        "What the method cannot do",
        (
            "Because the same registrations always give the same value, two published figures "
            "that differ must be counts of different registrations. Someone who could ask for any "
            "grouping of their own choosing could use this to learn about one person. The "
            "published tables are therefore a fixed list, reviewed before release, and counts of "
            "freely chosen groupings are not offered.",
            "In the same way, where a total has only two parts and one of them differs from it, "
            f"the other part holds somebody even if it is marked {LOW}. How often this occurs is "
            "measured before each release.",
            "The protection does not correct errors in the source, and it adds a small uncertainty "
            "to each count on top of them.",
        ),
    ),
)
"""In reading order."""
