"""The register of ten million records, stage by stage, beside named baselines.

    python -m nino_assets_tests.benchmarks.ten_million FOLDER [history] [next] [growth ROWS ...]

`history` builds 2002-Q1 to 2018-Q1 from a register extract of 10.4 million delivered rows, with
the postcode directory at its full size; `next` then adds 2018-Q2 from a quarter extract; `growth`
builds one series (2002-Q1 to 2026-Q3) from registers of 1, 2, 5, 10 and 17 million rows, or of
those given. Deliveries are made in FOLDER where they are not there yet, and kept.
Seconds are those of the clock; processor seconds stand beside them, since on a machine that others
use only those can be compared. Peak memory is the kernel's figure for the whole process; of a stage
it is the most that was seen.
"""

from __future__ import annotations

import math
import os
import shutil
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import duckdb

from nino_assets.statistic.quarters import SERIES_START, Quarter
from nino_assets.statistic.scan_columns import SCAN_COLUMNS
from nino_assets.store.folders import Folders
from nino_assets.synthetic.draws import count_rows
from nino_assets.synthetic.scan import SCAN_FILE
from nino_assets.synthetic.synthesis import synthesise
from nino_assets_tests.benchmarks.watching import Step, Watched, steps, watch

COMMAND = (sys.executable, "-c", "from nino_assets.cli.main import main; main()")
LAST, NEXT, LATEST = Quarter(2018, 1), Quarter(2018, 2), Quarter(2026, 3)
MILLIONS = (1, 2, 5, 10, 17)
RECORD_STAGES = ("raw_scan", "cleaning", "geocoded_records")
"""Read, clean, pseudonymise and geocode: what is held against the bare read."""


def say(line: str = "") -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def delivered(folder: Path, quarter: Quarter, extract: str, scale: float = 1.0) -> Path:
    """The landing folder with a delivery, made when it is not there. The directory is whole."""
    if not (folder / "nspl").exists():
        folder.mkdir(parents=True, exist_ok=True)
        whole = folder.parents[1] / "landing" / "nspl"
        if whole.is_dir():
            shutil.copytree(whole, folder / "nspl", copy_function=os.link)
    if not (folder / quarter.label / "manifest.json").exists():
        synthesise(quarter, scale=scale, seed=1, extract=extract, out=folder)  # type: ignore[arg-type]
    return folder


def build(data: Path, quarter: Quarter, first: Quarter | None) -> tuple[Watched, list[Step]]:
    since = ("--from", first.label) if first else ()
    command = [*COMMAND, "build", "--quarter", quarter.label, *since]
    watched = watch(command, {**os.environ, "NINO_DATA_DIR": str(data)}, data / "words.txt")
    if watched.code != 0:
        raise SystemExit(f"the build ended with {watched.code}: see {data / 'words.txt'}")
    return watched, steps(Folders(data), watched)


def timed(name: str, work: Callable[[], object]) -> tuple[str, float, float]:
    began, busy = time.perf_counter(), time.process_time()
    work()
    return name, time.perf_counter() - began, time.process_time() - busy


def baselines(scan: Path, rows: int) -> list[tuple[str, float, float]]:
    """What DuckDB takes for the bare work, on the same file, in its default settings."""
    columns = ", ".join(f"'{name}': 'VARCHAR'" for name in SCAN_COLUMNS)
    source = (
        f"read_csv('{scan}', auto_detect=false, header=true, delim=',', quote='\"', escape='\"', "
        f"ignore_errors=true, columns={{{columns}}})"
    )

    def query(what: str) -> Callable[[], object]:
        return lambda: duckdb.connect().sql(f"SELECT {what} FROM {source}").fetchall()

    def hmac(key: str) -> str:
        """An HMAC-SHA256 in SQL, under a key of 32 times one letter."""
        padded = key.encode() * 32 + b"\0" * 32
        inner, outer = (bytes(byte ^ mask for byte in padded).hex() for mask in (0x36, 0x5C))
        return f"sha256(unhex('{outer}') || unhex(sha256(unhex('{inner}') || encode(n))))"

    def hashes() -> tuple[float, float]:
        con = duckdb.connect()
        nino = "'QQ' || lpad((i % 1000000)::VARCHAR, 6, '0')"
        # A table, since of `range` only one thread reads.
        con.execute(f"CREATE TABLE ninos AS SELECT {nino} AS n FROM range({rows}) AS t(i)")
        began, busy = time.perf_counter(), time.process_time()
        con.sql(f"SELECT max({hmac('p')}), max({hmac('r')}) FROM ninos").fetchall()
        return time.perf_counter() - began, time.process_time() - busy

    counted = "DuckDB reads the CSV and counts its rows"
    each = ", ".join(f"count({name})" for name in SCAN_COLUMNS)
    return [
        timed(counted, query("count(*)")),
        timed("the same again", query("count(*)")),
        timed("DuckDB reads the CSV and counts each column's values", query(each)),
        ("DuckDB takes two HMACs of as many NINos", *hashes()),
    ]


def tell(watched: Watched, found: Sequence[Step]) -> None:
    say(f"{'step':32}{'seconds':>9}{'processor':>11}{'rows':>13}{'rows/s':>12}{'peak MB':>9}")
    for step in found:
        rate = f"{step.rows / step.seconds:,.0f}" if step.rows and step.seconds > 0.5 else ""
        rows = f"{step.rows:,}" if step.rows else ""
        say(
            f"{step.name:32}{step.seconds:9.1f}{step.processor:11.1f}{rows:>13}{rate:>12}"
            f"{step.peak / 1e6:9,.0f}"
        )
    inside = sum(step.seconds for step in found)
    say(
        f"{'start, event log and end':32}{watched.seconds - inside:9.1f}"
        f"{watched.processor - sum(step.processor for step in found):11.1f}"
    )
    say(
        f"{'the whole process':32}{watched.seconds:9.1f}{watched.processor:11.1f}"
        f"{'':25}{watched.peak / 1e6:9,.0f}"
    )


def records_of(found: Sequence[Step]) -> tuple[float, float]:
    own = [step for step in found if step.name in RECORD_STAGES]
    return sum(step.seconds for step in own), sum(step.processor for step in own)


def fresh(folder: Path, landing: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "landing").symlink_to(landing)
    return folder


def history(folder: Path) -> None:
    landing = delivered(folder / "landing", LAST, "register")
    delivered(folder / "landing", NEXT, "quarter")
    data = fresh(folder / "history", landing)
    say(f"History: {SERIES_START.label} to {LAST.label}, from CSV to bulletin")
    watched, found = build(data, LAST, SERIES_START)
    tell(watched, found)
    rows = next(step.rows for step in found if step.name == "raw_scan") or 0
    seconds, processor = records_of(found)
    say()
    say(f"Read, clean, pseudonymise, geocode: {seconds:.1f} s, {processor:.1f} s of processor")
    for name, clock, busy in baselines(landing / LAST.label / SCAN_FILE, rows):
        say(
            f"  {name}: {clock:.1f} s, {busy:.1f} s of processor; ours is "
            f"{seconds / clock:.1f} times as long, {processor / busy:.1f} times the processor"
        )


def next_quarter(folder: Path) -> None:
    say(f"The next quarter, {NEXT.label}, on top of the history")
    tell(*build(folder / "history", NEXT, None))


def growth(folder: Path, millions: Sequence[int]) -> None:
    say(f"Growth: {SERIES_START.label} to {LATEST.label}, from registers of more and more rows")
    say(
        f"{'rows':>12}{'seconds':>9}{'processor':>11}"
        f"{'records s':>11}{'processor':>11}{'peak MB':>9}"
    )
    whole = sum(count_rows(quarter, 1.0) for quarter in SERIES_START.list_until(LATEST))
    points: list[tuple[float, float, float]] = []
    peaks: list[dict[str, float]] = []
    delivered(folder / "landing", LAST, "register")  # and with it the directory
    for each in millions:
        scale = min(1.0, each * 1e6 / whole)
        landing = delivered(folder / "growth" / f"landing-{each}", LATEST, "register", scale)
        data = fresh(folder / "growth" / "data", landing)
        watched, found = build(data, LATEST, SERIES_START)
        rows = next(step.rows for step in found if step.name == "raw_scan") or 0
        seconds, processor = records_of(found)
        say(
            f"{rows:12,}{watched.seconds:9.1f}{watched.processor:11.1f}{seconds:11.1f}"
            f"{processor:11.1f}{watched.peak / 1e6:9,.0f}"
        )
        points.append((rows, watched.processor, processor))
        peaks.append({step.name: step.peak / 1e6 for step in found})
        shutil.rmtree(data)
    if len(points) > 1:
        say()
        say("Steps that take more memory with more rows, peak MB at each size:")
        for name, first in peaks[0].items():
            if peaks[-1].get(name, 0) > 1.1 * first:
                say(f"{name:32}" + "".join(f"{each.get(name, 0):9,.0f}" for each in peaks))
        say()
        say(f"Processor time grows with rows to the power of {exponent(points, 1):.2f}; of the")
        say(f"record stages alone, to the power of {exponent(points, 2):.2f}.")


def exponent(points: Sequence[tuple[float, float, float]], of: int) -> float:
    """The slope of the line of least squares through the logarithms."""
    xs = [math.log(point[0]) for point in points]
    ys = [math.log(point[of]) for point in points]
    x, y = sum(xs) / len(xs), sum(ys) / len(ys)
    return sum((a - x) * (b - y) for a, b in zip(xs, ys, strict=True)) / sum(
        (a - x) ** 2 for a in xs
    )


def main() -> None:
    folder = Path(sys.argv[1]).absolute()
    wanted = sys.argv[2:] or ["history", "next", "growth"]
    if "history" in wanted:
        history(folder)
    if "next" in wanted:
        next_quarter(folder)
    if "growth" in wanted:
        growth(folder, [int(word) for word in wanted if word.isdigit()] or MILLIONS)


if __name__ == "__main__":
    main()
