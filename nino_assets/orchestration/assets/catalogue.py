"""Every stage of the graph, and the warehouse of what they declare."""

from importlib import import_module
from pkgutil import iter_modules

from nino_assets.deliveries.landed import has_only_synthetic_deliveries
from nino_assets.orchestration import assets
from nino_assets.orchestration.assets.stage import Stage
from nino_assets.store.declarations import Declarations
from nino_assets.store.folders import Folders
from nino_assets.store.vault import Vault
from nino_assets.store.warehouse import Warehouse


def _find_stages() -> tuple[Stage, ...]:
    """Every stage that a module of this folder declares."""
    names = [f"{assets.__name__}.{module.name}" for module in iter_modules(assets.__path__)]
    modules = [import_module(name) for name in names if name != __name__]
    found = (held for module in modules for held in vars(module).values())
    return tuple(dict.fromkeys(held for held in found if isinstance(held, Stage)))


STAGES = _find_stages()
DECLARATIONS = Declarations(stored for stage in STAGES for stored in stage.stores)


def open_warehouse(folders: Folders) -> Warehouse:
    """The warehouse of a data folder, with all that the assets declare.

    A storage key is made where there is none while only synthetic deliveries have landed.
    """
    vault = Vault(folders, lambda: has_only_synthetic_deliveries(folders))
    return Warehouse(folders, DECLARATIONS, vault)
