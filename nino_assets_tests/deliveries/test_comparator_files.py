"""Delivered files of other sources: read as declared, or refused with file, rule and next step."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from nino_assets.deliveries.comparator_files import (
    COMPARATORS,
    OPERATIONAL_INFORMATION,
    read_coherence_tolerances,
    read_comparator_files,
    read_comparator_layout,
    read_divergence_reasons,
)
from nino_assets.errors import DeliveryError, ReferenceListError
from nino_assets.methods.comparison.other_series import STATISTICS_SCHEMA
from nino_assets.store.folders import Folders
from nino_assets_tests.support.own_lists import OwnLists

OWN = "layouts/assurance/comparators.toml"
HEADER = "series,period,breakdown,value,source,published_on"
GOOD = "visas_granted,2020-Q4,Work,1234,Home Office,2021-02-25"


def deliver(folders: Folders, *lines: str, name: str = "a.csv", encoding: str = "utf-8") -> Path:
    path = folders.landing / COMPARATORS / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding=encoding)
    return path


def read(folders: Folders) -> list[tuple[object, ...]]:
    return read_comparator_files(folders, read_comparator_layout(COMPARATORS)).rows()


def test_no_files_are_an_empty_table(folders: Folders) -> None:
    frame = read_comparator_files(folders, read_comparator_layout(COMPARATORS))
    assert frame.height == 0
    assert dict(frame.schema) == STATISTICS_SCHEMA


def test_rows_of_every_file_in_one_order(folders: Folders) -> None:
    deliver(folders, HEADER, GOOD.replace("Q4", "Q3"), "", name="b.csv")
    deliver(
        folders,
        "value,series,period,breakdown,published_on,source",
        '-7,visas_granted,2020-Q4,Work,2021-02-25,"Home Office, visas"',
        encoding="utf-8-sig",
    )
    assert read(folders) == [
        ("visas_granted", "Work", "2020-Q3", 1234, "Home Office", date(2021, 2, 25)),
        ("visas_granted", "Work", "2020-Q4", -7, "Home Office, visas", date(2021, 2, 25)),
    ]


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ((), "a.csv does not have the columns of its layout: breakdown, period,"),
        ((HEADER.replace("value", "count"), GOOD), "value not found"),
        ((HEADER + ",more", GOOD + ",1"), "it has others or repeats one"),
        ((HEADER, GOOD, GOOD + ",1"), "row 3: the number of fields"),
        ((HEADER, GOOD.replace("visas_granted", "visas")), "row 2: series"),
        ((HEADER, GOOD.replace("Work", "Visit")), "row 2: breakdown"),
        ((HEADER, GOOD.replace("2020-Q4", "2020Q4")), "row 2: period"),
        ((HEADER, GOOD.replace("1234", "1.5")), "row 2: value"),
        ((HEADER, GOOD.replace("1234", "")), "row 2: value"),
        ((HEADER, GOOD.replace("2021-02-25", "25/02/2021")), "row 2: published_on"),
        ((HEADER, GOOD.replace("2021-02-25", "20210225")), "row 2: published_on"),
        ((HEADER, '"' + GOOD), "cannot be read as CSV"),
    ],
)
def test_bad_files_are_refused(folders: Folders, lines: tuple[str, ...], message: str) -> None:
    path = deliver(folders, *lines)
    if not lines:
        path.write_bytes(b"")
    with pytest.raises(DeliveryError) as refused:
        read(folders)
    assert message in str(refused.value)
    assert "landing/comparators/a.csv" in refused.value.what
    assert "layouts/assurance/comparators.toml" in refused.value.rule
    assert refused.value.next_step
    assert "1234" not in str(refused.value)


def test_another_encoding_is_refused(folders: Folders) -> None:
    deliver(folders, HEADER, GOOD.replace("Home", "Hôme"), encoding="latin-1")
    with pytest.raises(DeliveryError, match="cannot be read as CSV"):
        read(folders)


def test_a_team_s_own_column_names(folders: Folders, own_lists: OwnLists) -> None:
    own_lists.copy(OWN, ('value = "value"', '"Number granted" = "value"'))
    deliver(folders, HEADER.replace("value", "Number granted"), GOOD)
    assert read(folders)[0][3] == 1234


@pytest.mark.parametrize(
    ("before", "after", "what"),
    [
        ('value = "value"', '"x" = "period"', r"\[columns\] does not lead to each column once"),
        ("lag_quarters = 0", 'lag_quarters = "0"', "number 1, lag_quarters: it is not a whole"),
        ("lag_quarters = 0", "lag_quarters = -1", "number 1, lag_quarters: it is not a whole"),
        ("lag_quarters = 0", "lag_quarters = true", "number 1, lag_quarters: it is not a whole"),
        ("lag_quarters = 0", "", "number 1: there is no lag_quarters"),
        ("lag_quarters = 0", "lag_quarter = 0", "number 1: there is a key lag_quarter"),
        ('"2020-Q1"', '"2020-Q5"', "number 3, last_period: it is not a quarter"),
        ('compared_over = "year_ending"', 'compared_over = "year"', "number 1, compared_over"),
        ('["Work", "Study", "Family"]', '"Work"', "number 1, breakdowns: it is not texts"),
        ('["Work", "Study", "Family"]', '["Work", ""]', "number 1, breakdowns: it is not texts"),
        ('["Work", "Study", "Family"]', "[]", "number 1, breakdowns: it is not texts"),
        ('nationality = "Non-European Union"', 'nationality = "EU"', "number 1, nationality"),
        ("[[series]]", "[series]", "cannot be read as TOML"),
    ],
)
def test_a_wrong_layout_is_refused_by_key_and_rule(
    own_lists: OwnLists, before: str, after: str, what: str
) -> None:
    path = own_lists.copy(OWN, (before, after))
    with pytest.raises(ReferenceListError, match=what) as refused:
        read_comparator_layout(COMPARATORS)
    assert refused.value.what.startswith(f"{path}: ")
    assert "take it away to use the packaged one" in refused.value.next_step


def test_tolerances_and_reasons_are_of_declared_series() -> None:
    declared = {
        series.name
        for name in (OPERATIONAL_INFORMATION, COMPARATORS)
        for series in read_comparator_layout(name).series
    }
    assert {tolerance.series for tolerance in read_coherence_tolerances()} == declared
    assert {reason.series for reason in read_divergence_reasons()} == declared
    assert {reason.direction for reason in read_divergence_reasons()} == {
        "higher",
        "lower",
        "either",
    }
    assert all(tolerance.source for tolerance in read_coherence_tolerances())
    assert all(reason.source for reason in read_divergence_reasons())


@pytest.mark.parametrize("hidden", ["\x0b", "\x1b", "\u202e", "\u200b", "\x85", "\u2028", "\x00"])
def test_a_source_with_hidden_characters_is_refused(folders: Folders, hidden: str) -> None:
    deliver(folders, HEADER, GOOD.replace("Home Office", f"Home{hidden}Office"))
    with pytest.raises(DeliveryError) as caught:
        read(folders)
    assert "landing/comparators/a.csv" in str(caught.value)
    assert hidden not in str(caught.value)


def test_an_extension_in_capitals_is_read(folders: Folders) -> None:
    deliver(folders, HEADER, GOOD, name="VISAS.CSV")
    assert len(read(folders)) == 1


@pytest.mark.parametrize("name", ["visas.xlsx", "visas.csv.gz", "visas", "a\x1b[31m.txt"])
def test_no_file_is_passed_over(folders: Folders, name: str) -> None:
    deliver(folders, HEADER, GOOD, name=name)
    with pytest.raises(DeliveryError) as caught:
        read(folders)
    assert "is no CSV file" in caught.value.what
    assert "\x1b" not in str(caught.value)
