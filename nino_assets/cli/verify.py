"""The command that verifies released editions: `verify`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from nino_assets.cli.options import FAILED, say


@click.command()
@click.argument("place")
@click.option(
    "--signers",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="A file with the public keys that may sign, a line each; without it any key may.",
)
def verify(place: str, signers: Path | None) -> None:
    """Verify editions with public files alone.

    PLACE is the folder or web address of data/published, or of one edition in it, as
    data/published/2020-Q4/1.
    """
    from nino_assets.releases.verification import verify_editions

    keys = [" ".join(line.split()[:2]) for line in _read_lines(signers)] if signers else None
    found = verify_editions(place, keys)
    for edition in found:
        for fault in edition.faults:
            say(f"Wrong: {fault}")
        if not edition.faults:
            say(f"{edition.folder}: {edition.files} files are as published.")
            say(
                f"  Signed in two roles by {' and '.join(edition.keys)}"
                if edition.keys
                else "  Not signed with keys: a demonstration with synthetic data."
            )
    if any(edition.faults for edition in found):
        sys.exit(FAILED)


def _read_lines(path: Path) -> list[str]:
    return [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
