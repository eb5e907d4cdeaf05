"""Keeps DuckDB's report to its own developers off the terminal of users.

When an interpreter ends after duckdb-engine was loaded, DuckDB 2.0 writes some 45 lines of
"nanobind: leaked …" to standard error. They mean nothing to a user and cannot be turned off; they
are written by C code after all of Python has ended, so only the file descriptor can be closed to
them.
"""

from __future__ import annotations

import atexit
import os
import sys
from functools import cache


@cache
def silence_exit_report() -> None:
    """Discard what is written to standard error after the interpreter ends.

    Handlers of `atexit` run last in, first out: called early, this lets later ones still be heard.
    """
    atexit.register(_close_standard_error)


def _close_standard_error() -> None:
    if sys.stderr is not None:
        sys.stderr.flush()
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)
