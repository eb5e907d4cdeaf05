"""Of the records of one person, which is kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from nino_assets.statistic.scan_columns import SCAN_COLUMNS
from nino_assets_tests.support.cleaned_rows import (
    clean_records,
)
from nino_assets_tests.support.small_delivery import record


def find_kept_surname(records: Sequence[Sequence[str | None]], **options: Any) -> str | None:
    accepted, rejected = clean_records(records, **options)
    assert len(accepted) == 1
    assert {row["reason"] for row in rejected} == {"duplicate_nino"}
    return accepted[0]["surname"]


def test_the_earliest_registration_of_a_person_is_kept() -> None:
    later = record(surname="A", date_of_registration="2020-11-13")
    earlier = record(surname="Z", date_of_registration="12/11/2020")
    assert find_kept_surname([later, earlier]) == "Z"
    assert find_kept_surname([earlier, later]) == "Z"


def test_suffix_spaces_and_case_make_no_other_person() -> None:
    accepted, rejected = clean_records(
        [record(nino=nino) for nino in ("AB123456", "AB123456A", "ab 12 34 56 d", "AB123457A")]
    )
    assert sorted(row["nino8"] for row in accepted) == ["AB123456", "AB123457"]
    assert len(rejected) == 2


def test_on_one_day_the_smallest_row_by_code_point_is_kept() -> None:
    for smaller, larger in (
        ("", "A"),
        (None, "A"),
        ("Z", "a"),
        ("Novak", "Novak "),
        ("Zz", "\u00c4"),
        ("\uffee", "\U0001f600"),
    ):
        rows: list[list[Any]] = [[*record()], [*record()]]
        rows[0][1], rows[1][1] = larger, smaller
        for order in (rows, rows[::-1]):
            assert (find_kept_surname(order) or "") == (smaller or "")


def test_the_nino_as_delivered_decides_before_the_surname() -> None:
    rows = [record(nino="AB123456B", surname="A"), record(nino="AB123456A", surname="Z")]
    assert find_kept_surname(rows) == "Z"
    rows = [record(nino="AB123456", surname="Z"), record(nino="AB123456A", surname="A")]
    assert find_kept_surname(rows) == "Z"


def test_the_layout_s_own_column_order_decides() -> None:
    rows = [record(nino="AB123456B", surname="A"), record(nino="AB123456A", surname="Z")]
    order = ("surname", *(name for name in SCAN_COLUMNS if name != "surname"))
    assert find_kept_surname(rows, column_order=order) == "A"


def test_null_and_blank_are_equal_when_rows_are_compared() -> None:
    null: list[Any] = [*record()]
    blank = [*record()]
    null[1], blank[1] = None, ""
    null[2], blank[2] = "Z", "A"
    for order in ([null, blank], [blank, null]):
        accepted, _ = clean_records(order)
        assert [row["forenames"] for row in accepted] == ["A"]


def test_of_exact_copies_one_is_kept() -> None:
    accepted, rejected = clean_records([record()] * 5)
    assert len(accepted) == 1
    assert [row["reason"] for row in rejected] == ["duplicate_nino"] * 4


def test_a_rejected_row_makes_no_duplicate() -> None:
    accepted, rejected = clean_records(
        [
            record(date_of_registration="2020-10-01", account_status="CANCELLED"),
            record(date_of_registration="2020-09-01"),
            record(date_of_registration="2020-12-01", surname="Kept"),
        ]
    )
    assert [row["surname"] for row in accepted] == ["Kept"]
    assert [row["reason"] for row in rejected] == ["account_not_live", "outside_quarter"]


def test_a_person_twice_in_a_register_is_kept_in_the_first_quarter() -> None:
    accepted, rejected = clean_records(
        [
            record(date_of_registration="2020-12-01"),
            record(date_of_registration="2002-01-01", nino="ab123456"),
        ],
        register=True,
    )
    assert [row["date_of_registration"] for row in accepted] == [date(2002, 1, 1)]
    assert [row["reason"] for row in rejected] == ["duplicate_nino"]
