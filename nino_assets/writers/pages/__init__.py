"""The frame of the pages that readers get beside the bulletin: one file each, fetching nothing.

Belongs here: head, banner, header, footer and style, the bulletin's own, as templates. Does not
belong here: what a page says (`landing/`, `documents/`).
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from nino_assets.publishing.edition import CONTACT_EMAIL, PRODUCER, SYNTHETIC_BANNER


def long_date(day: date) -> str:
    """`25 February 2021`."""
    return f"{day.day} {day:%B %Y}"


def clock_time(moment: datetime) -> str:
    """`9:30am`."""
    return f"{moment:%I:%M%p}".lstrip("0").lower()


def size_in_words(size: int) -> str:
    """`4 KB`, `3.2 MB`: bytes as a link to a file states them."""
    if size < 1_000_000:
        return f"{max(1, round(size / 1000))} KB"
    return f"{size / 1_000_000:.1f} MB"


def breakable(name: str) -> Markup:
    """A name of the code that may be broken where its words end, on a narrow screen."""
    return Markup("<wbr>").join(escape(part) for part in re.findall(r"[^._]+[._]?", name))


def reader_page(package: str, template: str, *, synthetic: bool, **values: Any) -> str:
    """A page from a template of `package`, which extends `reader_page.html.j2`.

    `synthetic` puts the banner on it, and on every sheet when it is printed.
    """
    environment = Environment(
        loader=ChoiceLoader(
            [
                PackageLoader(f"nino_assets.{name}")
                for name in (f"publishing.{package}", "writers.pages", "publishing.bulletin")
            ]
        ),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "long_date": long_date,
        "clock_time": clock_time,
        "size": size_in_words,
        "breakable": breakable,
    }
    return environment.get_template(template).render(
        producer=PRODUCER,
        contact=CONTACT_EMAIL,
        banner=SYNTHETIC_BANNER if synthetic else "",
        **values,
    )
