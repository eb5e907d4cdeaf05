"""Asks the application itself, without a network."""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from starlette.types import ASGIApp

BASE = "/webapi/rest/v1"
NINOS = "str:field:Ninos:"
MEASURE = "str:count:Ninos:V_F_NINOS"
QUARTER = f"{NINOS}F_NINO_QTR:QTR_NAME"
AREA = f"{NINOS}V_F_NINOS:UK_COA"
NATIONALITY = f"{NINOS}V_F_NINOS:NEWNAT"
AGE = f"{NINOS}V_F_NINOS:AGE_CODE"
SEX = f"{NINOS}V_F_NINOS:CCSEX_CODE"
LAG = f"{NINOS}V_F_NINOS:ARRIVAL_LAG"

VALUE_SETS = {
    "quarter": (QUARTER, "C_NINO_QTR"),
    "year_ending": (QUARTER, "C_NINO_YE"),
    "country": (AREA, "V_C_MASTERGEOG11_COUNTRY_TO_UK_NI"),
    "region": (AREA, "V_C_MASTERGEOG11_REGION_TO_COUNTRY_NI"),
    "local_authority": (AREA, "V_C_MASTERGEOG11_LA_TO_REGION_NI"),
    "middle_layer": (AREA, "V_C_MASTERGEOG11_MSOA_TO_LA_NI"),
    "world_area": (NATIONALITY, "C_NINO_WORLDAREA"),
    "sub_group": (NATIONALITY, "C_NINO_SUBGROUP"),
    "nationality": (NATIONALITY, "C_NINO_COUNTRY"),
    "age": (AGE, "C_NINO_AGE_BAND"),
    "sex": (SEX, "C_NINO_CCSEX"),
    "lag": (LAG, "C_NINO_LAG"),
}


def name_set(level: str) -> str:
    field, name = VALUE_SETS[level]
    return f"{field}:{name}".replace("str:field:", "str:valueset:")


def name_value(level: str, code: str) -> str:
    """The identifier of a value: `quarter`, `202012`."""
    return f"{name_set(level)}:{code}".replace("str:valueset:", "str:value:")


@dataclass(frozen=True)
class Answer:
    """One answer: status, headers by lower-case name, body."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class ApiClient:
    """A client of one application."""

    def __init__(self, app: ASGIApp, address: str = "192.0.2.1") -> None:
        self.app = app
        self.address = address

    def ask(
        self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> Answer:
        """Send one request; `path` as on the wire, percent-encoded and with its query."""
        raw, _, query = path.partition("?")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": unquote(raw),
            "raw_path": raw.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [(k.lower().encode(), v.encode()) for k, v in (headers or {}).items()],
            "client": (self.address, 1),
            "server": ("127.0.0.1", 80),
        }
        sent: list[dict] = []

        messages = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive() -> dict:
            if not messages:
                # The client stays, and has no more to say.
                await asyncio.Event().wait()
            return messages.pop()

        async def send(message: Any) -> None:
            sent.append(message)

        # In a thread: a browser of another test may keep a loop running in this one.
        with ThreadPoolExecutor(1) as pool:
            pool.submit(asyncio.run, self.app(scope, receive, send)).result()  # type: ignore[arg-type]
        found = {k.decode(): v.decode() for k, v in sent[0]["headers"]}
        return Answer(sent[0]["status"], found, b"".join(m.get("body", b"") for m in sent[1:]))

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", f"{BASE}{path}", headers=headers)

    def post(self, content: Any, path: str = "/table", **headers: str) -> Answer:
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        return self.ask("POST", f"{BASE}{path}", body, headers)

    def table(
        self,
        dimensions: list[Any],
        maps: dict[str, list[list[str]]] | None = None,
        totals: tuple[str, ...] = (),
        database: str = "str:database:Ninos",
    ) -> Answer:
        """Ask for a table: maps by field or value set, and the fields with a total."""
        recodes = {
            each: {"map": (maps or {}).get(each, []), "total": each in totals}
            for each in {**dict.fromkeys(maps or {}), **dict.fromkeys(totals)}
        }
        return self.post({"database": database, "dimensions": dimensions, "recodes": recodes})


def read_values(answer: Answer) -> Any:
    """The figures of a table, nested."""
    assert answer.status == 200, answer.body[:500]
    [cube] = answer.json["cubes"].values()
    return cube["values"]
