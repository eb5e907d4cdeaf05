"""What the statistics are, their limits, and how they are revised.

The text does not change with the figures. Numbers in it are written as words.
"""

from __future__ import annotations

from nino_assets.publishing.bulletin.blocks import (
    Block,
    BulletinSection,
    Bullets,
    Paragraph,
    Subheading,
)
from nino_assets.publishing.bulletin.commentary.bulletin_context import BulletinContext
from nino_assets.publishing.bulletin.prose import ProseLink, Quotation, Sentence, say
from nino_assets.publishing.correction_notes import CorrectionNote
from nino_assets.publishing.revision_notes import RevisionNote
from nino_assets.statistic.identity import COLLECTION_URL
from nino_assets.statistic.written_dates import format_month


def write_what_you_need_to_know(context: BulletinContext) -> BulletinSection:
    """Write what is counted, and what is not."""
    return BulletinSection(
        "what-you-need-to-know",
        "What you need to know",
        (
            Paragraph(
                say(
                    "A National Insurance number (NINo) is needed by people who work, claim "
                    "benefits or take out a student loan in the United Kingdom. These statistics "
                    "count NINos registered to adult overseas nationals, by quarter and year of "
                    "registration, from "
                    f"{format_month(context.edition.first_quarter.first_day)} to "
                    f"{context.quarter.last_month} {context.quarter.year}."
                )
            ),
            Subheading("These statistics are"),
            Bullets(
                (
                    say("a count of every registration by the adult route, not a sample"),
                    say("by nationality when the person registered, which is not updated later"),
                    say("for any length of stay, and for any reason for needing a NINo"),
                )
            ),
            Subheading("These statistics are not"),
            Bullets(
                (
                    say("a count of overseas nationals who live or work in the United Kingdom"),
                    say("a measure of migration: people can register long after they arrive"),
                    say("a count of people who are still here: they may have left since"),
                )
            ),
        ),
    )


def write_strengths_and_limitations(context: BulletinContext) -> BulletinSection:
    """Write what the figures can and cannot bear."""
    areas_of = context.edition.geography_date or "the date of this release"
    return BulletinSection(
        "strengths-and-limitations",
        "Strengths and limitations",
        (
            Subheading("Strengths"),
            Bullets(
                (
                    say("Every registration is counted: there is no sampling error."),
                    say("Nationality and date of birth are verified when a person applies."),
                    say("The series is long and is published to the same definitions throughout."),
                )
            ),
            Subheading("Limitations"),
            Bullets(
                (
                    say(
                        "The date is that of registration. Changes in how fast applications are "
                        "handled move the figures without any change in arrivals."
                    ),
                    say(
                        "Countries are grouped as they are today for the whole series, so a "
                        "country that joined the European Union later counts as a member from the "
                        "beginning of the series."
                    ),
                    say(
                        f"Areas are those of {areas_of} for the whole series. They come from the "
                        "address held when the quarter was extracted. Records whose address cannot "
                        "be placed are in UK totals and in no area."
                    ),
                    say(
                        "Some changes of process are breaks in the series: see {breaks}.",
                        breaks=ProseLink("registrations over time", "#series"),
                    ),
                )
            ),
        ),
    )


def write_revisions(context: BulletinContext) -> BulletinSection:
    """Write the revisions policy, every methodological revision and every correction."""
    revisions = context.edition.revisions
    revision_blocks: list[Block] = []
    if revisions:
        revision_blocks = [
            Subheading("Methodological revisions of the series"),
            Bullets(tuple(_describe_revision(note) for note in reversed(revisions))),
        ]
    corrections = context.edition.corrections
    correction_blocks: list[Block] = [
        Paragraph(
            say(
                "No correction had been made when this edition was published. {newest} has any "
                "that was made later.",
                newest=ProseLink("The newest edition", COLLECTION_URL),
            )
        )
    ]
    if corrections:
        correction_blocks = [
            Subheading("Corrections to this edition"),
            Bullets(tuple(_describe_correction(note) for note in reversed(corrections))),
            Paragraph(
                say(
                    "{newest} has any correction that was made later.",
                    newest=ProseLink("The newest edition", COLLECTION_URL),
                )
            ),
        ]
    return BulletinSection(
        "revisions",
        "Revisions and corrections",
        (
            Paragraph(
                say(
                    "There are no scheduled revisions: a quarter stays as it was first published. "
                    "If a substantial error is found, the figures are corrected on the same page "
                    "as soon as possible, with a note that says what changed and why. A change of "
                    "method, areas or groups is announced at least four weeks ahead, and both "
                    "series are given for what it changes."
                )
            ),
            *revision_blocks,
            *correction_blocks,
        ),
    )


def _describe_revision(note: RevisionNote) -> Sentence:
    source = f"revisions/{note.since.label}"
    return say(
        "{heading}. {reason} {extent}",
        heading=Quotation(note.heading, source),
        reason=Quotation(note.reason, source),
        extent=Quotation(note.extent, source),
    )


def _describe_correction(note: CorrectionNote) -> Sentence:
    source = f"corrections/{note.edition}"
    return say(
        "{heading}. {reason} {extent}",
        heading=Quotation(note.heading, source),
        reason=Quotation(note.reason, source),
        extent=Quotation(note.extent, source),
    )
