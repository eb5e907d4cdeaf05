"""Who asks: the bucket of a request, and its key."""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.types import Scope

from nino_assets.service.api_error import ApiError
from nino_assets.service.json_answer import BASE
from nino_assets.service.settings import Settings

_FREE = ("/rate_limit", "/rate_limit_table", "/rate_limit_schema")


@dataclass(frozen=True)
class Caller:
    """The bucket in which a request counts, its limit, and an error."""

    bucket: str
    limit: int
    error: ApiError | None = None


def identify_caller(scope: Scope, headers: Headers, settings: Settings) -> Caller:
    """Identify who asks, by key or else by address."""
    key = headers.get("apikey", "").strip()
    address = scope["client"][0] if scope.get("client") else ""
    by_address = Caller(f"address:{address}", settings.hourly_without_key)
    if settings.keys == "required":
        known = [hmac.compare_digest(key.encode(), each.encode()) for each in settings.key_list]
        if not any(known):
            return Caller(
                by_address.bucket,
                by_address.limit,
                ApiError(
                    401,
                    "AUTHENTICATION",
                    "Error authenticating API key. Send your key in the header APIKey, "
                    "or ask the team of these statistics for one.",
                ),
            )
    return Caller(f"key:{key}", settings.hourly_with_key) if key else by_address


def find_kinds(path: str) -> frozenset[str]:
    """The kinds in which a request counts; none where it costs nothing."""
    if path == "/build" or path.startswith("/tables/"):
        return frozenset({""})
    if not path.startswith(f"{BASE}/") or path.removeprefix(BASE) in _FREE:
        return frozenset()
    first = path.removeprefix(BASE).split("/")[1]
    return frozenset({"", first.capitalize()} if first in {"schema", "table"} else {""})
