"""Figures over organizations: how points spread, when that is withheld, and where one stands among the others."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from questionnaire.core.benchmark import (
    DOTS,
    Distribution,
    Quarter,
    Why,
    Withheld,
    distribution,
    is_safe,
    quantile,
    quarters,
    stepped,
)

POINTS = st.floats(0, 100).map(lambda points: round(points, 4))


def shown(points: list[float], *, dots: bool = True) -> Distribution:
    found = distribution(points, dots=dots)
    assert isinstance(found, Distribution)
    return found


@given(st.lists(POINTS, min_size=1, max_size=60), st.integers(0, 4))
def test_quantiles_are_those_of_numpy(points: list[float], quarters: int) -> None:
    assert quantile(sorted(points), quarters) == pytest.approx(float(np.quantile(points, quarters / 4)))


@given(st.lists(POINTS, min_size=2, max_size=60), st.integers(0, 4), st.data())
def test_quantiles_without_one_are_those_of_the_others(
    points: list[float], quarters: int, data: st.DataObject
) -> None:
    ordered = sorted(points)
    left_out = data.draw(st.integers(0, len(ordered) - 1))
    others = ordered[:left_out] + ordered[left_out + 1 :]
    assert quantile(ordered, quarters, but=left_out) == pytest.approx(float(np.quantile(others, quarters / 4)))


@given(st.lists(POINTS, max_size=60))
def test_a_distribution_is_as_much_as_its_number_allows(points: list[float]) -> None:
    found = distribution(points, dots=True)
    if len(points) < 5:
        assert found == Withheld(why=Why.FEW)
        return
    assert isinstance(found, Distribution)
    assert found.organizations == len(points)
    assert (found.quartiles is None) == (found.dots is None) == (len(points) < 8)
    if found.quartiles and found.dots:
        assert found.quartiles[0] <= found.median <= found.quartiles[1]
        assert sum(found.dots) == len(points)
        assert len(found.dots) == DOTS


@given(st.lists(POINTS, min_size=5, max_size=40))
def test_every_figure_is_rounded_to_five(points: list[float]) -> None:
    found = shown(points)
    assert all(figure % 5 == 0 for figure in (found.median, *(found.quartiles or ())))
    assert abs(found.median - float(np.median(points))) <= 2.5 + 1e-9


@pytest.mark.parametrize(
    ("points", "expected"), [(0, 0), (2.4, 0), (2.5, 5), (97.5, 100), (-2.5, 0), (-2.6, -5), (-7.5, -5)]
)
def test_rounding_takes_a_half_upwards(points: float, expected: int) -> None:
    assert stepped(points) == expected


def test_dots_are_there_only_where_they_are_asked_for() -> None:
    assert shown([50.0] * 8, dots=False).dots is None
    assert shown([50.0] * 8).dots == tuple(8 if step == 50 else 0 for step in range(0, 101, 5))


@pytest.mark.parametrize(("number", "safe"), [(0, True), (1, False), (4, False), (5, True), (9, True)])
def test_a_figure_may_set_nobody_or_at_least_five_apart(number: int, safe: bool) -> None:
    assert is_safe(number) is safe


def quarter(own: float, others: list[float]) -> Quarter | None:
    return quarters({"mine": own, **{str(place): points for place, points in enumerate(others)}}).get("mine")


def test_there_is_no_place_among_fewer_than_six() -> None:
    assert quarter(50, [10, 20, 30, 40]) is None
    assert quarter(50, [10, 20, 30, 40, 60]) is not None


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        (0, Quarter.LOWEST),
        (20, Quarter.LOWEST),
        (40, Quarter.SECOND),
        (60, Quarter.THIRD),
        (80, Quarter.HIGHEST),
        (100, Quarter.HIGHEST),
    ],
)
def test_the_place_is_a_quarter_of_the_others(points: float, expected: Quarter) -> None:
    assert quarter(points, [10, 30, 50, 70, 90]) is expected


def test_who_says_the_same_as_all_others_stands_in_the_middle() -> None:
    assert quarter(50, [50] * 8) is Quarter.SECOND


@given(st.lists(POINTS | st.integers(0, 6).map(lambda step: 15.0 * step), min_size=6, max_size=40))
def test_each_place_follows_from_the_quartiles_of_the_others(points: list[float]) -> None:
    found = quarters({str(place): own for place, own in enumerate(points)})
    for place, own in enumerate(points):
        others = np.delete(points, place)
        first, second, third = (float(np.quantile(others, number / 4)) for number in (1, 2, 3))
        if min(abs(own - bound) for bound in (first, second, third)) < 1e-6:
            continue  # rounding of the last digit decides there
        expected = [Quarter.LOWEST, Quarter.SECOND, Quarter.THIRD, Quarter.HIGHEST]
        assert found[str(place)] is expected[sum(own > bound for bound in (first, second, third))]


def test_dots_are_told_step_by_step_where_there_are_any() -> None:
    spread = distribution([10, 10, 12, 50, 50, 50, 50, 90], dots=True)
    assert isinstance(spread, Distribution)
    assert spread.steps == ((10, 3), (50, 4), (90, 1))
    without = distribution([10] * 8)
    assert isinstance(without, Distribution)
    assert without.steps == ()
