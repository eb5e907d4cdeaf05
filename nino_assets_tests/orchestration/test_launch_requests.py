"""A page of the web UI launches nothing that cannot succeed, and `release` only by itself."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import dagster as dg
import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import Message, Receive, Scope, Send

from nino_assets.errors import DeliveryError, GovernanceError, NinoError, WarehouseError
from nino_assets.orchestration.definitions import defs
from nino_assets.orchestration.launch_requests import PUBLISHED, LaunchPreFlight
from nino_assets.statistic.quarters import Quarter
from nino_assets_tests.support.coroutines import run_apart

READY, MISSING, EMPTY = "2020-10-01", "2021-01-01", "2021-04-01"
RUNS_BEFORE = {
    quarter: dg.DagsterRun(
        job_name="quarter", run_id=f"run-{quarter}", tags={"dagster/partition": quarter}
    )
    for quarter in (READY, MISSING)
}
RUN = "mutation Launch { launchPipelineExecution(executionParams: $executionParams) { x } }"
RUNS = "mutation Launch { launchMultipleRuns(executionParamsList: $executionParamsList) { x } }"
BACKFILL = "mutation Launch { launchPartitionBackfill(backfillParams: $backfillParams) { x } }"


class Rules:
    """Rules by which one quarter is ready, and a decision is refused without a reason."""

    def find_obstacles(self, quarters: Sequence[Quarter]) -> list[NinoError]:
        if all(quarter.key == READY for quarter in quarters):
            return []
        return [DeliveryError("The scan is not there", rule="a scan is", next_step="wait")]

    def find_missing_cells(self, quarters: Sequence[Quarter]) -> list[NinoError]:
        empty = [quarter for quarter in quarters if quarter.key == EMPTY]
        return [WarehouseError("No cells", rule="r", next_step="n") for _ in empty]

    def find_refusal(self, job: str, config: Mapping[str, Any], account: str) -> NinoError | None:
        if job != "review" or config["ops"]["record_answer"]["config"]["reason"]:
            return None
        return GovernanceError(f"No reason of {account}", rule="r", next_step="n")

    def find_run(self, run_id: str) -> dg.DagsterRun | None:
        return RUNS_BEFORE.get(run_id)


async def repeat(scope: Scope, receive: Receive, send: Send) -> None:
    """A server in Dagster's place, which gives back what reaches it."""
    body = (await Request(scope, receive).body()).decode()
    await JSONResponse({"reached": body})(scope, receive, send)


def send(body: str, method: str = "POST") -> dict[str, Any]:
    """The answer to a request, through the pre-flight."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body.encode(), "more_body": False}

    async def keep(message: Message) -> None:
        sent.append(message)

    who = [(b"x-nino-user", b"ana")]
    scope = {"type": "http", "method": method, "path": "/graphql", "headers": who}
    run_apart(LaunchPreFlight(repeat, Rules())(scope, receive, keep))
    answer = json.loads(b"".join(message.get("body", b"") for message in sent))
    assert isinstance(answer, dict)
    return answer


def ask(query: str, **variables: Any) -> dict[str, Any]:
    return send(json.dumps({"query": query, "variables": variables}))


def select(*names: str) -> list[dict[str, list[str]]]:
    return [{"path": [name]} for name in names]


def make_run(quarter: str, job: str = "quarter", *assets: str) -> dict[str, Any]:
    return {
        "selector": {"pipelineName": job, "assetSelection": select(*assets)},
        "executionMetadata": {"tags": [{"key": "dagster/partition", "value": quarter}]},
    }


def make_range(first: str, last: str, *assets: str) -> dict[str, Any]:
    tags = [
        {"key": "dagster/asset_partition_range_start", "value": first},
        {"key": "dagster/asset_partition_range_end", "value": last},
    ]
    return make_run(first, "__ASSET_JOB", *assets) | {"executionMetadata": {"tags": tags}}


REFUSED = [
    (RUN, {"executionParams": make_run(MISSING)}),
    (RUN, {"executionParams": make_run(MISSING, "__ASSET_JOB", "raw_scan", "cleaned_records")}),
    (RUN, {"executionParams": make_range(READY, MISSING, "raw_scan")}),
    (RUNS, {"executionParamsList": [make_run(READY), make_run(MISSING)]}),
    (
        BACKFILL,
        {"backfillParams": {"assetSelection": select("raw_scan"), "partitionNames": [MISSING]}},
    ),
    (
        BACKFILL,
        {
            "backfillParams": {
                "selector": {"partitionSetName": "quarter_partition_set"},
                "partitionNames": [READY, MISSING],
            }
        },
    ),
]


@pytest.mark.parametrize(("query", "variables"), REFUSED)
def test_what_cannot_succeed_is_answered_in_words(query: str, variables: dict[str, Any]) -> None:
    answer = ask(query, **variables)
    [error] = answer["data"].values()
    assert error["__typename"] == "PythonError"
    assert error["message"] == "The scan is not there\nRule: a scan is\nNext: wait"
    assert next(iter(answer["data"])) in query


def make_answer(reason: str) -> dict[str, Any]:
    config = f"ops:\n  record_answer:\n    config:\n      reason: '{reason}'\n"
    return {"selector": {"pipelineName": "review"}, "runConfigData": config}


REPEAT = "mutation Again { launchRunReexecution(reexecutionParams: $reexecutionParams) { x } }"


@pytest.mark.parametrize(
    ("query", "variables", "words"),
    [
        (RUN, {"executionParams": make_answer("")}, "No reason of ana"),
        (REPEAT, {"reexecutionParams": {"parentRunId": MISSING}}, "The scan is not there"),
        (RUN, {"executionParams": make_run(EMPTY, "publication")}, "No cells"),
        (RUN, {"executionParams": make_run(EMPTY, "__ASSET_JOB", "tables", "release")}, "No cells"),
        (
            BACKFILL,
            {
                "backfillParams": {
                    "assetSelection": select("tables", "qa_report"),
                    "partitionNames": [READY, EMPTY],
                }
            },
            "No cells",
        ),
    ],
)
def test_what_is_refused_later_is_refused_now(
    query: str, variables: dict[str, Any], words: str
) -> None:
    [error] = ask(query, **variables)["data"].values()
    assert error["message"].startswith(f"{words}\nRule: ")


def test_what_is_made_from_cells_is_what_the_job_publication_makes() -> None:
    job = defs.resolve_job_def("publication")
    layer = job.asset_layer
    quarterly = {key for key in layer.executable_asset_keys if layer.get(key).partitions_def}
    assert {key.to_user_string() for key in quarterly} == PUBLISHED


PASSED = [
    (RUN, {"executionParams": make_answer("It was announced")}),
    (RUN, {"executionParams": make_answer("") | {"runConfigData": "ops: ["}}),
    (REPEAT, {"reexecutionParams": {"parentRunId": READY}}),
    (REPEAT, {"reexecutionParams": {"parentRunId": "no run"}}),
    (RUN, {"executionParams": make_run(EMPTY, "__ASSET_JOB", "perturbed_cubes", "tables")}),
    (RUN, {"executionParams": make_run(READY)}),
    (RUN, {"executionParams": make_run(MISSING, "release_quarter")}),
    (RUN, {"executionParams": make_run(MISSING, "__ASSET_JOB", "tables", "bulletin")}),
    (RUN, {"executionParams": make_run(MISSING, "__ASSET_JOB", "release")}),
    (
        BACKFILL,
        {"backfillParams": {"assetSelection": select("tables"), "partitionNames": [MISSING]}},
    ),
    ("query Launches { runs { id } }", {"executionParams": make_run(MISSING)}),
    (RUN, {"executionParams": make_run("no quarter")}),
    (RUN, {"executionParams": {"selector": "quarter"}}),
    (RUN, {}),
]


@pytest.mark.parametrize(("query", "variables"), PASSED)
def test_all_else_reaches_dagster_as_it_was(query: str, variables: dict[str, Any]) -> None:

    reached = json.loads(ask(query, **variables)["reached"])
    assert reached == {"query": query, "variables": variables}


@pytest.mark.parametrize("body", ["", "nonsense", "[]", "{}", '{"query": 1}'])
def test_what_is_no_launch_reaches_dagster(body: str) -> None:
    assert send(body) == {"reached": body}
    assert send("", "GET") == {"reached": ""}


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        (RUN, {"executionParams": make_run(READY, "__ASSET_JOB", "tables", "release")}),
        (
            BACKFILL,
            {
                "backfillParams": {
                    "assetSelection": select("raw_scan", "release", "tables"),
                    "partitionNames": [READY],
                }
            },
        ),
    ],
)
def test_materialize_all_never_plans_a_release(query: str, variables: dict[str, Any]) -> None:
    reached = ask(query, **variables)["reached"]
    assert '"tables"' in reached
    assert '"release"' not in reached
