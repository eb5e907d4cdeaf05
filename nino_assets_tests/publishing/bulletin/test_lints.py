from __future__ import annotations

import re

import pytest

from nino_assets.publishing.bulletin.lints import lint_page

DEFECTS = {
    "a picture from elsewhere": ("<main", '<img src="https://x.example/a.png"><main', "fetch"),
    "a style sheet from elsewhere": ("<style>", '<link href="a.css"><style>', "fetch"),
    "a font": ("<style>", "<style>@font-face{}", "would fetch"),
    "a second script": ("</body>", "<script></script></body>", "2 scripts"),
    "no language": (' lang="en-GB"', "", "British English"),
    "a skipped heading": ("<h2>2. ", "<h4>", "skips a level"),
    "two first-level headings": ("<h2>2. ", "<h1>", "first-level headings"),
    "no description": ('aria-describedby="figure-1-description">\n<div', ">\n<div", "does not say"),
    "no name": ('<figure id="figure-1" aria-labelledby="figure-1-title"',
                '<figure id="figure-1"', "no accessible name"),
    "an empty alternative": ('(id="figure-2-description"[^>]*>)[^~]*?</p>', r"\1A chart.</p>",
                             "does not say"),
    "no table": (r"(?s)(figure-3-title.*?)<table.*?</table>", r"\1", "figure-3 has no table"),
    "no picture": (r"(?s)(figure-4-title.*?)<svg.*?</svg>\s*<svg.*?</svg>", r"\1",
                   "figure-4 has no static picture"),
    "two of one name": ('id="figure-2"', 'id="figure-1"', "are called figure-1"),
    "a table without caption": (r"<caption>.*?</caption>", "", "0 captions"),
    "a short row": (r"<td>[^<]*</td>", "", "different length"),
    "the share button": ('"showSendToCloud":false', '"showSendToCloud":true', "showSendToCloud"),
    "one dash twice": ('"dash":"dash"', '"dash":"solid"', "same dash"),
    "a colour outside the palette": ("#28A197", "#00FF00", "not in the palette"),
    "a pale line": ('"line":{"color":"#12436D"', '"line":{"color":"#BFBFBF"', "less than 3"),
    "pale chart text": ('"font":{"color":"#0B0C0C"', '"font":{"color":"#BFBFBF"', "less than 4.5"),
    "pale picture text": ('"16" fill="#0B0C0C"', '"16" fill="#6BACE6"', "light"),
}  # fmt: skip


def test_a_bulletin_has_no_faults(bulletin_html: str) -> None:
    assert lint_page(bulletin_html) == ()


@pytest.mark.parametrize("name", DEFECTS)
def test_each_defect_is_named(name: str, bulletin_html: str) -> None:
    old, new, complaint = DEFECTS[name]
    pattern = old if re.search(r"\(\?|\.\*|\[\^", old) else re.escape(old)
    broken = re.sub(pattern, new, bulletin_html, count=1)
    assert broken != bulletin_html, "the page no longer has what this test breaks"
    faults = lint_page(broken)
    assert any(complaint in fault for fault in faults), faults


def test_too_many_series_and_too_large_a_page_are_named(bulletin_html: str) -> None:
    assert any("bytes" in f for f in lint_page(bulletin_html + " " * 600_000))
    trace = re.search(r'"figure-3":\{"data":\[(\{.*?\}),\{', bulletin_html)
    assert trace is not None
    five = bulletin_html.replace(trace[1], ",".join([trace[1]] * 2), 1)
    assert any("series" in f for f in lint_page(five))
