"""HMACs of a column equal the standard library's, over keys, texts and their lengths."""

from __future__ import annotations

import hmac

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nino_assets.methods.records.hmac_sha256 import compute_hmac_sha256, encode_hex

COLUMNS = st.integers(1, 130).flatmap(
    lambda width: st.lists(st.text(st.characters(codec="ascii"), min_size=width, max_size=width))
)


@given(key=st.binary(max_size=64), texts=COLUMNS)
def test_they_equal_the_standard_library_s(key: bytes, texts: list[str]) -> None:
    expected = [hmac.digest(key, text.encode(), "sha256") for text in texts]
    found = compute_hmac_sha256(key, pa.array(texts, pa.string()))
    assert [row.tobytes() for row in found] == expected
    assert encode_hex(found).to_pylist() == [digest.hex() for digest in expected]


def test_a_part_of_a_column_is_that_part() -> None:
    texts = pa.array([f"{n:08d}" for n in range(30_000)])
    part = compute_hmac_sha256(b"k" * 32, texts.slice(9_000, 11_000))
    assert encode_hex(part).to_pylist() == [
        hmac.digest(b"k" * 32, f"{n:08d}".encode(), "sha256").hex() for n in range(9_000, 20_000)
    ]


@pytest.mark.parametrize(
    ("key", "texts"), [(b"k" * 65, ["a"]), (b"k", ["secret", "secrets"]), (b"k", ["secret", None])]
)
def test_what_cannot_be_hashed_is_refused_untold(key: bytes, texts: list[str | None]) -> None:
    with pytest.raises(ValueError, match=r"hashed|key of an HMAC") as raised:
        compute_hmac_sha256(key, pa.array(texts, pa.string()))
    assert "secret" not in str(raised.value)
