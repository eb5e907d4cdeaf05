"""The oracle on the contract's own examples, so that it is not merely another opinion."""

from __future__ import annotations

from datetime import date

import pytest

from nino_assets_tests.support import oracle, plain_geocoding

MANIFEST = {"quarter": "2020-Q4", "extract": "quarter", "synthetic": False}
BASE = {
    "nino": "AB123456C",
    "surname": "Bek",
    "forenames": "A",
    "date_of_birth": "1990-05-01",
    "date_of_arrival": "2020-10-05",
    "date_of_registration": "2020-11-05",
    "sex": "F",
    "nationality": "POL",
    "registration_type": "",
    "account_status": "",
    "postcode": "AB1 2CD",
    "country_of_residence": "",
}
DIRECTORY = {
    "AB12CD": ("S92000003", "S00000001", "S12000033", False),
    "AB12CE": ("S92000003", "S00000001", "S12000033", True),
    "OX10AA": ("E92000001", "E00000001", "E07000178", False),
    "AB19ZZ": ("", "", "", True),
    "JE11AA": ("L93000001", "L99999999", "L99999999", False),
    "NPT1AA": ("W92000004", "W00000001", "W06000022", True),
}


def _reasons(*changes: dict[str, str], manifest: dict[str, object] = MANIFEST) -> list[str]:
    records = [list((BASE | change).values()) for change in changes]
    return [reason for _, reason in oracle.clean(list(BASE), records, manifest)[1]]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"nino": "QQ123456C", "registration_type": "JUVENILE"}, "invalid_nino"),
        ({"nino": "QA123456C"}, "invalid_nino"),
        ({"nino": "AO123456C"}, "invalid_nino"),
        ({"nino": "ZZ123456"}, "invalid_nino"),
        ({"nino": "AB１２３456C"}, "invalid_nino"),
        (
            {"registration_type": " juvenile", "account_status": "CANCELLED"},
            "juvenile_registration",
        ),
        ({"account_status": "Redirected", "nationality": "UK"}, "account_not_live"),
        ({"nationality": " united kingdom ", "date_of_registration": ""}, "uk_national"),
        ({"date_of_registration": "2020-11-31"}, "registration_date_missing"),
        ({"date_of_registration": "2020-11-05T00:00"}, "registration_date_missing"),
        ({"date_of_registration": "0001-01-01"}, "outside_series"),
        ({"date_of_registration": "01/01/2021"}, "outside_series"),
        ({"date_of_registration": "20200930"}, "outside_quarter"),
    ],
)
def test_first_reason_that_applies(change: dict[str, str], reason: str) -> None:
    assert _reasons(change) == [reason]


@pytest.mark.parametrize(
    "change",
    [
        {"nino": " ab 12 34 56 c"},
        {"nino": "AB123456"},
        {"registration_type": "STANDARD", "account_status": "DORMANT"},
        {"date_of_registration": " 31/12/2020 "},
    ],
)
def test_accepted(change: dict[str, str]) -> None:
    assert _reasons(change) == []


def test_letter_q_only_in_a_synthetic_delivery_and_only_first() -> None:
    synthetic = MANIFEST | {"synthetic": True}
    assert _reasons({"nino": "QA123456C"}, manifest=synthetic) == []
    assert _reasons({"nino": "AQ123456C"}, manifest=synthetic) == ["invalid_nino"]


def test_field_count_decides_what_is_malformed() -> None:
    records = [list(BASE.values())[:-1], [*BASE.values(), "x"], ["AB123456C"]]
    rejected = oracle.clean(list(BASE), records, MANIFEST)[1]
    assert [reason for _, reason in rejected] == ["malformed_row"] * 3


def test_earliest_then_smallest_of_one_number_is_kept_and_rejected_rows_do_not_count() -> None:
    rows = [
        {"date_of_registration": "2020-11-06", "surname": "First"},
        {"nino": "ab123456d", "surname": "Lower"},
        {"surname": "Zoe"},
        {"surname": ""},
        {"date_of_registration": "2020-10-01", "account_status": "CANCELLED"},
    ]
    records = [list((BASE | change).values()) for change in rows]
    accepted, rejected = oracle.clean(list(BASE), records, MANIFEST)
    assert [row["surname"] for row in accepted] == [""]
    assert sorted(reason for _, reason in rejected) == ["account_not_live", *["duplicate_nino"] * 3]


@pytest.mark.parametrize(
    ("postcode", "country", "expected"),
    [
        ("ab1-2cd", "", ("matched", "S12000033")),
        ("AB12CD", "FRA", ("matched", "S12000033")),
        ("AB1 2CE", "GBR", ("matched_terminated", "S12000033")),
        ("0X1 OAA", "", ("matched_repaired", "E07000178")),
        ("NPT 1AA", "", ("matched_terminated", "W06000022")),
        ("AB1 9ZZ", "FRA", ("no_output_area", "")),
        ("JE1 1AA", "", ("outside_uk", "OVERSEAS")),
        ("IM99 1AA", "GBR", ("outside_uk", "OVERSEAS")),
        ("", "fra", ("outside_uk", "OVERSEAS")),
        ("BFPO 12", "FRA", ("outside_uk", "OVERSEAS")),
        ("BFPO 12", "", ("bfpo", "")),
        ("BFPO 12345", "", ("invalid", "")),
        (" - ", "", ("missing", "")),
        ("ZZ9 9ZZ", " gbr", ("not_found", "")),
        ("Z1 OZZ", "", ("not_found", "")),
        ("GIR 0AA", "", ("not_found", "")),
        ("NPT 9ZZ", "", ("not_found", "")),
        ("A1A 1A1", "", ("not_found", "")),
        ("LONDON", "", ("invalid", "")),
    ],
)
def test_geocode_order(postcode: str, country: str, expected: tuple[str, str]) -> None:
    assert plain_geocoding.geocode(postcode, country, DIRECTORY) == expected


@pytest.mark.parametrize(
    ("born", "registered", "band"),
    [
        (date(2004, 2, 29), date(2022, 2, 28), "Less than 18"),
        (date(2004, 2, 29), date(2022, 3, 1), "18-24"),
        (date(2005, 11, 5), date(2020, 11, 5), "Less than 18"),
        (date(2005, 11, 6), date(2020, 11, 5), "Unknown"),
        (date(1910, 11, 5), date(2020, 11, 5), "60 or over"),
        (date(1909, 11, 5), date(2020, 11, 5), "Unknown"),
        (date(2021, 1, 1), date(2020, 11, 5), "Unknown"),
        (date(1995, 11, 6), date(2020, 11, 5), "18-24"),
    ],
)
def test_age_is_completed_years(born: date, registered: date, band: str) -> None:
    assert oracle.age_band(born, registered) == band


def test_lag_bands_end_where_the_contract_says() -> None:
    registered = date(2020, 11, 5)

    def band(days: int) -> str:
        return oracle.lag_band(date.fromordinal(registered.toordinal() - days), registered)

    assert [band(n) for n in (-1, 0, 30, 31, 91, 92, 182, 183, 365, 366, 730, 731, 1826, 1827)] == [
        "Unknown",
        *["Within 1 month"] * 2,
        *["1 to 3 months"] * 2,
        *["3 to 6 months"] * 2,
        *["6 to 12 months"] * 2,
        *["1 to 2 years"] * 2,
        *["2 to 5 years"] * 2,
        "Over 5 years",
    ]


def test_nationality_codes_labels_and_aliases() -> None:
    names = oracle.nationality_names()
    assert names["srb"] == names["mne"] == "Serbia & Montenegro"
    assert names["atg"] == "Antigua"
    assert names["cuw"] == names["abw"] == "Aruba and Curaçao"
    assert names["ant"] == "Antilles (Netherlands)"
    assert names["poland"] == names["pol"] == "Poland"
    assert "xkx" not in names
