"""Signs and verifies texts with OpenSSH, as anyone can.

`ssh-keygen -Y` signs with a key file, or, given the public half, through the agent: with a hardware
key too. Source: ssh-keygen(1), OpenSSH 8.1 and later.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from nino_assets.errors import GovernanceError

KEY_VARIABLE = "NINO_SIGNING_KEY"
"""The file of the signer's own key, or of its public half where an agent holds the key."""

NAMESPACE = "nino-assets-decision"
"""A signature made for another purpose is none for a decision."""

_PERSON = "signer"
_SECONDS = 60
_NEXT = f"set {KEY_VARIABLE} to the file of your own key, and enter its passphrase or touch it"


def sign_text(text: str) -> str:
    """Sign a text with the key that NINO_SIGNING_KEY names.

    Returns an SSH signature in its armour. Raises GovernanceError without a key, or when it does
    not sign.
    """
    key = os.environ.get(KEY_VARIABLE, "")
    if not key or not Path(key).expanduser().is_file():
        raise GovernanceError(
            f"{KEY_VARIABLE} names no file" if key else f"{KEY_VARIABLE} is not set",
            rule="each decision is signed with the key of who takes it",
            next_step=_NEXT,
        )
    command = ["-Y", "sign", "-q", "-n", NAMESPACE, "-f", str(Path(key).expanduser())]
    signed = _run_ssh_keygen(command, text)
    if signed is None:
        raise GovernanceError(
            f"The key that {KEY_VARIABLE} names does not sign",
            rule="each decision is signed with the key of who takes it",
            next_step=_NEXT,
        )
    return signed


def is_signed(text: str, signature: str, public_key: str) -> bool:
    """Whether a signature of a text was made with a key.

    `public_key` is a line as in a `.pub` file.
    """
    with tempfile.TemporaryDirectory() as folder:
        signers, signed = Path(folder, "allowed_signers"), Path(folder, "signature")
        signers.write_text(f'{_PERSON} namespaces="{NAMESPACE}" {public_key}\n', encoding="utf-8")
        signed.write_text(signature, encoding="utf-8")
        options = ["-Y", "verify", "-q", "-n", NAMESPACE, "-I", _PERSON]
        return _run_ssh_keygen([*options, "-f", str(signers), "-s", str(signed)], text) is not None


def _run_ssh_keygen(options: list[str], text: str) -> str | None:
    """What the program prints; None when it refuses."""
    program = shutil.which("ssh-keygen")
    if program is None:
        raise GovernanceError(
            "The program ssh-keygen is not installed",
            rule="decisions of a team with keys are signed and verified with OpenSSH",
            next_step="install it: apt install openssh-client",
        )
    try:
        ended = subprocess.run(  # noqa: S603 - no shell, and no argument of others
            [program, *options],
            input=text,
            capture_output=True,
            text=True,
            check=False,
            timeout=_SECONDS,
        )
    except subprocess.TimeoutExpired:
        return None
    return ended.stdout if ended.returncode == 0 else None
