"""Keeps the signatures of lines of the log of decisions.

A line is signed with what it decides: `write_statement` has the words. The log itself stays as it
is for those who read it; a line without a signature is one that nobody has proved.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from nino_assets.errors import GovernanceError
from nino_assets.store.atomic import append_line


@dataclass(frozen=True)
class LineSignature:
    """The signature of one line: the line's sha256, and what OpenSSH wrote."""

    line_sha256: str
    signature: str


def write_statement(entry: Mapping[str, Any], line_sha256: str) -> str:
    """Write what is signed: the decision, its manifest and its line.

    It names nobody, so that the statement of a sign-off can be published.
    """
    return (
        f"kind: {entry['kind']}\n"
        f"quarter: {entry['quarter']}\n"
        f"role: {entry.get('role', '')}\n"
        f"manifest sha256: {entry.get('manifest_sha256', '')}\n"
        f"line sha256: {line_sha256}\n"
    )


def append_signature(log: Path, signature: LineSignature) -> None:
    """Append a signature. Raises WarehouseError on a full or read-only disk."""
    append_line(_locate(log), json.dumps(asdict(signature), sort_keys=True).encode())


def read_signatures(log: Path) -> dict[str, str]:
    """Read every signature, by the sha256 of its line.

    Raises GovernanceError for a line that is none.
    """
    path = _locate(log)
    if not path.is_file():
        return {}
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        found = [LineSignature(**json.loads(line)) for line in lines]
        return {each.line_sha256: each.signature for each in found}
    except (ValueError, TypeError):
        raise GovernanceError(
            f"{path.name} has a line that is not a signature",
            rule="signatures of decisions are only ever added",
            next_step="restore the file from a backup, and find out who changed it",
        ) from None


def _locate(log: Path) -> Path:
    return log.with_suffix(".signatures.jsonl")
