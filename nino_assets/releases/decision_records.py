"""Writes the public record of what proves an edition.

    published/decisions/2020-Q4-1.json

It holds the head of the log of decisions at the release and, of a team with keys, the two
signatures of the manifest. It names keys and roles and no people.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nino_assets.governance.decision_log import SealedLine, read_head, read_sealed_lines
from nino_assets.governance.line_signatures import read_signatures, write_statement
from nino_assets.governance.signatures import Role, Signature
from nino_assets.governance.team import Team
from nino_assets.releases.published import ReleasedEdition

FOLDER = "decisions"
KEYS, ACCOUNTS, NAMES = "keys", "accounts", "typed names"
"""What proves the decisions: the team's keys, its accounts, or nothing but what was typed."""


def name_record(edition: ReleasedEdition) -> str:
    """The path of an edition's record below `published/`."""
    return f"{FOLDER}/{edition.quarter.label}-{edition.number}.json"


def write_record(log: Path, team: Team, edition: ReleasedEdition) -> bytes:
    """Write the record of an edition that is released now.

    Raises GovernanceError for a log or signatures that cannot be read.
    """
    document = {
        "edition": edition.folder,
        "manifest_sha256": edition.manifest_sha256,
        "log_of_decisions": read_head(log),
        "proved_by": find_proof(team),
        "signatures": _list_signatures(log, team, edition) if team.signs else [],
    }
    return (json.dumps(document, indent=1, sort_keys=True) + "\n").encode()


def find_proof(team: Team) -> str:
    """What proves the decisions of a team."""
    if team.signs:
        return KEYS
    return ACCOUNTS if team.is_listed else NAMES


def _list_signatures(log: Path, team: Team, edition: ReleasedEdition) -> list[Mapping[str, Any]]:
    """The last signature in each role, under this manifest."""
    last: dict[str, SealedLine] = {}
    for line in read_sealed_lines(log, edition.quarter):
        if line.entry["kind"] == Signature.kind:
            last[str(line.entry["role"])] = line
    signed = read_signatures(log)
    found: list[Mapping[str, Any]] = []
    for role in Role:
        signature = last.get(role)
        if signature is None or signature.entry["manifest_sha256"] != edition.manifest_sha256:
            continue
        member = team.find(str(signature.entry.get("account", "")))
        if member and signature.sha256 in signed:
            found.append(
                {
                    "role": role.value,
                    "statement": write_statement(signature.entry, signature.sha256),
                    "key": member.key,
                    "signature": signed[signature.sha256],
                }
            )
    return found
