"""A layout is held against its schema: columns, tables and settings, each told by its key."""

from __future__ import annotations

import pytest

from nino_assets.errors import ReferenceListError
from nino_assets.statistic.layout_files import LayoutSchema, Setting, read_layout
from nino_assets_tests.support.own_lists import OwnLists

SCHEMA = LayoutSchema(
    ("post", "name"),
    tables={"rules": {"organisations": Setting("texts"), "most": Setting("whole number")}},
    repeated={"series": {"kind": Setting("text", values=("a", "b")), "since": Setting("quarter")}},
)
GOOD = """
name = "team"
[columns]
"Job title" = "post"
Person = "name"
[rules]
organisations = ["One", "Two"]
most = 0
[[series]]
kind = "a"
since = "2020-Q4"
"""


def test_a_layout_gives_columns_in_its_order_and_its_tables(own_lists: OwnLists) -> None:
    path = own_lists.write("layouts/team.toml", GOOD, encoding="utf-8-sig")
    layout = read_layout("team", SCHEMA)
    assert layout.path == path
    assert list(layout.columns.items()) == [("Job title", "post"), ("Person", "name")]
    assert layout.tables["rules"] == {"organisations": ["One", "Two"], "most": 0}
    assert layout.tables["series"] == [{"kind": "a", "since": "2020-Q4"}]


@pytest.mark.parametrize(
    ("before", "after", "what"),
    [
        ('Person = "name"', "", "does not lead to each column once"),
        ('Person = "name"', 'Person = "post"', "does not lead to each column once"),
        ('Person = "name"', 'Person = ["name"]', "does not lead to each column once"),
        ("[rules]", "[rule]", "there is a key rule\n"),
        ('[rules]\norganisations = ["One", "Two"]\nmost = 0\n', "", "there is no rules"),
        ("most = 0", "most = 1.5", r"\[rules\], most: it is not a whole number"),
        ("most = 0", "", r"\[rules\]: there is no most"),
        ("most = 0", "most = 0\nleast = 0", r"\[rules\]: there is a key least"),
        ('["One", "Two"]', '["One", 2]', "organisations: it is not texts"),
        ('kind = "a"', 'kind = "c"', "number 1, kind: it is not a text, one of a, b"),
        ('kind = "a"', 'kind = ["a"]', "number 1, kind: it is not a text, one of a, b"),
        ('"2020-Q4"', '"2020-10-01"', "number 1, since: it is not a quarter"),
        ('"2020-Q4"', "2020", "number 1, since: it is not a quarter"),
        ("[[series]]", "[series]", "series is no list of tables"),
        ('name = "team"', 'name = "Team"', "name is another"),
        ("most = 0", "most = 0 0", "cannot be read as TOML: .*line 8"),
    ],
)
def test_a_mistake_is_told_by_file_key_and_rule(
    own_lists: OwnLists, before: str, after: str, what: str
) -> None:
    assert before in GOOD
    path = own_lists.write("layouts/team.toml", GOOD.replace(before, after))
    with pytest.raises(ReferenceListError, match=what) as refused:
        read_layout("team", SCHEMA)
    assert refused.value.what.startswith(f"{path}: ")
    assert refused.value.rule and refused.value.next_step


def test_a_layout_in_another_encoding_is_refused(own_lists: OwnLists) -> None:
    own_lists.write("layouts/team.toml", GOOD.replace("One", "Größe"), encoding="latin-1")
    with pytest.raises(ReferenceListError, match="cannot be read as TOML"):
        read_layout("team", SCHEMA)


def test_a_layout_that_is_nowhere_is_named(own_lists: OwnLists) -> None:
    with pytest.raises(ReferenceListError, match=r"There is no reference list layouts/team\.toml"):
        read_layout("team", SCHEMA)
