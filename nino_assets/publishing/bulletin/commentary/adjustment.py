"""How the figures are protected: the method note, word for word as the workbook has it."""

from __future__ import annotations

from nino_assets.publishing.bulletin.blocks import Block, BulletinSection, Paragraph, Subheading
from nino_assets.publishing.bulletin.prose import Quotation, say
from nino_assets.publishing.method_note import METHOD_NOTE

SOURCE = "method-note"


def adjustment() -> BulletinSection:
    """What is done to the figures, and what it means for their use."""
    blocks: list[Block] = []
    for part in METHOD_NOTE:
        blocks.append(Subheading(part.heading))
        blocks += [Paragraph(say("{text}", text=Quotation(t, SOURCE))) for t in part.paragraphs]
    return BulletinSection("adjustment", "How the figures are adjusted", tuple(blocks))
