"""Members of two lists are told apart by the people that they hold."""

from __future__ import annotations

import polars as pl

from nino_assets.methods.comparison.changed_members import (
    MEMBER_SCHEMA,
    compare_members,
    list_successions,
)


def members(**parts: str) -> pl.DataFrame:
    """`A="1 2"` is the member a, named A, which holds 1 and 2."""
    rows = [("district", name.lower(), name, part) for name, held in parts.items() for part in held]
    return pl.DataFrame(rows, schema=MEMBER_SCHEMA, orient="row")


BEFORE = members(Alder="12", Beech="3", Cedar="45", Damson="6", Elm="789")


def test_the_same_list_has_no_changes() -> None:
    assert not compare_members(BEFORE, BEFORE)


def test_a_part_that_is_new_moves_nobody() -> None:
    now = members(Alder="12x", Beech="3", Cedar="45", Damson="6", Elm="789")
    assert not compare_members(BEFORE, now)


def test_renamed_moved_and_new_members_are_told_apart() -> None:
    # Beech and Cedar became one; Damson was renamed; a part of Elm went to Alder; Fig is new.
    now = members(Alder="127", Birch="345", Date="6", Elm="89", Fig="x")
    found = compare_members(BEFORE, now)
    assert found
    assert found.renamed.rows() == [("district", "damson", "Damson", "date", "Date")]
    assert set(found.moved["code"]) == {"alder", "beech", "cedar", "birch", "elm"}
    assert found.added["code"].to_list() == ["fig"]


def test_a_new_name_alone_is_a_renaming() -> None:
    now = BEFORE.with_columns(name=pl.col("name").replace("Elm", "Wych Elm"))
    found = compare_members(BEFORE, now)
    assert found.renamed.rows() == [("district", "elm", "Elm", "elm", "Wych Elm")]
    assert found.moved.is_empty()


def test_a_part_that_is_gone_moves_its_member() -> None:
    now = members(Alder="1", Beech="3", Cedar="45", Damson="6", Elm="789")
    assert set(compare_members(BEFORE, now).moved["code"]) == {"alder"}


def test_successions_say_where_each_part_went() -> None:
    now = members(Alder="127", Birch="345", Date="6", Elm="89")
    assert list_successions(BEFORE, now, "district").rows() == [
        ("alder", "Alder", "alder", "Alder", 2),
        ("beech", "Beech", "birch", "Birch", 1),
        ("cedar", "Cedar", "birch", "Birch", 2),
        ("damson", "Damson", "date", "Date", 1),
        ("elm", "Elm", "alder", "Alder", 1),
        ("elm", "Elm", "elm", "Elm", 2),
    ]
