"""What each stored asset is: its access and how it is kept.

Where it lies, its rights and its encryption follow from that.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from nino_assets.errors import WarehouseError
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.folders import Folders


class Access(StrEnum):
    """Who may see an asset."""

    ALL = "all"
    TEAM = "team"
    TEAM_UNTIL_RELEASE = "team_until_release"
    RESTRICTED = "restricted"
    SECRET = "secret"  # noqa: S105 - an access, no password


class Kept(StrEnum):
    """How an asset is kept."""

    ONCE = "one table"
    BY_QUARTER = "a table a quarter"
    BY_DELIVERY = "records, a file for each delivery and quarter"
    AS_FILES = "files of a publication, and no table"


@dataclass(frozen=True, kw_only=True)
class Stored:
    """One asset, or a by-product of one, as the store keeps it.

    There is no access by default. Raises ValueError when the access does not go with the way in
    which the asset is kept: only encrypted files are safe for records, and files of a publication
    are never encrypted.
    """

    name: str
    access: Access
    kept: Kept

    def __post_init__(self) -> None:
        if not isinstance(self.access, Access):
            raise TypeError(f"{self.name} names no access: give one of {', '.join(Access)}")
        if self.kept is Kept.BY_DELIVERY and self.access is not Access.RESTRICTED:
            raise ValueError(f"{self.name} holds records, so its access is restricted")
        if self.kept is Kept.AS_FILES and self.access in (Access.RESTRICTED, Access.SECRET):
            raise ValueError(f"{self.name} is {self.access}, so it is kept as encrypted tables")

    @property
    def is_quarterly(self) -> bool:
        return self.kept is not Kept.ONCE

    @property
    def is_private(self) -> bool:
        """Whether its tables lie encrypted in the folder of their owner alone."""
        return self.access not in (Access.ALL, Access.TEAM_UNTIL_RELEASE)

    def find_table(self, folders: Folders, quarter: Quarter | None = None) -> Path:
        """The file of a table, or of one quarter of it.

        Raises ValueError for an asset that is not kept so.
        """
        if self.kept is Kept.ONCE and quarter is None:
            folder = folders.restricted if self.is_private else folders.warehouse / "reference"
            return folder / f"{self.name}.parquet"
        if self.kept is Kept.BY_QUARTER and quarter is not None:
            folder = folders.restricted if self.is_private else folders.warehouse
            return folder / self.name / f"{quarter.label}.parquet"
        asked = f"a table of {quarter.label}" if quarter else "a table without quarters"
        raise ValueError(f"{self.name} has no such file as {asked}: it is kept as {self.kept}")

    def find_records(self, folders: Folders, delivery: str = "") -> Path:
        """The folder of a delivery's records, or of all.

        Raises ValueError for an asset that is not kept so.
        """
        if self.kept is not Kept.BY_DELIVERY:
            raise ValueError(f"{self.name} has no records: it is kept as {self.kept}")
        return folders.restricted / self.name / delivery


class Declarations:
    """All that a warehouse may hold; nothing else is read or written."""

    def __init__(self, stored: Iterable[Stored]) -> None:
        """Raises ValueError when a name is declared twice."""
        self._stored: dict[str, Stored] = {}
        for each in stored:
            if each.name in self._stored:
                raise ValueError(f"{each.name} is declared twice")
            self._stored[each.name] = each

    def __iter__(self) -> Iterator[Stored]:
        return iter(self._stored.values())

    def find(self, name: str) -> Stored:
        """The declaration of an asset. Raises WarehouseError when there is none."""
        if name not in self._stored:
            raise WarehouseError(
                f"{name} is not declared",
                rule="only declared assets are stored: their access decides how they are protected",
                next_step="declare it, with its access, at its asset in orchestration/assets",
            )
        return self._stored[name]

    # What follows is narrower for a single stage: `StageDeclarations`.

    def find_readable(self, name: str, quarters: Sequence[Quarter] = ()) -> Stored:
        """The declaration of an asset whose `quarters` may be read. Raises WarehouseError."""
        return self.find(name)

    def find_writable(self, name: str) -> Stored:
        """The declaration of an asset that may be written. Raises WarehouseError."""
        return self.find(name)

    def refuse_delivery(self, quarter: Quarter) -> None:
        """Raise WarehouseError when a quarter's delivery may not be known."""


class StageDeclarations(Declarations):
    """What one stage may read, of which quarters, and may write."""

    def __init__(
        self,
        declared: Declarations,
        stage: str,
        *,
        reads: Mapping[str, Collection[Quarter] | None],
        writes: Collection[str],
    ) -> None:
        """Limit a stage to the quarters that it `reads` of each asset.

        `reads` has None for an asset without quarters.
        What it `writes` it may also read: a stage finds there what it made before.
        """
        super().__init__(declared)
        self._stage = stage
        self._reads = reads
        self._writes = writes

    def find_readable(self, name: str, quarters: Sequence[Quarter] = ()) -> Stored:
        stored = self.find(name)
        if name in self._writes:
            return stored
        if name not in self._reads:
            raise self._refusal(f"read {name}", f"name {name} in its reads")
        allowed = self._reads[name]
        if allowed is None:
            return stored
        others = [quarter for quarter in quarters if quarter not in allowed]
        # Repeated persons are looked for over a whole delivery: records of one quarter of it may be
        # read with those of the others.
        shared = stored.kept is Kept.BY_DELIVERY and len(others) < len(quarters)
        if others and not shared:
            raise self._refusal(
                f"read {name} of {others[0].label}", f"let its reads of {name} cover that quarter"
            )
        return stored

    def find_writable(self, name: str) -> Stored:
        stored = self.find(name)
        if name not in self._writes:
            raise self._refusal(f"write {name}", f"write {name} in the stage that makes it")
        return stored

    def refuse_delivery(self, quarter: Quarter) -> None:
        records = [each.name for each in self if each.kept is Kept.BY_DELIVERY]
        if not any(quarter in (self._reads.get(name) or ()) for name in records):
            raise self._refusal(
                f"know the delivery of {quarter.label}",
                "name raw_scan, or the records that it reads, in its reads",
            )

    def _refusal(self, act: str, next_step: str) -> WarehouseError:
        return WarehouseError(
            f"{self._stage} may not {act}: it does not declare it",
            rule="a stage reads what it declares and writes its own, so that its lineage and its "
            "gate are true",
            next_step=f"{next_step}, at {self._stage} in orchestration/assets",
        )
