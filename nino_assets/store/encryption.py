"""Encryption at rest: Parquet with modular encryption, AES-256-GCM.

Each file has a data key, which stands in the file, wrapped by the storage key with AES-GCM.
"""

from __future__ import annotations

import base64
import os
from datetime import timedelta

import pyarrow.dataset as ds
import pyarrow.parquet.encryption as pe
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from nino_assets.errors import SecretKeyError

_KEY_NAME = "nino-storage-key"
_NONCE_BYTES = 12


class _StorageKeyService(pe.KmsClient):  # type: ignore[misc]
    """Wraps and unwraps data keys with the storage key, in this process."""

    def __init__(self, storage_key: bytes) -> None:
        super().__init__()
        self._cipher = AESGCM(storage_key)

    def wrap_key(self, key_bytes: bytes, master_key_identifier: str) -> str:
        nonce = os.urandom(_NONCE_BYTES)
        sealed = self._cipher.encrypt(nonce, key_bytes, master_key_identifier.encode())
        return base64.b64encode(nonce + sealed).decode()

    def unwrap_key(self, wrapped_key: str, master_key_identifier: str) -> bytes:
        raw = base64.b64decode(wrapped_key)
        try:
            return self._cipher.decrypt(
                raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], master_key_identifier.encode()
            )
        except InvalidTag:
            raise SecretKeyError(
                "A restricted file was written with another storage key",
                rule="restricted assets are read with the key that wrote them",
                next_step="set NINO_STORAGE_KEY to the key of this warehouse",
            ) from None


class Encryption:
    """What pyarrow needs to encrypt Parquet with one storage key (32 bytes)."""

    def __init__(self, storage_key: bytes) -> None:
        self._factory = pe.CryptoFactory(lambda _config: _StorageKeyService(storage_key))
        self._kms = pe.KmsConnectionConfig()
        self._encrypt = pe.EncryptionConfiguration(
            footer_key=_KEY_NAME,
            uniform_encryption=True,
            # With keys between storage key and data keys, readers would share a cache and its lock.
            double_wrapping=False,
            encryption_algorithm="AES_GCM_V1",
            data_key_length_bits=256,
            cache_lifetime=timedelta(minutes=10),
        )
        self._decrypt = pe.DecryptionConfiguration(cache_lifetime=timedelta(minutes=10))

    def build_write_properties(self) -> pe.FileEncryptionProperties:
        """What a Parquet writer needs to encrypt a file."""
        return self._factory.file_encryption_properties(self._kms, self._encrypt)

    def build_scan_options(self) -> ds.ParquetFragmentScanOptions:
        """What a dataset needs to decrypt while it scans."""
        decryption = ds.ParquetDecryptionConfig(self._factory, self._kms, self._decrypt)
        return ds.ParquetFragmentScanOptions(decryption_config=decryption)
