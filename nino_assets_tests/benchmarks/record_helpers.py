"""What each performance helper gains in the records of a whole history.

    python -m nino_assets_tests.benchmarks.record_helpers FOLDER [SCALE] [RUNS]

Each variant does without one helper, in the plainest way; the baseline is the pipeline as built.
FOLDER, SCALE and RUNS as in `hashing`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from unittest.mock import patch

import pyarrow as pa

from nino_assets.deliveries import intake
from nino_assets.methods.records import cleaning, pseudonyms
from nino_assets.methods.records.distinct_values import DistinctValueParser
from nino_assets.store import parquet
from nino_assets_tests.benchmarks.record_stages import Stages, compare, run_stages


def parse_every_row(parser: DistinctValueParser, table: pa.Table) -> pa.Table:
    """The new columns, parsed for each row and not for each distinct text."""
    for column in parser._parsers:
        if column in table.column_names:
            texts = table[column].cast(pa.string()).combine_chunks()
            for name, values in parser._parse_texts(column, texts).items():
                table = table.append_column(name, values)
    return table


def pass_on(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    yield from batches


def keep_batches(batches: Iterable[pa.RecordBatch], rows: int) -> Iterator[pa.Table]:
    return (pa.Table.from_batches([batch]) for batch in batches)


def run_without_distinct_values(landing: Path, data: Path) -> Stages:
    with patch.object(DistinctValueParser, "add_parsed_columns", parse_every_row):
        return run_stages(landing, data)


def run_without_prefetch(landing: Path, data: Path) -> Stages:
    return run_with("prefetch", (cleaning, pseudonyms, parquet), pass_on, landing, data)


def run_without_rebatch(landing: Path, data: Path) -> Stages:
    return run_with("rebatch", (cleaning, intake), keep_batches, landing, data)


def run_with(
    name: str,
    modules: Iterable[object],
    plain: Callable[..., object],
    landing: Path,
    data: Path,
) -> Stages:
    for module in modules:
        setattr(module, name, plain)  # in a process of its own, which ends with the run
    return run_stages(landing, data)


if __name__ == "__main__":
    compare(
        {
            "as built": run_stages,
            "no distinct values": run_without_distinct_values,
            "no prefetch": run_without_prefetch,
            "no rebatch": run_without_rebatch,
        },
        "as built",
    )
