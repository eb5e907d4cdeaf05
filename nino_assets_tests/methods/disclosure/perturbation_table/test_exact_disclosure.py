"""How often bounds give a count away: the exact share against drawn triples and a count by hand."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from nino_assets.methods.disclosure.perturbation_table import exact_disclosure
from nino_assets.methods.disclosure.perturbation_table.design import DEFAULT, Design
from nino_assets.methods.disclosure.perturbation_table.validation import check_perturbation_table
from nino_assets_tests.support.intruder import count_pinned, draw_table
from nino_assets_tests.support.small_table import make_small_table

TRIPLES = 4000
SHORT = replace(DEFAULT, reach=3, variance=3.3)
"""What DWP's published tables show."""


@pytest.mark.parametrize("design", [Design(1, 0.5), Design(2, 0.9), SHORT])
def test_as_many_as_among_triples_drawn_by_chance(design):
    share = exact_disclosure.measure_exact_disclosure_rate(draw_table(design))
    standard_error = (share * (1 - share) / TRIPLES) ** 0.5
    assert count_pinned(design, TRIPLES) / TRIPLES == pytest.approx(share, abs=4 * standard_error)


def test_long_thin_tails_give_next_to_nothing_away():
    for design in (Design(3, 1), Design(5, 2), Design(5, 3, smallest=3)):
        assert exact_disclosure.measure_exact_disclosure_rate(draw_table(design)) < 1e-6
    shares = [
        exact_disclosure.measure_exact_disclosure_rate(draw_table(replace(SHORT, reach=reach)))
        for reach in (3, 4, 5)
    ]
    assert shares == sorted(shares, reverse=True)
    assert shares[2] < 1e-5


def test_the_default_discloses_fewer_than_one_triple_in_100_000():
    assert exact_disclosure.measure_exact_disclosure_rate(draw_table(DEFAULT)) < 1e-5


def test_each_pair_of_parts_of_a_small_table_by_hand(monkeypatch):
    """Parts of 0 to 3, noise of -1, 0 or 1: every combination of three keys, one by one."""
    monkeypatch.setattr(exact_disclosure, "PART_BELOW", 4)
    noises = (-1, 0, 0, 0, 0, 0, 0, 1)
    table = check_perturbation_table(make_small_table(lambda _: noises))

    def shown(count):
        return [count + noise for noise in noises] if count else [0]

    behind = {seen: {n for n in range(12) if seen in shown(n)} for seen in range(10)}

    def gives_away(first, second, total):
        fits = [(a, b) for a in behind[first] for b in behind[second] if total in shown(a + b)]
        return 1 in (len({a for a, _ in fits}), len({b for _, b in fits}))

    chances = []
    for first, second in product(range(4), repeat=2):
        seen = [
            (f, m, t)
            for f, m in product(shown(first), shown(second))
            # A total with the same people as one part is published as that part.
            for t in (shown(first + second) if first and second else [f + m])
        ]
        chances.append(sum(gives_away(*each) for each in seen) / len(seen))
    assert exact_disclosure.measure_exact_disclosure_rate(table) == pytest.approx(sum(chances) / 16)
