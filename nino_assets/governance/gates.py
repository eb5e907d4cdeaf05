"""The gates of a release: everything that must hold before a quarter leaves, each rule once.

A gate is a sentence, a next step, and a function from the facts to what is wrong, in words. The
checks on the asset `release` are made of these gates (`checks/release.py`), and the asset asks the
same ones before anything is copied. Source of the rules: quality report, 1.1 to 1.3 and 2.3; Code
of Practice for Statistics, T3. Belongs here: the rules. Does not belong here: where the facts come
from (`automation/release_facts.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from nino_assets.governance.release_schedule import NOTICE_DAYS, ReleaseSchedule
from nino_assets.governance.signatures import (
    Role,
    Signature,
    explain_missing_signature,
    find_valid_signatures,
    is_same_person,
)
from nino_assets.statistic.identity import RELEASE_TIME, TIME_ZONE
from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.written_dates import format_date, format_moment

DEMONSTRATION_VARIABLE = "NINO_RELEASE_SYNTHETIC"
DEMONSTRATION = "demonstration"
"""The one value of the setting that lets synthetic data, and a set clock, through."""


@dataclass(frozen=True, kw_only=True)
class ReleaseFacts:
    """What decides about the release of a quarter, at one moment.

    `planned` is when it is due: by the release calendar, or for the edition of a correction by the
    correction. `issued_on` and `next_on` are the dates that the publication itself names, None
    where it names none. `out_already` is whether readers have this very manifest.
    Each sequence of text says what is wrong, a sentence each; it is empty when nothing is.
    """

    quarter: Quarter
    now: datetime
    clock_is_set: bool
    last_entry: datetime | None
    extracted_on: date
    planned: datetime
    promises: ReleaseSchedule
    is_correction: bool
    out_already: bool
    issued_on: date | None
    next_on: date | None
    synthetic: bool
    demonstration: bool
    manifest_sha256: str
    signatures: Sequence[Signature]
    upstream: Sequence[str]
    unanswered: Sequence[str]
    rejected: Sequence[str]
    manifest: Sequence[str]
    log: Sequence[str]
    access_list: Sequence[str]
    history: Sequence[str]
    documents: Sequence[str]
    released_before: Sequence[str]


@dataclass(frozen=True)
class Gate:
    """A rule of release. `faults` says what breaks it, a sentence each; empty when it is kept."""

    name: str
    sentence: str
    next_step: str
    faults: Callable[[ReleaseFacts], Sequence[str]]


def _countersigned(facts: ReleaseFacts) -> Sequence[str]:
    return _unsigned(facts, Role.COUNTERSIGN)


def _signed(facts: ReleaseFacts) -> Sequence[str]:
    return _unsigned(facts, Role.HEAD)


def _unsigned(facts: ReleaseFacts, role: Role) -> Sequence[str]:
    fault = explain_missing_signature(facts.signatures, facts.quarter, facts.manifest_sha256, role)
    return [fault] if fault else []


def _two_people(facts: ReleaseFacts) -> Sequence[str]:
    standing = find_valid_signatures(facts.signatures, facts.quarter, facts.manifest_sha256)
    names = [signature.by for signature in standing.values()]
    if len(names) == len(Role) and is_same_person(*names):
        return [f"{names[0]} signed in both roles"]
    return []


def _clock(facts: ReleaseFacts) -> Sequence[str]:
    found = []
    if facts.last_entry and facts.now < facts.last_entry:
        found.append(
            f"the clock says {format_moment(facts.now)}, and the log has an entry of "
            f"{format_moment(facts.last_entry)}"
        )
    if facts.now.astimezone(TIME_ZONE).date() < facts.extracted_on:
        found.append(
            f"the clock says {format_moment(facts.now)}, and the scan was extracted on "
            f"{format_date(facts.extracted_on)}"
        )
    if facts.clock_is_set and not (facts.demonstration and facts.synthetic):
        found.append("the clock is not the machine's own but was set")
    return found


def _embargo(facts: ReleaseFacts) -> Sequence[str]:
    if facts.now < facts.planned:
        now, planned = format_moment(facts.now), format_moment(facts.planned)
        return [f"it is {now}, and the release is at {planned}"]
    return []


def _calendar(facts: ReleaseFacts) -> Sequence[str]:
    """The day is the planned one, and the one that the publication names, with the next date."""
    found = []
    day, planned = facts.now.astimezone(TIME_ZONE).date(), facts.planned.date()
    if day > planned and not facts.out_already:
        found.append(f"the release was due on {format_date(planned)}, and it is {format_date(day)}")
    first_issue = facts.promises.find_date(facts.quarter)
    if facts.issued_on != first_issue:
        found.append(f"the publication does not name {format_date(first_issue)} as its date")
    following = facts.promises.find_date(facts.quarter + 1)
    if facts.next_on != following and not facts.out_already:
        found.append(f"the publication does not name {format_date(following)} as the next release")
    return found


def _notice(facts: ReleaseFacts) -> Sequence[str]:
    # A correction is made as soon as it can be: it has a reason, and no notice.
    return [] if facts.is_correction else facts.promises.find_notice_faults(facts.quarter)


def _synthetic(facts: ReleaseFacts) -> Sequence[str]:
    if facts.synthetic and not facts.demonstration:
        return ["the data are synthetic"]
    return []


_BUILD = "Build the quarter again, and have it signed again."

GATES = (
    Gate(
        "upstream_not_green",
        "Every blocking check of every asset before the release passed on its latest state.",
        "Open the checks named, mend what they show and build again.",
        lambda facts: facts.upstream,
    ),
    Gate(
        "warnings_unanswered",
        "Every warning of the quarter has a reviewer's answer.",
        "Answer each: nino-assets review, or the job review in the web UI.",
        lambda facts: facts.unanswered,
    ),
    Gate(
        "warnings_rejected",
        "No warning of the quarter was rejected by a reviewer.",
        "Mend what the reviewer found, and build the quarter again.",
        lambda facts: facts.rejected,
    ),
    Gate(
        "manifest_broken",
        "The manifest has every published file with its sha256, and no other.",
        f"Files were changed after they were made. {_BUILD}",
        lambda facts: facts.manifest,
    ),
    Gate(
        "not_countersigned",
        "A second analyst has countersigned the manifest as it is.",
        "nino-assets sign-off --role countersign, or the job sign_off in the web UI.",
        _countersigned,
    ),
    Gate(
        "not_signed",
        "The head of profession has signed the manifest as it is.",
        "nino-assets sign-off --role head-of-profession, or the job sign_off in the web UI.",
        _signed,
    ),
    Gate(
        "one_person_signed",
        "The two signatures are of two different people.",
        "Let another person sign in one of the roles.",
        _two_people,
    ),
    Gate(
        "log_broken",
        "The log of decisions is as it was written.",
        "Restore the log and its head from a backup; compare it with what Dagster has of it.",
        lambda facts: facts.log,
    ),
    Gate(
        "clock_wrong",
        "The clock is the machine's own, and later than the scan and every decision.",
        "Set this machine's clock right, and take away the setting that replaces it.",
        _clock,
    ),
    Gate(
        "too_early",
        f"It is {RELEASE_TIME:%-H:%M} in London on the release date, or later.",
        "Wait: the sensor at_release_time releases by itself.",
        _embargo,
    ),
    Gate(
        "calendar_not_kept",
        "The release is on the date of the release calendar, which the publication names, with the "
        "next one.",
        "A missed or changed date needs the head of profession's agreement: nino-assets calendar "
        f"change. {_BUILD}",
        _calendar,
    ),
    Gate(
        "notice_too_short",
        f"The release was pre-announced at least {NOTICE_DAYS} days before.",
        "Pre-announce it (nino-assets calendar announce), and agree a later date.",
        _notice,
    ),
    Gate(
        "access_list_broken",
        "The pre-release access list of this release is in order and published with it.",
        "Deliver the list into landing/pre-release-access/, materialise pre_release_access_list, "
        "and have the release signed again.",
        lambda facts: facts.access_list,
    ),
    Gate(
        "synthetic",
        "The data are real.",
        f"Synthetic data are released in demonstrations only: {DEMONSTRATION_VARIABLE}="
        f"{DEMONSTRATION}.",
        _synthetic,
    ),
    Gate(
        "history_changed",
        "No cell of an edition that was released changes, but by an opened correction.",
        "Find out why an earlier quarter was built anew; open a correction: nino-assets correct.",
        lambda facts: facts.history,
    ),
    Gate(
        "documents_out_of_date",
        "Methodology, quality report and release strategy are published with this release's date.",
        f"Materialise background_documents again. {_BUILD}",
        lambda facts: facts.documents,
    ),
    Gate(
        "released_changed",
        "Every edition released before is still as it was signed.",
        "Restore data/published and data/.published from a backup, and find out who changed them.",
        lambda facts: facts.released_before,
    ),
)

TIMED_GATES = ("too_early",)
"""Gates that time alone opens: red until the time of release, though all is ready."""


def find_red_gates(facts: ReleaseFacts, *, but: Sequence[str] = ()) -> dict[str, Sequence[str]]:
    """The gates that are not kept (without those in `but`), each with what breaks it."""
    found = {gate.name: gate.faults(facts) for gate in GATES if gate.name not in but}
    return {name: faults for name, faults in found.items() if faults}
