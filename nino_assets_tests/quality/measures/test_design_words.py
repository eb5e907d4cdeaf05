"""Texts that tell the design of a p-table, and neighbours that do not."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import nino_assets
from nino_assets.methods.disclosure.perturbation_table.design import Design
from nino_assets.publishing.method_note import METHOD_NOTE
from nino_assets.quality.measures.design_words import (
    find_design_words,
    list_files_with_design,
    list_pages_with_design,
    read_design_values,
)
from nino_assets_tests.support.intruder import draw_table

VALUES = read_design_values(draw_table(Design(6, 5.0, 5, near_reach=8, near_variance=9.0)))


@pytest.mark.parametrize(
    "sentence",
    [
        "The noise is within 6 either way.",
        "Figures are adjusted by up to six people.",
        "Counts are perturbed by ±6.",
        "Small counts have noise of at most 8.",
        "The noise has a standard deviation of 2.2.",
        "A standard deviation (2.24) is given.",
        "There are 256 record keys.",
        "The cell key is the sum of keys modulo 256.",
        "Noise is looked up by a record key, one of 256.",
        "Counts under 5 are adjusted to nil or five.",
        "Counts of 1 to 4 are never published by the perturbation.",
        "Only counts of five or more remain after the adjustment.",
    ],
)
def test_a_sentence_that_tells_is_found(sentence: str) -> None:
    text = f"Registrations rose. {sentence} More follows."
    assert find_design_words(text, VALUES) == [sentence]


@pytest.mark.parametrize(
    "sentence",
    [
        "Registrations rose by 6 in 2016.",
        "Each figure is adjusted at random in its own right, so totals may not add up.",
        "In 2016, 256 people came, and figures are adjusted.",
        "See table 5 for adjusted figures to March 2018.",
        "The standard deviation is not published.",
        "Growth was 2.2%, within 6 months.",
    ],
)
def test_other_sentences_are_left(sentence: str) -> None:
    assert find_design_words(sentence, VALUES) == []


def test_another_table_has_other_values() -> None:
    assert find_design_words("The noise is within 3 either way.", VALUES) == []
    assert find_design_words(
        "The noise is within 3 either way.", read_design_values(draw_table(Design(3, 1)))
    )


def test_the_notes_for_readers_tell_nothing() -> None:
    for note in METHOD_NOTE:
        assert find_design_words(str(note), VALUES) == []


def test_pages_that_travel_with_the_code_tell_nothing_of_the_default() -> None:
    package = Path(nino_assets.__file__).parent
    texts = [*package.glob("docs/*.md"), *package.glob("publishing/**/*.html")]
    texts += [*package.glob("service/**/*.py"), *package.glob("service/**/*.json")]
    assert len(texts) > 30
    assert {
        path.name: found for path in texts if (found := find_design_words(path.read_text(), VALUES))
    } == {}


def test_every_form_of_file_is_read_and_qa_is_not_published(tmp_path: Path) -> None:
    tells = "Figures are perturbed by up to 6."
    (tmp_path / "qa").mkdir()
    (tmp_path / "qa" / "report.html").write_text(tells)
    (tmp_path / "page.html").write_text(f'<img alt="{tells}">')
    (tmp_path / "words.html").write_text("<p>Figures are <b>perturbed</b> by up to <i>6</i>.</p>")
    (tmp_path / "catalogue.json").write_text(f'{{"note": "{tells}"}}')
    (tmp_path / "figures.csv").write_text("perturbed,6\n")
    with zipfile.ZipFile(tmp_path / "tables.ods", "w") as parts:
        parts.writestr("content.xml", f"<text:p>{tells}</text:p>")
    with zipfile.ZipFile(tmp_path / "cubes.zip", "w") as parts:
        parts.writestr("read-me.txt", tells)
    (tmp_path / "notes.csv.gz").write_bytes(gzip.compress(tells.encode()))
    figures = pa.table({"figure": [1]})
    pq.write_table(figures, tmp_path / "plain.parquet")
    pq.write_table(figures.replace_schema_metadata({"note": tells}), tmp_path / "noted.parquet")
    pq.write_table(pa.table({tells: [1]}), tmp_path / "named.parquet")
    np.save(tmp_path / "figures.npy", np.arange(3))
    assert list_files_with_design(tmp_path, VALUES) == [
        "catalogue.json",
        "cubes.zip",
        "named.parquet",
        "noted.parquet",
        "notes.csv.gz",
        "page.html",
        "tables.ods",
        "words.html",
    ]


def test_pages_are_searched_before_they_are_written() -> None:
    tells = "Figures are perturbed by up to 6."
    pages = {
        "index.html": f"<p>{tells}</p>".encode(),
        "feed.atom": f"<entry><summary>{tells}</summary></entry>".encode(),
        "catalogue.json": b'{"note": "Figures are perturbed."}',
    }
    assert list_pages_with_design(pages, VALUES) == ["feed.atom", "index.html"]
