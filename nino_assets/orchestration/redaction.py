"""What Dagster may keep of an error: a refusal in full, of anything else its kind and place.

The message of an unexpected error may quote a record, and Dagster writes messages, causes and
tracebacks into its event log. Belongs here: that boundary. Does not belong here: what is refused
(`errors.py`) and what is done inside the boundary (`assets/stage.py`, `checks/factory.py`).
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import dagster as dg

from nino_assets.errors import NinoError
from nino_assets.packaged import PACKAGE

Made = TypeVar("Made")

_ENDED_FROM_OUTSIDE = (
    KeyboardInterrupt,
    SystemExit,
    GeneratorExit,
    dg.DagsterExecutionInterruptedError,
)


def messages_withheld(work: Callable[[], Made]) -> Made:
    """Do `work`. Raises dagster.Failure, which is not retried, for whatever goes wrong in it."""
    try:
        return work()
    except _ENDED_FROM_OUTSIDE:
        raise
    except NinoError as error:
        failure = dg.Failure(str(error), allow_retries=False)
    except BaseException as error:  # when a library in Rust gives up, that is no Exception
        failure = dg.Failure(_kind_and_place(error), allow_retries=False)
    # Raised outside the handlers, so that no chained message reaches the event log.
    raise failure


def _kind_and_place(error: BaseException) -> str:
    ours = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).is_relative_to(PACKAGE)
    ]
    place = (
        f" at {Path(ours[-1].filename).relative_to(PACKAGE.parent)}:{ours[-1].lineno}"
        if ours
        else ""
    )
    return (
        f"{type(error).__name__}{place}\n"
        "Rule: the message of an unexpected error is withheld, since it may quote a record\n"
        "Next: report this line to the people who keep the code"
    )
