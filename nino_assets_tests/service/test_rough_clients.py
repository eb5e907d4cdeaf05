"""Slow, broken, greedy and many clients: each is told in JSON, and the service stays up."""

from __future__ import annotations

import json
import resource
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from nino_assets.store.folders import Folders
from nino_assets_tests.support.api_client import BASE, NATIONALITY, QUARTER, name_value
from nino_assets_tests.support.served import ask_server, run_server
from nino_assets_tests.support.small_lattice import release_lattice

QUERY = b'{"database": "str:database:Ninos"}'
MANY = {"NINO_SERVE_HOURLY_WITHOUT_KEY": "1000000"}
LARGEST = json.dumps(
    {
        "database": "str:database:Ninos",
        "dimensions": [NATIONALITY, QUARTER],
        "recodes": {
            NATIONALITY: {"map": [[name_value("world_area", "asia")]] * 1000},
            QUARTER: {"map": [[name_value("quarter", "202012")]] * 1000},
        },
    }
).encode()


@pytest.fixture(scope="module")
def port(served_folders: Folders) -> Iterator[int]:
    with run_server(served_folders, settings=MANY) as found:
        yield found


def connect(port: int, sent: bytes) -> socket.socket:
    made = socket.create_connection(("127.0.0.1", port), timeout=30)
    made.sendall(sent)
    return made


def read_all(made: socket.socket) -> bytes:
    found = b""
    while piece := made.recv(65536):
        found += piece
    made.close()
    return found


@pytest.mark.parametrize(
    "sent",
    [
        b"GARBAGE\r\n\r\n",
        b"GET / HTTP/1.1\r\nno colon\r\n\r\n",
        b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 200_000 + b"\r\n\r\n",
    ],
    ids=["garbage", "a header without a colon", "an endless address", "an endless header"],
)
def test_what_is_no_http_is_told_in_json(port: int, sent: bytes) -> None:
    head, _, body = read_all(connect(port, sent)).partition(b"\r\n\r\n")
    assert b" 400 " in head.splitlines()[0]
    assert json.loads(body)["errorType"] == "MALFORMED_QUERY"


def test_a_body_that_ends_early_harms_nobody(port: int) -> None:
    head = f"POST {BASE}/table HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n".encode()
    connect(port, head + QUERY).close()
    assert ask_server(port, "POST", f"{BASE}/table", QUERY)[0] == 200


def test_a_sender_of_too_much_reads_the_answer(port: int) -> None:
    for size in (3_000_000, 10_000_000):
        status, _, body = ask_server(port, "POST", f"{BASE}/table", b" " * size)
        assert (status, json.loads(body)["errorType"]) == (413, "TOO_LARGE")
    head = f"POST {BASE}/table HTTP/1.1\r\nHost: x\r\nContent-Length: 10{'0' * 15}\r\n\r\n"
    answer = read_all(connect(port, head.encode()))
    assert b" 413 " in answer.splitlines()[0]


def test_a_thousand_connections_are_held_and_one_more_is_answered(port: int) -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    half = f"POST {BASE}/table HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{{".encode()
    held = [connect(port, half if n % 2 else b"GET /") for n in range(1000)]
    try:
        started = time.monotonic()
        assert ask_server(port, "POST", f"{BASE}/table", QUERY)[0] == 200
        assert time.monotonic() - started < 5
    finally:
        for each in held:
            each.close()
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


def read_memory(process: int) -> float:
    """Megabytes that a process holds of its own."""
    status = Path(f"/proc/{process}/status").read_text()
    [line] = [each for each in status.splitlines() if each.startswith("RssAnon")]
    return int(line.split()[1]) / 1024


def test_the_memory_of_answers_that_nobody_reads_is_bounded(served_folders: Folders) -> None:
    process_file = served_folders.root / "process"
    note = f"open({str(process_file)!r}, 'w').write(str(os.getpid()))"
    with run_server(served_folders, settings=MANY, first=note) as port:
        process = int(process_file.read_text())
        head = f"POST {BASE}/table HTTP/1.1\r\nHost: x\r\nContent-Length: {len(LARGEST)}\r\n\r\n"
        unread = [connect(port, head.encode() + LARGEST) for _ in range(40)]
        time.sleep(4)
        assert ask_server(port, "POST", f"{BASE}/table", QUERY)[0] == 200
        assert read_memory(process) < 400
        for each in unread:
            each.close()


def test_a_correction_under_load_gives_no_mixed_answer(own_folders: Folders) -> None:
    def add_everywhere(_: str, cells):
        return cells + 1000

    release_lattice(own_folders)
    query = json.dumps(
        {"database": "str:database:Ninos", "dimensions": [QUARTER, NATIONALITY]}
    ).encode()
    with run_server(own_folders, settings=MANY, workers=2) as port:
        before = ask_server(port, "POST", f"{BASE}/table", query)[2]
        found: set[bytes] = set()
        stop = threading.Event()

        def ask() -> None:
            while not stop.is_set():
                found.add(ask_server(port, "POST", f"{BASE}/table", query)[2])

        askers = [threading.Thread(target=ask) for _ in range(4)]
        for each in askers:
            each.start()
        release_lattice(own_folders, 2, add_everywhere)
        after = {ask_server(port, "POST", f"{BASE}/table", query)[2] for _ in range(8)}
        stop.set()
        for each in askers:
            each.join()
    assert len(after) == 1
    assert found <= {before, *after}
    figures = [json.loads(each)["cubes"].popitem()[1]["values"] for each in (before, *after)]
    assert [[a - b for a, b in zip(*rows, strict=True)] for rows in zip(*figures, strict=True)] == [
        [-1000.0] * 5
    ] * 12


def test_workers_count_requests_together(served_folders: Folders) -> None:
    limit = {"NINO_SERVE_HOURLY_WITHOUT_KEY": "20"}
    with run_server(served_folders, settings=limit, workers=2) as port:
        found = [ask_server(port, "GET", f"{BASE}/info")[0] for _ in range(30)]
    assert found == [200] * 20 + [429] * 10


def test_a_client_that_sends_too_slowly_is_told(served_folders: Folders) -> None:
    quick = "import nino_assets.service.common_rules as rules; rules.SECONDS = 1"
    with run_server(served_folders, settings=MANY, first=quick) as port:
        head = f"POST {BASE}/table HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{{"
        begun = time.monotonic()
        head_of_answer, _, body = read_all(connect(port, head.encode())).partition(b"\r\n\r\n")
        assert time.monotonic() - begun < 10
        assert b" 408 " in head_of_answer.splitlines()[0]
        assert json.loads(body)["errorType"] == "TIMEOUT"


def test_a_client_that_reads_too_slowly_is_cut_off(served_folders: Folders) -> None:
    quick = "import nino_assets.service.common_rules as rules; rules.SECONDS = 2"
    with run_server(served_folders, settings=MANY, first=quick) as port:
        head = f"POST {BASE}/table HTTP/1.1\r\nHost: x\r\nContent-Length: {len(LARGEST)}\r\n\r\n"
        made = connect(port, head.encode() + LARGEST)
        time.sleep(5)
        try:
            found = len(read_all(made))
        except ConnectionResetError:
            found = 0
        assert found < 8_000_000
        assert ask_server(port, "POST", f"{BASE}/table", QUERY)[0] == 200


@pytest.mark.parametrize("workers", [1, 2])
def test_a_stopped_service_leaves_no_file_behind(
    served_folders: Folders, tmp_path: Path, workers: int
) -> None:
    place = {"TMPDIR": str(tmp_path)}
    with run_server(served_folders, settings=place, workers=workers):
        assert list(tmp_path.iterdir())
    assert not list(tmp_path.iterdir())
