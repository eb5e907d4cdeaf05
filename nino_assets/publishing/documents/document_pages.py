"""Writes the documents, one HTML file each that fetches nothing."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from markupsafe import Markup

from nino_assets.governance.check_result import CheckResult
from nino_assets.publishing.bulletin.commentary.where_next import HOME_OFFICE, ONS
from nino_assets.publishing.documents.document_facts import (
    DocumentFacts,
    count_results,
    read_principles,
    refuse_unknown_evidence,
)
from nino_assets.publishing.documents.document_names import TITLES
from nino_assets.publishing.documents.quotations import list_quotable_texts
from nino_assets.publishing.documents.reader_tolerances import find_public_evidence
from nino_assets.publishing.documents.stated_rules import build_rules
from nino_assets.publishing.documents.wording import JOURNEY, REASONS, SECTIONS, STATUSES, USES
from nino_assets.publishing.html_pages import render_page
from nino_assets.publishing.method_note import METHOD_NOTE
from nino_assets.publishing.open_data.metadata import CSV_NAME
from nino_assets.publishing.workbook.workbook_name import name_workbook
from nino_assets.statistic import vocabulary as v
from nino_assets.statistic.changes import list_past_changes, list_planned_changes
from nino_assets.statistic.events import find_events
from nino_assets.statistic.identity import STATUS
from nino_assets.statistic.published_domain import CUBES
from nino_assets.statistic.reference_lists import read_list


def write_documents(facts: DocumentFacts, folder: Path) -> None:
    """Write every document into an existing folder.

    The same facts give the same bytes.

    Raises PublicationError when a principle rests on an asset, check or document that is not there.
    """
    refuse_unknown_evidence(facts)
    for name in TITLES:
        path = folder / f"{name}.html"
        path.write_text(write_document_page(name, facts), encoding="utf-8", newline="")


def write_document_page(name: str, facts: DocumentFacts) -> str:
    """Write one document, by its name in `TITLES`."""
    edition = facts.edition
    return render_page(
        "documents",
        f"{name}.html.j2",
        synthetic=edition.synthetic,
        title=f"{TITLES[name]}: {edition.title}",
        description=f"{TITLES[name]} of the {STATUS}: {edition.title}.",
        heading=TITLES[name],
        status=STATUS,
        edition=edition,
        sections=SECTIONS[name],
        others={other: title for other, title in TITLES.items() if other != name},
        **_build_markers(facts),
        **_collect_values(facts),
    )


def _build_markers(facts: DocumentFacts) -> dict[str, Any]:
    """Return the functions that mark what comes from the code."""
    in_force, found = build_rules(facts.edition.quarter), count_results(facts.checks)
    texts = list_quotable_texts(
        {check.key: check.sentence for check in facts.checks}, facts.edition.quarter
    )

    def mark_rule(name: str) -> Markup:
        mark = Markup('<data value="{0}" data-rule="{1}">{0}</data>')
        return mark.format(in_force[name], name)

    def mark_label(kind: str, band: str) -> Markup:
        return Markup('<span data-label="{}">{}</span>').format(kind, band.replace("-", " to "))

    def mark_result(name: str) -> Markup:
        return Markup('<data value="{0}" data-result="{1}">{0}</data>').format(found[name], name)

    def mark_quotation(source: str, text: str) -> Markup:
        if text not in texts[source]:
            raise ValueError(f"{source} has no such text")
        return Markup('<span data-quoted="{}">{}</span>').format(source, text)

    return {
        "rule": mark_rule,
        "label": mark_label,
        "result": mark_result,
        "quoted": mark_quotation,
        "check": facts.check,
    }


def _collect_values(facts: DocumentFacts) -> Mapping[str, Any]:
    edition = facts.edition
    return {
        "age_bands": v.AGE_BANDS[:-1],
        "lag_bands": v.ARRIVAL_LAGS[:-1],
        "reasons": REASONS,
        "journey": JOURNEY,
        "uses": USES,
        "home_office": HOME_OFFICE,
        "ons": ONS,
        "statuses": STATUSES,
        "cubes": CUBES,
        "method_note": METHOD_NOTE,
        "events": find_events(edition.first_quarter, edition.quarter),
        "past": list_past_changes(edition.published_on),
        "planned": list_planned_changes(edition.published_on),
        "csv_name": CSV_NAME,
        "workbook_name": name_workbook(edition.quarter),
        "tolerances": _list_tolerances(facts),
        "checked_assets": facts.checked_assets,
        "practice_areas": read_list("practice_areas").to_dicts(),
        "principles": read_principles(),
        "titles": TITLES,
    }


def _list_tolerances(facts: DocumentFacts) -> list[tuple[CheckResult, str]]:
    """List each check whose tolerance is public, with its evidence."""
    evidence = find_public_evidence(facts.edition.quarter)
    return [(check, evidence[check.name]) for check in facts.checks if check.name in evidence]
