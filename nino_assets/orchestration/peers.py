"""Finds the account at the other end of a local connection.

Linux lists the account of each local connection; a connection from another machine has none here.
"""

from __future__ import annotations

import grp
import ipaddress
import os
import pwd
import socket
import struct
from collections.abc import Iterator
from pathlib import Path

_TABLES = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))
_ROOT = 0
_NO_INODE = "0"

Address = tuple[str, int]
"""An IP address and a port."""


def find_account(client: Address) -> int | None:
    """Find the account of a local connection; None for another machine's.

    Raises LookupError for a connection from this machine that is not listed, or that its owner has
    closed.
    """
    if not ipaddress.ip_address(client[0]).is_loopback:
        return None
    wanted = set(_write_forms(client))
    for table in _TABLES:
        if table.is_file():
            for row in table.read_text(encoding="ascii").splitlines()[1:]:
                fields = row.split()
                # What its owner has closed has no inode any more, and is listed as root's.
                if fields[1] in wanted and fields[9] != _NO_INODE:
                    return int(fields[7])
    raise LookupError


def may_enter(account: int, folder: Path) -> bool:
    """Whether an account is this one, root, or in the team.

    The team is the folder's group, where the group may enter it.
    """
    if account in (os.geteuid(), _ROOT):
        return True
    status = folder.stat()
    if not status.st_mode & 0o010:
        return False
    try:
        person = pwd.getpwuid(account)
        members = grp.getgrgid(status.st_gid).gr_mem
    except KeyError:
        return False
    return person.pw_gid == status.st_gid or person.pw_name in members


def _write_forms(client: Address) -> Iterator[str]:
    """How the kernel writes an address, words in its own byte order."""
    address = ipaddress.ip_address(client[0])
    forms = [address.packed]
    if address.version == 4:
        forms.append(b"\0" * 10 + b"\xff\xff" + address.packed)
    for packed in forms:
        words = struct.unpack(f">{len(packed) // 4}I", packed)
        text = "".join(f"{socket.htonl(word):08X}" for word in words)
        yield f"{text}:{client[1]:04X}"
