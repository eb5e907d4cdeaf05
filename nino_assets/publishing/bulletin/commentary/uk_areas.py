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
    claim_rank,
)
from nino_assets.publishing.bulletin.commentary.comparison_figures import build_comparison_figure
from nino_assets.publishing.bulletin.commentary.exact_tables import build_exact_number
from nino_assets.publishing.bulletin.prose import (
    Claim,
    Sentence,
    join_sentences,
    list_with_and,
    say,
)
from nino_assets.publishing.cells import Cell
from nino_assets.statistic import vocabulary as v
from nino_assets.statistic.percentages import find_smallest_base
from nino_assets.writers.maps.uk_map import AreaMap


def describe_leading_region(context: BulletinContext) -> list[Sentence]:
    """Say which region had the most registrations."""
    whole = context.get_cell(geography=v.UK_CODE)
    ordered = _rank_regions(context)
    if (
        not ordered
        or not context.figures.get_value(ordered[0][0])
        or not context.figures.is_percentage_base(whole)
    ):
        return []
    leaders = context.find_leaders(ordered)
    figures = [
        say(
            "{n} ({share} of the UK total)",
            n=context.figures.quote_count(cell),
            share=context.figures.quote_share(cell, whole),
        )
        for cell, _ in leaders
    ]
    among = f" of the twelve regions and countries in {context.name_period(whole)}"
    return [
        say(
            "{lead}: {figures}.",
            lead=context.claim_lead(ordered, "region", among),
            figures=list_with_and(figures),
        )
    ]


def write_areas(context: BulletinContext, area_map: AreaMap) -> BulletinSection:
    """Write regions as bars, and local authorities as a map.

    A table has every local authority.
    """
    blocks: list[Block] = []
    regions = _rank_regions(context)
    blocks += context.warn_of_breaks(regions[0][0])
    blocks.append(
        Paragraph(
            join_sentences(
                [
                    *describe_leading_region(context),
                    say(
                        "Areas are where people lived at the time of the scan, not where they work."
                    ),
                ]
            )
        )
    )
    overseas = context.get_cell(geography=v.OVERSEAS_CODE)
    if context.figures.has(overseas):
        regions = [*regions, (overseas, v.OVERSEAS_NAME)]
    title = context.write_lead_title(_rank_regions(context), "region", " of any region or country")
    blocks.append(
        build_comparison_figure(
            context, "regions", title, regions, "Region or country", "region of residence"
        )
    )
    blocks += [Subheading("Local authorities"), *_write_authorities(context, area_map)]
    return BulletinSection("areas", "Areas of the UK", tuple(blocks))


def _write_authorities(context: BulletinContext, area_map: AreaMap) -> list[Block]:
    cells = [
        (context.get_cell(geography=code), name)
        for code, name in context.list_members("local_authority", areas=True)
    ]
    if not cells:
        return [Paragraph(say("The edition holds no local authorities."))]
    ordered = context.rank_cells(cells)
    leader = ordered[0][0]
    listed = ordered[:5]
    top = list_with_and(
        say(
            "{place} ({n})",
            place=claim_rank(cell, "local_authority", place, label),
            n=context.figures.quote_count(cell),
        )
        for place, (cell, label) in enumerate(listed, start=1)
    )
    words = context.name_period(leader).removeprefix("the ")
    most = claim_rank(listed[-1][0], "local_authority", len(listed), "the most registrations")
    sentence = say(
        f"The local authorities with {{claim}} in {context.name_period(leader)} were {{top}}.",
        claim=most,
        top=top,
    )
    counts = {cell.geography: context.figures.get_value(cell) for cell, _ in cells}
    names = {cell.geography: label for cell, label in cells}
    caption = f"NINo registrations by local authority of residence, UK, {words}"
    what = "outlines of the areas" if area_map.has_boundaries else "no outline of the land"
    blocks: list[Block] = [
        Paragraph(sentence),
        Figure(
            "local-authorities",
            context.write_lead_title(ordered, "local_authority", " of any local authority"),
            f"{caption}. Circle areas are in proportion to registrations",
            join_sentences(
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
                    context.write_count,
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
                            build_exact_number(
                                context.figures, context.get_cell(code, geography=cell.geography)
                            )
                            for code in ("all", EU, NON_EU)
                        ),
                    )
                    for cell, label in sorted(ordered, key=lambda item: item[1])
                ),
            ),
        ),
    ]
    return blocks + _draw_shares(context, area_map, cells, words)


def _draw_shares(
    context: BulletinContext, area_map: AreaMap, cells: list[tuple[Cell, str]], words: str
) -> list[Block]:
    """Draw the non-EU share when boundaries are given."""
    figures = context.figures
    shown = [
        (cell, context.get_cell(NON_EU, geography=cell.geography), name)
        for cell, name in cells
        if figures.is_percentage_base(cell)
    ]
    if not shown or not area_map.has_authorities({cell.geography for cell, _, _ in shown}):
        return []
    shares = {whole.geography: figures.quote_share(part, whole) for whole, part, _ in shown}
    whole, part, name = max(shown, key=lambda item: shares[item[0].geography].value)
    least = find_smallest_base(context.edition.quarter)
    highest = f"largest-share({part},{whole},local_authority,{least})"
    caption = f"Non-EU share of NINo registrations by local authority, UK, {words}"
    return [
        Figure(
            "non-eu-share",
            say(f"{name} had {{claim}} non-EU share", claim=Claim("the highest", highest)),
            f"{caption}. Areas with too few registrations for a percentage are left white",
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


def _rank_regions(context: BulletinContext) -> list[tuple[Cell, str]]:
    return context.rank_cells(
        [
            (context.get_cell(geography=code), name)
            for code, name in context.list_members("region", areas=True)
        ]
    )


def collect_positions(positions: pl.DataFrame) -> dict[str, tuple[float, float]]:
    """Return longitude and latitude by area code.

    Areas without a position are left out.
    """
    placed = positions.drop_nulls(["latitude", "longitude"])
    return {
        str(code): (float(longitude), float(latitude))
        for code, longitude, latitude in placed.select(
            "area_code", "longitude", "latitude"
        ).iter_rows()
    }
