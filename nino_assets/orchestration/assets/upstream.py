"""What a stage is built on: assets, and which quarters of them."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import dagster as dg

from nino_assets.orchestration.partitions import ALL_BEFORE, THREE_BEFORE
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.declarations import Stored

FindSeries = Callable[[], Sequence[Quarter]]
"""Gives the series that ends with the last quarter of a run."""


class Asset(Protocol):
    """A stage that makes one asset, or an asset of several."""

    @property
    def stored(self) -> Stored: ...


@dataclass(frozen=True)
class Upstream(ABC):
    """An asset that a stage is built on.

    An `optional` one is used when it is there, and not waited for. Raises ValueError for an asset
    that has no such quarters.
    """

    asset: Asset
    optional: bool = False

    def __post_init__(self) -> None:
        if self.asset.stored.is_quarterly is isinstance(self, Once):
            has = "quarters" if self.asset.stored.is_quarterly else "no quarters"
            raise ValueError(f"{type(self).__name__}({self.name}): it has {has}")

    @property
    def name(self) -> str:
        return self.asset.stored.name

    @property
    def dependency(self) -> dg.AssetDep:
        """The asset as Dagster's lineage has it."""
        return dg.AssetDep(self.name)

    @abstractmethod
    def find_quarters(
        self, quarters: Sequence[Quarter], find_series: FindSeries
    ) -> Sequence[Quarter] | None:
        """The quarters that a run for `quarters` is built on."""


class Once(Upstream):
    """An asset without quarters."""

    def find_quarters(self, quarters: Sequence[Quarter], find_series: FindSeries) -> None:
        return None


class SameQuarter(Upstream):
    """The quarters of the run; of records, their whole delivery."""

    def find_quarters(
        self, quarters: Sequence[Quarter], find_series: FindSeries
    ) -> Sequence[Quarter]:
        return quarters


class YearTo(Upstream):
    """The years that end with the quarters of the run."""

    @property
    def dependency(self) -> dg.AssetDep:
        return dg.AssetDep(self.name, partition_mapping=THREE_BEFORE)

    def find_quarters(
        self, quarters: Sequence[Quarter], find_series: FindSeries
    ) -> Sequence[Quarter]:
        return [quarter for quarter in find_series() if quarter >= quarters[0] - 3]


class WholeSeries(Upstream):
    """The series up to the last quarter of the run."""

    @property
    def dependency(self) -> dg.AssetDep:
        return dg.AssetDep(self.name, partition_mapping=ALL_BEFORE)

    def find_quarters(
        self, quarters: Sequence[Quarter], find_series: FindSeries
    ) -> Sequence[Quarter]:
        return find_series()
