"""The example of the README fetches a series."""

from __future__ import annotations

import re

import pytest

from nino_assets.packaged import PACKAGE
from nino_assets.store.folders import Folders
from nino_assets_tests.support import small_lattice as lattice
from nino_assets_tests.support.served import run_server


def test_the_lines_of_python_print_a_series(
    served_folders: Folders, capsys: pytest.CaptureFixture[str]
) -> None:
    readme = (PACKAGE.parent / "README.md").read_text(encoding="utf-8")
    found = re.search(r"```python\n(import json, urllib.*?)```", readme, re.DOTALL)
    assert found
    with run_server(served_folders) as port:
        exec(found[1].replace("127.0.0.1:8000", f"127.0.0.1:{port}"), {})
    head, *rows = capsys.readouterr().out.splitlines()
    assert head == str(list(lattice.WORLD_AREAS.values()))
    assert len(rows) == len(lattice.QUARTERS)
    asia = {"period": "quarter:2020-Q4", "nationality": "world_area:asia"}
    assert rows[-1].strip("[]").split(", ")[2] == str(float(lattice.find_figure(asia)))
