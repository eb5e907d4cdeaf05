"""Addresses of the web UI and of the team preview.

Reports and metadata name them in full, so that they open from anywhere on the team's machine.
"""

from __future__ import annotations

import os
from urllib.parse import quote, urlencode

from nino_assets.statistic.quarters import Quarter

UI_VARIABLE = "NINO_UI_ADDRESS"
PREVIEW_VARIABLE = "NINO_PREVIEW_ADDRESS"
_UI, _PREVIEW = "http://127.0.0.1:3000", "http://127.0.0.1:3001"
_LOCATION = "nino_assets"
"""The name of the code location in `workspace.yaml`."""


def link_to_check(asset: str, name: str) -> str:
    """The page of a check in the web UI."""
    return f"{link_to_asset(asset)}?{urlencode({'view': 'checks', 'checkDetail': name})}"


def link_to_asset(asset: str) -> str:
    """The page of an asset in the web UI."""
    return f"{_read(UI_VARIABLE, _UI)}/assets/{asset}"


def link_to_launchpad(job: str, config: str) -> str:
    """The launchpad of a job, filled in with a configuration in YAML."""
    place = f"/locations/{_LOCATION}/jobs/{job}/playground/setup"
    return f"{_read(UI_VARIABLE, _UI)}{place}?{urlencode({'config': config}, quote_via=quote)}"


def link_to_quarter(quarter: Quarter) -> str:
    """The page of a quarter in the team preview."""
    return f"{_read(PREVIEW_VARIABLE, _PREVIEW)}/quarters/{quarter.label}"


def link_to_file(quarter: Quarter, name: str) -> str:
    """A file or folder of a quarter's publication in the team preview."""
    return f"{_read(PREVIEW_VARIABLE, _PREVIEW)}/publications/{quarter.label}/{quote(name)}"


def _read(variable: str, default: str) -> str:
    return os.environ.get(variable, default).rstrip("/")
