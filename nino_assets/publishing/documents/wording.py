"""Words for what the code calls by a short name.

Reasons, statuses and sections, as plain sentences without any number. A test keeps each list
complete.
"""

from __future__ import annotations

REASONS = {
    "malformed_row": "it cannot be read in the layout of the delivery",
    "invalid_nino": "its National Insurance number is not one that can be issued",
    "juvenile_registration": "it was registered by the juvenile scheme",
    "account_not_live": "its account was cancelled, merged into another or redirected",
    "uk_national": "the person is a national of the United Kingdom",
    "registration_date_missing": "it has no registration date that can be read",
    "outside_series": "it was registered before the series begins or after the quarter delivered",
    "outside_quarter": "it was registered before the quarter, in an extract of one quarter",
    "duplicate_nino": "its number is in the delivery already; the earliest registration is kept",
}
STATUSES = {
    "matched": ("The postcode is found", "its area"),
    "matched_terminated": ("The postcode is found and no longer in use", "its area"),
    "matched_repaired": (
        "The postcode is found after an exchange as above",
        "its area",
    ),
    "no_output_area": ("The postcode is found and has no area", "the United Kingdom only"),
    "outside_uk": (
        "The person lives abroad, in the Channel Islands or on the Isle of Man",
        "the United Kingdom and “Overseas Registration”",
    ),
    "bfpo": ("An address of the British Forces Post Office", "the United Kingdom only"),
    "missing": ("There is no postcode", "the United Kingdom only"),
    "not_found": ("It has the form of a postcode and is not found", "the United Kingdom only"),
    "invalid": ("It has not the form of a postcode", "the United Kingdom only"),
}

JOURNEY = {
    "Delivery": (
        "The scan is received with a count of its rows and a fingerprint of every file",
        "number of rows, fingerprints, columns, quarter and size against earlier quarters",
    ),
    "Cleaning": (
        "Each row is accepted, or left out for one reason",
        "rows delivered are rows accepted and rows left out; shares of unknown values",
    ),
    "Placing": (
        "Postcodes find their census output area, and all identifiers are dropped",
        "share of records placed, by country and against earlier quarters; no identifier is left",
    ),
    "Counting": (
        "Registrations are counted for each combination of quarter, area and characteristics",
        "counts add up to the records; each area, nationality and band is on its list",
    ),
    "Adjusting": (
        "Each published count is adjusted at random in its own right",
        "every published count is there once, and the adjustment protects as it must",
    ),
    "Writing": (
        "Tables, open data, bulletin and these documents are written from published counts alone",
        "every figure and sentence is read back and derived again; accessibility of every file",
    ),
    "Release": (
        "Two people sign, and the files leave together at the announced time",
        "every check has passed or been answered; the files are those that were signed",
    ),
}
"""Each step of production: what happens, and what is checked."""
USES = {
    "How many people from overseas register, by nationality": (
        "a full count to one definition since the beginning",
        "moves with how fast applications are handled; breaks are marked",
    ),
    "Where they live": (
        "the only count by local authority and nationality every quarter",
        "the address held at the extract; people move, and some cannot be placed",
    ),
    "Migration to the United Kingdom": (
        "an early sign, with much detail",
        "no measure of arrivals, length of stay or departures; some never register",
    ),
    "Overseas nationals living or working here": (
        "a lower bound on how many registered over the years",
        "no population: people leave, die or change nationality, and are not taken off",
    ),
    "Small areas and small groups": (
        "every combination of the published breakdowns is there",
        "counts are adjusted at random, so small ones and small differences are not reliable",
    ),
}
"""Each use: what the statistics are good for, and their limits."""

SECTIONS = {
    "methodology": {
        "purpose": "What the statistics show",
        "source": "Where the data come from",
        "journey": "How the data travel, and what is checked",
        "counted": "What is counted",
        "definitions": "Definitions",
        "geography": "How records are placed in areas",
        "protection": "How people’s privacy is protected",
        "published": "What is published",
        "events": "Events and breaks in the series",
        "other-sources": "Comparison with other sources",
        "uses": "Strengths and limits by use",
        "users": "Users and their part",
        "revisions": "Revisions",
        "documents": "Other documents",
    },
    "quality-report": {
        "summary": "Summary",
        "legal": "Legal basis and data protection",
        "people": "People and independence",
        "relevance": "Relevance",
        "accuracy": "Accuracy and reliability",
        "timeliness": "Timeliness and punctuality",
        "accessibility": "Accessibility and clarity",
        "coherence": "Coherence and comparability",
        "assurance": "Quality of the administrative data",
        "code": "The Code of Practice",
        "documents": "Other documents",
    },
    "release-strategy": {
        "when": "When statistics are released",
        "planned": "Planned changes",
        "past": "Past changes",
        "corrections": "Corrections",
        "access": "Access before release",
        "outputs": "What a release holds",
        "documents": "Other documents",
    },
}
