"""Keys come from the environment, or are made once for a demonstration and for nothing else."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from nino_assets.deliveries.landed import has_only_synthetic_deliveries
from nino_assets.errors import SecretKeyError
from nino_assets.store import keys
from nino_assets.store.folders import Folders
from nino_assets_tests.support.small_delivery import deliver, record

VARIABLES = (keys.PSEUDONYM_KEY, keys.RECORD_KEY, keys.STORAGE_KEY)
HEX = "0123456789abcdefABCDEF00" + "7" * 40


def find_key(folders: Folders) -> bytes:
    """The storage key, which may be made while only synthetic deliveries have landed."""
    return keys.find_storage_key(folders, lambda: has_only_synthetic_deliveries(folders))


@pytest.fixture
def configured(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in VARIABLES:
        monkeypatch.setenv(variable, HEX)


def test_keys_are_read_from_the_environment(configured: None, folders: Folders) -> None:
    for synthetic in (False, True):
        secret = keys.find_secret_keys(folders, synthetic=synthetic)
        assert secret.pseudonym == secret.record == secret.storage == bytes.fromhex(HEX)
    assert find_key(folders) == bytes.fromhex(HEX)
    assert not folders.keys.exists()


@pytest.mark.parametrize("variable", VARIABLES)
def test_a_real_delivery_without_a_key_is_told_which(
    configured: None, folders: Folders, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.delenv(variable)
    with pytest.raises(SecretKeyError, match=f"{variable} is not set"):
        keys.find_secret_keys(folders, synthetic=False)
    assert not folders.keys.exists()


@pytest.mark.parametrize("text", ["", "0" * 63, "0" * 65, "g" * 64, "0" * 32, "\uff10" * 64])
def test_a_short_or_invalid_key_is_refused_without_being_shown(
    configured: None, folders: Folders, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setenv(keys.RECORD_KEY, text)
    for synthetic in (False, True):
        with pytest.raises(SecretKeyError, match=r"NINO_RECORD_KEY is not a key") as caught:
            keys.find_secret_keys(folders, synthetic=synthetic)
        assert not text or text not in str(caught.value)


def test_a_synthetic_delivery_makes_keys_once_for_its_owner_only(folders: Folders) -> None:
    made = keys.find_secret_keys(folders, synthetic=True)
    assert len({made.pseudonym, made.record, made.storage}) == 3
    assert keys.find_secret_keys(folders, synthetic=True) == made
    files = sorted(folders.keys.iterdir())
    assert [path.name for path in files] == [
        "pseudonym_key.hex",
        "record_key.hex",
        "storage_key.hex",
    ]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert stat.S_IMODE(folders.keys.stat().st_mode) == 0o700
    assert "bytes" not in repr(made)
    assert made.record.hex() not in repr(made)


def test_a_demonstration_key_is_never_used_for_a_real_delivery(folders: Folders) -> None:
    keys.find_secret_keys(folders, synthetic=True)
    with pytest.raises(SecretKeyError, match="NINO_PSEUDONYM_KEY is not set"):
        keys.find_secret_keys(folders, synthetic=False)


def test_the_environment_comes_before_a_demonstration_key(
    folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys.find_secret_keys(folders, synthetic=True)
    monkeypatch.setenv(keys.STORAGE_KEY, HEX)
    assert find_key(folders) == bytes.fromhex(HEX)


def test_a_damaged_demonstration_key_is_named(folders: Folders) -> None:
    keys.find_secret_keys(folders, synthetic=True)
    (folders.keys / "record_key.hex").write_text("12\n")
    with pytest.raises(SecretKeyError, match=r"keys/record_key\.hex is not a key: 2 characters"):
        keys.find_secret_keys(folders, synthetic=True)


def test_reading_what_a_real_warehouse_holds_needs_the_variable(folders: Folders) -> None:
    deliver(folders, [record()], synthetic=False)
    with pytest.raises(SecretKeyError, match="NINO_STORAGE_KEY is not set"):
        find_key(folders)


def test_a_synthetic_landing_may_make_the_storage_key_before_its_scan_is_taken_in(
    folders: Folders,
) -> None:
    with pytest.raises(SecretKeyError, match="NINO_STORAGE_KEY is not set"):
        find_key(folders)
    deliver(folders, [record()], synthetic=True)
    made = find_key(folders)
    assert keys.find_secret_keys(folders, synthetic=True).storage == made


def test_processes_that_make_a_key_at_once_go_on_with_the_same(tmp_path: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path; from nino_assets.store import keys; "
        "from nino_assets.store.folders import Folders; sys.stdin.readline(); "
        f"folders = Folders(Path({str(tmp_path)!r})); "
        "print(keys.find_secret_keys(folders, synthetic=True).record.hex())"
    )
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", script],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={k: v for k, v in os.environ.items() if not k.startswith("NINO_")},
        )
        for _ in range(3)
    ]
    found = {process.communicate("go\n", timeout=60)[0] for process in processes}
    assert len(found) == 1
    assert sorted(path.name for path in (tmp_path / "keys").iterdir()) == [
        *("pseudonym_key.hex", "record_key.hex", "storage_key.hex")
    ]


def test_a_fingerprint_tells_keys_apart_and_does_not_hold_them() -> None:
    one, other = keys.compute_fingerprint(b"1" * 32), keys.compute_fingerprint(b"2" * 32)
    assert one != other
    assert keys.compute_fingerprint(b"1" * 32) == one
    assert len(one) == 16
    assert b"1" * 32 not in bytes.fromhex(one)


def test_a_key_of_all_zeros_is_refused(
    configured: None, folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(keys.PSEUDONYM_KEY, "0" * 64)
    with pytest.raises(SecretKeyError, match="NINO_PSEUDONYM_KEY is all zeros"):
        keys.find_secret_keys(folders, synthetic=True)


@pytest.fixture
def key_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file with the three keys, which its owner alone may read."""
    path = tmp_path / "keys.txt"
    path.write_text("# of this quarter\n" + "".join(f"{name} = {HEX}\n" for name in VARIABLES))
    path.chmod(0o600)
    monkeypatch.setenv(keys.KEY_FILE_VARIABLE, str(path))
    return path


def test_keys_are_read_from_a_private_file(key_file: Path, folders: Folders) -> None:
    assert keys.find_secret_keys(folders, synthetic=False).record == bytes.fromhex(HEX)
    assert find_key(folders) == bytes.fromhex(HEX)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_key_file_that_others_may_read_is_refused(
    key_file: Path, folders: Folders, mode: int
) -> None:
    key_file.chmod(mode)
    with pytest.raises(SecretKeyError, match="Others may read"):
        keys.find_secret_keys(folders, synthetic=True)


def test_a_key_file_that_is_missing_is_told(key_file: Path, folders: Folders) -> None:
    key_file.unlink()
    with pytest.raises(SecretKeyError, match="NINO_KEY_FILE names cannot be read"):
        keys.find_secret_keys(folders, synthetic=True)


def test_hidden_keys_are_in_a_file_of_their_own_and_removed(
    configured: None, folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = os.environ | {"NINO_PERTURBATION_TABLE_KEY": HEX}
    with keys.hide_keys(given) as environment:
        assert HEX not in "".join(environment.values())
        path = Path(environment[keys.KEY_FILE_VARIABLE])
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        for variable in VARIABLES:
            monkeypatch.delenv(variable)
        monkeypatch.setenv(keys.KEY_FILE_VARIABLE, str(path))
        assert keys.find_secret_keys(folders, synthetic=False).storage == bytes.fromhex(HEX)
    assert not path.parent.exists()


def test_nothing_is_written_when_there_is_no_key_to_hide() -> None:
    with keys.hide_keys({"PATH": "/bin"}) as environment:
        assert environment == {"PATH": "/bin"}


def test_a_process_that_reads_a_key_leaves_no_memory_in_a_file(
    configured: None, folders: Folders
) -> None:
    script = (
        "import resource; from pathlib import Path; from nino_assets.store import keys; "
        "from nino_assets.store.folders import Folders; "
        f"keys.find_secret_keys(Folders(Path({str(folders.root)!r})), synthetic=False); "
        "print(resource.getrlimit(resource.RLIMIT_CORE))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert ended.stdout.strip() == "(0, 0)"
