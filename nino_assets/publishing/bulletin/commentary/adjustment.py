"""How the figures are protected, in a reader's words."""

from __future__ import annotations

from nino_assets.publishing.bulletin.blocks import Bullets, Paragraph, Section
from nino_assets.publishing.bulletin.prose import say


def adjustment() -> Section:
    """What is done to the figures, and what it means for their use."""
    return Section(
        "adjustment",
        "How the figures are adjusted",
        (
            Paragraph(
                say(
                    "Every published figure is adjusted at random by a small amount, so that no "
                    "person can be told from the tables."
                )
            ),
            Bullets(
                (
                    say("The same figure has the same adjustment wherever it is published."),
                    say("Each total is adjusted in its own right, so parts may not add to it."),
                    say("Look a total up: do not add small figures together."),
                    say("[low] stands for nil or negligible."),
                )
            ),
        ),
    )
