"""The look-up between two censuses is read in the form in which it is published."""

from __future__ import annotations

import pytest

from nino_assets.deliveries.output_area_files import (
    hash_output_area_changes,
    read_output_area_changes,
)
from nino_assets.errors import DeliveryError
from nino_assets.store.folders import Folders


def deliver(folders: Folders, text: str) -> None:
    path = folders.landing / "output-areas" / "OA11_OA21.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_nothing_delivered_changes_nothing(folders: Folders) -> None:
    assert read_output_area_changes(folders).is_empty()
    assert hash_output_area_changes(folders) == ""


def test_columns_are_found_by_stem_and_the_older_year_is_before(folders: Folders) -> None:
    # The second was split, the third is as it was.
    rows = ("E00000009,U,E00000001", "E00000008,S,E00000002", "E00000007,S,E00000002")
    deliver(folders, "\n".join(("OA21CD,CHNGIND,OA11CD", *rows, "E00000003,U,E00000003\n")))
    assert read_output_area_changes(folders).rows() == [
        ("E00000001", "E00000009"),
        ("E00000002", "E00000007"),
    ]
    assert len(hash_output_area_changes(folders)) == 64


@pytest.mark.parametrize("text", ["OA21CD,LAD22CD\nE00000009,E07000178\n", "", "A,B\n1,2,3\n"])
def test_another_file_is_refused_by_its_rule(folders: Folders, text: str) -> None:
    deliver(folders, text)
    with pytest.raises(DeliveryError, match=r"landing/output-areas/OA11_OA21\.csv") as refused:
        read_output_area_changes(folders)
    assert "OA11CD and OA21CD" in refused.value.rule
