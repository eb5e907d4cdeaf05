"""Deliveries of drawn dirt: whatever is delivered, the cells are those of the recomputation."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from nino_assets_tests.support import deliveries, directory
from nino_assets_tests.support.asserting import assert_published
from nino_assets_tests.support.oracle import LAYOUT
from nino_assets_tests.support.pipeline import Pipeline

pytestmark = pytest.mark.line

EXAMPLES = int(os.environ.get("NINO_TEST_DELIVERIES", "3"))
"""Deliveries that Hypothesis draws: each costs a build."""


_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
_DIGITS = st.text("0123456789/- ", min_size=6, max_size=11)
_DATE = st.one_of(
    st.dates().map(lambda day: day.isoformat()),
    st.dates().map(lambda day: f"{day.day:02}/{day.month:02}/{day.year:04}"),
    st.sampled_from(
        ("2002-02-29", "20000229", "29/02/2000", "2002-02-05 ", "2002-2-5", "0000-01-01")
    ),
    _DIGITS,
    _TEXT,
)
_REGISTERED = st.one_of(
    st.sampled_from(
        ("2001-12-31", "2002-01-01", "31/03/2002", "20020401", "2002-06-30", "2002-07-01")
    ),
    _DATE,
)
_NINO = st.one_of(
    st.from_regex(r"\A[A-Za-z]{2} ?[0-9]{2} ?[0-9]{4} ?[A-Ea-e ]?\Z"),
    st.sampled_from(
        ("QQ123456", "ab 12 34 56 d", "AO123456C", "ZZ123456", "AB12345６", "ÄB123456A")
    ),
    _TEXT,
)
_NATIONALITY = st.one_of(
    st.sampled_from(("gbr", " GB", "British", "POL", "poland", " Mne ", "ANT", "unknown", "Ⅸ")),
    _TEXT,
)
_CODED = st.one_of(
    st.sampled_from(("JUVENILE", " juvenile ", "Amalgamated", "cancelled", "m", "f", " F ", "fra")),
    _TEXT,
)
_POSTCODE = st.one_of(
    st.from_regex(r"\A[A-Z]{1,2}[0-9IO]{1,2}[A-Z]? ?[0-9IO][A-Z01]{2}\Z"),
    st.sampled_from(("m1 1aa", "MI 1AA", "0X1 1AA", "OX1-2CD", "SE10 1AA", "NPT1AA", "W1A 0OI")),
    st.sampled_from(("bfpo 1", "BFPO12345", "GY1 1AA", "IMI 1AA", "GIR 0AA", "ÖX1 1AA", " ")),
    _TEXT,
)
_COLUMN = dict.fromkeys(LAYOUT, _CODED) | {
    "nino": _NINO,
    "surname": _TEXT,
    "forenames": _TEXT,
    "date_of_birth": _DATE,
    "date_of_arrival": _DATE,
    "date_of_registration": _REGISTERED,
    "nationality": _NATIONALITY,
    "postcode": _POSTCODE,
}
dirty_values = st.fixed_dictionaries(
    {name: st.lists(values, min_size=3, max_size=25) for name, values in _COLUMN.items()}
)


@given(
    dirty=dirty_values,
    seed=st.integers(0, 2**32),
    extract=st.sampled_from(("quarter", "register")),
    synthetic=st.booleans(),
)
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    # Shrinking would build for minutes; what the line prints says enough.
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
def test_dirty_deliveries(
    built: Pipeline, tmp_path_factory: pytest.TempPathFactory, dirty, seed, extract, synthetic
):  # a parameter for each thing that is drawn
    pipeline = Pipeline(tmp_path_factory.mktemp("data"), built.settings)
    directory.write_directory(pipeline.landing / "nspl")
    records = _dirtied(deliveries.make_rows(("2002-Q1", "2002-Q2"), 600, seed=9), dirty, seed)
    deliveries.deliver(pipeline.landing, "2002-Q2", records, extract=extract, synthetic=synthetic)
    ended = pipeline.build("2002-Q2", "2002-Q1" if extract == "register" else None)
    assert ended.code == 0, ended.text
    assert_published(pipeline, "2002-Q1" if extract == "register" else "2002-Q2", "2002-Q2")
    shutil.rmtree(pipeline.data)


def _dirtied(
    records: Sequence[Sequence[str]], dirty: dict[str, list[str]], seed: int
) -> list[list[str]]:
    """Nearly every record gets a drawn value in one column or several."""
    draw = random.Random(seed)
    changed = []
    for record in records:
        fields = list(record)
        for _ in range(draw.choice((0, 1, 1, 2, 3))):
            place = draw.randrange(len(LAYOUT))
            if place < len(fields):
                fields[place] = draw.choice(dirty[LAYOUT[place]])
        changed.append(fields)
    return changed
