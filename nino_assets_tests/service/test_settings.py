"""Each setting of the service is read from the environment, or refused with its rule."""

from __future__ import annotations

import re
from dataclasses import fields

import pytest

from nino_assets.packaged import PACKAGE
from nino_assets.service import settings as module
from nino_assets.service.settings import SettingError, Settings, read_settings


def test_without_an_environment_the_defaults_hold() -> None:
    assert read_settings({}) == Settings()


def test_every_setting_is_read() -> None:
    read = read_settings(
        {
            module.ADDRESS: "https://stat-xplore.example/",
            module.KEYS: "required",
            module.KEY_LIST: "one,two",
            module.GROUPS: "refuse",
            module.WITH_KEY: "10",
            module.WITHOUT_KEY: "5",
            module.SMALLEST: "1",
            module.COUNTERS: "/run/counters",
        }
    )
    assert read == Settings(
        address="https://stat-xplore.example",
        keys="required",
        key_list=("one", "two"),
        groups="refuse",
        hourly_with_key=10,
        hourly_without_key=5,
        smallest_count=1,
        counters="/run/counters",
    )
    assert not [
        f.name for f in fields(read) if getattr(read, f.name) == getattr(Settings(), f.name)
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (module.KEYS, "some"),
        (module.KEYS, "required"),
        (module.GROUPS, ""),
        (module.WITH_KEY, "0"),
        (module.WITHOUT_KEY, "-1"),
        (module.SMALLEST, "five"),
    ],
)
def test_what_is_no_value_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(SettingError, match="NINO_SERVE_"):
        read_settings({name: value})


def test_every_setting_stands_in_the_documentation() -> None:
    text = (PACKAGE / "docs" / "operations.md").read_text(encoding="utf-8")
    named = {value for value in vars(module).values() if str(value).startswith("NINO_SERVE_")}
    assert named == set(re.findall(r"^\| `(NINO_SERVE_\w+)`", text, re.MULTILINE))
