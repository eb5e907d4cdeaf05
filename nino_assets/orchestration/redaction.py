"""Keeps unexpected error messages out of Dagster's event log.

They may quote a record, and Dagster writes messages, causes and tracebacks into its event log. A
refusal of ours is kept in full; of any other error only its type and its place in the code.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import dagster as dg

from nino_assets.errors import NinoError
from nino_assets.packaged import PACKAGE
from nino_assets.statistic.reference_folder import find_data_folder
from nino_assets.store.atomic import find_disk_error

Made = TypeVar("Made")

_INTERRUPTIONS = (
    KeyboardInterrupt,
    SystemExit,
    GeneratorExit,
    dg.DagsterExecutionInterruptedError,
)


def redact_errors(work: Callable[[], Made]) -> Made:
    """Do `work`, and raise dagster.Failure for any error in it.

    Dagster does not retry such a failure.
    """
    try:
        return work()
    except _INTERRUPTIONS:
        raise
    except NinoError as error:
        failure = dg.Failure(str(error), allow_retries=False)
    except OSError as error:
        # It holds a path and the system's reason, and so no value of a record.
        refusal = find_disk_error(find_data_folder(), error)
        failure = dg.Failure(
            str(refusal) if refusal else _describe_type_and_place(error), allow_retries=False
        )
    except BaseException as error:  # a panic in a Rust library is no Exception
        failure = dg.Failure(_describe_type_and_place(error), allow_retries=False)
    # Raised outside the handlers, so that no chained message reaches the event log.
    raise failure


def _describe_type_and_place(error: BaseException) -> str:
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
        "Rule: the message of an unexpected error is redacted, since it may quote a record\n"
        "Next: report this line to the developers"
    )
