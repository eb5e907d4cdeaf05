"""What a suite may declare, and what it is refused for."""

from __future__ import annotations

import pytest

from nino_assets.quality.suite import (
    Expectation,
)
from nino_assets_tests.support.tiny_suite import (
    BETWEEN,
    GOOD,
    make_rule,
    make_suite,
    run_rules,
)


def test_an_asset_without_quarters_may_use_any_kind() -> None:
    rules = make_suite(
        make_rule("rows", "ExpectTableRowCountToBeBetween", min_value=4, max_value=4),
        make_rule(
            "mostly", "ExpectColumnValuesToBeInSet", column="sex", value_set=["Male"], mostly=0.5
        ),
        partitioned=False,
    )
    outcomes = run_rules(rules, GOOD, [])
    assert [(o.passed, o.quarter) for o in outcomes] == [(True, None), (True, None)]
    assert outcomes[0].observed == 4.0


@pytest.mark.parametrize(
    "undecidable",
    [
        make_rule("x", "ExpectColumnValuesToBeInSet", column="sex", value_set=["Male"], mostly=0.9),
        make_rule("x", "ExpectTableRowCountToBeBetween", min_value=1),
        make_rule("x", "ExpectColumnMeanToBeBetween", column="age", min_value=1),
        make_rule(
            "x", "ExpectColumnProportionOfUniqueValuesToBeBetween", column="id", min_value=0.9
        ),
        make_rule("x", "ExpectColumnMeanToBeBetween", over="quarters", column="ages", min_value=1),
    ],
)
def test_a_rule_that_some_quarters_could_break_unseen_is_refused(undecidable: Expectation) -> None:
    with pytest.raises(ValueError, match=r"measure|judges each row"):
        make_suite(undecidable)


@pytest.mark.parametrize("name", ["a" * 25, "with space", ""])
def test_names_are_short_and_plain(name: str) -> None:
    with pytest.raises(ValueError, match="no name for a check"):
        make_rule(name, BETWEEN)


def test_names_are_unique() -> None:
    with pytest.raises(ValueError, match="names two checks alike: x"):
        make_suite(make_rule("x", BETWEEN, column="age"), make_rule("x", BETWEEN, column="id"))
