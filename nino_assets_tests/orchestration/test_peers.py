"""A local connection is known by its account, and only the team's accounts are let in."""

from __future__ import annotations

import grp
import os
import pwd
import socket
from pathlib import Path
from types import SimpleNamespace

import pytest

from nino_assets.orchestration.peers import find_account, may_enter

OTHER = 12345


@pytest.mark.parametrize(
    ("family", "host"), [(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")]
)
def test_a_local_connection_is_of_this_account(family: socket.AddressFamily, host: str) -> None:
    with socket.socket(family) as listening:
        listening.bind((host, 0))
        listening.listen()
        with socket.create_connection(listening.getsockname()[:2]):
            accepted, _ = listening.accept()
            with accepted:
                assert find_account(accepted.getpeername()[:2]) == os.geteuid()


def test_a_connection_to_an_ipv6_socket_is_found_by_its_ipv4_address() -> None:
    with socket.create_server(("", 0), family=socket.AF_INET6, dualstack_ipv6=True) as listening:
        port = listening.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)) as made:
            assert find_account(made.getsockname()[:2]) == os.geteuid()


def test_another_machine_has_no_account_here() -> None:
    assert find_account(("192.0.2.7", 40000)) is None


def test_a_local_connection_that_is_not_there_is_nobodys() -> None:
    with pytest.raises(LookupError):
        find_account(("127.0.0.1", 1))


def test_a_connection_that_its_owner_has_closed_is_nobodys() -> None:
    """Linux lists it as root's, whoever opened it."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        made = socket.create_connection(listening.getsockname())
        accepted, client = listening.accept()
        with accepted:
            made.sendall(b"x")
            made.shutdown(socket.SHUT_WR)
            assert find_account(client) == os.geteuid(), "it may still read"
            made.close()
            with pytest.raises(LookupError):
                find_account(client)


@pytest.fixture
def colleague(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another account, whose own group is not the folder's."""
    person = pwd.struct_passwd(("colleague", "x", OTHER, OTHER, "", "/", ""))
    monkeypatch.setattr(pwd, "getpwuid", lambda _: person)


@pytest.mark.parametrize(
    ("mode", "members", "welcome"),
    [
        (0o750, ["colleague"], True),
        (0o750, ["somebody"], False),
        (0o700, ["colleague"], False),
        (0o755, ["somebody"], False),
    ],
)
def test_only_members_of_the_group_of_the_data_folder_may_enter(
    colleague: None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    mode: int,
    members: list[str],
    welcome: bool,
) -> None:
    tmp_path.chmod(mode)
    monkeypatch.setattr(grp, "getgrgid", lambda _: SimpleNamespace(gr_mem=members))
    assert may_enter(OTHER, tmp_path) is welcome


def test_the_account_itself_and_root_may_enter(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    assert may_enter(os.geteuid(), tmp_path)
    assert may_enter(0, tmp_path)


def test_an_account_without_a_name_may_not_enter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: int) -> None:
        raise KeyError

    tmp_path.chmod(0o750)
    monkeypatch.setattr(pwd, "getpwuid", fail)
    assert not may_enter(OTHER, tmp_path)
