"""The sections of the bulletin, in order: one declaration of what it holds."""

from __future__ import annotations

from collections.abc import Sequence

from nino_assets.publishing.bulletin.blocks import Bulletin
from nino_assets.publishing.bulletin.commentary import (
    areas,
    background,
    headlines,
    nationalities,
    other_sources,
    people,
    time_series,
)
from nino_assets.publishing.bulletin.commentary.adjustment import adjustment
from nino_assets.publishing.bulletin.commentary.bulletin_context import BulletinContext
from nino_assets.publishing.bulletin.source_figures import OtherSource
from nino_assets.publishing.cells import PublishedCells
from nino_assets.publishing.edition import Edition
from nino_assets.writers.maps.uk_map import AreaMap


def compose(
    cells: PublishedCells,
    edition: Edition,
    area_map: AreaMap,
    sources: Sequence[OtherSource] = (),
) -> Bulletin:
    """The whole bulletin as data, from published cells and, where given, other sources."""
    story = BulletinContext(cells, edition)
    return Bulletin(
        (
            headlines.main_stories(story),
            background.what_you_need_to_know(story),
            headlines.headline_figures(story),
            time_series.registrations_over_time(story),
            nationalities.eu_and_non_eu(story),
            nationalities.sub_groups(story),
            nationalities.single_nationalities(story),
            areas.areas(story, area_map),
            people.age_and_sex(story),
            people.arrival_to_registration(story),
            other_sources.comparison(story, sources),
            background.strengths_and_limitations(story),
            adjustment(),
            background.revisions(story),
            background.related_links(story),
            background.alternative_formats(story),
        )
    )
