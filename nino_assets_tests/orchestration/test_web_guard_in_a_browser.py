"""In a real browser: the web UI works behind its guard, and a foreign page changes nothing."""

from __future__ import annotations

import html
import http.client
import json
import os
import signal
import socket
import subprocess
import threading
import time
import urllib.parse
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from nino_assets.governance.accounts import find_own_account
from nino_assets.orchestration.instance import HOME_VARIABLE, open_instance
from nino_assets.orchestration.signed_in import USER_TAG
from nino_assets.store.folders import Folders
from nino_assets_tests.support.commands import KEYS, start_command

pytestmark = pytest.mark.browser

REPORT = """mutation { reportRunlessAssetEvents(eventParams: {eventType: ASSET_MATERIALIZATION,
    assetKey: {path: ["release"]}, partitionKeys: ["2020-10-01"]}) { __typename } }"""
FORM = """<!DOCTYPE html><title>foreign</title><iframe name=sink></iframe>
<form method=post enctype="text/plain" target=sink action="%(ui)s/graphql">
<input name="%(name)s" value="%(value)s"></form>
<img src="%(image)s"><iframe id=framed src="%(ui)s/runs"></iframe>
<script>
const ui = "%(ui)s", query = %(query)s, told = [], body = JSON.stringify({query});
async function ask(path, options) {
  const sent = {method: "POST", credentials: "include", body, ...options};
  try { told.push((await fetch(ui + path, sent)).type) } catch (error) { told.push("failed") }
}
function open_socket() {
  return new Promise(resolve => {
    const socket = new WebSocket(ui.replace("http", "ws") + "/graphql", "graphql-ws");
    socket.onopen = () => {
      told.push("opened");
      socket.send(JSON.stringify({type: "start", id: "1", payload: {query}}));
      setTimeout(resolve, 2000);
    };
    socket.onerror = () => { told.push("failed"); resolve() };
  });
}
(async () => {
  document.forms[0].submit();
  await ask("/graphql", {mode: "no-cors"});
  await ask("/graphql?query=" + encodeURIComponent(query), {mode: "no-cors"});
  await ask("/graphql", {headers: {"content-type": "application/json"}});
  const headers = {"content-type": "text/plain;application/json"};
  await ask("/graphql", {mode: "no-cors", headers});
  const body = JSON.stringify({check_name: "signed_by_head", passed: true});
  await ask("/report_asset_check/release", {mode: "no-cors", body});
  await ask("/report_asset_materialization/release", {mode: "no-cors", body: "{}"});
  await open_socket();
  window.done = told;
})();
</script>"""


def write_foreign_page(ui: str) -> str:
    """A page that tries to change something at another server."""
    query = " ".join(REPORT.split())
    before, after = json.dumps({"query": query, "x": "="}).split("=")
    return FORM % {
        "ui": ui,
        "query": json.dumps(query),
        "name": html.escape(before),
        "value": html.escape(after),
        "image": html.escape(f"{ui}/graphql?query={urllib.parse.quote(query)}"),
    }


def find_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Folders:
    return Folders(tmp_path_factory.mktemp("ui"))


@pytest.fixture(scope="module")
def port(folders: Folders) -> Iterator[int]:
    """The web UI of an empty data folder, with keys in the environment of its command."""
    port = find_port()
    process = start_command(folders.root, KEYS, "ui", "--port", str(port))
    try:
        until = time.monotonic() + 90
        while not answers(port):
            assert process.poll() is None, process.stdout.read() if process.stdout else ""
            assert time.monotonic() < until, "the web UI did not start"
            time.sleep(0.5)
        yield port
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)


def answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/server_info")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


@pytest.fixture(scope="module")
def foreign_port(port: int) -> Iterator[int]:
    """A server of another page, which is open in the same browser."""
    page = write_foreign_page(f"http://127.0.0.1:{port}")

    class Foreign(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(page.encode())

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Foreign)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


@pytest.fixture
def context(browser: Any) -> Iterator[Any]:
    context = browser.new_context()
    yield context
    context.close()


def has_release(folders: Folders, monkeypatch: pytest.MonkeyPatch) -> bool:
    monkeypatch.delenv(HOME_VARIABLE, raising=False)
    with open_instance(folders) as instance:
        return instance.get_latest_materialization_event(dg.AssetKey("release")) is not None


def test_no_foreign_page_changes_anything(
    context: Any,
    port: int,
    foreign_port: int,
    folders: Folders,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With the web UI open in the same browser, from the same site and from another."""
    own = context.new_page()
    own.goto(f"http://127.0.0.1:{port}/runs")
    for host in ("127.0.0.1", "localhost"):
        page = context.new_page()
        page.goto(f"http://{host}:{foreign_port}/")
        page.wait_for_function("window.done", timeout=30_000)
        told = page.evaluate("window.done")
        assert "opened" not in told
        assert "cors" not in told
        framed = page.query_selector("#framed").content_frame()
        assert "Runs" not in (framed.inner_text("body") if framed else "")
        page.close()
    assert not has_release(folders, monkeypatch)


def test_the_web_ui_works(context: Any, port: int) -> None:
    page = context.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on(
        "response",
        lambda answer: troubles.append(answer.url) if answer.status >= 400 else None,
    )
    page.on(
        "console",
        lambda line: troubles.append(line.text) if "Content Security" in line.text else None,
    )
    page.goto(f"http://127.0.0.1:{port}/automation")
    page.wait_for_selector("text=quarterly", timeout=30_000)
    before = ask(page, SCHEDULE)["data"]["scheduleOrError"]["scheduleState"]["status"]
    started = ask(page, START)
    assert started["data"]["startSchedule"]["__typename"] == "ScheduleStateResult"
    after = ask(page, SCHEDULE)["data"]["scheduleOrError"]["scheduleState"]["status"]
    assert (before, after) == ("STOPPED", "RUNNING")
    assert page.evaluate(OPENS_A_SOCKET)
    assert troubles == []


SELECTOR = '{repositoryName: "__repository__", repositoryLocationName: "nino_assets", '
SCHEDULE = (
    f'{{ scheduleOrError(scheduleSelector: {SELECTOR} scheduleName: "quarterly"}}) '
    "{ ... on Schedule { scheduleState { status } } } }"
)
START = (
    f'mutation {{ startSchedule(scheduleSelector: {SELECTOR} scheduleName: "quarterly"}}) '
    "{ __typename } }"
)
OPENS_A_SOCKET = """() => new Promise(resolve => {
    const socket = new WebSocket(`ws://${location.host}/graphql`, "graphql-ws");
    socket.onopen = () => resolve(true); socket.onerror = () => resolve(false) })"""


def ask(page: Any, query: str) -> Any:
    """Ask as a script of the page asks."""
    return page.evaluate(
        """query => fetch("/graphql", {method: "POST", body: JSON.stringify({query}),
            headers: {"content-type": "application/json"}}).then(answer => answer.json())""",
        query,
    )


LAUNCH = """mutation { launchRun(executionParams: {
    selector: {repositoryName: "__repository__", repositoryLocationName: "nino_assets",
        jobName: "sign_off"},
    runConfigData: {ops: {record_signature: {config: {quarter: "2020-Q4", by: "The Head",
        role: "head-of-profession"}}}},
    executionMetadata: {tags: [{key: "nino/user", value: "head"}]}
}) { __typename ... on LaunchRunSuccess { run { runId } } } }"""


def test_no_tag_of_a_client_stands(
    context: Any, port: int, folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A client writes the account of another person into the tags and headers of a launch."""
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{port}/runs")
    launched = page.evaluate(
        """query => fetch("/graphql", {method: "POST", body: JSON.stringify({query}),
            headers: {"content-type": "application/json", "x-nino-user": "head"}})
            .then(answer => answer.json())""",
        LAUNCH,
    )
    run_id = launched["data"]["launchRun"]["run"]["runId"]
    monkeypatch.delenv(HOME_VARIABLE, raising=False)
    with open_instance(folders) as instance:
        run = instance.get_run_by_id(run_id)
        assert run is not None
        assert run.tags[USER_TAG] == find_own_account()


def test_no_process_of_the_web_ui_has_a_key_in_its_environment(port: int, folders: Folders) -> None:
    """The servers are the processes of this data folder with a private key file."""
    mark = f"NINO_DATA_DIR={folders.root}".encode()
    servers = [
        held
        for held in read_environments()
        if mark in held.split(b"\0") and b"NINO_KEY_FILE=" in held
    ]
    assert len(servers) >= 3
    for held in servers:
        assert not [name for name, key in KEYS.items() if key.encode() in held]


def read_environments() -> Iterator[bytes]:
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            yield path.read_bytes()
        except OSError:
            continue


def test_without_the_page_a_report_is_refused(
    port: int, folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    body = json.dumps({"query": REPORT})
    connection.request("POST", "/graphql", body, {"content-type": "application/json"})
    assert connection.getresponse().status == 403
    connection.close()
    assert not has_release(folders, monkeypatch)
