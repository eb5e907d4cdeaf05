"""The links of a page."""

from __future__ import annotations

from html.parser import HTMLParser


class Links(HTMLParser):
    """The targets of all links, and the names that they could lead to inside the page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.targets: list[str] = []
        self.names: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "a":
            self.targets.append(given["href"] or "")
        if given.get("id"):
            self.names.append(given["id"] or "")
