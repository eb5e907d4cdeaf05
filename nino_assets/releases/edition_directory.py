"""The postcode directory that an edition may be built with."""

from __future__ import annotations

from nino_assets.deliveries.postcode_files import (
    find_directory_files,
    find_directory_vintage,
    hash_directory_files,
)
from nino_assets.errors import DeliveryError
from nino_assets.releases.edition_history import read_edition_history
from nino_assets.releases.edition_members import locate_edition_members
from nino_assets.releases.published_lists import read_geography_vintage
from nino_assets.releases.series_revisions import find_previous_edition
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.parquet import read_origin
from nino_assets.store.warehouse import Warehouse


def refuse_other_directory(warehouse: Warehouse, quarter: Quarter) -> None:
    """Raise DeliveryError for a directory that is not the quarter's.

    A released quarter is built again, and corrected, with the directory it was released with. A new
    one is not built with an older directory than the edition before.
    """
    if read_edition_history(warehouse.folders, quarter).released:
        _refuse_another(warehouse, quarter)
    else:
        _refuse_older(warehouse, quarter)


def _refuse_another(warehouse: Warehouse, quarter: Quarter) -> None:
    made_with = read_origin(locate_edition_members(warehouse.folders, quarter))
    if made_with and made_with != hash_directory_files(warehouse.folders):
        raise DeliveryError(
            f"landing/nspl holds another postcode directory than {quarter.label} was released with",
            rule="a released quarter is built again, and corrected, on the areas of its own "
            "edition",
            next_step=f"put the directory of that edition back (sha256 {made_with}), and build "
            f"again: nino-assets build --quarter {quarter.label}; afterwards put the newer one "
            "back, and the next build of a later quarter rolls its series up on it again",
        )


def _refuse_older(warehouse: Warehouse, quarter: Quarter) -> None:
    previous = find_previous_edition(warehouse.folders, quarter)
    before = read_geography_vintage(warehouse, previous[0]) if previous else ""
    if previous is None or not before:
        return
    vintage = find_directory_vintage(find_directory_files(warehouse.folders))
    known = min(len(before), len(vintage))
    if vintage[:known] < before[:known]:
        raise DeliveryError(
            f"The postcode directory in landing/nspl is of {vintage}, and that of "
            f"{previous[0].label} was of {before}",
            rule="no edition stands on older areas than the edition before",
            next_step="download the current directory into landing/nspl/, in place of this one",
        )
