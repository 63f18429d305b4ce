"""The chart of a release: what is drawn of each domain, and that no word touches anything."""

from itertools import combinations

import numpy as np
import pytest

from questionnaire.config import ROOT
from questionnaire.core.release_years import ReleaseYears
from questionnaire.language import languages
from questionnaire.output.radar_layout import GAP, MARGIN
from questionnaire.output.spreads import (
    BAND,
    MOST_PILED,
    UNIT,
    Spreads,
    layout_of,
    spreads_of,
    spreads_png,
    spreads_svg,
    strokes,
    told,
)
from questionnaire.output.trends import ink
from questionnaire.store.instruments import read
from tests.networks import a_year, counted

SHIPPED = read(ROOT / "data" / "instruments" / "alongside-1")
ENGLISH = languages()["en"]


def years_of(number: int, *, alone: int = 0) -> ReleaseYears:
    """A release of so many; of the first domain only some have a score."""
    first = SHIPPED.domains[0].id
    them = [
        counted(
            f"o{place}",
            {
                one.id: (place * 37 + 20 * index) % 101
                for index, one in enumerate(SHIPPED.domains)
                if place >= alone or one.id != first
            },
            SHIPPED,
        )
        for place in range(number)
    ]
    release = a_year(them, instruments=[SHIPPED]).release
    return ReleaseYears((release,), {SHIPPED.digest: SHIPPED})


def chart_of(number: int, *, alone: int = 0) -> Spreads:
    return spreads_of(years_of(number, alone=alone), ENGLISH)


@pytest.mark.parametrize(
    ("number", "signs"), [(5, ["median"]), (8, ["median", "half", "dot"]), (200, ["median", "half", "column"])]
)
def test_only_what_is_drawn_is_explained(number: int, signs: list[str]) -> None:
    assert [sign for sign, _ in chart_of(number).legend] == signs


def test_dots_become_columns_where_they_would_pile_too_high() -> None:
    few, many = chart_of(12), chart_of(200)
    assert few.highest <= MOST_PILED < many.highest
    assert many.above <= 40


def test_a_withheld_domain_says_so_in_its_label_and_draws_nothing() -> None:
    chart = chart_of(6, alone=2)
    assert chart.rows[0].label == "Role clarity – withheld: fewer than 5"
    assert chart.rows[0].figure is None
    medians = [stroke for stroke in strokes(chart, layout_of(chart)) if stroke.width == 3]
    assert len(np.asarray(medians[0].shape.vertices)) == 2 * (len(chart.rows) - 1)


def test_where_nothing_is_shown_nothing_is_explained() -> None:
    chart = chart_of(5, alone=5)
    nothing = Spreads((chart.rows[0],), chart.keys, "", "")
    assert nothing.legend == ()
    assert spreads_svg(nothing)


@pytest.mark.parametrize("number", [5, 12, 200])
def test_no_word_touches_another_or_what_is_drawn(number: int) -> None:
    chart = chart_of(number, alone=1)
    layout = layout_of(chart)
    boxes = [ink(text, start) for text, start in (*layout.words, *layout.muted)]
    assert not [pair for pair in combinations(boxes, 2) if pair[0].meets(pair[1], 3)]
    for box in boxes:
        edges = (box.left - layout.frame.left, box.bottom - layout.frame.bottom, layout.frame.right - box.right)
        assert min(edges) >= MARGIN - 2.5
        assert box.top < layout.frame.top
        for band in layout.bands:
            top = band + BAND + (chart.above + GAP if chart.above else 0)
            assert box.top < band - 1 or box.bottom > top + 1, "a word lies beside a row"


def test_a_box_reaches_from_quartile_to_quartile() -> None:
    chart = chart_of(12)
    figure = chart.rows[0].figure
    assert figure
    assert figure.quartiles
    half = next(
        stroke for stroke in strokes(chart, layout_of(chart)) if stroke.line != "none" and stroke.fill != "none"
    )
    xs = np.asarray(half.shape.vertices)[:5, 0]
    assert (xs.min(), xs.max()) == (
        pytest.approx(figure.quartiles[0] * UNIT - 1.5, abs=0.01),
        pytest.approx(figure.quartiles[1] * UNIT + 1.5, abs=0.01),
    )


def test_equal_releases_make_equal_bytes_and_the_sentence_is_in_the_file() -> None:
    years = years_of(12)
    first, second = (spreads_svg(spreads_of(years, ENGLISH)) for _ in range(2))
    assert first == second
    assert told(years, ENGLISH)[0].encode() in first
    assert spreads_png(spreads_of(years, ENGLISH)).startswith(b"\x89PNG")
