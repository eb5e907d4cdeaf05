"""Tells whether two written names are one person's.

Letters of other alphabets look like Latin ones, and some characters are not seen at all. Names that
a reader would take for the same are the same: where it matters, two people have to be different.
Source of the look-alikes: Unicode Technical Standard 39, the letters of Greek and Cyrillic.
"""

from __future__ import annotations

import re
import unicodedata

_CAPITALS = str.maketrans("АВЕЅІЈКМНОРСТУХҮԌΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABESIJKMHOPCTYXYGABEZHIKMNOPTYX")
_SMALL = str.maketrans(
    "аеѕіјорсухһԁԛԝгвкмнтӏүαοριντκυσγ" + "ıɑɡℓ" + "i|10",
    "aesijopcyxhdqwrbkmhtlyaopivtkuoy" + "lagl" + "lllo",
)
_BLANKS = dict.fromkeys(map(ord, "\u115f\u1160\u3164\uffa0"))
"""Letters by their category that show nothing."""


def is_same_person(one: str, other: str) -> bool:
    """Whether two names look the same.

    Case, accents, spaces, punctuation and the order of the words do not matter.
    """
    first, second = _list_words(one), _list_words(other)
    return "".join(first) == "".join(second) or sorted(first) == sorted(second)


def _list_words(name: str) -> list[str]:
    text = unicodedata.normalize("NFKC", name).translate(_CAPITALS).casefold()
    text = unicodedata.normalize("NFKD", text).translate(_BLANKS)
    seen = "".join(c for c in text if unicodedata.category(c) not in ("Mn", "Me", "Cf"))
    return re.findall(r"[^\W_]+", seen.translate(_SMALL))
