"""All that an error says, with the errors behind it."""

from __future__ import annotations

import traceback


def collect_messages(error: BaseException | None) -> str:
    """All text that hangs on an exception, however it is printed: chains that are hidden too."""
    texts = []
    while error is not None:
        texts += traceback.format_exception(error)
        texts += [str(error), repr(error.args), repr(vars(error))]
        error = error.__cause__ or error.__context__
    return "\n".join(texts)
