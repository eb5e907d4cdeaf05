"""Names the accounts of this machine."""

from __future__ import annotations

import os
import pwd


def find_own_account() -> str:
    """The account of this process, whatever its environment says."""
    return name_account(os.getuid())


def name_account(number: int) -> str:
    """The name of an account, or its number where it has none."""
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)
