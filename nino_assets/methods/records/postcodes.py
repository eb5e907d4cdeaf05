"""Postcodes as text: normalising, valid forms, and repair of O/0 and I/1.

Source: `nino_assets/docs/method.md`, Geocoding.
"""

from __future__ import annotations

_INWARD = "[0-9][A-Z]{2}"
_OUTWARD = (
    "(?:[A-Z][0-9]|[A-Z][0-9]{2}|[A-Z][0-9][A-Z]|[A-Z]{2}[0-9]|[A-Z]{2}[0-9]{2}|[A-Z]{2}[0-9][A-Z])"
)
POSTCODE_FORM = f"(?:{_OUTWARD}{_INWARD}|GIR0AA|NPT{_INWARD})"
CROWN_DEPENDENCY_FORM = f"(?:GY|JE|IM)[0-9]{{1,2}}{_INWARD}"
BFPO_FORM = "BFPO[0-9]{1,4}"


def normalise_postcode_sql(postcode: str) -> str:
    """SQL for a postcode as it is compared: upper-case letters and digits.

    A blank one is ''.
    """
    # Most postcodes hold nothing else but spaces, and taking out those alone is much faster.
    spaces_only = f"regexp_full_match({postcode}, '[A-Z0-9 ]*')"
    other = f"upper(regexp_replace(coalesce({postcode}, ''), '[^A-Za-z0-9]', '', 'g'))"
    return f"CASE WHEN {spaces_only} THEN replace({postcode}, ' ', '') ELSE {other} END"


def swap_letters_and_digits_sql(postcode: str) -> str:
    """SQL for a normalised postcode with O/0 and I/1 swapped where needed.

    A letter becomes a digit, or a digit a letter, where the form of a postcode demands it.
    Inward code: digit, letter, letter. Outward code of four characters: letter, letter, digit,
    either; of two: letter, digit; of three: a letter first, and third a digit only where the second
    is a letter other than O or I. Postcodes of other lengths stay as they are.
    """
    p = postcode
    third = (
        f"CASE WHEN {p}[2:2] BETWEEN 'A' AND 'Z' AND {p}[2:2] NOT IN ('O', 'I') "
        f"THEN {_read_as_digits_sql(f'{p}[3:3]')} ELSE {p}[3:3] END"
    )
    outward = {
        5: f"{_read_as_letters_sql(f'{p}[1:1]')} || {_read_as_digits_sql(f'{p}[2:2]')}",
        6: f"{_read_as_letters_sql(f'{p}[1:1]')} || {p}[2:2] || {third}",
        7: f"{_read_as_letters_sql(f'{p}[1:2]')} || {_read_as_digits_sql(f'{p}[3:3]')} || {p}[4:4]",
    }
    cases = " ".join(
        f"WHEN {length} THEN {code} || {_read_as_digits_sql(f'{p}[{length - 2}:{length - 2}]')} "
        f"|| {_read_as_letters_sql(f'{p}[{length - 1}:{length}]')}"
        for length, code in outward.items()
    )
    return f"CASE length({p}) {cases} ELSE {p} END"


def _read_as_letters_sql(part: str) -> str:
    return f"translate({part}, '01', 'OI')"


def _read_as_digits_sql(part: str) -> str:
    return f"translate({part}, 'OI', '01')"
