"""Attacks on a release by people who may write the data folder."""

from __future__ import annotations

import pytest

from nino_assets_tests.support.office import DUE, QUARTER, Office, make_manifest_anew

pytestmark = pytest.mark.line


def test_a_result_changed_in_the_database_releases_nothing(office: Office) -> None:
    """A figure is changed, the manifest is made anew and signed: no result of a check is red."""
    page = office.pipeline.publication() / "bulletin.html"
    text = page.read_text(encoding="utf-8")
    start = text.index("data-cell=")
    start = text.index(">", start)
    page.write_text(text[: start + 1] + "9" + text[start + 1 :], encoding="utf-8")
    make_manifest_anew(office)
    office.sign("2003-08-20T10:00")
    said = office.refused(DUE, "release", *QUARTER)
    assert "judged again, bulletin." in said
    assert office.seen() == {}


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("sign-off", "--role", "head-of-profession", "--by", "A Reviewer"), "is not head-of-prof"),
        (
            (
                "calendar",
                "change",
                "--to",
                "2003-08-28",
                "--reason",
                "x",
                "--agreed-by",
                "The Head",
                "--by",
                "An Analyst",
            ),
            "is not head-of-profession",
        ),
    ],
)
def test_a_member_without_the_role_is_refused(
    office: Office, command: tuple[str, ...], said: str
) -> None:
    assert said in office.refused("2003-08-19T11:00", *command, *QUARTER)


def test_only_a_releaser_releases_by_hand(office: Office) -> None:
    assert "A Reviewer is not releaser" in office.refused(DUE, "release", *QUARTER, by="A Reviewer")


def test_what_is_released_is_verified_with_public_files_alone(office: Office) -> None:
    office.done(DUE, "release", *QUARTER)
    said = office.done(DUE, "verify", str(office.pipeline.data / "published"))
    assert "2003-Q2/1:" in said
    assert said.count("ssh-ed25519") == 2
    page = (office.pipeline.data / "published" / "index.html").read_text()
    assert "each signed this release with a key of their own" in page
