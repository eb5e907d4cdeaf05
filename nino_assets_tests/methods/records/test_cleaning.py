"""Each delivered row is accepted, or rejected with the first reason that applies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.dataset as ds
from hypothesis import given
from hypothesis import strategies as st

from nino_assets.methods.records.cleaning import clean_scan
from nino_assets.methods.records.cleaning_rules import CLEANED_COLUMNS
from nino_assets.statistic import reference_lists
from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.scan_columns import SCAN_COLUMNS
from nino_assets.statistic.vocabulary import REJECTION_REASONS
from nino_assets_tests.support import oracle
from nino_assets_tests.support.small_delivery import record

QUARTER = Quarter(2020, 4)
Row = dict[str, Any]


def clean(
    records: Sequence[Sequence[str | None]],
    *,
    register: bool = False,
    synthetic: bool = True,
    malformed: Sequence[str] = (),
    **options: Any,
) -> tuple[list[Row], list[Row]]:
    """Accepted and rejected rows, in the order of their row number."""
    columns: dict[str, pa.Array] = {
        "row_number": pa.array(range(len(records) + len(malformed)), pa.int64())
    }
    for place, name in enumerate(SCAN_COLUMNS):
        values = [fields[place] for fields in records] + [None] * len(malformed)
        columns[name] = pa.array(values, pa.string())
    texts = [None] * len(records) + list(malformed)
    columns["malformed_text"] = pa.array(texts, pa.string())
    columns["quarter"] = pa.array([QUARTER.label] * len(texts), pa.string())
    con = duckdb.connect()
    accepted, rejected = clean_scan(
        con,
        ds.dataset(pa.table(columns)),
        delivered=QUARTER,
        register=register,
        synthetic=synthetic,
        nationalities=reference_lists.read_nationalities(),
        aliases=reference_lists.read_nationality_aliases(),
        **options,
    )
    read = accepted.read_all()
    assert tuple(read.column_names) == CLEANED_COLUMNS
    return read.to_pylist(), rejected.read_all().sort_by("row_number").to_pylist()


def judged(changes: Sequence[dict[str, str]], **options: Any) -> list[Row]:
    """What becomes of valid records with these changes, each of another person: rows in order."""
    persons = [{"nino": f"AB{n:06d}"} | change for n, change in enumerate(changes)]
    accepted, rejected = clean([record(**person) for person in persons], **options)
    by_row = {row["row_number"]: row for row in rejected}
    remaining = {row["nino8"]: row for row in accepted}
    return [
        by_row.get(n) or remaining[person["nino"].replace(" ", "").upper()[:8]]
        for n, person in enumerate(persons)
    ]


def reasons(changes: Sequence[dict[str, str]], **options: Any) -> list[str | None]:
    return [row.get("reason") for row in judged(changes, **options)]


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
    _, rejected = clean([record(nino=nino) for nino in GOOD_NINOS])
    assert {row["reason"] for row in rejected} == {"duplicate_nino"}


def test_any_other_nino_is_rejected() -> None:
    accepted, rejected = clean([record(nino=nino) for nino in BAD_NINOS])
    assert [row["nino8"] for row in accepted] == []
    assert {row["reason"] for row in rejected} == {"invalid_nino"}


def test_first_letter_q_is_for_synthetic_deliveries_only() -> None:
    changes = [{"nino": nino} for nino in ("QA123456C", "qa123457c", "AQ123456C", "AB123456C")]
    assert reasons(changes, synthetic=True) == [None, None, "invalid_nino", None]
    assert reasons(changes, synthetic=False) == ["invalid_nino"] * 3 + [None]


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
    assert reasons([changes for changes, _ in REASONS]) == [reason for _, reason in REASONS]


def test_a_register_extract_takes_every_quarter_of_the_series_up_to_its_own() -> None:
    days = ("2002-01-01", "2020-09-30", "2020-12-31", "2001-12-31", "2021-01-01")
    found = reasons([{"date_of_registration": day} for day in days], register=True)
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
    assert reasons(changes) == [reason for reason, _ in wrong] == list(REJECTION_REASONS[1:6])
    early = {"nationality": "GBR", "date_of_registration": "2001-01-01"}
    assert reasons([early]) == ["uk_national"]


def test_a_malformed_row_keeps_its_text_and_nothing_else_is_judged() -> None:
    accepted, rejected = clean([record()], malformed=["AB123456C,Novak"])
    assert len(accepted) == 1
    assert rejected[0]["reason"] == "malformed_row"
    assert rejected[0]["malformed_text"] == "AB123456C,Novak"
    assert rejected[0]["nino"] is None


def test_rejected_rows_stay_as_delivered() -> None:
    fields = record(nino=" dd 12 34 56 ", surname='O\'Neill, "Ann"', postcode="hs1-2aa")
    _, rejected = clean([fields])
    assert [rejected[0][name] for name in SCAN_COLUMNS] == fields


# Duplicates --------------------------------------------------------------------------------------


def kept_surname(records: Sequence[Sequence[str | None]], **options: Any) -> str | None:
    accepted, rejected = clean(records, **options)
    assert len(accepted) == 1
    assert {row["reason"] for row in rejected} == {"duplicate_nino"}
    return accepted[0]["surname"]


def test_the_earliest_registration_of_a_person_is_kept() -> None:
    later = record(surname="A", date_of_registration="2020-11-13")
    earlier = record(surname="Z", date_of_registration="12/11/2020")
    assert kept_surname([later, earlier]) == "Z"
    assert kept_surname([earlier, later]) == "Z"


def test_suffix_spaces_and_case_make_no_other_person() -> None:
    accepted, rejected = clean(
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
            assert (kept_surname(order) or "") == (smaller or "")


def test_the_nino_as_delivered_decides_before_the_surname() -> None:
    rows = [record(nino="AB123456B", surname="A"), record(nino="AB123456A", surname="Z")]
    assert kept_surname(rows) == "Z"
    rows = [record(nino="AB123456", surname="Z"), record(nino="AB123456A", surname="A")]
    assert kept_surname(rows) == "Z"


def test_the_layout_s_own_column_order_decides() -> None:
    rows = [record(nino="AB123456B", surname="A"), record(nino="AB123456A", surname="Z")]
    order = ("surname", *(name for name in SCAN_COLUMNS if name != "surname"))
    assert kept_surname(rows, column_order=order) == "A"


def test_null_and_blank_are_equal_when_rows_are_compared() -> None:
    null: list[Any] = [*record()]
    blank = [*record()]
    null[1], blank[1] = None, ""
    null[2], blank[2] = "Z", "A"
    for order in ([null, blank], [blank, null]):
        accepted, _ = clean(order)
        assert [row["forenames"] for row in accepted] == ["A"]


def test_of_exact_copies_one_is_kept() -> None:
    accepted, rejected = clean([record()] * 5)
    assert len(accepted) == 1
    assert [row["reason"] for row in rejected] == ["duplicate_nino"] * 4


def test_a_rejected_row_makes_no_duplicate() -> None:
    accepted, rejected = clean(
        [
            record(date_of_registration="2020-10-01", account_status="CANCELLED"),
            record(date_of_registration="2020-09-01"),
            record(date_of_registration="2020-12-01", surname="Kept"),
        ]
    )
    assert [row["surname"] for row in accepted] == ["Kept"]
    assert [row["reason"] for row in rejected] == ["account_not_live", "outside_quarter"]


def test_a_person_twice_in_a_register_is_kept_in_the_first_quarter() -> None:
    accepted, rejected = clean(
        [
            record(date_of_registration="2020-12-01"),
            record(date_of_registration="2002-01-01", nino="ab123456"),
        ],
        register=True,
    )
    assert [row["date_of_registration"] for row in accepted] == [date(2002, 1, 1)]
    assert [row["reason"] for row in rejected] == ["duplicate_nino"]


# Repairs and derived variables -------------------------------------------------------------------


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
    rows = judged(
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
    assert [row["age"] for row in judged(changes, register=True)] == [18, 19, 19, 20]


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
    rows = judged([{"date_of_arrival": arrived} for arrived, _ in LAGS])
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
    rows = judged([{"nationality": delivered} for delivered, _ in NATIONALITIES])
    assert [row["nationality"] for row in rows] == [label for _, label in NATIONALITIES]


def test_every_listed_nationality_is_read_by_code_and_label() -> None:
    listed = reference_lists.read_nationalities().rows(named=True)
    spellings = [(row["nationality"], row["nationality"]) for row in listed] + [
        (row["nationality_code"], row["nationality"])
        for row in listed
        if len(row["nationality_code"]) == 3 and row["nationality_code"].isupper()
    ]
    rows = judged([{"nationality": spelling.swapcase()} for spelling, _ in spellings])
    assert [row.get("nationality") for row in rows] == [label for _, label in spellings]


SEXES = (
    *(("M", "Male"), ("f", "Female"), (" F ", "Female"), ("", "Unknown"), ("X", "Unknown")),
    *(("Male", "Unknown"), ("\uff2d", "Unknown")),
)


def test_sex() -> None:
    rows = judged([{"sex": delivered} for delivered, _ in SEXES])
    assert [row["sex"] for row in rows] == [label for _, label in SEXES]


def test_unlisted_types_and_statuses_are_accepted_and_marked() -> None:
    pairs = [("ADULT", "LIVE"), ("", ""), (" adult", "live "), ("OTHER", "LIVE"), ("", "DORMANT")]
    rows = judged([{"registration_type": a, "account_status": b} for a, b in pairs])
    marks = [(row["unlisted_registration_type"], row["unlisted_account_status"]) for row in rows]
    assert marks == [(False, False)] * 3 + [(True, False), (False, True)]


def test_names_and_postcodes_stay_as_delivered_and_blank_country_is_the_uk() -> None:
    rows = judged(
        [
            {"surname": " O'Neill ", "postcode": "hs1 2aa ", "country_of_residence": " "},
            {"country_of_residence": " Fra "},
        ]
    )
    assert (rows[0]["surname"], rows[0]["postcode"]) == (" O'Neill ", "hs1 2aa ")
    assert [row["country_of_residence"] for row in rows] == ["gbr", "fra"]


# All of it at once, against the oracle -----------------------------------------------------------

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
    accepted, rejected = clean(records, register=register, synthetic=synthetic)
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
