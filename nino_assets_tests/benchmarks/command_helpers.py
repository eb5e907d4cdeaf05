"""What each performance helper of the command line gains in the build of one quarter.

    python -m nino_assets_tests.benchmarks.command_helpers FOLDER [RUNS]

Builds 2002-Q1 from a small synthetic delivery, RUNS times (default 2) for each variant, in turn. A
variant does without one helper; the baseline is the command as it is. The delivery is made in
FOLDER where it is not there yet, and kept.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from nino_assets.statistic.quarters import SERIES_START
from nino_assets.synthetic.synthesis import synthesise
from nino_assets_tests.benchmarks.watching import watch

BASELINE = "as built"
VARIANTS = {
    BASELINE: "",
    "CPython's GC threshold": "patch.object(main, 'GC_THRESHOLD', 700)",
    "final collection": "patch.object(main.gc, 'freeze')",
    "lazy loading": "patch('nino_assets.quality.engine.load_lazily')",
}
SCRIPT = """from unittest.mock import patch
from nino_assets.cli import main
with {change}:
    main.main()"""


def build(data: Path, change: str) -> tuple[float, float]:
    """The processor and clock seconds of a build in an empty data folder."""
    quarter = SERIES_START.label
    script = SCRIPT.format(change=change or "patch.dict({})")
    command = (sys.executable, "-c", script, "build", "--quarter", quarter)
    watched = watch(command, {**os.environ, "NINO_DATA_DIR": str(data)}, data / "output.txt")
    if watched.code:
        raise SystemExit(f"the build ended with {watched.code}: see {data / 'output.txt'}")
    return watched.processor, watched.seconds


def main() -> None:
    folder = Path(sys.argv[1]).absolute()
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 2
    landing, data = folder / "landing", folder / "data"
    if not (landing / SERIES_START.label).is_dir():
        synthesise(SERIES_START, scale=0.01, seed=1, extract="quarter", out=landing)
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in VARIANTS}
    for _ in range(runs):
        for name, change in VARIANTS.items():
            shutil.rmtree(data, ignore_errors=True)
            data.mkdir(parents=True)
            (data / "landing").symlink_to(landing)
            taken[name].append(build(data, change))
    shutil.rmtree(data)
    means = {
        name: [sum(seconds) / runs for seconds in zip(*pairs, strict=True)]
        for name, pairs in taken.items()
    }
    say(f"{'':24}{'processor':>10}{'ratio':>7}{'clock':>8}{'ratio':>7}   to '{BASELINE}'")
    for name, (processor, clock) in means.items():
        ratios = processor / means[BASELINE][0], clock / means[BASELINE][1]
        say(f"{name:24}{processor:10.1f}{ratios[0]:7.2f}{clock:8.1f}{ratios[1]:7.2f}")


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
