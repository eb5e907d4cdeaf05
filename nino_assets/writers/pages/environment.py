"""The one Jinja environment that every page is written with."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

_FRAME_PACKAGE = "nino_assets.writers.pages"


@dataclass(frozen=True)
class Banner:
    """A warning in full, before the title, and on every printed sheet."""

    text: str
    title_prefix: str
    print_text: str


def build_environment(
    packages: Sequence[str], filters: Mapping[str, Callable[..., Any]]
) -> Environment:
    """Build the environment of pages whose templates are in `packages`.

    Each package has a folder `templates/`; a template may extend or include those of the frame,
    `page_frame.html.j2` and `page.css`, which need the values `title`, `producer` and `banner`
    (a `Banner`, or None). `filters` are added to `size`, `thousands`, `slug` and `breakable`.
    A value that a template names and is not given is an error, and text is escaped.
    """
    environment = Environment(
        loader=ChoiceLoader([PackageLoader(name) for name in (*packages, _FRAME_PACKAGE)]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "size": format_file_size,
        "thousands": format_thousands,
        "slug": format_slug,
        "breakable": allow_line_breaks,
        **filters,
    }
    return environment


def format_file_size(size: int) -> str:
    """Return bytes as a link states them: `4 KB`, `3.2 MB`."""
    if size < 1_000_000:
        return f"{max(1, round(size / 1000))} KB"
    return f"{size / 1_000_000:.1f} MB"


def format_thousands(value: Any) -> Any:
    """Return a whole number with commas, anything else unchanged."""
    return f"{value:,}" if isinstance(value, int) else value


def format_slug(words: str) -> str:
    """Return words as part of an address or a class name: `out-of-date`."""
    return words.lower().replace(" ", "-")


def allow_line_breaks(name: str) -> Markup:
    """Let a long name break after its dots and underscores."""
    return Markup("<wbr>").join(escape(part) for part in re.findall(r"[^._]+[._]?", name))
