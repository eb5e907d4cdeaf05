"""Checks launches of the web UI before Dagster plans them.

Dagster plans a run, with every check, before any code of the project is asked. So the pre-flight is
made in front of the web server, for a run that is repeated too. `release` is taken out of a
selection that holds other assets, as "Materialize all" does: a release is launched by itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import dagster as dg
import yaml
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from nino_assets.errors import NinoError
from nino_assets.orchestration.partitions import list_run_quarters
from nino_assets.orchestration.signed_in import USER_HEADER
from nino_assets.orchestration.web_guard import make_body_again
from nino_assets.statistic.quarters import Quarter


class FindsObstacles(Protocol):
    """What would stop a launch: `launch_rules.py`."""

    def find_obstacles(self, quarters: Sequence[Quarter]) -> Sequence[NinoError]: ...

    def find_missing_cells(self, quarters: Sequence[Quarter]) -> Sequence[NinoError]: ...

    def find_refusal(
        self, job: str, config: Mapping[str, Any], account: str
    ) -> NinoError | None: ...

    def find_run(self, run_id: str) -> dg.DagsterRun | None: ...


_TAKES_IN, _RELEASE = "raw_scan", "release"
_JOBS = ("quarter", "history")
"""Jobs that take in a delivery."""
_PUBLISHES = "publication"
"""The job that makes publications from cells that stand."""
PUBLISHED = frozenset(
    {
        *("tables", "open_data", "tabulations", "bulletin", "background_documents"),
        *("coherence_report", "pre_release_access_list", "qa_report"),
    }
)
_PARTITION_SETS = tuple(f"{job}_partition_set" for job in _JOBS)
_FIELD = re.compile(r"\blaunch[A-Za-z]+(?=\s*\()")

Json = dict[str, Any]


@dataclass(frozen=True)
class LaunchRequest:
    """One launch that a request asks for, as Dagster's GraphQL has it."""

    params: Json

    @property
    def selector(self) -> Json:
        return self.params.get("selector") or {}

    @property
    def takes_in(self) -> bool:
        """Whether a delivery is taken in."""
        by_job = self.job in _JOBS and not self.selector.get("assetSelection")
        by_set = self.selector.get("partitionSetName") in _PARTITION_SETS
        return by_job or by_set or _TAKES_IN in _list_names(self._find_selection())

    @property
    def publishes(self) -> bool:
        """Whether publications are made of cells that have to stand already."""
        by_job = self.job == _PUBLISHES and not self.selector.get("assetSelection")
        by_set = self.selector.get("partitionSetName") == f"{_PUBLISHES}_partition_set"
        chosen = _list_names(self._find_selection())
        return by_job or by_set or bool(chosen & PUBLISHED and "perturbed_cubes" not in chosen)

    @property
    def job(self) -> str:
        """The job that is launched, blank for assets."""
        names = (self.selector.get("pipelineName"), self.selector.get("jobName"))
        return next((name for name in names if name), "")

    @property
    def config(self) -> Json:
        """The configuration that is given to the job."""
        given = self.params.get("runConfigData") or {}
        read = yaml.safe_load(given) if isinstance(given, str) else given
        return read if isinstance(read, dict) else {}

    @property
    def quarters(self) -> list[Quarter]:
        """The quarters that it is for."""
        found = list(self.params.get("partitionNames") or [])
        tags = (self.params.get("executionMetadata") or {}).get("tags") or []
        values = {tag.get("key"): tag.get("value") for tag in tags}
        named = list_run_quarters({key: value for key, value in values.items() if value})
        return sorted({*named, *(Quarter.parse(key) for key in found)})

    def remove_release(self) -> None:
        """Take `release` out of a selection that holds other assets."""
        selection = self._find_selection()
        if len(_list_names(selection) - {_RELEASE}) > 0:
            selection[:] = [each for each in selection if each.get("path") != [_RELEASE]]

    def _find_selection(self) -> list[Json]:
        return self.params.get("assetSelection") or self.selector.get("assetSelection") or []


def check_launches(content: Json, rules: FindsObstacles, account: str) -> Json | None:
    """Check the launches of a GraphQL request, which is changed in place.

    `account` is who asks. Returns the answer to give instead when something would stop one.
    """
    field = _FIELD.search(content["query"])
    if field is None:
        return None
    obstacles: dict[str, None] = {}
    for launch in _find_launches(content.get("variables"), rules):
        launch.remove_release()
        found = list(rules.find_obstacles(launch.quarters)) if _has_delivery(launch) else []
        if launch.publishes and launch.quarters:
            found += rules.find_missing_cells(launch.quarters)
        refusal = rules.find_refusal(launch.job, launch.config, account)
        obstacles |= {str(each): None for each in (*found, refusal) if each}
    if not obstacles:
        return None
    error = {"__typename": "PythonError", "message": "\n".join(obstacles)}
    return {"data": {field.group(): error | {"stack": [], "errorChain": [], "causes": []}}}


def _has_delivery(launch: LaunchRequest) -> bool:
    return bool(launch.takes_in and launch.quarters)


def _find_launches(variables: Any, rules: FindsObstacles) -> Iterator[LaunchRequest]:
    given = list(variables.values()) if isinstance(variables, dict) else []
    for value in given:
        for params in value if isinstance(value, list) else [value]:
            if isinstance(params, dict):
                repeated = params.get("parentRunId")
                run = rules.find_run(repeated) if isinstance(repeated, str) else None
                yield LaunchRequest(_describe_run(run) if run else params)


def _describe_run(run: dg.DagsterRun) -> Json:
    """A run that is repeated, as if it were launched anew."""
    chosen = run.asset_selection or ()
    return {
        "selector": {
            "pipelineName": run.job_name,
            "assetSelection": [{"path": list(key.path)} for key in chosen],
        },
        "executionMetadata": {
            "tags": [{"key": key, "value": value} for key, value in run.tags.items()]
        },
        "runConfigData": dict(run.run_config),
    }


def _list_names(selection: Sequence[Json]) -> set[str]:
    return {"/".join(each.get("path") or []) for each in selection}


class LaunchPreFlight:
    """An ASGI application that makes the pre-flight for another.

    It stands behind the guard, which has read the body whole. What is not as Dagster's GraphQL has
    it is passed on, and refused there.
    """

    def __init__(self, app: ASGIApp, rules: FindsObstacles) -> None:
        self._app = app
        self._rules = rules

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        body = await Request(scope, receive).body()
        try:
            content = json.loads(body)
            # Large files are hashed: the server answers others meanwhile.
            account = Headers(scope=scope).get(USER_HEADER, "")
            answer = await run_in_threadpool(check_launches, content, self._rules, account)
            body = json.dumps(content).encode()
        except (ValueError, TypeError, AttributeError, KeyError, yaml.YAMLError):
            answer = None
        if answer is not None:
            await JSONResponse(answer)(scope, receive, send)
        else:
            await self._app(scope, make_body_again(body, receive), send)
