"""Age and sex, and the time from arrival to registration.

Both are cubes of year endings only.
"""

from __future__ import annotations

from nino_assets.publishing.bulletin.blocks import Block, BulletinSection, Figure, Paragraph
from nino_assets.publishing.bulletin.commentary.bulletin_context import (
    EU,
    MEASURE,
    NON_EU,
    BulletinContext,
)
from nino_assets.publishing.bulletin.commentary.exact_tables import build_chart_table
from nino_assets.publishing.bulletin.prose import (
    Sentence,
    join_sentences,
    list_with_and,
    say,
)
from nino_assets.publishing.cells import Cell
from nino_assets.statistic import vocabulary as v
from nino_assets.statistic.published_domain import YEAR_AGE_SEX, YEAR_LAG
from nino_assets.writers.charts.chart import BARS, Chart, build_series

MALE, FEMALE = v.SEXES[:2]
_AGES, _LAGS = YEAR_AGE_SEX, YEAR_LAG


def write_age_and_sex(context: BulletinContext) -> BulletinSection:
    """Write age bands by sex, for the latest year."""
    if not context.has_year:
        only = context.explain_missing_quarters("Figures by age and sex are", 4)
        return BulletinSection("age-and-sex", "Age and sex", (only,))
    whole = _get_age_cell(context)
    title = say("Registrations by age and sex")
    blocks: list[Block] = []
    if context.figures.is_percentage_base(whole):
        sentences = [*describe_leading_ages(context), _describe_sexes(context, whole)]
        blocks.append(Paragraph(join_sentences(sentences)))
        band = _rank_ages(context)[0]
        title = say(
            f"{{share}} of registrations were to people aged {_format_age(band.age)}",
            share=context.figures.quote_share(band, whole),
        )
    chart = Chart(
        BARS,
        MEASURE,
        "Age at registration",
        v.AGE_BANDS,
        build_series(
            *(
                (
                    sex,
                    context.build_points([_get_age_cell(context, age, sex) for age in v.AGE_BANDS]),
                )
                for sex in (MALE, FEMALE)
            )
        ),
    )
    words = context.name_period(whole).removeprefix("the ")
    caption = f"NINo registrations by age at registration and sex, UK, {words}"
    description = [
        say("A bar chart by age and sex."),
        *(_describe_bars(context, sex) for sex in (MALE, FEMALE)),
    ]
    blocks.append(
        Figure(
            "age-and-sex",
            title,
            caption,
            join_sentences(description),
            chart,
            build_chart_table(chart, caption),
        )
    )
    blocks.append(
        Paragraph(
            say(
                "Adult means registered by the adult route, which takes a small number of people "
                "under eighteen. Registrations of unknown sex are in the open data."
            )
        )
    )
    return BulletinSection("age-and-sex", "Age and sex", tuple(blocks))


def describe_leading_ages(context: BulletinContext) -> list[Sentence]:
    """Say what shares the two age groups with most registrations had.

    The groups are of unequal width, so none is called the largest.
    """
    whole = _get_age_cell(context)
    if not context.has_year or not context.figures.is_percentage_base(whole):
        return []
    first, second = _rank_ages(context)[:2]
    return [
        say(
            f"People aged {_format_age(first.age)} were {{first}} of registrations in "
            f"{context.name_period(first)}, and those aged {_format_age(second.age)} were "
            "{second}.",
            first=context.figures.quote_share(first, whole),
            second=context.figures.quote_share(second, whole),
        )
    ]


def write_arrival_to_registration(context: BulletinContext) -> BulletinSection:
    """Write arrival lags of EU and non-EU nationals."""
    title = "Time from arrival to registration"
    if not context.has_year:
        only = context.explain_missing_quarters(
            "Figures by time from arrival to registration are", 4
        )
        return BulletinSection("arrival-to-registration", title, (only,))
    blocks: list[Block] = [
        Paragraph(
            say(
                "A registration can come weeks, months or years after arrival. The figures count "
                "people when they register, so they do not show when they came."
            )
        )
    ]
    groups = ((EU, "registrations to EU nationals"), (NON_EU, "those to non-EU nationals"))
    groups_within = [
        _describe_within_a_month(context, code, who)
        for code, who in groups
        if context.figures.is_percentage_base(_get_lag_cell(context, nationality=code))
    ]
    if groups_within:
        period = context.name_period(_get_lag_cell(context))
        shares = say(
            f"In {period}, {{shares}} came within a month of arrival.",
            shares=list_with_and(groups_within),
        )
        blocks.append(Paragraph(shares))
    chart = Chart(
        BARS,
        MEASURE,
        "Time from arrival to registration",
        v.ARRIVAL_LAGS,
        build_series(
            *(
                (
                    label,
                    context.build_points(
                        [_get_lag_cell(context, lag, code) for lag in v.ARRIVAL_LAGS]
                    ),
                )
                for code, label in ((EU, "EU"), (NON_EU, "Non-EU"))
            )
        ),
    )
    words = context.name_period(_get_lag_cell(context)).removeprefix("the ")
    caption = f"NINo registrations by time from arrival to registration, UK, {words}"
    cells = [(_get_lag_cell(context, lag), lag) for lag in v.ARRIVAL_LAGS]
    whole, first = _get_lag_cell(context), cells[0][0]
    title_words = say("Registrations by time from arrival")
    if context.figures.is_percentage_base(whole):
        share = context.figures.quote_share(first, whole)
        title_words = say("{share} of registrations came within a month of arrival", share=share)
    blocks.append(
        Figure(
            "arrival-to-registration",
            title_words,
            caption,
            join_sentences(
                [
                    say("A bar chart by time from arrival, EU and non-EU nationals side by side."),
                    say(
                        f"For all nationalities in {context.name_period(whole)}: {{bands}}.",
                        bands=list_with_and(
                            say(f"{lag.lower()} ({{n}})", n=context.figures.quote_count(cell))
                            for cell, lag in cells
                        ),
                    ),
                ]
            ),
            chart,
            build_chart_table(chart, caption),
        )
    )
    return BulletinSection("arrival-to-registration", title, tuple(blocks))


def _get_age_cell(context: BulletinContext, age: str = v.ALL, sex: str = v.ALL) -> Cell:
    return Cell(_AGES, context.quarter, age=age, sex=sex)


def _get_lag_cell(context: BulletinContext, lag: str = v.ALL, nationality: str = "all") -> Cell:
    return Cell(_LAGS, context.quarter, nationality=nationality, lag=lag)


def _rank_ages(context: BulletinContext) -> list[Cell]:
    known = [(_get_age_cell(context, age), age) for age in v.AGE_BANDS if age != v.UNKNOWN]
    return [cell for cell, _ in context.rank_cells(known)]


def _describe_sexes(context: BulletinContext, whole: Cell) -> Sentence:
    male, female = (_get_age_cell(context, sex=sex) for sex in (MALE, FEMALE))
    return say(
        "{male} of registrations were to men and {female} to women.",
        male=context.figures.quote_share(male, whole),
        female=context.figures.quote_share(female, whole),
    )


def _describe_bars(context: BulletinContext, sex: str) -> Sentence:
    cells = [(_get_age_cell(context, age, sex), age) for age in v.AGE_BANDS]
    bands = list_with_and(
        say(f"{_format_age(age)} ({{n}})", n=context.figures.quote_count(cell))
        for cell, age in cells
    )
    return say(f"{sex} in {context.name_period(cells[0][0])}: {{bands}}.", bands=bands)


def _describe_within_a_month(context: BulletinContext, code: str, who: str) -> Sentence:
    part, whole = (
        _get_lag_cell(context, v.ARRIVAL_LAGS[0], code),
        _get_lag_cell(context, nationality=code),
    )
    return say(f"{{share}} of {who}", share=context.figures.quote_share(part, whole))


def _format_age(age: str) -> str:
    """Write `18 to 24`: a dash is read out badly."""
    return age.replace("-", " to ")
