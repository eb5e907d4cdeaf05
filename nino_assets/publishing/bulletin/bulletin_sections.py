"""The sections of the bulletin, in order."""

from __future__ import annotations

from collections.abc import Sequence

from nino_assets.publishing.bulletin.blocks import Bulletin
from nino_assets.publishing.bulletin.commentary import (
    background,
    eu_and_non_eu,
    headlines,
    nationalities,
    people,
    source_comparison,
    time_series,
    uk_areas,
    where_next,
)
from nino_assets.publishing.bulletin.commentary.adjustment import write_adjustment
from nino_assets.publishing.bulletin.commentary.bulletin_context import BulletinContext
from nino_assets.publishing.bulletin.source_figures import OtherSource
from nino_assets.publishing.cells import PublishedCells
from nino_assets.publishing.edition import Edition
from nino_assets.writers.maps.uk_map import AreaMap


def compose_bulletin(
    cells: PublishedCells,
    edition: Edition,
    area_map: AreaMap,
    sources: Sequence[OtherSource] = (),
) -> Bulletin:
    """Compose the bulletin from published cells and other sources."""
    context = BulletinContext(cells, edition)
    return Bulletin(
        (
            headlines.write_main_stories(context),
            background.write_what_you_need_to_know(context),
            headlines.write_headline_figures(context),
            time_series.write_registrations_over_time(context),
            eu_and_non_eu.write_eu_and_non_eu(context),
            nationalities.write_sub_groups(context),
            nationalities.write_nationalities(context),
            uk_areas.write_areas(context, area_map),
            people.write_age_and_sex(context),
            people.write_arrival_to_registration(context),
            source_comparison.write_comparison(context, sources),
            background.write_strengths_and_limitations(context),
            write_adjustment(),
            background.write_revisions(context),
            where_next.write_related_links(context),
            where_next.write_alternative_formats(context),
        )
    )
