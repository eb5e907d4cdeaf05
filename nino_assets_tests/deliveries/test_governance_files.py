"""The pre-release list and the register of users: read as declared, or refused without values."""

from __future__ import annotations

from pathlib import Path

import pytest

from nino_assets.deliveries.governance_files import (
    locate_access_list,
    read_access_list,
    read_access_rules,
    read_user_register,
)
from nino_assets.errors import DeliveryError
from nino_assets.governance.known_users import KnownUser
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.folders import Folders

QUARTER = Quarter(2020, 4)
HEADER = "job_title,organisation,name,reason,business_case,approved_on,confirmed_for"
GOOD = (
    'Director,Department for Work and Pensions,Alex Example,"Questions, answers",PRA-1,'
    "2021-01-28,2020-Q4"
)
USERS = "organisation,contact_role,contact,use"
USER = "Office for National Statistics,Head of migration,migration@example.org,Estimates"


def deliver(folders: Folders, *lines: str) -> None:
    path = locate_access_list(folders, QUARTER)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def register(folders: Folders, *lines: str, name: str = "users.csv") -> None:
    path: Path = folders.landing / "user-register" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def test_no_list_is_not_an_empty_list(folders: Folders) -> None:
    assert read_access_list(folders, QUARTER) is None
    deliver(folders, HEADER)
    assert read_access_list(folders, QUARTER) == []


def test_a_list_comes_back_as_delivered(folders: Folders) -> None:
    deliver(folders, HEADER, GOOD, "A,B,,,,,")
    entries = read_access_list(folders, QUARTER)
    assert entries is not None
    first, second = entries
    assert (first.reason, first.approved_on) == ("Questions, answers", "2021-01-28")
    assert (second.job_title, second.name, second.approved_on) == ("A", "", "")


def test_capitals_in_the_name_of_a_list_do_not_count(folders: Folders) -> None:
    deliver(folders, HEADER, GOOD)
    path = locate_access_list(folders, QUARTER)
    path.rename(path.with_name("2020-q4.CSV"))
    entries = read_access_list(folders, QUARTER)
    assert entries is not None
    assert len(entries) == 1
    deliver_again = path.with_name("2020-Q4.csv")
    deliver_again.write_text(f"{HEADER}\n", encoding="utf-8")
    with pytest.raises(DeliveryError, match="holds 2 lists of 2020-Q4"):
        read_access_list(folders, QUARTER)


@pytest.mark.parametrize("name", ["2020-Q4 (1).csv", "2020-Q4.xlsx", "list.csv", "2020-Q5.csv"])
def test_no_file_beside_the_lists_is_passed_over(folders: Folders, name: str) -> None:
    deliver(folders, HEADER, GOOD)
    folder = locate_access_list(folders, QUARTER).parent
    (folder / ".hidden").write_text("")
    (folder / "README.md").write_text("")
    assert read_access_list(folders, QUARTER)
    (folder / name).write_text(f"{HEADER}\n", encoding="utf-8")
    with pytest.raises(DeliveryError) as refused:
        read_access_list(folders, QUARTER)
    assert f"landing/pre-release-access/{name}" in refused.value.what


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ((), "does not have the columns of its layout"),
        ((HEADER.replace(",name", ""), GOOD), "name not found"),
        ((HEADER, GOOD + ",more"), "row 2: the number of fields"),
        ((HEADER, GOOD.replace("2021-01-28", "28/01/2021")), "row 2: approved_on"),
        ((HEADER, GOOD.replace("2020-Q4", "Q4 2020")), "row 2: confirmed_for"),
        ((HEADER, GOOD, "=1+1" + GOOD), "row 3: job_title"),
        ((HEADER, GOOD.replace("Depart", "@Depart")), "row 2: organisation"),
        ((HEADER, GOOD.replace("Alex", "Al\x1bex")), "row 2: name"),
        ((HEADER, GOOD.replace("Questions", "Q" * 301)), "row 2: reason"),
        ((HEADER, GOOD.replace("Questions", "Two\nlines")), "row 2: reason"),
    ],
)
def test_bad_lists_are_refused_without_a_value(
    folders: Folders, lines: tuple[str, ...], message: str
) -> None:
    deliver(folders, *lines)
    with pytest.raises(DeliveryError) as refused:
        read_access_list(folders, QUARTER)
    assert message in refused.value.what
    assert "landing/pre-release-access/2020-Q4.csv" in refused.value.what
    assert "layouts/governance/pre-release-access.toml" in refused.value.rule
    assert "Example" not in str(refused.value)


def test_the_register_is_one_list_of_all_files(folders: Folders) -> None:
    assert read_user_register(folders) == []
    register(folders, USERS, USER, "A council,Analyst,,")
    register(folders, USERS, USER, name="more.csv")
    council, ons = read_user_register(folders)
    assert council == KnownUser(
        organisation="A council", contact_role="Analyst", contact="", use=""
    )
    assert ons.contact == "migration@example.org"


@pytest.mark.parametrize("column", [0, 1])
def test_a_user_needs_an_organisation_and_a_role(folders: Folders, column: int) -> None:
    parts = USER.split(",")
    parts[column] = ""
    register(folders, USERS, ",".join(parts))
    with pytest.raises(DeliveryError, match=r"row 2: (organisation|contact_role)") as refused:
        read_user_register(folders)
    assert "migration@" not in str(refused.value)


def test_access_is_for_the_producer_s_staff_and_few() -> None:
    assert read_access_rules().organisations == ("Department for Work and Pensions",)
    assert read_access_rules().most_people == 10
