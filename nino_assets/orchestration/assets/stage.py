"""The declaration of an asset, and all that follows from it.

A stage makes one asset, or several at once. From its declaration follow the lineage, the gate, the
lock of its quarters, where it is stored and how it is protected, its tag, its owner and its
partitions. The function below the declaration is the work itself: it is handed a warehouse that
reads what the stage declares, writes what it makes, and refuses anything else.
"""

import inspect
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import dagster as dg

from nino_assets.orchestration.assets.owners import OWNERS
from nino_assets.orchestration.assets.upstream import Upstream
from nino_assets.orchestration.checks.gate import refuse_unchecked
from nino_assets.orchestration.partitions import (
    BUILDS,
    ONE_AT_A_TIME,
    ONE_PASS,
    QUARTERS,
    read_quarters,
)
from nino_assets.orchestration.redaction import redact_errors
from nino_assets.orchestration.run_events import CONTENT
from nino_assets.quality.suites.all import find_suite
from nino_assets.releases.series import find_series
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.declarations import Access, Kept, Stored
from nino_assets.store.file_hashes import hash_file
from nino_assets.store.folders import Folders
from nino_assets.store.locks import lock_quarters, lock_shared
from nino_assets.store.warehouse import Warehouse

Metadata = Mapping[str, Any]
"""What the web UI shows of an asset that was made: counts and paths, no value of a record."""


@dataclass(frozen=True, kw_only=True)
class Made:
    """One asset that a stage makes."""

    stored: Stored
    description: str
    kinds: frozenset[str]


@dataclass(frozen=True)
class StageRun:
    """One run of a stage, as its work is handed it.

    `reads` has the quarters of each asset that the stage reads; None for one without quarters.
    `built_on` names those and the ones that it is gated on.
    """

    context: dg.AssetExecutionContext
    warehouse: Warehouse
    quarters: Sequence[Quarter]
    reads: Mapping[str, Sequence[Quarter] | None]
    built_on: frozenset[str]

    @property
    def quarter(self) -> Quarter:
        """The quarter, of a stage that takes one at a time."""
        (quarter,) = self.quarters
        return quarter


Work = Callable[[StageRun], Mapping[str, Metadata]]
"""Makes every asset of a stage. Returns the metadata of each."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Stage:
    """The declaration of a stage, with its work."""

    name: str
    description: str
    group: str
    makes: tuple[Made, ...]
    by_products: tuple[Stored, ...]
    """What the work writes too, and no other asset is built on."""
    reads: tuple[Upstream, ...]
    gated_on: tuple[Upstream, ...]
    """Assets whose checks must have passed, though the work reads nothing of them."""
    one_pass: bool
    """Whether one run may be for a range of quarters."""
    has_own_gates: bool
    """Whether the work itself judges what it is built on, and says what it found."""
    work: Work

    def __post_init__(self) -> None:
        names = [upstream.name for upstream in self.upstream]
        if len(names) > len(set(names)):
            raise ValueError(f"{self.name} names an asset twice that it is built on")
        if len({made.stored.is_quarterly for made in self.makes}) > 1:
            raise ValueError(f"{self.name} makes assets with and without quarters")
        if self.group not in OWNERS:
            raise ValueError(f"{self.name} is in a group that nobody owns: {self.group}")

    @property
    def upstream(self) -> tuple[Upstream, ...]:
        """All that the stage is built on."""
        return (*self.reads, *self.gated_on)

    @property
    def stores(self) -> tuple[Stored, ...]:
        """All that the stage writes."""
        return (*(made.stored for made in self.makes), *self.by_products)

    @property
    def stored(self) -> Stored:
        """The asset, of a stage that makes one."""
        (made,) = self.makes
        return made.stored

    def __getitem__(self, name: str) -> Made:
        """One of the assets that the stage makes."""
        return {made.stored.name: made for made in self.makes}[name]

    @property
    def is_quarterly(self) -> bool:
        return self.makes[0].stored.is_quarterly

    @cached_property
    def definition(self) -> dg.AssetsDefinition:
        """The assets as Dagster loads them."""
        policy = ONE_PASS if self.one_pass else ONE_AT_A_TIME
        with warnings.catch_warnings():
            # Backfill policies are new in Dagster. Its version is pinned and they are tested here.
            warnings.simplefilter("ignore", dg.BetaWarning)

            @dg.multi_asset(
                name=self.name,
                description=self.description,
                specs=[self._specify(made) for made in self.makes],
                partitions_def=QUARTERS if self.is_quarterly else None,
                backfill_policy=policy if self.is_quarterly else None,
                required_resource_keys={"warehouse"},
                pool=None if self.has_own_gates else BUILDS,
            )
            def run(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult]:
                yield from redact_errors(lambda: self._run(context))

        return run

    def _specify(self, made: Made) -> dg.AssetSpec:
        return dg.AssetSpec(
            made.stored.name,
            deps=[upstream.dependency for upstream in self.upstream],
            description=made.description,
            group_name=self.group,
            owners=[OWNERS[self.group]],
            kinds=set(made.kinds),
            tags={"access": made.stored.access.value},
        )

    def _run(self, context: dg.AssetExecutionContext) -> list[dg.MaterializeResult]:
        """Do the work, with its quarters locked, after the gate."""
        warehouse: Warehouse = context.resources.warehouse
        quarters = read_quarters(context) if self.is_quarterly else []
        with self._lock(warehouse.folders, quarters, context.run_id):
            reads = self._find_quarters(self.reads, warehouse, quarters)
            if not self.has_own_gates:
                gated_on = self._find_quarters(self.gated_on, warehouse, quarters)
                self._gate(context.instance, warehouse, {**reads, **gated_on})
            limited = warehouse.limit_to(
                self.name, reads=reads, writes=[stored.name for stored in self.stores]
            )
            built_on = frozenset(upstream.name for upstream in self.upstream)
            made = self.work(StageRun(context, limited, quarters, reads, built_on))
            return [
                dg.MaterializeResult(
                    asset_key=name,
                    metadata=dict(metadata),
                    data_version=self._mark_content(warehouse, name, quarters),
                )
                for name, metadata in made.items()
            ]

    def _lock(
        self, folders: Folders, quarters: Sequence[Quarter], run: str
    ) -> AbstractContextManager[None]:
        """Hold the quarters, or what runs of all quarters share."""
        if self.is_quarterly:
            return lock_quarters(folders, quarters, run)
        return lock_shared(folders, self.name)

    def _mark_content(
        self, warehouse: Warehouse, asset: str, quarters: Sequence[Quarter]
    ) -> dg.DataVersion | None:
        """A mark of a table's content, where its file tells it.

        An encrypted file of a quarter is another each time that it is written; what runs share is
        not written again while its content is the same.
        """
        stored = self[asset].stored
        if stored.kept is Kept.ONCE:
            path = stored.find_table(warehouse.folders)
        elif stored.kept is Kept.BY_QUARTER and not stored.is_private and len(quarters) == 1:
            path = stored.find_table(warehouse.folders, quarters[0])
        else:
            return None
        return dg.DataVersion(CONTENT + hash_file(path)) if path.is_file() else None

    def _find_quarters(
        self, built_on: Sequence[Upstream], warehouse: Warehouse, quarters: Sequence[Quarter]
    ) -> dict[str, Sequence[Quarter] | None]:
        def find() -> Sequence[Quarter]:
            return find_series(warehouse, quarters[-1])

        return {upstream.name: upstream.find_quarters(quarters, find) for upstream in built_on}

    def _gate(
        self,
        instance: dg.DagsterInstance,
        warehouse: Warehouse,
        built_on: Mapping[str, Sequence[Quarter] | None],
    ) -> None:
        optional = [upstream.name for upstream in self.upstream if upstream.optional]
        for name, quarters in built_on.items():
            if name not in optional or warehouse.tables.is_stored(name):
                refuse_unchecked(instance, find_suite(name), quarters or ())


def declare_asset(  # noqa: PLR0913 - one argument a fact that an asset declares
    *,
    group: str,
    access: Access,
    kept: Kept,
    kinds: set[str],
    reads: Sequence[Upstream] = (),
    gated_on: Sequence[Upstream] = (),
    by_products: Sequence[Stored] = (),
    one_pass: bool = False,
    has_own_gates: bool = False,
) -> Callable[[Callable[[StageRun], Metadata]], Stage]:
    """Declare the asset that a function makes.

    The arguments are explained at `Stage`. Its name is the function's and its description the
    docstring. Raises TypeError or ValueError for a declaration without access, or one that does not
    hold together.
    """

    def declare(make: Callable[[StageRun], Metadata]) -> Stage:
        name, description = make.__name__, inspect.getdoc(make) or ""
        stored = Stored(name=name, access=access, kept=kept)
        return Stage(
            name=name,
            description=description,
            group=group,
            makes=(Made(stored=stored, description=description, kinds=frozenset(kinds)),),
            by_products=tuple(by_products),
            reads=tuple(reads),
            gated_on=tuple(gated_on),
            one_pass=one_pass,
            has_own_gates=has_own_gates,
            work=lambda run: {name: make(run)},
        )

    return declare


def declare_assets(
    *,
    group: str,
    makes: Sequence[Made],
    reads: Sequence[Upstream] = (),
    one_pass: bool = False,
) -> Callable[[Work], Stage]:
    """Declare several assets that a function makes; raises as `declare_asset` does."""

    def declare(make: Work) -> Stage:
        return Stage(
            name=make.__name__,
            description=inspect.getdoc(make) or "",
            group=group,
            makes=tuple(makes),
            by_products=(),
            reads=tuple(reads),
            gated_on=(),
            one_pass=one_pass,
            has_own_gates=False,
            work=make,
        )

    return declare
