"""Ways in which a stored file may be damaged, and where each kind of stored file lies."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

Damage = Callable[[Path], None]


def cut(path: Path) -> None:
    """The second half is gone, as after a power cut."""
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def flip_one_bit(path: Path, *, seed: int = 1) -> None:
    content = bytearray(path.read_bytes())
    place = random.Random(seed).randrange(len(content) * 8)
    content[place // 8] ^= 1 << place % 8
    path.write_bytes(content)


def remove(path: Path) -> None:
    path.unlink()


DAMAGES: dict[str, Damage] = {
    "cut": cut,
    "empty": empty,
    "one bit flipped": flip_one_bit,
    "missing": remove,
}


def list_kinds(data: Path) -> Iterator[tuple[str, Path]]:
    """One file of each kind in a built data folder, with a name of its kind: its folder's."""
    seen = set()
    for path in sorted(data.rglob("*")):
        place = path.relative_to(data)
        if not path.is_file() or path.is_symlink() or path.suffix == ".lock":
            continue
        kind = f"{'/'.join(p for p in place.parts[:-1] if not p[:1].isdigit())}/*{path.suffix}"
        if kind not in seen:
            seen.add(kind)
            yield kind, path
