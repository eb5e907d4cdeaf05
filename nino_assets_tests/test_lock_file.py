"""The lock file pins every package that an installation takes in, on each supported Python."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from nino_assets.packaged import PACKAGE

PROJECT = tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text())["project"]
PINS = {
    canonicalize_name(name): version
    for name, version in (
        line.split("==")
        for line in (PACKAGE.parent / "requirements.lock").read_text().splitlines()
        if not line.startswith("#")
    )
}
PYTHONS = ["3.11", "3.12", "3.13", "3.14"]


def needed(requirement: Requirement, python: str, seen: set[str]) -> Iterator[Requirement]:
    """What a requirement takes in, itself included, as its packages' own metadata say."""
    yield requirement
    name = canonicalize_name(requirement.name)
    if (key := f"{name}[{','.join(sorted(requirement.extras))}]") in seen:
        return
    seen.add(key)
    try:
        further = requires(name) or []
    except PackageNotFoundError:  # not taken in on this Python
        return
    environment = {"python_version": python, "python_full_version": f"{python}.0"}
    for text in further:
        part = Requirement(text)
        if part.marker is None or any(
            part.marker.evaluate({**environment, "extra": extra})
            for extra in ("", *requirement.extras)
        ):
            yield from needed(part, python, seen)


def is_pinned_within(requirement: Requirement) -> bool:
    pin = PINS.get(canonicalize_name(requirement.name))
    return pin is not None and requirement.specifier.contains(pin, prereleases=True)


def test_a_pin_outside_a_range_and_a_missing_one_are_found() -> None:
    assert is_pinned_within(Requirement("click>=8"))
    assert not is_pinned_within(Requirement("click<8"))
    assert not is_pinned_within(Requirement("no-such-package"))


def test_the_supported_pythons_are_those_of_the_project() -> None:
    supported = SpecifierSet(PROJECT["requires-python"])
    minors = [f"3.{minor}" for minor in range(9, 20) if supported.contains(f"3.{minor}")]
    assert minors == PYTHONS
    listed = [c.rpartition(" ")[2] for c in PROJECT["classifiers"] if "Python ::" in c]
    assert listed == PYTHONS


@pytest.mark.parametrize("python", PYTHONS)
def test_every_package_is_pinned_within_each_range_that_asks_for_it(python: str) -> None:
    own = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"]]
    seen: set[str] = set()
    asked = [r for text in own for r in needed(Requirement(text), python, seen)]
    assert len(asked) > 200
    assert [requirement for requirement in asked if not is_pinned_within(requirement)] == []


def test_nothing_else_is_pinned() -> None:
    own = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"]]
    taken = {
        canonicalize_name(requirement.name)
        for python in PYTHONS
        for text in own
        for requirement in needed(Requirement(text), python, set())
    }
    assert PINS.keys() <= taken
