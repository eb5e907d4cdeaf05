"""What a person would call the nationals of a sub-group."""

from __future__ import annotations

_SHORT = {f"European Union {name}": name for name in ("EU15", "EU8", "EU2")}
_OTHER_EU, _OTHER_EUROPE = "European Union Other", "Other Europe"


def shorten_sub_group(label: str) -> str:
    """Return `EU15` for `European Union EU15`."""
    return "EU Other" if label == _OTHER_EU else _SHORT.get(label, label)


def name_nationals(label: str) -> str:
    """Return `EU15 nationals`, or `nationals of countries in North Africa`."""
    if label in _SHORT:
        return f"{_SHORT[label]} nationals"
    if label == _OTHER_EU:
        return "nationals of other EU countries (EU Other)"
    if label == _OTHER_EUROPE:
        return "nationals of other European countries"
    return f"nationals of countries in {label}"
