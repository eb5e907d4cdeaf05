"""In Chromium: a reviewer walks from the page of a quarter to an answer, and launches a build."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from nino_assets_tests.support.commands import start_command
from nino_assets_tests.support.pipeline import LAST, Pipeline
from nino_assets_tests.support.served import find_port

pytestmark = pytest.mark.browser

WARNING = "cleaned_records.unlisted_types"
PARTITION = "2003-04-01"
"""The key of the last quarter."""
SECONDS = 120


@dataclass(frozen=True)
class Desk:
    """The web UI and the team preview of a built data folder."""

    ui: str
    preview: str
    page: Any

    def open_quarter(self) -> str:
        self.page.goto(f"{self.preview}/quarters/{LAST}")
        return str(self.page.inner_text("main"))

    def fill_in(self, name: str, words: str) -> None:
        """Type into a blank field of the launchpad."""
        self.page.click(f'.CodeMirror-line:has-text("{name}: ")')
        self.page.keyboard.press("End")
        self.page.keyboard.press("ArrowLeft")
        self.page.keyboard.type(words)

    def launch(self) -> None:
        self.page.wait_for_selector("text=No errors")
        self.page.click('button:has-text("Launch Run")')


@pytest.fixture
def desk(pipeline: Pipeline, browser: Any) -> Iterator[Desk]:
    port, preview_port = find_port(), find_port()
    ports = ("--port", str(port), "--preview-port", str(preview_port))
    process = start_command(pipeline.data, pipeline.settings, "ui", "--no-open", *ports)
    desk = Desk(f"http://127.0.0.1:{port}", f"http://127.0.0.1:{preview_port}", browser.new_page())
    desk.page.set_default_timeout(SECONDS * 1000)
    try:
        for address in (f"{desk.ui}/server_info", f"{desk.preview}/quarters"):
            _wait_for(address, process)
        yield desk
    finally:
        desk.page.close()
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate(timeout=10)


def _wait_for(address: str, process: subprocess.Popen[str]) -> None:
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        assert process.poll() is None, process.stdout.read() if process.stdout else ""
        try:
            urllib.request.urlopen(address, timeout=10).close()
            return
        except (OSError, urllib.error.URLError):
            time.sleep(0.5)
    raise AssertionError(f"{address} does not answer")


def test_a_warning_is_answered_from_the_page_of_its_quarter(desk: Desk) -> None:
    assert WARNING in desk.open_quarter()
    assert "Not released" in desk.page.inner_text("header")
    finding = desk.page.locator(f'article[id="{WARNING}"]')
    assert "Not yet answered" in finding.inner_text()
    finding.get_by_text("Answer it in the web UI").click()
    desk.page.wait_for_selector(f"text={WARNING}")
    desk.launch()
    desk.page.wait_for_selector("text=The reason is empty")
    desk.page.click('button:has-text("OK")')
    desk.fill_in("by", "A Reviewer")
    desk.fill_in("reason", "The supplier announced it")
    desk.launch()
    until = time.monotonic() + SECONDS
    while "Accepted by A Reviewer" not in desk.open_quarter() and time.monotonic() < until:
        time.sleep(1)
    answered = desk.page.locator(f'article[id="{WARNING}"]').inner_text()
    assert re.search(r"Accepted by A Reviewer on \S+: The supplier announced it", answered)
    assert "nino-assets review" not in answered


def test_a_quarter_is_launched_and_one_without_a_delivery_is_refused_in_words(desk: Desk) -> None:
    for partition, words in (("2010-01-01", "2010-Q1"), (PARTITION, "")):
        desk.page.goto(f"{desk.ui}/locations/nino_assets/jobs/quarter")
        desk.page.click('button:has-text("Materialize all")')
        desk.page.fill('input[placeholder^="ex:"]', partition)
        desk.page.keyboard.press("Tab")
        desk.page.click('button:has-text("Launch")')
        if words:
            desk.page.wait_for_selector(f"text={words}")
            assert "Next: " in desk.page.inner_text("body")
    desk.page.goto(f"{desk.ui}/runs")
    desk.page.wait_for_selector(f"text={PARTITION}")


def test_files_open_from_the_page_of_the_quarter(desk: Desk) -> None:
    desk.open_quarter()
    for name in ("qa/qa-report.html", "bulletin.html"):
        desk.page.click(f'#files a:has-text("{name}")')
        assert desk.page.title().startswith("Not released: ")
        assert desk.page.url == f"{desk.preview}/publications/{LAST}/{name}"
        desk.page.go_back()
