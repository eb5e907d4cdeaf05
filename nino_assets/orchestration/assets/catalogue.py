"""Every stored asset, and the warehouse that holds them."""

from nino_assets.deliveries.landed import has_only_synthetic_deliveries
from nino_assets.store.declarations import Access, Declarations, Kept, Stored
from nino_assets.store.folders import Folders
from nino_assets.store.vault import Vault
from nino_assets.store.warehouse import Warehouse

DECLARATIONS = Declarations(
    [
        *(
            Stored(name=name, access=Access.ALL, kept=Kept.ONCE)
            for name in ("postcode_directory", "output_area_lookup", "nationality_groups", "areas")
        ),
        Stored(name="perturbation_table", access=Access.SECRET, kept=Kept.ONCE),
        *(
            Stored(name=name, access=Access.RESTRICTED, kept=Kept.BY_DELIVERY)
            for name in ("raw_scan", "cleaned_records", "rejected_records", "geocoded_records")
        ),
        Stored(name="keyed_counts", access=Access.RESTRICTED, kept=Kept.BY_QUARTER),
        Stored(name="perturbed_cubes", access=Access.TEAM_UNTIL_RELEASE, kept=Kept.BY_QUARTER),
        Stored(name="operational_information", access=Access.TEAM, kept=Kept.ONCE),
        Stored(name="comparator_statistics", access=Access.TEAM, kept=Kept.ONCE),
        Stored(name="coherence_report", access=Access.TEAM, kept=Kept.BY_QUARTER),
        Stored(name="pre_release_access_list", access=Access.TEAM, kept=Kept.BY_QUARTER),
        Stored(name="risk_and_utility", access=Access.RESTRICTED, kept=Kept.BY_QUARTER),
    ]
)


def open_warehouse(folders: Folders) -> Warehouse:
    """The warehouse of a data folder, with all that the assets declare."""
    return Warehouse(
        folders, DECLARATIONS, Vault(folders, lambda: has_only_synthetic_deliveries(folders))
    )
