"""Age, lag, nationality, sex and what else cleaning derives of a record."""

from __future__ import annotations

from datetime import date

from nino_assets.statistic import reference_lists
from nino_assets_tests.support.cleaned_rows import (
    clean_changes,
)

AGES = (
    ("1990-11-12", "2020-11-12", 30),
    ("1990-11-13", "2020-11-12", 29),
    ("2005-11-12", "2020-11-12", 15),
    ("2005-11-13", "2020-11-12", None),
    ("1910-11-12", "2020-11-12", 110),
    ("1909-11-13", "2020-11-12", 110),
    ("1909-11-12", "2020-11-12", None),
    ("2021-01-01", "2020-11-12", None),
    ("2020-11-13", "2020-11-12", None),
    ("", "2020-11-12", None),
    ("1990-02-30", "2020-11-12", None),
    ("0001-01-01", "2020-11-12", None),
)


def test_age_is_completed_years_or_unknown() -> None:
    rows = clean_changes(
        [
            {"date_of_birth": born, "date_of_registration": registered}
            for born, registered, _ in AGES
        ]
    )
    assert [row["age"] for row in rows] == [age for *_, age in AGES]
    assert [row["date_of_birth"] is None for row in rows] == [age is None for *_, age in AGES]


def test_born_on_29_february_a_year_older_on_1_march_of_a_common_year() -> None:
    days = ("2019-02-28", "2019-03-01", "2020-02-28", "2020-02-29")
    changes = [{"date_of_birth": "2000-02-29", "date_of_registration": day} for day in days]
    assert [row["age"] for row in clean_changes(changes, register=True)] == [18, 19, 19, 20]


LAGS = (
    ("2020-11-12", 0),
    ("12/10/2020", 31),
    ("20191112", 366),
    ("0001-01-01", (date(2020, 11, 12) - date(1, 1, 1)).days),
    ("2020-11-13", None),
    ("", None),
    ("soon", None),
)


def test_lag_is_days_from_arrival_or_unknown() -> None:
    rows = clean_changes([{"date_of_arrival": arrived} for arrived, _ in LAGS])
    assert [row["arrival_lag_days"] for row in rows] == [days for _, days in LAGS]
    assert [row["date_of_arrival"] is None for row in rows] == [days is None for _, days in LAGS]


NATIONALITIES = (
    *(("POL", "Poland"), (" pol ", "Poland"), ("Poland", "Poland"), ("pOLAND", "Poland")),
    *(("SRB", "Serbia & Montenegro"), ("mne", "Serbia & Montenegro"), ("ATG", "Antigua")),
    *(("CUW", "Aruba and Cura\u00e7ao"), ("ABW", "Aruba and Cura\u00e7ao")),
    *(("ANT", "Antilles (Netherlands)"), ("ARUBA AND CURA\u00c7AO", "Aruba and Cura\u00e7ao")),
    *(("", "Unknown"), ("XXX", "Unknown"), ("Polish", "Unknown"), ("PL", "Unknown")),
    ("Pol and", "Unknown"),
)


def test_nationality_by_code_label_or_alias() -> None:
    rows = clean_changes([{"nationality": delivered} for delivered, _ in NATIONALITIES])
    assert [row["nationality"] for row in rows] == [label for _, label in NATIONALITIES]


def test_every_listed_nationality_is_read_by_code_and_label() -> None:
    listed = reference_lists.read_nationalities().rows(named=True)
    spellings = [(row["nationality"], row["nationality"]) for row in listed] + [
        (row["nationality_code"], row["nationality"])
        for row in listed
        if len(row["nationality_code"]) == 3 and row["nationality_code"].isupper()
    ]
    rows = clean_changes([{"nationality": spelling.swapcase()} for spelling, _ in spellings])
    assert [row.get("nationality") for row in rows] == [label for _, label in spellings]


SEXES = (
    *(("M", "Male"), ("f", "Female"), (" F ", "Female"), ("", "Unknown"), ("X", "Unknown")),
    *(("Male", "Unknown"), ("\uff2d", "Unknown")),
)


def test_sex() -> None:
    rows = clean_changes([{"sex": delivered} for delivered, _ in SEXES])
    assert [row["sex"] for row in rows] == [label for _, label in SEXES]


def test_unlisted_types_and_statuses_are_accepted_and_marked() -> None:
    pairs = [("ADULT", "LIVE"), ("", ""), (" adult", "live "), ("OTHER", "LIVE"), ("", "DORMANT")]
    rows = clean_changes([{"registration_type": a, "account_status": b} for a, b in pairs])
    marks = [(row["unlisted_registration_type"], row["unlisted_account_status"]) for row in rows]
    assert marks == [(False, False)] * 3 + [(True, False), (False, True)]


def test_names_and_postcodes_stay_as_delivered_and_blank_country_is_the_uk() -> None:
    rows = clean_changes(
        [
            {"surname": " O'Neill ", "postcode": "hs1 2aa ", "country_of_residence": " "},
            {"country_of_residence": " Fra "},
        ]
    )
    assert (rows[0]["surname"], rows[0]["postcode"]) == (" O'Neill ", "hs1 2aa ")
    assert [row["country_of_residence"] for row in rows] == ["gbr", "fra"]
