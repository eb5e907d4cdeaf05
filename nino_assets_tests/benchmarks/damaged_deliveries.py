"""Takes in damaged deliveries and compares what is counted with plain Python.

    python -m nino_assets_tests.benchmarks.damaged_deliveries

Every damage, in every form of a file, for 1, 50 and 100 per cent of the rows. Each ends in right
figures, a blocking check that fails, or a refusal before anything is written. Ends with 1 when any
ended otherwise.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import tempfile
from collections import Counter
from pathlib import Path

from nino_assets_tests.support.damaged_deliveries import Case, judge_case, list_cases

GOOD = ("right", "blocked", "refused")


FORKS = multiprocessing.get_context("spawn")


def judge_in_own_folder(case: Case, folder: str) -> str:
    """How a case ended, in a folder of this process's own."""
    return judge_case(case, Path(folder) / str(os.getpid()))


def main() -> int:
    table: Counter[tuple[str, str]] = Counter()
    faults = []
    with tempfile.TemporaryDirectory() as folder:
        cases = list(list_cases())
        with FORKS.Pool() as pool:
            judged = pool.starmap(judge_in_own_folder, ((case, folder) for case in cases), 20)
        for case, outcome in zip(cases, judged, strict=True):
            table[case.damage, outcome if outcome in GOOD else "fault"] += 1
            if outcome not in GOOD:
                faults.append(f"{case}: {outcome}")
    print(f"{'damage':26}{''.join(f'{each:>9}' for each in (*GOOD, 'fault'))}")  # noqa: T201
    for damage in dict.fromkeys(damage for damage, _ in table):
        counts = [table[damage, outcome] for outcome in (*GOOD, "fault")]
        print(f"{damage:26}{''.join(f'{count:9,}' for count in counts)}")  # noqa: T201
    print("\n".join(faults))  # noqa: T201
    print(f"{table.total():,} cases, {len(faults)} faults")  # noqa: T201
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
