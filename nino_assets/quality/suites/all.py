"""Every suite, in the order in which the assets are built."""

from __future__ import annotations

from nino_assets.quality.suite import Suite
from nino_assets.quality.suites import (
    areas,
    background_documents,
    bulletin,
    cleaned_records,
    coherence_report,
    comparator_statistics,
    geocoded_records,
    keyed_counts,
    nationality_groups,
    open_data,
    operational_information,
    output_area_lookup,
    perturbation_table,
    perturbed_cubes,
    postcode_directory,
    pre_release_access_list,
    qa_report,
    raw_scan,
    rejected_records,
    release,
    tables,
    tabulations,
)

ALL_SUITES: tuple[Suite, ...] = (
    postcode_directory.SUITE,
    output_area_lookup.SUITE,
    nationality_groups.SUITE,
    areas.SUITE,
    perturbation_table.SUITE,
    raw_scan.SUITE,
    cleaned_records.SUITE,
    rejected_records.SUITE,
    geocoded_records.SUITE,
    keyed_counts.SUITE,
    perturbed_cubes.SUITE,
    tables.SUITE,
    open_data.SUITE,
    tabulations.SUITE,
    background_documents.build_suite(lambda: ALL_SUITES),
    bulletin.SUITE,
    operational_information.SUITE,
    comparator_statistics.SUITE,
    coherence_report.SUITE,
    pre_release_access_list.SUITE,
    qa_report.SUITE,
    release.SUITE,
)

_BY_ASSET = {suite.asset: suite for suite in ALL_SUITES}


def find_suite(asset: str) -> Suite:
    """The suite of an asset. Raises KeyError for an asset without checks."""
    return _BY_ASSET[asset]
