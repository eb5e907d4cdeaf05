"""Tells which account takes a decision.

At the command line it is the account of the process, whatever its environment says. In the web UI
it is the one that the guard found: the run coordinator writes it into the run, in place of
whatever a client wrote there.
"""

import dagster as dg

USER_TAG = "nino/user"
"""The tag of a run: the account that launched it. A run of a schedule or sensor has none."""

USER_HEADER = "x-nino-user"
"""Set by the guard alone, which takes it out of what clients send."""


def read_account(context: dg.OpExecutionContext) -> str:
    """The account that launched a run, blank when nobody is known."""
    return context.run.tags.get(USER_TAG, "")
