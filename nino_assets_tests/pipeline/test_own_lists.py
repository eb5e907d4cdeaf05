"""A team's own reference lists from the data folder to the publication."""

from __future__ import annotations

import hashlib
import json

import pytest

from nino_assets.statistic.reference_folder import find_packaged_folder
from nino_assets_tests.support.commands import hash_files
from nino_assets_tests.support.pipeline import LAST, Pipeline

pytestmark = pytest.mark.line

BEFORE, AFTER = "malformed_percent,2002-Q1,,1,", "malformed_percent,2002-Q1,,{},"


def put_tolerance(pipeline: Pipeline, level: str) -> bytes:
    """Give the team its own tolerances, alike but for one level; returns the file's bytes."""
    text = (find_packaged_folder() / "tolerances.csv").read_text(encoding="utf-8")
    assert BEFORE in text
    own = pipeline.data / "reference" / "tolerances.csv"
    own.parent.mkdir(exist_ok=True)
    own.write_text(text.replace(BEFORE, AFTER.format(level)), encoding="utf-8")
    return own.read_bytes()


def read_verdict(pipeline: Pipeline) -> tuple[bool, str]:
    """What the checks on malformed rows found in the last build, and the rule."""
    text = (pipeline.publication() / "qa" / "document-checks.json").read_text(encoding="utf-8")
    (found,) = [c for c in json.loads(text) if c["name"] == "malformed_percent"]
    return found["passed"], found["sentence"]


def test_an_own_level_is_in_force_and_named_in_the_manifest(pipeline: Pipeline) -> None:
    assert read_verdict(pipeline)[0] is False
    before = hash_files(pipeline.publication(), but=("qa", "documents"))
    own = put_tolerance(pipeline, "99")
    ended = pipeline.build(LAST)
    assert ended.code == 0, ended.text
    passed, sentence = read_verdict(pipeline)
    assert passed
    assert "at most 99" in sentence
    manifest = json.loads((pipeline.publication() / "manifest.json").read_text())
    lists = {name: found for name, found in manifest["inputs"].items() if "reference/" in name}
    assert lists == {"reference/tolerances.csv": hashlib.sha256(own).hexdigest()}
    # A level of a check changes no published figure.
    after = hash_files(pipeline.publication(), but=("qa", "documents"))
    assert {name for name in before if before[name] != after[name]} == {"manifest.json"}


def test_a_list_with_a_mistake_stops_the_build_with_its_row(pipeline: Pipeline) -> None:
    before = hash_files(pipeline.data / "publications")
    put_tolerance(pipeline, "one")
    ended = pipeline.build(LAST)
    assert ended.code != 0
    own = pipeline.data / "reference" / "tolerances.csv"
    assert f"{own}: row 3, column at_most: the field is not a number" in " ".join(
        ended.text.split()
    )
    assert "take it away to use the packaged one" in " ".join(ended.text.split())
    assert hash_files(pipeline.data / "publications") == before
    own.unlink()
    assert pipeline.build(LAST).code == 0
