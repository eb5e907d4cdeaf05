"""The notes of the workbook, numbered once for all tables.

Notes on breaks in the series come from the reference list `events.csv`, those on protection from
`method_note.py`. A note keeps its number from release to release, because breaks, the only notes
that come with time, are last.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from nino_assets.publishing.edition import Edition
from nino_assets.publishing.method_note import METHOD_NOTE
from nino_assets.statistic.events import find_discontinuities
from nino_assets.statistic.quarters import Quarter


@dataclass(frozen=True)
class Note:
    """One note. `key` is how tables name it."""

    key: str
    subject: str
    text: str


PROTECTION = ("protection", "totals", "small-differences", "low", "limits")
"""Keys of the sections of the method note, in its order."""
ADJUSTED = ("protection", "totals", "small-differences", "limits")
LOW_NOTE = "low"
_REVISIONS = "revisions"

# A table is named by its range name in braces.
_PERMANENT = (
    Note(
        "counted",
        "What is counted",
        "Registrations of adults of any nationality but British who were given a National "
        "Insurance number through the adult route, whatever the length or purpose of their stay. "
        "A registration is counted in the quarter of the date on which it was recorded, which may "
        "be weeks, months or years after arrival. It is a count of registrations, not of people "
        "living in the United Kingdom, and not a measure of migration.",
    ),
    Note(
        _REVISIONS,
        "Revisions",
        "Quarters that have been released stay as first published. There are no scheduled "
        "revisions. A change of method, areas or groups is announced at least four weeks ahead, "
        "and both series are given for what it changes.",
    ),
    Note(
        "quarters",
        "Quarterly figures",
        "Registrations are seasonal and are affected by how applications are processed. Compare a "
        "quarter with the same quarter of other years, and prefer figures for a whole year.",
    ),
    Note(
        "nationality",
        "Nationality",
        "Nationality is that stated and verified at registration and is never updated.",
    ),
    Note(
        "groups",
        "World areas and European Union status",
        "Nationalities are grouped by their present-day status for the whole series: nationals of "
        "Bulgaria, Croatia and Romania, for example, are counted in the European Union from "
        "January 2002, before these countries joined. Non-European Union leaves out registrations "
        "with an unknown nationality. {Nationality_structure} lists every nationality with its "
        "group.",
    ),
    Note(
        "unknown-nationality",
        "Unknown nationality",
        "Registrations with no usable nationality are counted as Unknown among nationalities, "
        "Unknown / other among sub-groups and Other / unknown among world areas. They are in the "
        "figures for all nationalities, and in neither European Union nor Non-European Union.",
    ),
    Note(
        "areas",
        "Areas and their dates",
        "Area is that of the home address held when the data were taken for the quarter, not of "
        "the workplace, and the person may since have moved. Addresses are placed by the National "
        "Statistics Postcode Lookup in use for each release{geography}, and the whole series is "
        "given for the areas of its date. Areas that have ended are in the releases before. Wales, "
        "Scotland and Northern Ireland are listed both as countries and among the regions.",
    ),
    Note(
        "overseas",
        "Overseas registrations",
        "People who registered while living outside the United Kingdom, the Channel Islands and "
        "the Isle of Man included, are counted as Overseas Registration and in the United Kingdom "
        "total, and in no other area.",
    ),
    Note(
        "unknown-area",
        "Unknown area",
        "Registrations whose address cannot be placed are in the United Kingdom total and in no "
        "area below it.",
    ),
    Note(
        "age-sex",
        "Age and sex",
        "Age is in completed years at registration. Adult describes the route of application: some "
        "people are registered by it before they are 18. Age or sex that is missing or impossible "
        "is counted as Unknown and in All.",
    ),
    Note(
        "arrival",
        "Time from arrival to registration",
        "The time between the recorded dates of arrival in the United Kingdom and of registration. "
        "It is Unknown where no arrival is recorded or the arrival is recorded after the "
        "registration.",
    ),
)


class NoteBook:
    """The notes of one edition with their numbers.

    `table_names` gives the name of each table (`Table 4`) by its range name.
    """

    def __init__(self, edition: Edition, table_names: Mapping[str, str]) -> None:
        protection = (
            Note(key, section.heading, " ".join(section.paragraphs))
            for key, section in zip(PROTECTION, METHOD_NOTE, strict=True)
        )
        self._breaks = find_discontinuities(edition.first_quarter, edition.quarter)
        breaks = (
            Note(
                event.event,
                f"{event.label}, {event.period}",
                f"{event.description} {event.scope}",
            )
            for event in self._breaks
        )
        dated = f" ({edition.geography_date})" if edition.geography else ""
        named = {**table_names, "geography": dated}
        permanent = (
            _add_changes(note, edition) if note.key == _REVISIONS else note
            for note in (replace(n, text=n.text.format_map(named)) for n in _PERMANENT)
        )
        self.notes = (*protection, *permanent, *breaks)
        self._numbers = {note.key: number for number, note in enumerate(self.notes, start=1)}

    @property
    def has_breaks(self) -> bool:
        """Whether the edition's series has a break."""
        return bool(self._breaks)

    def mark(self, keys: Iterable[str]) -> str:
        """Return `[note 1][note 4]` in the order of their numbers.

        Raises KeyError for an unknown key.
        """
        return "".join(f"[note {number}]" for number in sorted({self._numbers[k] for k in keys}))

    def find_breaks(self, periods: Sequence[tuple[Quarter, Quarter]]) -> tuple[str, ...]:
        """Return the keys of notes on breaks in figures of some periods.

        A period is its first and last quarter. Every table of figures has columns by nationality.
        """
        return tuple(
            event.event
            for event in self._breaks
            if any(event.is_break_in(*period, by_nationality=True) for period in periods)
        )


def _add_changes(note: Note, edition: Edition) -> Note:
    """Add revisions and corrections to the note on revisions."""
    revised = [revision.words for revision in edition.revisions]
    corrected = [correction.words for correction in edition.corrections]
    return replace(note, text=" ".join([note.text, *revised, *corrected]))
