"""The list of the team: accounts, names, roles and keys.

It is empty as packaged: a demonstration has no team. The team's own list, `reference/team.csv` in
the data folder, takes its place.
"""

from __future__ import annotations

from enum import StrEnum

from nino_assets.statistic.list_schema import ListSchema, declare_columns, match_pattern

TEAM_FILE = "team.csv"


class TeamRole(StrEnum):
    """What a member of the team may do.

    An analyst answers warnings, announces, corrects and shares; a countersigner and the head of
    profession sign; a releaser gives early access and releases.
    """

    ANALYST = "analyst"
    COUNTERSIGNER = "countersigner"
    HEAD = "head-of-profession"
    RELEASER = "releaser"


_ROLES = f"(?:{'|'.join(TeamRole)})"
_KEY_TYPES = (
    "ssh-ed25519",
    "ecdsa-sha2-nistp(?:256|384|521)",
    "ssh-rsa",
    r"sk-ssh-ed25519@openssh\.com",
    r"sk-ecdsa-sha2-nistp256@openssh\.com",
)
TEAM_LIST = ListSchema(
    declare_columns(
        "account name roles key source",
        {
            "account": match_pattern(r"[^\s,:]{1,100}", "the name of an account, without spaces"),
            "roles": match_pattern(
                rf"{_ROLES}(?: {_ROLES})*", f"one or more of {', '.join(TeamRole)}, with spaces"
            ),
            "key": match_pattern(
                rf"(?:{'|'.join(_KEY_TYPES)}) [A-Za-z0-9+/]{{40,3000}}={{0,3}}",
                "a public key as ssh-keygen writes it, without the comment",
            ),
        },
        optional="key",
    ),
    unique=(("account",), ("name",)),
    may_be_empty=True,
)
