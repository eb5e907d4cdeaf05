"""What must hold of a built folder, and of one whose new input was refused."""

from __future__ import annotations

import json

from nino_assets_tests.support import identifiers
from nino_assets_tests.support.commands import CommandResult, hash_files, hash_results
from nino_assets_tests.support.pipeline import Pipeline
from nino_assets_tests.support.recompute import Recomputation, Row, published_rows


def assert_published(pipeline: Pipeline, first: str, last: str) -> list[Row]:
    """Hold the edition of `last` to the recomputation; returns its rows."""
    expected = Recomputation(pipeline.data, pipeline.settings)
    published = published_rows(pipeline.cells(last))
    wanted = expected.rows(first, last)
    assert len(published) == len(wanted)
    differences = [pair for pair in zip(published, wanted, strict=True) if pair[0] != pair[1]]
    assert not differences, f"{len(differences)} rows differ, the first: {differences[0]}"
    counts = json.loads((pipeline.publication(last) / "qa" / "counts.json").read_text())
    assert counts == expected.counts(last)
    assert list(counts["rejected"]) == list(expected.counts(last)["rejected"])
    return published


def assert_refused(
    pipeline: Pipeline,
    before: dict[str, str],
    ended: CommandResult,
    *words: str,
    rule: str = "Rule: ",
) -> None:
    """A clear message, no stack trace, no value of a record, and nothing lost."""
    assert ended.code == 1, ended.text
    for word in (*words, rule, "Next: "):
        assert word in ended.text, f"'{word}' is not in:\n{ended.text}"
    assert "Traceback" not in ended.text
    assert identifiers.find_in_text(ended.text) == []
    assert identifiers.find_in_folder(pipeline.data) == []
    assert hash_results(pipeline.data) == before


def drop_unreadable(held: dict[str, str]) -> dict[str, str]:
    """Without the encrypted files, in which the same content is other bytes each time.

    And without the QA report, which tells reviewers of every run, a refused one too.
    """
    return {n: d for n, d in held.items() if "restricted" not in n and "/qa-report." not in n}


def hash_published(pipeline: Pipeline) -> dict[str, str]:
    """All that is published, and the counts beside it: the QA report tells of runs as well."""
    held = hash_files(pipeline.data / "publications")
    return {n: d for n, d in held.items() if "/qa/" not in n or n.endswith("counts.json")}
