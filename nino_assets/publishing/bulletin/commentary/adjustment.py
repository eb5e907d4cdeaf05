"""The method note as a section, word for word."""

from __future__ import annotations

from nino_assets.publishing.bulletin.blocks import Block, BulletinSection, Paragraph, Subheading
from nino_assets.publishing.bulletin.prose import Quotation, say
from nino_assets.publishing.method_note import METHOD_NOTE

SOURCE = "method-note"


def write_adjustment() -> BulletinSection:
    """Write what is done to the figures and what it means."""
    blocks: list[Block] = []
    for part in METHOD_NOTE:
        blocks.append(Subheading(part.heading))
        blocks += [Paragraph(say("{text}", text=Quotation(t, SOURCE))) for t in part.paragraphs]
    return BulletinSection("adjustment", "How the figures are adjusted", tuple(blocks))
