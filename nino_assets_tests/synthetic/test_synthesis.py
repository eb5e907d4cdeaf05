"""What a delivery folder is: repeatable, extendable, refused with a clear message."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import numpy as np
import pytest

from nino_assets.errors import DeliveryError
from nino_assets.statistic.quarters import SERIES_START, Quarter
from nino_assets.synthetic.calibration import CALIBRATED_TO
from nino_assets.synthetic.persons import NUMBERS, find_first_number, split_number
from nino_assets.synthetic.synthesis import synthesise
from nino_assets.synthetic.targets import fit_quarter_targets
from nino_assets_tests.support import oracle

QUARTER = Quarter(2018, 1)


def _bytes(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _make(
    out: Path,
    quarter: Quarter = QUARTER,
    *,
    seed: int = 1,
    extract: Literal["quarter", "register"] = "quarter",
) -> Path:
    return synthesise(quarter, scale=0.005, seed=seed, extract=extract, out=out)


def test_same_arguments_same_bytes(tmp_path: Path) -> None:
    _make(tmp_path / "a")
    _make(tmp_path / "b")
    assert _bytes(tmp_path / "a") == _bytes(tmp_path / "b")
    _make(tmp_path / "a")
    assert _bytes(tmp_path / "a") == _bytes(tmp_path / "b")


def test_another_seed_gives_other_records(tmp_path: Path) -> None:
    one, two = _make(tmp_path / "a"), _make(tmp_path / "b", seed=2)
    assert _bytes(one)["migrant_workers_scan.csv"] != _bytes(two)["migrant_workers_scan.csv"]


def test_next_quarter_takes_the_directory_as_it_lies(tmp_path: Path) -> None:
    first = _make(tmp_path)
    before = _bytes(tmp_path / "nspl"), _bytes(first)
    second = _make(tmp_path, QUARTER + 1)
    assert (_bytes(tmp_path / "nspl"), _bytes(first)) == before
    numbers = []
    for folder in (first, second):
        header, records = oracle.read_records(folder / "migrant_workers_scan.csv")
        manifest = {"quarter": folder.name, "extract": "quarter", "synthetic": True}
        numbers.append({row["nino8"] for row in oracle.clean(header, records, manifest)[0]})
    assert 0 < len(numbers[0] & numbers[1]) < 0.01 * len(numbers[1])


def test_register_and_quarter_hold_the_same_persons(tmp_path: Path) -> None:
    found = []
    for extract in ("register", "quarter"):
        folder = _make(tmp_path / extract, Quarter(2002, 3), extract=extract)
        header, records = oracle.read_records(folder / "migrant_workers_scan.csv")
        manifest = {"quarter": "2002-Q3", "extract": extract, "synthetic": True}
        accepted, _ = oracle.clean(header, records, manifest)
        found.append(
            {
                (row["nino8"], row["nationality_label"], row["registered"], row["age"])
                for row in accepted
                if row["quarter"] == "2002-Q3"
            }
        )
    seen_before = 3
    assert len(found[1] - found[0]) == seen_before


def test_every_person_has_a_number_of_their_own() -> None:
    ends = [find_first_number(q) for q in SERIES_START.list_until(CALIBRATED_TO)]
    room = np.diff([*ends, NUMBERS])
    needed = [fit_quarter_targets()[q].sum() * 1.04 for q in SERIES_START.list_until(CALIBRATED_TO)]
    assert (room > needed).all()
    letters, digits = split_number(np.arange(NUMBERS), seed=5)
    taken = np.zeros(NUMBERS, dtype=bool)
    taken[letters * 1_000_000 + digits] = True
    assert taken.all()
    assert letters.max() == 18
    assert digits.max() == 999_999


@pytest.mark.parametrize(
    ("quarter", "scale"),
    [(QUARTER, 0.0005), (QUARTER, 1.5), (Quarter(2001, 4), 0.01), (Quarter(2027, 1), 0.01)],
)
def test_impossible_wishes_are_refused(tmp_path: Path, quarter: Quarter, scale: float) -> None:
    with pytest.raises(DeliveryError, match="no synthetic delivery"):
        synthesise(quarter, scale=scale, seed=1, extract="quarter", out=tmp_path / "x")
    assert not (tmp_path / "x").exists()


def test_a_directory_that_will_not_do_is_refused(tmp_path: Path) -> None:
    (tmp_path / "nspl").mkdir()
    with pytest.raises(DeliveryError, match="holds no CSV"):
        _make(tmp_path)
    (tmp_path / "nspl" / "d.csv").write_text("pcds,laua\nAB1 2CD,E06000001\n")
    with pytest.raises(DeliveryError, match="cannot be read"):
        _make(tmp_path)
    (tmp_path / "nspl" / "d.csv").write_text(
        "pcds,doterm,oa11,laua,ctry\nAB1 2CD,,E00000001,E06000001,E92000001\n"
    )
    with pytest.raises(DeliveryError, match="and 368 more local authorities"):
        _make(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["nspl"]
