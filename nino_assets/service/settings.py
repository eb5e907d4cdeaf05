"""The settings of the service, from environment variables."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from nino_assets.errors import NinoError

ADDRESS = "NINO_SERVE_ADDRESS"
KEYS = "NINO_SERVE_KEYS"
KEY_LIST = "NINO_SERVE_KEY_LIST"
GROUPS = "NINO_SERVE_GROUPS"
WITH_KEY = "NINO_SERVE_HOURLY_WITH_KEY"
WITHOUT_KEY = "NINO_SERVE_HOURLY_WITHOUT_KEY"
SMALLEST = "NINO_SERVE_SMALLEST_COUNT"
COUNTERS = "NINO_SERVE_COUNTERS"


class SettingError(NinoError):
    """A setting of the service is not one of its values."""


@dataclass(frozen=True)
class Settings:
    """How the service answers; `nino_assets/docs/operations.md` describes each.

    `counters` is the file in which workers share the counts of requests; blank for one of a
    worker's own.
    """

    address: str = "http://127.0.0.1:8000"
    keys: str = "open"
    key_list: tuple[str, ...] = ()
    groups: str = "sum"
    hourly_with_key: int = 2000
    hourly_without_key: int = 500
    smallest_count: int = 5
    counters: str = ""


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings. Raises SettingError for one that is none."""
    default = Settings()
    settings = Settings(
        address=environment.get(ADDRESS, default.address).rstrip("/"),
        keys=_read_choice(environment, KEYS, ("open", "required")),
        key_list=tuple(key for key in environment.get(KEY_LIST, "").split(",") if key),
        groups=_read_choice(environment, GROUPS, ("sum", "refuse")),
        hourly_with_key=_read_number(environment, WITH_KEY, default.hourly_with_key),
        hourly_without_key=_read_number(environment, WITHOUT_KEY, default.hourly_without_key),
        smallest_count=_read_number(environment, SMALLEST, default.smallest_count),
        counters=environment.get(COUNTERS, ""),
    )
    if settings.keys == "required" and not settings.key_list:
        raise _build_error(KEY_LIST, "keys, separated by commas, where keys are required")
    return settings


def _read_choice(environment: Mapping[str, str], name: str, choices: tuple[str, ...]) -> str:
    value = environment.get(name, choices[0])
    if value not in choices:
        raise _build_error(name, " or ".join(choices))
    return value


def _read_number(environment: Mapping[str, str], name: str, default: int) -> int:
    value = environment.get(name, str(default))
    if not (value.isascii() and value.isdigit() and int(value) > 0):
        raise _build_error(name, "a whole number from 1 on")
    return int(value)


def _build_error(name: str, rule: str) -> SettingError:
    return SettingError(
        f"The setting {name} cannot be used",
        rule=f"{name} is {rule}",
        next_step="correct the environment of the service, then start it again",
    )
