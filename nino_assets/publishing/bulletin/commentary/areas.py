"""Countries, regions and local authorities."""

from __future__ import annotations

import polars as pl

from nino_assets.publishing.bulletin.blocks import (
    Block,
    BulletinSection,
    BulletinTable,
    Drawing,
    Figure,
    Paragraph,
    Subheading,
)
from nino_assets.publishing.bulletin.commentary.bulletin_context import (
    EU,
    MEASURE,
    NON_EU,
    BulletinContext,
    ranks,
)
from nino_assets.publishing.bulletin.commentary.exact_tables import exact
from nino_assets.publishing.bulletin.commentary.nationalities import comparison_figure
from nino_assets.publishing.bulletin.prose import Claim, Sentence, listed, run_on, say
from nino_assets.publishing.cells import Cell
from nino_assets.statistic import vocabulary as v
from nino_assets.writers.maps.uk_map import AreaMap

SMALLEST_SHOWN = 100
"""A share is mapped only for areas with this many registrations: below it noise leads."""


def leading_region(story: BulletinContext) -> list[Sentence]:
    """`London had the most registrations of any region (35% of the UK total).`"""
    whole = story.cell(geography=v.UK_CODE)
    ordered = _regions(story)
    if not ordered or not story.figures.value(whole):
        return []
    leader, name = ordered[0]
    return [
        say(
            f"{name} had {{claim}} of the twelve regions and countries in {story.words(leader)}: "
            "{n} ({share} of the UK total).",
            claim=ranks(leader, "region", 1, "the most registrations"),
            n=story.figures.count(leader),
            share=story.figures.share(leader, whole),
        )
    ]


def areas(story: BulletinContext, area_map: AreaMap) -> BulletinSection:
    """Regions as bars, local authorities as a map with a table of every one."""
    blocks: list[Block] = []
    regions = _regions(story)
    blocks += story.break_warning(regions[0][0])
    blocks.append(
        Paragraph(
            run_on(
                [
                    *leading_region(story),
                    say(
                        "Areas are where people lived at the time of the scan, not where they work."
                    ),
                ]
            )
        )
    )
    overseas = story.cell(geography=v.OVERSEAS_CODE)
    if story.figures.has(overseas):
        regions = [*regions, (overseas, v.OVERSEAS_NAME)]
    leader, name = regions[0]
    title = story.leads(leader, "region", name, " of any region or country")
    blocks.append(
        comparison_figure(
            story, "regions", title, regions, "Region or country", "region of residence"
        )
    )
    blocks += [Subheading("Local authorities"), *_authorities(story, area_map)]
    return BulletinSection("areas", "Areas of the UK", tuple(blocks))


def _authorities(story: BulletinContext, area_map: AreaMap) -> list[Block]:
    cells = [
        (story.cell(geography=code), name)
        for code, name in story.names("local_authority", areas=True)
    ]
    if not cells:
        return [Paragraph(say("The edition holds no local authorities."))]
    ordered = story.ranked(cells)
    leader, name = ordered[0]
    top = listed(
        say(
            "{place} ({n})",
            place=ranks(cell, "local_authority", place, label),
            n=story.figures.count(cell),
        )
        for place, (cell, label) in enumerate(ordered[:5], start=1)
    )
    words = story.words(leader).removeprefix("the ")
    most = ranks(leader, "local_authority", 1, "the most registrations")
    sentence = say(
        f"The local authorities with {{claim}} in {story.words(leader)} were {{top}}.",
        claim=most,
        top=top,
    )
    counts = {cell.geography: story.figures.value(cell) for cell, _ in cells}
    names = {cell.geography: label for cell, label in cells}
    caption = f"NINo registrations by local authority of residence, UK, {words}"
    what = "outlines of the areas" if area_map.has_boundaries else "no outline of the land"
    blocks: list[Block] = [
        Paragraph(sentence),
        Figure(
            "local-authorities",
            story.leads(leader, "local_authority", name, " of any local authority"),
            f"{caption}. Circle areas are in proportion to registrations",
            run_on(
                [
                    say(
                        "A map with a circle for each local authority, placed at the mean position "
                        f"of its postcodes, with {what}. {{claim}} are in {{top}}.",
                        claim=Claim("The largest circles", most.expression),
                        top=top,
                    ),
                    say("The table gives every local authority."),
                ]
            ),
            Drawing(
                area_map.draw_circles(
                    counts,
                    names,
                    f"Registrations by local authority, {words}",
                    story.write,
                    measure=MEASURE,
                )
            ),
            BulletinTable(
                caption,
                ("Local authority", "All", "EU", "Non-EU"),
                tuple(
                    (
                        label,
                        *(
                            exact(story.figures, story.cell(code, geography=cell.geography))
                            for code in ("all", EU, NON_EU)
                        ),
                    )
                    for cell, label in sorted(ordered, key=lambda item: item[1])
                ),
            ),
        ),
    ]
    return blocks + _shares(story, area_map, cells, words)


def _shares(
    story: BulletinContext, area_map: AreaMap, cells: list[tuple[Cell, str]], words: str
) -> list[Block]:
    """A choropleth of the non-EU share, when a boundary file has the local authorities."""
    figures = story.figures
    shown = [
        (cell, story.cell(NON_EU, geography=cell.geography), name)
        for cell, name in cells
        if figures.value(cell) >= SMALLEST_SHOWN
    ]
    if not shown or not area_map.has_authorities({cell.geography for cell, _, _ in shown}):
        return []
    shares = {whole.geography: figures.share(part, whole) for whole, part, _ in shown}
    whole, part, name = max(shown, key=lambda item: shares[item[0].geography].value)
    highest = f"largest-share({part},{whole},local_authority,{SMALLEST_SHOWN})"
    caption = f"Non-EU share of NINo registrations by local authority, UK, {words}"
    return [
        Figure(
            "non-eu-share",
            say(f"{name} had {{claim}} non-EU share", claim=Claim("the highest", highest)),
            f"{caption}. Areas with fewer than a hundred registrations are left white",
            say(
                "A map of local authorities shaded by the non-EU share of their registrations. "
                f"The {{claim}} share is in {name} ({{share}}).",
                claim=Claim("highest", highest),
                share=shares[whole.geography],
            ),
            Drawing(
                area_map.draw_choropleth(
                    {code: float(share.value) for code, share in shares.items()},
                    [cell.geography for cell, _ in cells],
                    f"Non-EU share by local authority, {words}",
                )
            ),
            BulletinTable(
                caption,
                ("Local authority", "Non-EU share (%)"),
                tuple(
                    (label, shares[cell.geography])
                    for cell, _, label in sorted(shown, key=lambda item: item[2])
                ),
            ),
        )
    ]


def _regions(story: BulletinContext) -> list[tuple[Cell, str]]:
    return story.ranked(
        [(story.cell(geography=code), name) for code, name in story.names("region", areas=True)]
    )


def positions_by_area(positions: pl.DataFrame) -> dict[str, tuple[float, float]]:
    """(longitude, latitude) by area code, areas without a position left out."""
    placed = positions.drop_nulls(["latitude", "longitude"])
    return {
        str(code): (float(longitude), float(latitude))
        for code, longitude, latitude in placed.select(
            "area_code", "longitude", "latitude"
        ).iter_rows()
    }
