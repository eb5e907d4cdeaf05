"""Errors that people read: each names the file or setting, the rule, and what to do next.

Belongs here: the exception types of the whole line. No message may hold a value of a record.
"""

from __future__ import annotations


class NinoError(Exception):
    """Anything the line refuses to do. `what` went wrong, by which `rule`, and the `next_step`."""

    def __init__(self, what: str, *, rule: str, next_step: str) -> None:
        self.what = what
        self.rule = rule
        self.next_step = next_step
        super().__init__(f"{what}\nRule: {rule}\nNext: {next_step}")

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), self.what, self.rule, self.next_step)


def _rebuild(kind: type[NinoError], what: str, rule: str, next_step: str) -> NinoError:
    return kind(what, rule=rule, next_step=next_step)


class DeliveryError(NinoError):
    """A file in `landing/` cannot be accepted."""


class SecretKeyError(NinoError):
    """A secret key is missing, short or not the warehouse's own."""


class PerturbationTableError(NinoError):
    """A p-table would not protect, or would not publish what its design promises."""


class WarehouseError(NinoError):
    """What the warehouse holds is missing, unchecked, locked, unreadable or cannot be written."""


class PublicationError(NinoError):
    """What would be published does not agree with the published cells or the rules."""


class GovernanceError(NinoError):
    """A decision about a release cannot be taken, or the record of decisions is not as written."""


class CheckError(NinoError):
    """Checks cannot be judged as they were asked for."""
