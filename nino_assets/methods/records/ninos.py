"""National Insurance numbers: which are valid, and which characters identify a person.

Source: HM Revenue & Customs, National Insurance Manual, NIM39110. Keyed hashes of
them are made in `pseudonyms.py`.
"""

from __future__ import annotations

from string import ascii_uppercase

NEVER_ISSUED = ("BG", "GB", "KN", "NK", "NT", "TN", "ZZ")
"""Prefixes that are not given to anyone."""


def extract_nino8_sql(column: str) -> str:
    """SQL for the eight characters of a NINo that identify a person."""
    return f"upper(replace({column}, ' ', ''))[1:8]"


def is_valid_nino_sql(column: str, *, synthetic: bool) -> str:
    """SQL for whether a delivered NINo is valid, spaces and case aside.

    Only a synthetic delivery may use first letter Q. One regular expression holds all the rules:
    removing spaces and comparing prefixes first takes twice as long.
    """
    firsts = [letter for letter in ascii_uppercase if letter not in "DFIUV"]
    prefixes = "|".join(
        f"{_match_either_case(first)} *{_match_either_case(*_list_second_letters(first))}"
        for first in firsts
        if synthetic or first != "Q"
    )
    digits = " *".join(["[0-9]"] * 6)
    form = f" *(?:{prefixes}) *{digits} *(?:[A-Da-d] *)?"
    return f"coalesce(regexp_full_match({column}, '{form}'), false)"


def _list_second_letters(first: str) -> list[str]:
    """The second letters that may follow a first one."""
    return [
        letter
        for letter in ascii_uppercase
        if letter not in "DFIOQUV" and first + letter not in NEVER_ISSUED
    ]


def _match_either_case(*letters: str) -> str:
    """A character class of letters in both cases.

    Both are listed, since no letter outside ASCII may count as one inside it.
    """
    both = "".join(letters)
    return f"[{both}{both.lower()}]"
