"""Names that look the same are one person's, and others are not."""

from __future__ import annotations

import pytest

from nino_assets.governance.people import is_same_person


@pytest.mark.parametrize(
    "other",
    [
        "jo collins",
        "Jo  Collins",
        "Collins, Jo",
        "JoCollins",
        "J\u043e Collins",
        "Jo \u0421ollins",
        "\u0408o Collins",
        "J\u03bf Collins",
        "\uff2a\uff4f Collins",
        "Jo Col\u200blins",
        "Jo Co\u00adllins",
        "Jo\u3164 Collins",
        "Jo\u2800Collins",
        "Jo C\u034follins",
        "J\u00f6 Collins",
        "Jo Co\u217cl\u0131ns",
        "J0 Co11ins",
        "Jo CoIIins",
        "\U0001d409\U0001d428 Collins",
        "Jo\u00a0Collins",
        "Jo_Collins.",
        "J\u00ba Collins",
    ],
)
def test_a_look_alike_is_the_same_person(other: str) -> None:
    assert is_same_person("Jo Collins", other)
    assert is_same_person(other, "Jo Collins")


@pytest.mark.parametrize("other", ["Jo Collin", "Joe Collins", "Second Analyst", "Джо Коллинз", ""])
def test_another_name_is_another_person(other: str) -> None:
    assert not is_same_person("Jo Collins", other)
