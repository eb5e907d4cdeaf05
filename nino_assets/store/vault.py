"""The private folder of a warehouse, and the encryption in it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path

from nino_assets.store import keys
from nino_assets.store.atomic import make_private_folder
from nino_assets.store.encryption import Encryption
from nino_assets.store.folders import Folders
from nino_assets.store.seal import seal_storage_key


class Vault:
    """What private assets are protected by, under one data folder."""

    def __init__(self, folders: Folders, may_make_key: Callable[[], bool] = lambda: False) -> None:
        """`may_make_key` is asked when there is no storage key yet."""
        self._folders = folders
        self._may_make_key = may_make_key

    def open_folder(self) -> Path:
        """The private folder, which is made when it is not there."""
        return make_private_folder(self._folders.restricted)

    @cached_property
    def encryption(self) -> Encryption:
        """The encryption of all that lies there. Raises SecretKeyError for another's key."""
        key = keys.find_storage_key(self._folders, self._may_make_key)
        self.open_folder()
        seal_storage_key(self._folders, key)
        return Encryption(key)
