"""Each delivered row is accepted, or rejected with the first reason that applies."""

from __future__ import annotations

from collections import Counter
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from nino_assets.statistic.scan_columns import SCAN_COLUMNS
from nino_assets.statistic.vocabulary import REJECTION_REASONS
from nino_assets_tests.support import oracle
from nino_assets_tests.support.cleaned_rows import (
    QUARTER,
    Row,
    clean_records,
    list_reasons,
)
from nino_assets_tests.support.small_delivery import record

GOOD_NINOS = (
    *("AB123456", "AB123456A", "AB123456B", "AB123456C", "AB123456D", "ab123456c"),
    *("AB 12 34 56 C", " AB123456C ", "a b 1 2 3 4 5 6 d", "QB123456C", "GY123456", "ZY123456"),
)
BAD_NINOS = (
    *("", " ", "AB12345", "AB1234567", "AB12345C", "AB123456E", "AB123456CD", "A1234567"),
    *("1B123456", "AB-12-34-56-C", "AB123456 \t", "AB\u00a0123456C", "AB12345O", "AB123456\n"),
    *(f"{letter}B123456" for letter in "DFIUVdfiuv"),
    *(f"A{letter}123456" for letter in "DFIOQUVdfioquv"),
    *("BG123456", "GB123456", "KN123456", "NK123456", "NT123456", "TN123456", "ZZ123456"),
    *("gb123456", "zZ123456", "QQ123456", "DO123456"),
    # Letters that upper-casing or case folding turns into ASCII, and digits of other scripts.
    *("\u0131B123456", "A\u017f123456", "\u212aB123456", "A\u212a123456", "AB12345\uff16"),
    *("\uff21B123456", "AB12345\u0666", "\u0410B123456", "AB123456\u00c7", "AB123456\u24b8"),
)


def test_a_nino_that_can_be_issued_is_accepted() -> None:
    _, rejected = clean_records([record(nino=nino) for nino in GOOD_NINOS])
    assert {row["reason"] for row in rejected} == {"duplicate_nino"}


def test_any_other_nino_is_rejected() -> None:
    accepted, rejected = clean_records([record(nino=nino) for nino in BAD_NINOS])
    assert [row["nino8"] for row in accepted] == []
    assert {row["reason"] for row in rejected} == {"invalid_nino"}


def test_first_letter_q_is_for_synthetic_deliveries_only() -> None:
    changes = [{"nino": nino} for nino in ("QA123456C", "qa123457c", "AQ123456C", "AB123456C")]
    assert list_reasons(changes, synthetic=True) == [None, None, "invalid_nino", None]
    assert list_reasons(changes, synthetic=False) == ["invalid_nino"] * 3 + [None]


REASONS = (
    ({"registration_type": "JUVENILE"}, "juvenile_registration"),
    ({"registration_type": " juvenile "}, "juvenile_registration"),
    ({"registration_type": ""}, None),
    ({"registration_type": "adult"}, None),
    ({"registration_type": "TRANSFER"}, None),
    ({"account_status": "CANCELLED"}, "account_not_live"),
    ({"account_status": "Amalgamated"}, "account_not_live"),
    ({"account_status": " redirected"}, "account_not_live"),
    ({"account_status": ""}, None),
    ({"account_status": "live "}, None),
    ({"account_status": "DORMANT"}, None),
    ({"nationality": "GBR"}, "uk_national"),
    ({"nationality": " gb "}, "uk_national"),
    ({"nationality": "uk"}, "uk_national"),
    ({"nationality": "United Kingdom"}, "uk_national"),
    ({"nationality": "BRITISH"}, "uk_national"),
    ({"nationality": "GBRX"}, None),
    ({"date_of_registration": ""}, "registration_date_missing"),
    ({"date_of_registration": "2020-02-30"}, "registration_date_missing"),
    ({"date_of_registration": "12/13/2020"}, "registration_date_missing"),
    ({"date_of_registration": "2001-12-31"}, "outside_series"),
    ({"date_of_registration": "0001-01-01"}, "outside_series"),
    ({"date_of_registration": "2021-01-01"}, "outside_series"),
    ({"date_of_registration": "2020-09-30"}, "outside_quarter"),
    ({"date_of_registration": "2002-01-01"}, "outside_quarter"),
    ({"date_of_registration": "2020-10-01"}, None),
    ({"date_of_registration": "31/12/2020"}, None),
)


def test_reasons_one_by_one() -> None:
    assert list_reasons([changes for changes, _ in REASONS]) == [reason for _, reason in REASONS]


def test_a_register_extract_takes_every_quarter_of_the_series_up_to_its_own() -> None:
    days = ("2002-01-01", "2020-09-30", "2020-12-31", "2001-12-31", "2021-01-01")
    found = list_reasons([{"date_of_registration": day} for day in days], register=True)
    assert found == [None, None, None, "outside_series", "outside_series"]


def test_the_first_reason_in_the_contract_s_order_is_given() -> None:
    wrong = [
        ("invalid_nino", {"nino": "DD123456"}),
        ("juvenile_registration", {"registration_type": "JUVENILE"}),
        ("account_not_live", {"account_status": "CANCELLED"}),
        ("uk_national", {"nationality": "GBR"}),
        ("registration_date_missing", {"date_of_registration": "2020-13-01"}),
    ]
    changes = [
        {k: v for _, change in wrong[first:] for k, v in change.items()}
        for first in range(len(wrong))
    ]
    assert list_reasons(changes) == [reason for reason, _ in wrong] == list(REJECTION_REASONS[1:6])
    early = {"nationality": "GBR", "date_of_registration": "2001-01-01"}
    assert list_reasons([early]) == ["uk_national"]


def test_a_malformed_row_keeps_its_text_and_nothing_else_is_judged() -> None:
    accepted, rejected = clean_records([record()], malformed=["AB123456C,Novak"])
    assert len(accepted) == 1
    assert rejected[0]["reason"] == "malformed_row"
    assert rejected[0]["malformed_text"] == "AB123456C,Novak"
    assert rejected[0]["nino"] is None


def test_rejected_rows_stay_as_delivered() -> None:
    fields = record(nino=" dd 12 34 56 ", surname='O\'Neill, "Ann"', postcode="hs1-2aa")
    _, rejected = clean_records([fields])
    assert [rejected[0][name] for name in SCAN_COLUMNS] == fields


dirty_dates = st.sampled_from(
    [
        *("2020-11-12", "12/11/2020", "20201112", " 2020-11-12 ", "2020-10-01", "2020-12-31"),
        *("2020-09-30", "2021-01-01", "2001-12-31", "2002-01-01", "0000-01-01", "0001-01-01"),
        *(
            "",
            " ",
            "2020-02-30",
            "13/13/2020",
            "2020-11-12T00",
            "2000-02-29",
            "28/02/2019",
            "tomorrow",
        ),
    ]
)
dirty_records = st.tuples(
    st.builds(
        "{}{}{}".format,
        st.sampled_from(["AB", "ab", "A B", "QZ", "ZQ", "DA", "GB", "\u0131B", "J\u212a", ""]),
        st.sampled_from(["000001", "000002", "00 00 03", "00004", "00000\uff15"]),
        st.sampled_from(["", "A", "d", "E", " C ", "CC"]),
    ),
    st.sampled_from(["", "a", "Z", "\u00e9", 'O"Neill, Ann', "\U0001f600"]),
    st.sampled_from(["", "Jana", "line\nbreak"]),
    dirty_dates,
    dirty_dates,
    dirty_dates,
    st.sampled_from(["M", "f", " m ", "X", ""]),
    st.sampled_from(["POL", "poland ", "GBR", "british", "SRB", "Unknown", "XXX", "", "CUW"]),
    st.sampled_from(["ADULT", "", "juvenile", "JUVENILE ", "OTHER"]),
    st.sampled_from(["LIVE", "", "cancelled", " Redirected", "AMALGAMATED", "OTHER"]),
    st.sampled_from(["HS1 2AA", ""]),
    st.sampled_from(["GBR", "", "fra"]),
)


@given(
    st.lists(dirty_records.map(list), min_size=1, max_size=40),
    st.booleans(),
    st.booleans(),
    st.randoms(use_true_random=False),
)
def test_dirty_rows_agree_with_plain_python(
    records: list[list[str]], register: bool, synthetic: bool, random: Any
) -> None:
    manifest = {
        "quarter": QUARTER.label,
        "extract": "register" if register else "quarter",
        "synthetic": synthetic,
    }
    expected, expected_rejected = oracle.clean(SCAN_COLUMNS, records, manifest)
    random.shuffle(records)
    accepted, rejected = clean_records(records, register=register, synthetic=synthetic)
    assert len(accepted) + len(rejected) == len(records)
    assert Counter(
        (tuple(row[name] for name in SCAN_COLUMNS), row["reason"]) for row in rejected
    ) == (Counter((tuple(fields), reason) for fields, reason in expected_rejected))

    def bands(row: Row) -> tuple[Any, ...]:
        age, lag = row["age"], row["arrival_lag_days"]
        registered = row["date_of_registration"]
        return (
            *(row["nino8"], row["surname"], registered, row["sex"], row["nationality"]),
            (age is None, lag is None, row["country_of_residence"]),
        )

    assert sorted(map(bands, accepted)) == sorted(
        (
            *(row["nino8"], row["surname"], row["registered"], row["sex_label"]),
            row["nationality_label"],
            (
                row["age"] == "Unknown",
                row["arrival_lag"] == "Unknown",
                row["country_of_residence"].strip(" ").lower() or "gbr",
            ),
        )
        for row in expected
    )
