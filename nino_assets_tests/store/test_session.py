"""DuckDB stays in memory and offline, and what it spills nobody can read."""

from __future__ import annotations

import threading
from pathlib import Path

import duckdb
import pytest

from nino_assets.errors import WarehouseError
from nino_assets.store.session import open_duckdb_session

PLANTED = "PLANTEDIDENTIFIER"
SORT = f"""
    SELECT * FROM (SELECT '{PLANTED}' || i AS nino, hash(i) AS place FROM range(1500000) r(i))
    ORDER BY place"""


def tighten(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("SET memory_limit = '70MB'")
    con.execute("SET threads = 2")


def spilled_while(spill: Path, con: duckdb.DuckDBPyConnection) -> tuple[int, list[bytes]]:
    """Rows of a sort that spills, and what stood in the spill files meanwhile."""
    seen: list[bytes] = []
    rows = 0
    for batch in con.sql(SORT).to_arrow_reader(50_000):
        rows += batch.num_rows
        if rows == batch.num_rows:
            seen = [path.read_bytes() for path in spill.rglob("*.tmp")]
    return rows, seen


def test_a_sort_that_spills_gives_all_rows_and_leaves_nothing_to_read(tmp_path: Path) -> None:
    with open_duckdb_session(tmp_path) as con:
        tighten(con)
        rows, seen = spilled_while(tmp_path, con)
    assert rows == 1_500_000
    assert sum(map(len, seen)) > 1_000_000
    assert not any(PLANTED.encode() in content for content in seen)
    assert not any(path.is_file() for path in tmp_path.rglob("*.tmp"))


def test_the_spill_would_show_identifiers_were_it_not_encrypted(tmp_path: Path) -> None:
    con = duckdb.connect()
    con.execute(f"SET temp_directory = '{tmp_path}'")
    tighten(con)
    _, seen = spilled_while(tmp_path, con)
    assert any(PLANTED.encode() in content for content in seen)


def test_a_full_disk_is_told(tmp_path: Path) -> None:
    with (
        pytest.raises(WarehouseError, match="no room for what does not fit into memory"),
        open_duckdb_session(tmp_path) as con,
    ):
        tighten(con)
        con.execute("SET max_temp_directory_size = '1MB'")
        con.execute(f"CREATE TEMP TABLE sorted AS {SORT}")


def test_other_errors_pass_as_they_are(tmp_path: Path) -> None:
    with pytest.raises(duckdb.CatalogException), open_duckdb_session(tmp_path) as con:
        con.sql("SELECT * FROM nowhere")


def test_a_quote_in_the_folder_s_name_does_no_harm(tmp_path: Path) -> None:
    with open_duckdb_session(tmp_path / "o'brien") as con:
        assert con.sql("SELECT current_setting('temp_directory')").fetchall() == [
            (str(tmp_path / "o'brien"),)
        ]


def test_nothing_is_fetched_from_the_network(tmp_path: Path) -> None:
    with open_duckdb_session(tmp_path) as con:
        settings = con.sql("SELECT current_setting('autoinstall_known_extensions')").fetchall()
        assert settings == [(False,)]


def test_sessions_of_several_threads_do_not_meet(tmp_path: Path) -> None:
    found: list[int] = []

    def work(number: int) -> None:
        with open_duckdb_session(tmp_path) as con:
            con.execute(f"CREATE TEMP TABLE mine AS SELECT {number} AS n")
            found.extend(row[0] for row in con.sql("SELECT n FROM mine").fetchall())

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [0, 1, 2, 3]
