"""Errors that people read: what is wrong, the rule, what next.

Each names the file or setting. No message holds a value of a record.
"""

from __future__ import annotations


class NinoError(Exception):
    """What the pipeline refuses to do, by which rule, and what next."""

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


class ReferenceListError(NinoError):
    """A reference list or a layout is not what its declaration says."""


class SecretKeyError(NinoError):
    """A secret key is missing, short or not the warehouse's own."""


class PerturbationTableError(NinoError):
    """A p-table would not protect, or not publish what was designed."""


class WarehouseError(NinoError):
    """Warehouse data are missing, unchecked, locked, unreadable or not writable."""


class PublicationError(NinoError):
    """A publication does not agree with the published cells or rules."""


class GovernanceError(NinoError):
    """A decision cannot be taken, or its record was changed."""


class CheckError(NinoError):
    """Checks cannot be judged as they were asked for."""
