"""In a real build every stage reads all that it declares; its warehouse refuses anything else."""

from __future__ import annotations

from collections import defaultdict

import pytest

from nino_assets.orchestration.assets.catalogue import STAGES
from nino_assets.store.declarations import Kept, StageDeclarations
from nino_assets_tests.support.pipeline import LAST, Pipeline


@pytest.mark.line
def test_every_stage_reads_all_that_it_declares(
    pipeline: Pipeline, unchecked: None, monkeypatch: pytest.MonkeyPatch
):
    read: dict[str, set[str]] = defaultdict(set)
    find_readable, refuse_delivery = (
        StageDeclarations.find_readable,
        StageDeclarations.refuse_delivery,
    )

    def note_asset(self, name, quarters=()):
        read[self._stage].add(name)
        return find_readable(self, name, quarters)

    def note_delivery(self, quarter):
        # What is read of the scan may be which delivery it came in, and no record of it.
        read[self._stage].add("raw_scan")
        return refuse_delivery(self, quarter)

    monkeypatch.setattr(StageDeclarations, "find_readable", note_asset)
    monkeypatch.setattr(StageDeclarations, "refuse_delivery", note_delivery)
    assert pipeline.build(LAST).code == 0
    built = [stage for stage in STAGES if stage.name != "release"]
    unread = {
        stage.name: missing
        for stage in built
        if (missing := {each.name for each in stage.reads} - read[stage.name])
    }
    assert unread == {}
    assert not any({each.name for each in s.gated_on} & read[s.name] for s in built)


def test_only_records_are_kept_by_delivery():
    kept = {s.name for stage in STAGES for s in stage.stores if s.kept is Kept.BY_DELIVERY}
    assert kept == {"raw_scan", "cleaned_records", "rejected_records", "geocoded_records"}
