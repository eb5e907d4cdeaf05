"""Age and sex, and the time from arrival to registration: cubes of year endings only."""

from __future__ import annotations

from nino_assets.publishing.bulletin.blocks import Block, BulletinSection, Figure, Paragraph
from nino_assets.publishing.bulletin.commentary.bulletin_context import (
    EU,
    MEASURE,
    NON_EU,
    BulletinContext,
)
from nino_assets.publishing.bulletin.commentary.exact_tables import chart_table
from nino_assets.publishing.bulletin.prose import Claim, Sentence, listed, run_on, say
from nino_assets.publishing.cells import Cell
from nino_assets.statistic import vocabulary as v
from nino_assets.statistic.published_domain import YEAR_AGE_SEX, YEAR_LAG
from nino_assets.writers.charts.chart import BARS, Chart, build_series

MALE, FEMALE = v.SEXES[:2]
_AGES, _LAGS = YEAR_AGE_SEX, YEAR_LAG


def age_and_sex(story: BulletinContext) -> BulletinSection:
    """Bands by sex, for the latest year."""
    if not story.has_year:
        only = story.not_yet("Figures by age and sex are", 4)
        return BulletinSection("age-and-sex", "Age and sex", (only,))
    whole = _age_cell(story)
    title = say("Registrations by age and sex")
    blocks: list[Block] = []
    if story.figures.value(whole):
        sentences = [*leading_ages(story), _sexes(story, whole)]
        blocks.append(Paragraph(run_on(sentences)))
        band = _ranked_ages(story)[0]
        title = (
            say(
                f"{_in_words(band.age)} year olds were {{claim}} age group",
                claim=Claim("the largest", f"rank({band},age,1)"),
            )
            if band.age[0].isdigit() and "-" in band.age
            else title
        )
    chart = Chart(
        BARS,
        MEASURE,
        "Age at registration",
        v.AGE_BANDS,
        build_series(
            *(
                (sex, story.points([_age_cell(story, age, sex) for age in v.AGE_BANDS]))
                for sex in (MALE, FEMALE)
            )
        ),
    )
    words = story.words(whole).removeprefix("the ")
    caption = f"NINo registrations by age at registration and sex, UK, {words}"
    description = [
        say("A bar chart by age and sex."),
        *(_longest(story, sex) for sex in (MALE, FEMALE)),
    ]
    blocks.append(
        Figure(
            "age-and-sex", title, caption, run_on(description), chart, chart_table(chart, caption)
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


def leading_ages(story: BulletinContext) -> list[Sentence]:
    """`People aged 18 to 24 were the largest age group (36%), followed by …`."""
    whole = _age_cell(story)
    if not story.has_year or not story.figures.value(whole):
        return []
    first, second = _ranked_ages(story)[:2]
    return [
        say(
            f"People aged {_in_words(first.age)} were {{claim}} age group in {story.words(first)} "
            f"({{first}} of registrations), followed by those aged {_in_words(second.age)} "
            "({second}).",
            claim=Claim("the largest", f"rank({first},age,1)"),
            first=story.figures.share(first, whole),
            second=story.figures.share(second, whole),
        )
    ]


def arrival_to_registration(story: BulletinContext) -> BulletinSection:
    """Lag bands for EU and non-EU nationals, for the latest year."""
    title = "Time from arrival to registration"
    if not story.has_year:
        only = story.not_yet("Figures by time from arrival to registration are", 4)
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
    said = [
        _within_a_month(story, code, who)
        for code, who in groups
        if story.figures.value(_lag_cell(story, nationality=code))
    ]
    if said:
        shares = say(
            f"In {story.words(_lag_cell(story))}, {{shares}} came within a month of arrival.",
            shares=listed(said),
        )
        blocks.append(Paragraph(shares))
    chart = Chart(
        BARS,
        MEASURE,
        "Time from arrival to registration",
        v.ARRIVAL_LAGS,
        build_series(
            *(
                (label, story.points([_lag_cell(story, lag, code) for lag in v.ARRIVAL_LAGS]))
                for code, label in ((EU, "EU"), (NON_EU, "Non-EU"))
            )
        ),
    )
    words = story.words(_lag_cell(story)).removeprefix("the ")
    caption = f"NINo registrations by time from arrival to registration, UK, {words}"
    cells = [(_lag_cell(story, lag), lag) for lag in v.ARRIVAL_LAGS]
    most, label = story.ranked(cells[:-1])[0]
    blocks.append(
        Figure(
            "arrival-to-registration",
            say(
                f"Registrations came {{claim}} {_lag_words(label)}",
                claim=Claim("most often", f"rank({most},lag,1)"),
            ),
            caption,
            run_on(
                [
                    say("A bar chart by time from arrival, EU and non-EU nationals side by side."),
                    say(
                        f"For all nationalities in {story.words(most)}: {{bands}}.",
                        bands=listed(
                            say(f"{lag.lower()} ({{n}})", n=story.figures.count(cell))
                            for cell, lag in cells
                        ),
                    ),
                ]
            ),
            chart,
            chart_table(chart, caption),
        )
    )
    return BulletinSection("arrival-to-registration", title, tuple(blocks))


def _age_cell(story: BulletinContext, age: str = v.ALL, sex: str = v.ALL) -> Cell:
    return Cell(_AGES, story.quarter, age=age, sex=sex)


def _lag_cell(story: BulletinContext, lag: str = v.ALL, nationality: str = "all") -> Cell:
    return Cell(_LAGS, story.quarter, nationality=nationality, lag=lag)


def _ranked_ages(story: BulletinContext) -> list[Cell]:
    known = [(_age_cell(story, age), age) for age in v.AGE_BANDS if age != v.UNKNOWN]
    return [cell for cell, _ in story.ranked(known)]


def _sexes(story: BulletinContext, whole: Cell) -> Sentence:
    male, female = (_age_cell(story, sex=sex) for sex in (MALE, FEMALE))
    return say(
        "{male} of registrations were to men and {female} to women.",
        male=story.figures.share(male, whole),
        female=story.figures.share(female, whole),
    )


def _longest(story: BulletinContext, sex: str) -> Sentence:
    cells = [(_age_cell(story, age, sex), age) for age in v.AGE_BANDS]
    ordered = story.ranked(cells)
    named = listed(
        say(f"{_in_words(age)} ({{n}})", n=story.figures.count(cell)) for cell, age in ordered[:3]
    )
    order = f"descending({','.join(str(cell) for cell, _ in ordered)})"
    return say(
        f"{sex}: {{claim}} in {story.words(cells[0][0])} are {{named}}.",
        claim=Claim("the largest", order),
        named=named,
    )


def _within_a_month(story: BulletinContext, code: str, who: str) -> Sentence:
    part, whole = _lag_cell(story, v.ARRIVAL_LAGS[0], code), _lag_cell(story, nationality=code)
    return say(f"{{share}} of {who}", share=story.figures.share(part, whole))


def _in_words(age: str) -> str:
    """`18 to 24`: a dash is read out badly."""
    return age.replace("-", " to ")


def _lag_words(lag: str) -> str:
    """A lag band as the end of a sentence."""
    words = lag[0].lower() + lag[1:]
    return f"{words} of arrival" if words.startswith("within") else f"{words} after arrival"
