"""What would stop a launch of the web UI, found beforehand.

A decision is prepared as its job would prepare it, and nothing is written. What cannot be read as
the job's configuration is left to Dagster, which refuses it in the launchpad.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from datetime import date
from typing import Any

import dagster as dg

from nino_assets.errors import NinoError, WarehouseError
from nino_assets.orchestration import check_again
from nino_assets.orchestration.assets.catalogue import open_warehouse
from nino_assets.orchestration.decisions import correct, review, revise, sign_off
from nino_assets.orchestration.plain_config import PlainConfig
from nino_assets.releases.wanted_builds import find_obstacles
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.folders import Folders

Prepare = Callable[[Any, str], object]


class LaunchRules:
    """The rules over one data folder and its instance."""

    def __init__(self, instance: dg.DagsterInstance, folders: Folders) -> None:
        self._instance = instance
        self._folders = folders
        self._decisions: dict[str, tuple[type[PlainConfig], Prepare]] = {
            "review": (
                review.ReviewConfig,
                lambda given, who: review.prepare_answer(instance, folders, given, who),
            ),
            "sign_off": (
                sign_off.SignOffConfig,
                lambda given, who: sign_off.prepare_signature(folders, given, who),
            ),
            "correct": (
                correct.CorrectionConfig,
                lambda given, who: correct.prepare_correction(folders, given, who),
            ),
            "revise": (
                revise.RevisionConfig,
                lambda given, who: revise.prepare_revision(folders, given, who),
            ),
            "check_again": (
                check_again.CheckAgainConfig,
                lambda given, _: check_again.find_checks(given),
            ),
        }

    def find_obstacles(self, quarters: Sequence[Quarter]) -> Sequence[NinoError]:
        """What would stop a build of these quarters from their deliveries."""
        return find_obstacles(open_warehouse(self._folders), quarters, today=date.today())

    def find_missing_cells(self, quarters: Sequence[Quarter]) -> Sequence[NinoError]:
        """The quarters without the cells that a publication is made from."""
        tables = open_warehouse(self._folders).tables
        return [
            WarehouseError(
                f"{quarter.label} has no cells",
                rule="a publication is made from the cells of its quarter",
                next_step=f"leave {quarter.label} out, or launch the job quarter for it",
            )
            for quarter in quarters
            if not tables.is_stored("perturbed_cubes", quarter)
        ]

    def find_refusal(self, job: str, config: Mapping[str, Any], account: str) -> NinoError | None:
        """Why a decision would be refused, if it would."""
        if job not in self._decisions:
            return None
        kind, prepare = self._decisions[job]
        named = {each.name for each in fields(kind)}
        try:
            [given] = [op["config"] for op in config["ops"].values()]
            texts = {name: tuple(v) if isinstance(v, list) else v for name, v in given.items()}
            if not texts.keys() <= named or not _are_texts(texts):
                return None
            asked = kind(**texts)
        except (AttributeError, KeyError, TypeError, ValueError):
            return None
        try:
            prepare(asked, account)
        except NinoError as refusal:
            return refusal
        return None

    def find_run(self, run_id: str) -> dg.DagsterRun | None:
        """The run of that id, which another repeats."""
        return self._instance.get_run_by_id(run_id)


def _are_texts(given: Mapping[str, Any]) -> bool:
    return all(
        isinstance(text, str)
        for value in given.values()
        for text in (value if isinstance(value, tuple) else [value])
    )
