"""No identifier is found after a failure that nobody expected: in files, logs, or what is printed.

After a build that went well, `test_whole_pipeline.py` searches; after refused input,
`test_bad_scan.py` and `test_bad_settings.py`. Source: `nino_assets/docs/method.md`, Pseudonyms.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pyarrow as pa
import pytest

from nino_assets.deliveries import intake
from nino_assets.orchestration.assets import cubes, publication, records
from nino_assets.orchestration.checks import judge
from nino_assets_tests.support import identifiers
from nino_assets_tests.support.commands import hash_results
from nino_assets_tests.support.pipeline import LAST, Pipeline

pytestmark = pytest.mark.line

SECRET = " ".join((identifiers.NINO, *identifiers.VALUES.values()))


class PanicException(BaseException):
    """What a library of Rust raises when it gives up: no Exception at all."""


def _raises(error: type[BaseException]) -> Callable[..., object]:
    def fail(*_: object, **__: object) -> object:
        try:
            raise ValueError(SECRET)
        except ValueError as cause:
            raise error(f"cannot convert {SECRET}") from cause

    return fail


def _raises_while_streaming(*_: object, **__: object) -> Iterator[object]:
    yield from ()
    raise pa.ArrowInvalid(f"In CSV column #1: invalid value '{SECRET}'")


@pytest.mark.parametrize(
    ("module", "name", "fault"),
    [
        (records, "ingest_delivery", _raises(ValueError)),
        (intake, "read_scan_file", _raises_while_streaming),
        (records, "clean_scan", _raises(pa.ArrowInvalid)),
        (records, "geocode_sql", _raises(PanicException)),
        (cubes, "count_registrations_sql", _raises(KeyError)),
        (cubes, "stream_release", _raises(PanicException)),
        (publication, "write_workbook", _raises(RuntimeError)),
        (judge, "run_suite", _raises(ValueError)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_nothing_is_found_after_an_unexpected_fault(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch, module, name: str, fault
):
    before = hash_results(pipeline.data)
    monkeypatch.setattr(module, name, fault)
    ended = pipeline.build(LAST)
    assert ended.code == 1, ended.text
    assert identifiers.find_in_text(ended.text) == []
    assert identifiers.find_in_folder(pipeline.data) == []
    assert "Traceback" not in ended.text
    kept = {
        name: digest
        for name, digest in hash_results(pipeline.data).items()
        if "restricted" not in name
    }
    assert kept == {name: digest for name, digest in before.items() if "restricted" not in name}
