from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nino_assets.publishing.open_data import numbering
from nino_assets.publishing.open_data.numbering import LABEL, number_rows, number_tables

COLUMNS = ("cube", "age", "sex")
row = st.tuples(*[st.sampled_from([None, "", "a", "b", "All"])] * len(COLUMNS))
rows = st.lists(row, max_size=12)


def table(labels: list[tuple[str | None, ...]], chunk: int) -> pa.Table:
    """Rows in chunks that each number their labels for themselves."""
    whole = pa.table(
        {
            name: pa.array([each[place] for each in labels], pa.string())
            for place, name in enumerate(COLUMNS)
        }
    )
    parts = [whole.slice(start, chunk) for start in range(0, len(labels), chunk)]
    schema = pa.schema([(name, LABEL) for name in COLUMNS])
    encoded = [part.cast(schema) for part in parts]
    return pa.concat_tables(encoded) if encoded else schema.empty_table()


@pytest.mark.parametrize("largest", [2**62, 10])
@given(rows, rows, st.integers(1, 5))
def test_numbers_are_equal_where_rows_are(
    largest: int, one: list[tuple[str | None, ...]], other: list[tuple[str | None, ...]], chunk: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(numbering, "_LARGEST", largest)
        tables = number_tables([table(one, chunk), table(other, 3)])
        found = [int(n) for part in number_rows(tables, COLUMNS) for n in part]
    labels = [*one, *other]
    assert len(found) == len(labels)
    assert len(set(zip(found, labels, strict=True))) == len(set(found)) == len(set(labels))


@given(rows, st.integers(1, 5))
def test_members_are_the_distinct_rows(labels: list[tuple[str | None, ...]], chunk: int) -> None:
    (held,) = number_tables([table(labels, chunk)])
    assert held.count == len(labels)
    members, of_row = held.list_members(COLUMNS[:2])
    assert [members[n] for n in of_row] == [each[:2] for each in labels]
    assert len(members) == len(set(members))


@given(rows)
def test_rows_of_a_label_are_found(labels: list[tuple[str | None, ...]]) -> None:
    (held,) = number_tables([table(labels, 4)])
    for label in ("a", "", "nowhere"):
        assert held.match("age", label).tolist() == [each[1] == label for each in labels]
