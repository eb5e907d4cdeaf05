"""The team: which account is whose, and who may decide what.

Without a list there is no team. The names of those who decide are then what was typed, which is
enough for a demonstration with synthetic data and for nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from nino_assets.errors import GovernanceError, ReferenceListError
from nino_assets.governance.people import is_same_person
from nino_assets.statistic.reference_folder import locate_list
from nino_assets.statistic.reference_lists import keep_while_unchanged, read_list
from nino_assets.statistic.team_list import TEAM_FILE, TeamRole

_LIST = f"reference/{TEAM_FILE}"


@dataclass(frozen=True)
class Member:
    """A member of the team.

    `key` is a public key as OpenSSH writes it, blank for none.
    """

    account: str
    name: str
    roles: frozenset[TeamRole]
    key: str


@dataclass(frozen=True)
class Team:
    """Everyone who may decide; nobody where there is no list."""

    members: Sequence[Member] = ()

    @property
    def is_listed(self) -> bool:
        return bool(self.members)

    @property
    def signs(self) -> bool:
        """Whether decisions are signed with keys."""
        return any(member.key for member in self.members)

    def find(self, account: str) -> Member | None:
        """Find the member whose account it is."""
        return next((each for each in self.members if each.account == account), None)

    def has_role(self, account: str, role: TeamRole) -> bool:
        """Whether an account is that of a member with a role."""
        member = self.find(account)
        return member is not None and role in member.roles

    def identify(self, account: str, typed: str, *roles: TeamRole) -> str:
        """Return the name under which an account decides.

        `typed` is the name that was typed, blank for none; with a list it may only be the one that
        the account has there. Raises GovernanceError for an account that is not in the list, that
        is another person's, or that holds none of the `roles`.
        """
        if not self.is_listed:
            return typed or account
        member = self.find(account)
        if member is None:
            raise GovernanceError(
                f"The account {account or 'of whoever asks is not known, and so it'} is not in the "
                "list of the team",
                rule=f"who decides is who is signed in, and stands in {_LIST}",
                next_step="sign in with your own account, or have it put into the list",
            )
        if typed and not is_same_person(typed, member.name):
            raise GovernanceError(
                f"The account {account} is not that of {typed}",
                rule=f"who decides is who is signed in: {_LIST} says whose an account is",
                next_step=f"leave the name out, or ask {typed} to do it",
            )
        if roles and not member.roles & set(roles):
            raise GovernanceError(
                f"{member.name} is not {' or '.join(roles)}",
                rule=f"{_LIST} says who may decide what",
                next_step=f"ask somebody who is {' or '.join(roles)}",
            )
        return member.name


@keep_while_unchanged("team")
def read_team() -> Team:
    """Read the list of the team.

    Raises ReferenceListError for a list that is not as declared, or with two names that look alike.
    """
    members = [
        Member(
            account=row["account"],
            name=row["name"],
            roles=frozenset(map(TeamRole, row["roles"].split())),
            key=row["key"],
        )
        for row in read_list("team").iter_rows(named=True)
    ]
    for one, other in combinations(members, 2):
        if is_same_person(one.name, other.name) or (one.key and one.key == other.key):
            raise ReferenceListError(
                f"{locate_list(TEAM_FILE)}: {one.account} and {other.account} may be one person",
                rule="each person has one row, with a name and a key that no other has",
                next_step="correct the list",
            )
    return Team(tuple(members))
