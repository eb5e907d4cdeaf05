"""The wheel, installed in an environment of its own, works in an empty folder.

No checkout lies around it, and nothing is downloaded: the libraries are those of the environment
that runs the tests.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import sysconfig
import time
import urllib.request
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

from nino_assets.packaged import PACKAGE
from nino_assets.store.publication_manifest import compute_code_version

PROJECT = PACKAGE.parent

_DAEMON = """import sys
from importlib.metadata import entry_points
(script,) = entry_points(group="console_scripts", name="dagster-daemon")
sys.exit(script.load()())
"""
"""What pip writes beside the interpreter when it installs Dagster too."""

pytestmark = pytest.mark.install


@dataclass(frozen=True)
class Installation:
    """A new environment that holds the wheel, and the folder that its commands start in."""

    wheel: Path
    python: Path
    folder: Path

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start `nino-assets` with nothing in its environment that points to the checkout."""
        return subprocess.Popen(
            [self.python.with_name("nino-assets"), *arguments],
            cwd=self.folder,
            env={name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *arguments: str) -> str:
        """Run it to its end, which must be a good one, and return what it printed."""
        process = self.start(*arguments)
        printed, _ = process.communicate()
        assert process.returncode == 0, printed
        return printed

    @property
    def publication(self) -> Path:
        return self.folder / "data" / "publications" / "2020-Q4"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """The wheel of this checkout in a new environment."""
    root = tmp_path_factory.mktemp("installation")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(root / "dist")]
    subprocess.run(build, cwd=PROJECT, check=True, capture_output=True)
    (wheel,) = (root / "dist").glob("*.whl")
    venv.create(root / "venv")
    python = root / "venv" / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet"]
    subprocess.run([*pip, "--no-index", "--no-deps", str(wheel)], check=True, capture_output=True)
    (packages,) = (root / "venv" / "lib").glob("python*/site-packages")
    libraries = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (packages / "libraries.pth").write_text("\n".join(sorted(libraries)) + "\n")
    daemon = python.with_name("dagster-daemon")
    daemon.write_text(f"#!{python}\n{_DAEMON}")
    daemon.chmod(0o755)
    (root / "empty").mkdir()
    return Installation(wheel, python, root / "empty")


@pytest.fixture(scope="module")
def demonstrated(installed: Installation) -> Installation:
    """The installation after its demonstration."""
    installed.run("demo", "--scale", "0.001")
    return installed


def test_the_wheel_carries_the_package_and_what_a_checkout_keeps_beside_it(
    installed: Installation,
) -> None:
    expected = {
        f"{inside}/{path.relative_to(folder)}": path
        for inside, folder in (
            ("nino_assets", PACKAGE),
            ("nino_assets/_packaged/reference", PROJECT / "data" / "reference"),
        )
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    for name in ("dagster.yaml", "workspace.yaml"):
        expected[f"nino_assets/_packaged/{name}"] = PROJECT / name
    with zipfile.ZipFile(installed.wheel) as archive:
        assert {n for n in archive.namelist() if ".dist-info/" not in n} == expected.keys()
        for name, path in expected.items():
            assert archive.read(name) == path.read_bytes(), name


def test_the_demonstration_is_built_in_the_folder_it_is_started_in(
    demonstrated: Installation,
) -> None:
    assert [path.name for path in demonstrated.folder.iterdir()] == ["data"]
    manifest = json.loads((demonstrated.publication / "manifest.json").read_text())
    assert manifest["code_version"] == compute_code_version()
    assert {"bulletin.html", "open-data/nino-registrations.csv"} <= manifest["files"].keys()


def test_a_built_quarter_is_built_again_and_its_status_told(demonstrated: Installation) -> None:
    before = (demonstrated.publication / "bulletin.html").read_bytes()
    demonstrated.run("build", "--quarter", "2020-Q4")
    assert (demonstrated.publication / "bulletin.html").read_bytes() == before
    assert str(demonstrated.publication) in demonstrated.run("status", "--quarter", "2020-Q4")


def test_a_table_is_printed_from_the_published_cells(demonstrated: Installation) -> None:
    printed = demonstrated.run(
        *("tabulate", "--quarter", "2020-Q4", "--cube", "year_nationality", "--format", "csv"),
        *("--rows", "nationality", "--where", "nationality_level=world_area"),
    )
    cells = pl.read_parquet(demonstrated.publication / "open-data/nino-registrations.parquet")
    published = cells.filter(
        (pl.col("cube") == "year_nationality")
        & (pl.col("nationality_level") == "world_area")
        & (pl.col("time_period") == "2020-Q4")
    )
    shown = [row.split(",")[1:] for row in printed.splitlines()[1:]]
    assert len(shown) == 5
    assert shown == [
        [row["nationality"], "world_area", row["observation_status"] or str(row["registrations"])]
        for row in published.iter_rows(named=True)
    ]


def test_the_web_ui_loads_every_asset(demonstrated: Installation) -> None:
    port = _free_port()
    server = demonstrated.start("ui", "--port", str(port))
    try:
        answer = _ask(port, "{ assetNodes { assetKey { path } } }")
    finally:
        server.terminate()
        printed, _ = server.communicate(timeout=180)
    paths = {node["assetKey"]["path"][0] for node in answer["data"]["assetNodes"]}
    assert {"raw_scan", "perturbed_cubes", "bulletin", "release"} <= paths, printed


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _ask(port: int, query: str) -> dict:
    """The answer of the web server, which needs some seconds to start."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/graphql",
        data=json.dumps({"query": query}).encode(),
        headers={"Content-Type": "application/json"},
    )
    for _ in range(240):
        try:
            with urllib.request.urlopen(request) as response:
                return json.load(response)
        except OSError:
            time.sleep(0.5)
    raise AssertionError("the web server did not answer in two minutes")
