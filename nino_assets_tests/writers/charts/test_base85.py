from __future__ import annotations

import base64

from hypothesis import given
from hypothesis import strategies as st

from nino_assets.writers.charts.base85 import encode_base85


@given(st.binary(max_size=40))
def test_the_text_is_that_of_the_standard_library(data: bytes) -> None:
    assert encode_base85(data) == base64.b85encode(data).decode("ascii")
