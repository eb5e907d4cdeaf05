"""Two people sign one manifest, in order; another manifest voids what they signed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from nino_assets.errors import GovernanceError
from nino_assets.governance.signatures import (
    Role,
    Signature,
    explain_missing_signature,
    find_valid_signatures,
    make_signature,
)
from nino_assets.statistic.quarters import Quarter

QUARTER = Quarter(2020, 4)
NOW = datetime(2021, 2, 23, 10, tzinfo=UTC)
MANIFEST, OTHER = "a" * 64, "b" * 64


def sign(
    given: list[Signature],
    role: str,
    by: str,
    manifest: str = MANIFEST,
    quarter: Quarter = QUARTER,
) -> Signature:
    made = make_signature(given, quarter, role=role, by=by, manifest_sha256=manifest, now=NOW)
    given.append(made)
    return made


def test_both_stand_for_the_manifest_they_signed() -> None:
    given: list[Signature] = []
    first = sign(given, "countersign", "Second Analyst")
    second = sign(given, "head-of-profession", "The Head")
    assert find_valid_signatures(given, QUARTER, MANIFEST) == {
        Role.COUNTERSIGN: first,
        Role.HEAD: second,
    }
    assert explain_missing_signature(given, QUARTER, MANIFEST, Role.HEAD) == ""
    assert find_valid_signatures(given, QUARTER, OTHER) == {}
    assert find_valid_signatures(given, QUARTER + 1, MANIFEST) == {}
    assert explain_missing_signature(given, QUARTER, OTHER, Role.HEAD) == (
        "The Head (the head of profession) signed manifest aaaaaaaaaaaa…, "
        "and the manifest is now bbbbbbbbbbbb…"
    )
    assert explain_missing_signature([], QUARTER, MANIFEST, Role.COUNTERSIGN) == (
        "a second analyst has not signed"
    )


def test_signing_anew_takes_the_earlier_signature_back() -> None:
    given: list[Signature] = []
    sign(given, "countersign", "Second Analyst")
    sign(given, "countersign", "Second Analyst", OTHER)
    assert find_valid_signatures(given, QUARTER, MANIFEST) == {}
    assert set(find_valid_signatures(given, QUARTER, OTHER)) == {Role.COUNTERSIGN}


@pytest.mark.parametrize("manifest", [None, OTHER])
def test_the_head_signs_what_was_countersigned_only(manifest: str | None) -> None:
    given: list[Signature] = []
    if manifest:
        sign(given, "countersign", "Second Analyst", manifest)
    with pytest.raises(GovernanceError, match="No second analyst has countersigned"):
        sign(given, "head-of-profession", "The Head")


@pytest.mark.parametrize("name", ["Second Analyst", " second  ANALYST "])
def test_one_person_does_not_sign_twice(name: str) -> None:
    given: list[Signature] = []
    sign(given, "countersign", "Second Analyst")
    with pytest.raises(GovernanceError, match="has already signed 2020-Q4 as a second analyst"):
        sign(given, "head-of-profession", name)
    sign(given, "head-of-profession", "The Head")
    with pytest.raises(GovernanceError, match="as the head of profession"):
        sign(given, "countersign", "the head")


@pytest.mark.parametrize(("role", "by"), [("author", "A"), ("countersign", ""), ("", "A")])
def test_other_roles_and_no_name_are_refused(role: str, by: str) -> None:
    with pytest.raises(GovernanceError) as refused:
        sign([], role, by)
    assert refused.value.next_step
