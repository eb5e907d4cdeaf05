"""The gates of a release: all that must hold before it.

A gate is a rule in one sentence, a next step, and a function that finds what is wrong in the facts.
The checks on the asset `release` are made of these gates, and the asset asks them again before
anything is copied. Source of the rules: quality report, 1.1 to 1.3 and 2.3; Code of Practice for
Statistics, T3.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from nino_assets.governance.gate_facts import DEMONSTRATION, DEMONSTRATION_VARIABLE, ReleaseFacts
from nino_assets.governance.people import is_same_person
from nino_assets.governance.release_schedule import NOTICE_DAYS
from nino_assets.governance.signatures import (
    Role,
    explain_missing_signature,
    find_valid_signatures,
)
from nino_assets.statistic.identity import RELEASE_TIME, TIME_ZONE
from nino_assets.statistic.written_dates import format_date, format_moment


@dataclass(frozen=True)
class Gate:
    """A rule of release; `find_faults` says what breaks it, a sentence each."""

    name: str
    sentence: str
    next_step: str
    find_faults: Callable[[ReleaseFacts], Sequence[str]]


def _find_no_countersignature(facts: ReleaseFacts) -> Sequence[str]:
    return _find_missing_role(facts, Role.COUNTERSIGN)


def _find_no_signature(facts: ReleaseFacts) -> Sequence[str]:
    return _find_missing_role(facts, Role.HEAD)


def _find_missing_role(facts: ReleaseFacts, role: Role) -> Sequence[str]:
    fault = explain_missing_signature(facts.signatures, facts.quarter, facts.manifest_sha256, role)
    return [fault] if fault else []


def _find_same_signer(facts: ReleaseFacts) -> Sequence[str]:
    standing = find_valid_signatures(facts.signatures, facts.quarter, facts.manifest_sha256)
    names = [signature.by for signature in standing.values()]
    if len(names) == len(Role) and is_same_person(*names):
        return [f"{names[0]} signed in both roles"]
    return []


_CLOCKS_DIFFER = timedelta(minutes=2)


def _find_clock_faults(facts: ReleaseFacts) -> Sequence[str]:
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
    if facts.demonstration and facts.synthetic:
        return found
    if facts.clock_is_set:
        found.append("the clock was set, and is not the machine's own")
    elif facts.kernel_now and abs(facts.kernel_now - facts.now) > _CLOCKS_DIFFER:
        found.append(
            f"this process has {format_moment(facts.now)}, and the machine "
            f"{format_moment(facts.kernel_now)}"
        )
    return found


def _find_embargo(facts: ReleaseFacts) -> Sequence[str]:
    if facts.now < facts.planned:
        now, planned = format_moment(facts.now), format_moment(facts.planned)
        return [f"it is {now}, and the release is at {planned}"]
    return []


def _find_calendar_faults(facts: ReleaseFacts) -> Sequence[str]:
    """Compare today with the planned day, and both dates with the publication's."""
    found = []
    day, planned = facts.now.astimezone(TIME_ZONE).date(), facts.planned.date()
    if day > planned and not facts.is_released:
        found.append(f"the release was due on {format_date(planned)}, and it is {format_date(day)}")
    found += [
        f"{earlier.label} was to be released on {format_date(facts.schedule.find_date(earlier))}, "
        "and is not: it goes first"
        for earlier in facts.outstanding
        if earlier < facts.quarter and facts.schedule.find_date(earlier) <= day
    ]
    first_issue = facts.schedule.find_date(facts.quarter)
    if facts.issued_on != first_issue:
        found.append(f"the publication does not name {format_date(first_issue)} as its date")
    following = facts.schedule.find_date(facts.quarter + 1)
    if facts.next_on != following and not facts.is_released:
        found.append(f"the publication does not name {format_date(following)} as the next release")
    return found


def _find_notice_faults(facts: ReleaseFacts) -> Sequence[str]:
    # A correction is released as soon as it can be: with a reason, and without notice.
    return [] if facts.is_correction else facts.schedule.find_notice_faults(facts.quarter)


def _find_synthetic_data(facts: ReleaseFacts) -> Sequence[str]:
    if facts.synthetic and not facts.demonstration:
        return ["the data are synthetic"]
    return []


_BUILD = "Build the quarter again, and have it signed again."

GATES = (
    Gate(
        "checks_before_passed",
        "Every blocking check of every asset before the release passed on its latest state.",
        "Open the checks named, fix what they show and build again.",
        lambda facts: facts.upstream_faults,
    ),
    Gate(
        "warnings_answered",
        "Every warning of the quarter has a reviewer's answer.",
        "Answer each: nino-assets review, or the job review in the web UI.",
        lambda facts: facts.unanswered_warnings,
    ),
    Gate(
        "no_warning_rejected",
        "No warning of the quarter was rejected by a reviewer.",
        "Fix what the reviewer found, and build the quarter again.",
        lambda facts: facts.rejected_warnings,
    ),
    Gate(
        "files_as_listed",
        "The manifest has every published file with its sha256, and no other.",
        f"Files were changed after they were made. {_BUILD}",
        lambda facts: facts.manifest_faults,
    ),
    Gate(
        "signed_by_second_analyst",
        "A second analyst has countersigned the manifest as it is.",
        "nino-assets sign-off --role countersign, or the job sign_off in the web UI.",
        _find_no_countersignature,
    ),
    Gate(
        "signed_by_head",
        "The head of profession has signed the manifest as it is.",
        "nino-assets sign-off --role head-of-profession, or the job sign_off in the web UI.",
        _find_no_signature,
    ),
    Gate(
        "signed_by_two_people",
        "The two signatures are of two different people.",
        "Let another person sign in one of the roles.",
        _find_same_signer,
    ),
    Gate(
        "decisions_proved",
        "Each decision was taken by the account and, for real data, signed with the key of a "
        "member of the team who may take it.",
        "Put the team with its keys into reference/team.csv of the data folder, and let the person "
        "named take the decision again: Keys and the team in nino_assets/docs/operations.md.",
        lambda facts: facts.unproved_decisions,
    ),
    Gate(
        "log_intact",
        "The log of decisions is as it was written.",
        "Restore the log and its head from a backup; compare it with what Dagster has of it.",
        lambda facts: facts.log_faults,
    ),
    Gate(
        "clock_right",
        "The clock is the machine's own, and later than the scan and every decision.",
        "Set this machine's clock right, and unset NINO_CLOCK.",
        _find_clock_faults,
    ),
    Gate(
        "release_time_reached",
        f"It is {RELEASE_TIME:%-H:%M} in London on the release date, or later.",
        "Wait: the sensor at_release_time releases by itself.",
        _find_embargo,
    ),
    Gate(
        "calendar_kept",
        "The release is on the date of the release calendar, which the publication names, with the "
        "next one.",
        "A missed or changed date needs the head of profession's agreement: nino-assets calendar "
        f"change. {_BUILD}",
        _find_calendar_faults,
    ),
    Gate(
        "notice_long_enough",
        f"The release was pre-announced at least {NOTICE_DAYS} days before.",
        "Pre-announce it (nino-assets calendar announce), and agree a later date.",
        _find_notice_faults,
    ),
    Gate(
        "access_list_in_order",
        "The pre-release access list of this release is in order and published with it.",
        "Deliver the list into landing/pre-release-access/, materialise pre_release_access_list, "
        "and have the release signed again.",
        lambda facts: facts.access_list_faults,
    ),
    Gate(
        "data_real",
        "The data are real.",
        f"Synthetic data are released in demonstrations only: {DEMONSTRATION_VARIABLE}="
        f"{DEMONSTRATION}.",
        _find_synthetic_data,
    ),
    Gate(
        "history_unchanged",
        "No cell of an edition that was released changes, but by an opened correction.",
        "Find out why an earlier quarter was built anew; open a correction: nino-assets correct.",
        lambda facts: facts.history_faults,
    ),
    Gate(
        "revisions_announced",
        "Changed areas or nationalities were announced as a methodological revision, at least "
        f"{NOTICE_DAYS} days before.",
        "nino-assets revise, or the job revise in the web UI; or put the lists and the postcode "
        "directory of the edition before back, and build again.",
        lambda facts: facts.revision_faults,
    ),
    Gate(
        "reveals_nobody",
        "A correction differs in so many people, and in so few alone, that it reveals nobody.",
        "Let the change enter with a later, larger correction or at the next methodological "
        "revision, and build without it: Corrections in nino_assets/docs/operations.md.",
        lambda facts: facts.correction_faults,
    ),
    Gate(
        "documents_up_to_date",
        "Methodology, quality report and release strategy are published with this release's date.",
        f"Materialise background_documents again. {_BUILD}",
        lambda facts: facts.document_faults,
    ),
    Gate(
        "design_not_told",
        "No landing page, feed, catalogue or calendar tells how figures are adjusted in numbers.",
        "Look for numbers beside words such as noise and adjusted in the page named; a reason that "
        "was typed for readers is worded anew by another decision.",
        lambda facts: facts.design_faults,
    ),
    Gate(
        "released_unchanged",
        "Every edition released before is still as it was signed.",
        "Restore data/published and data/.published from a backup, and find out who changed them.",
        lambda facts: facts.released_faults,
    ),
)

TIMED_GATES = ("release_time_reached",)
"""Gates that turn green by themselves, at the time of release."""


def find_red_gates(facts: ReleaseFacts, *, ignored: Sequence[str] = ()) -> dict[str, Sequence[str]]:
    """The gates that are not passed, each with what is wrong.

    Gates that are `ignored` are left out.
    """
    found = {gate.name: gate.find_faults(facts) for gate in GATES if gate.name not in ignored}
    return {name: faults for name, faults in found.items() if faults}


def describe_red_gates(red_gates: Mapping[str, Sequence[str]]) -> str:
    """Put red gates in one line, with what is wrong in brackets."""
    return ", ".join(f"{name} ({'; '.join(faults)})" for name, faults in red_gates.items())
