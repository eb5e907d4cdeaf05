"""The metadata of publications in the web UI are links to files that the team preview shows."""

from __future__ import annotations

from urllib.parse import urlsplit

import dagster as dg
import pytest

from nino_assets.orchestration.instance import HOME_VARIABLE, open_instance
from nino_assets.store.folders import Folders
from nino_assets_tests.support.pipeline import LAST, STANDING_WARNINGS, Pipeline

pytestmark = pytest.mark.line


def test_links_lead_to_what_the_run_made(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(HOME_VARIABLE, raising=False)
    with open_instance(Folders(pipeline.data)) as instance:
        found = {}
        for asset in ("tables", "open_data", "bulletin", "coherence_report", "qa_report"):
            event = instance.get_latest_materialization_event(dg.AssetKey(asset))
            assert event and event.asset_materialization
            found[asset] = {
                name: str(value.value)
                for name, value in event.asset_materialization.metadata.items()
                if isinstance(value, dg.UrlMetadataValue)
            }
    for asset, name in (*((each, "open") for each in list(found)[:4]), ("qa_report", "report")):
        place = urlsplit(found[asset][name])
        assert (place.scheme, place.netloc) == ("http", "127.0.0.1:3001")
        inside = place.path.removeprefix(f"/publications/{LAST}/")
        assert (pipeline.publication() / inside).exists()
        assert place.path.startswith(f"/publications/{LAST}/")
    assert found["qa_report"]["quarter"] == f"http://127.0.0.1:3001/quarters/{LAST}"
    named = {name.removeprefix("warning: ") for name in found["qa_report"] if "warning: " in name}
    assert named >= STANDING_WARNINGS
