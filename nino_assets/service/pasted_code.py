"""Code to paste that fetches a table from the open data API."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from typing import Any

from nino_assets.service.json_answer import BASE

_PYTHON = """import json, urllib.request

query = json.loads({query!r})
answer = json.load(urllib.request.urlopen({address!r}, json.dumps(query).encode()))
print(answer["cubes"].popitem()[1]["values"])
"""
_R = """library(httr)
query <- {query}
answer <- content(POST("{address}", body = query, encode = "raw", content_type_json()))
answer$cubes[[1]]$values
"""


def list_code(address: str, query: Mapping[str, Any], edition: str = "") -> dict[str, str]:
    """List the language and the code that asks `address` this query.

    `edition` names an older one, blank for the one that readers have.
    """
    table, text = f"{address}{BASE}/table", json.dumps(query, separators=(",", ":"))
    if edition:
        table += f"?edition={edition}"
    return {
        "Python": _PYTHON.format(query=text, address=table),
        "R": _R.format(query=json.dumps(text), address=table),
        "curl": f"curl --data {shlex.quote(text)} {shlex.quote(table)}\n",
    }
