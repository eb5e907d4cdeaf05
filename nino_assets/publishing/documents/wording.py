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

SECTIONS = {
    "methodology": {
        "purpose": "What the statistics show",
        "source": "Where the data come from",
        "counted": "What is counted",
        "definitions": "Definitions",
        "geography": "How records are placed in areas",
        "protection": "How people’s privacy is protected",
        "published": "What is published",
        "events": "Events and breaks in the series",
        "revisions": "Revisions",
        "documents": "Other documents",
    },
    "quality-report": {
        "summary": "Summary",
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
