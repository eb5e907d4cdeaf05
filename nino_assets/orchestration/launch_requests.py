"""Checks launches of the web UI before Dagster plans them.

Dagster plans a run, with every check, before any code of the project is asked. So the pre-flight is
made in front of the web server. `release` is taken out of a selection that holds other assets, as
"Materialize all" does: a release is launched by itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from nino_assets.errors import NinoError
from nino_assets.orchestration.partitions import list_run_quarters
from nino_assets.orchestration.web_guard import make_body_again
from nino_assets.statistic.quarters import Quarter

FindObstacles = Callable[[Sequence[Quarter]], Sequence[NinoError]]

_TAKES_IN, _RELEASE = "raw_scan", "release"
_JOBS = ("quarter", "history")
"""Jobs that take in a delivery."""
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
        names = (self.selector.get("pipelineName"), self.selector.get("jobName"))
        by_job = any(name in _JOBS for name in names) and not self.selector.get("assetSelection")
        by_set = self.selector.get("partitionSetName") in _PARTITION_SETS
        return by_job or by_set or _TAKES_IN in _list_names(self._find_selection())

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


def check_launches(content: Json, find_obstacles: FindObstacles) -> Json | None:
    """Check the launches of a GraphQL request, which is changed in place.

    Returns the answer to give instead when the pre-flight finds what would stop one.
    """
    field = _FIELD.search(content["query"])
    if field is None:
        return None
    obstacles: dict[str, None] = {}
    for launch in _find_launches(content.get("variables")):
        launch.remove_release()
        if launch.takes_in and launch.quarters:
            obstacles |= {str(each): None for each in find_obstacles(launch.quarters)}
    if not obstacles:
        return None
    error = {"__typename": "PythonError", "message": "\n".join(obstacles)}
    return {"data": {field.group(): error | {"stack": [], "errorChain": [], "causes": []}}}


def _find_launches(variables: Any) -> Iterator[LaunchRequest]:
    given = list(variables.values()) if isinstance(variables, dict) else []
    for value in given:
        for params in value if isinstance(value, list) else [value]:
            if isinstance(params, dict):
                yield LaunchRequest(params)


def _list_names(selection: Sequence[Json]) -> set[str]:
    return {"/".join(each.get("path") or []) for each in selection}


class LaunchPreFlight:
    """An ASGI application that makes the pre-flight for another.

    It stands behind the guard, which has read the body whole. What is not as Dagster's GraphQL has
    it is passed on, and refused there.
    """

    def __init__(self, app: ASGIApp, find_obstacles: FindObstacles) -> None:
        self._app = app
        self._find_obstacles = find_obstacles

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        body = await Request(scope, receive).body()
        try:
            content = json.loads(body)
            # Large files are hashed: the server answers others meanwhile.
            answer = await run_in_threadpool(check_launches, content, self._find_obstacles)
            body = json.dumps(content).encode()
        except (ValueError, TypeError, AttributeError, KeyError):
            answer = None
        if answer is not None:
            await JSONResponse(answer)(scope, receive, send)
        else:
            await self._app(scope, make_body_again(body, receive), send)
