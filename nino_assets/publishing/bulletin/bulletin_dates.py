"""Reads a bulletin's dates back: its own and the next release's."""

from __future__ import annotations

from datetime import date
from html.parser import HTMLParser
from pathlib import Path

from nino_assets.statistic.identity import RELEASE_TIME
from nino_assets.statistic.written_dates import format_time, parse_date

PUBLISHED, NEXT_RELEASE = "Published", "Next release"


def read_dates(page: Path) -> tuple[date | None, date | None]:
    """Read the dates of publication and of the next release.

    A date is None where the page has none.

    A date counts where the page's list of facts gives it with the time of release, and gives no
    other; how the list is marked up is the template's affair.
    """
    reader = _FactReader()
    if page.is_file():
        reader.feed(page.read_text(encoding="utf-8"))
        reader.close()
    return reader.find_date(PUBLISHED), reader.find_date(NEXT_RELEASE)


class _FactReader(HTMLParser):
    """Reads the description lists of a page: terms and their texts."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._term = ""
        self._open = ""
        self._facts: list[tuple[str, str]] = []

    def find_date(self, term: str) -> date | None:
        """Return the one day given for a term with the release time."""
        texts = {" ".join(text.split()) for name, text in self._facts if name.strip() == term}
        time, _, day = texts.pop().partition(", ") if len(texts) == 1 else ("", "", "")
        return parse_date(day) if time == format_time(RELEASE_TIME) else None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "dt":
            self._open, self._term = tag, ""
        elif tag == "dd":
            self._open = tag
            self._facts.append((self._term, ""))

    def handle_endtag(self, tag: str) -> None:
        if tag in ("dt", "dd", "dl"):
            self._open = ""

    def handle_data(self, data: str) -> None:
        if self._open == "dt":
            self._term += data
        elif self._open == "dd":
            term, text = self._facts.pop()
            self._facts.append((term, text + data))
