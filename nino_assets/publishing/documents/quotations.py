"""Texts that the documents may quote, by source."""

from __future__ import annotations

from collections.abc import Mapping

from nino_assets.publishing.documents.document_facts import read_principles
from nino_assets.publishing.documents.reader_tolerances import (
    find_public_evidence,
    list_team_checks,
)
from nino_assets.publishing.method_note import METHOD_NOTE
from nino_assets.statistic.changes import read_changes
from nino_assets.statistic.events import read_events
from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.reference_lists import read_list


def list_quotable_texts(
    sentences: Mapping[str, str], quarter: Quarter
) -> Mapping[str, frozenset[str]]:
    """Return each source with the texts that may be quoted.

    `sentences` has that of each check. Of `tolerances.csv` it is what readers may be told of the
    levels in force for a quarter.
    """
    texts: dict[str, set[str]] = {
        "method-note": {text for part in METHOD_NOTE for text in (part.heading, *part.paragraphs)}
    }
    for event in read_events():
        texts[f"events/{event.event}"] = {event.label, event.description, event.source}
    for change in read_changes():
        texts[f"changes/{change.change}"] = {
            change.title,
            change.description,
            change.when,
            change.source,
        }
    for each in read_principles():
        texts[f"principles/{each.principle}"] = {each.title, each.how_kept}
    closed = list_team_checks()
    for check, sentence in sentences.items():
        if check.rpartition(".")[2] not in closed:
            texts[f"checks/{check}"] = {sentence}
    for check, evidence in find_public_evidence(quarter).items():
        texts[f"tolerances/{check}"] = {evidence}
    for row in read_list("practice_areas").iter_rows(named=True):
        texts[f"practice-areas/{row['practice_area']}"] = {row["assurance"], row["level"]}
    return {source: frozenset(held) for source, held in texts.items()}
