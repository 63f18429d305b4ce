"""The radar and the small charts with two voices: drawn apart in dash and marker, told in words, touching no word."""

from itertools import combinations

import pytest

from questionnaire.core.differences import Voices, both_asked
from questionnaire.core.scorecard import Scorecard
from questionnaire.core.voices import Forms, GroupResult
from questionnaire.core.voices_years import Heard, peer_line
from questionnaire.core.years import Segment, years_of
from questionnaire.language import languages
from questionnaire.output import charts
from questionnaire.output.charts import Voice, radar_svg
from questionnaire.output.radar import described, radar_of
from questionnaire.output.trends import Trend, pen_for, told, trend_png, trend_svg
from questionnaire.output.trends import lay_out as lay_out_trend
from tests.builders import a_year
from tests.output.test_charts import lines_drawn, markers_drawn, words_touch_nothing
from tests.output.test_trends import HOLLOW, PEN, YEARS, around, lines, middles, shapes
from tests.voices import a_group, a_result, a_voiced_instrument

SAY = languages()["en"]
INSTRUMENT = a_voiced_instrument(domains=6)
ORANGE = charts.PENS[Voice.PEERS].colour
PEERS_PEN, PEERS_HOLLOW = f"fill: {ORANGE}", f"stroke: {ORANGE}"


def card(year: int = 2026) -> Scorecard:
    return a_year(year, INSTRUMENT, **dict.fromkeys("abcdef", "22222"))


def both(group: GroupResult) -> Voices:
    return Voices(card(), a_result(INSTRUMENT, group), both_asked(card()))


def test_the_radar_has_a_dashed_line_of_peer_workers_that_breaks_where_there_is_no_figure() -> None:
    voices = both(a_group(Forms.TEN, a=30, b="under 15", c=50, d="over 85", e=45))
    radar = radar_of(card(), None, SAY, is_case=False, voices=voices)
    assert [(one.label, one.voice) for one in radar.series] == [
        ("Organization 2026", Voice.ORGANIZATION),
        ("Peer workers 2026", Voice.PEERS),
    ]
    assert list(radar.series[1].points) == [30, 10, 50, 90, 45, None]
    assert len(lines_drawn(radar, ORANGE)) == 4
    assert markers_drawn(radar, ORANGE) == 5
    assert len(lines_drawn(radar, charts.PENS[Voice.ORGANIZATION].colour)) == 6


def test_without_voices_the_radar_is_the_same_as_ever() -> None:
    alone = radar_of(card(), None, SAY, is_case=False)
    assert (alone.series[0].label, alone.series[0].points) == ("Organization 2026", (50,) * 6)
    assert len(alone.series) == 1
    assert "peer" not in alone.description


@pytest.mark.parametrize(
    ("group", "says"),
    [
        (
            a_group(Forms.TEN, a=30, b="under 15"),
            (
                "A dashed line with squares shows peer workers: Domain a: 30; Domain b: under 15."
                " Peer workers have no figure on Domain c, Domain d, Domain e and Domain f."
            ),
        ),
        (
            a_group(None, a=50, b=50, c=50, d=50, e=50, f=50),
            (
                "A dashed line with squares shows peer workers: Domain a: 50; Domain b: 50; Domain c: 50;"
                " Domain d: 50; Domain e: 50; Domain f: 50."
            ),
        ),
        (
            a_group(),
            "Peer workers have no figure on Domain a, Domain b, Domain c, Domain d, Domain e and Domain f.",
        ),
    ],
)
def test_who_does_not_see_the_radar_is_told_both_voices(group: GroupResult, says: str) -> None:
    found = described(card(), None, SAY, both(group))
    assert found.startswith("Radar chart of points from 0 to 100. Domain a: 50;")
    assert found.endswith(f". {says}")
    assert radar_svg(radar_of(card(), None, SAY, is_case=False, voices=both(group)))


@pytest.mark.parametrize("years", [("2026",), ("2025", "2026")])
def test_the_legend_of_both_voices_touches_nothing(years: tuple[str, ...]) -> None:
    names = tuple(SAY.text(domain.name) for domain in INSTRUMENT.domains)
    words_touch_nothing(names, (*(f"Organization {year}" for year in years), "Peer workers 2026"))


# The small charts of years


def two_voices(years: tuple[int, ...]) -> Trend:
    """The hardest for words: both voices at both ends of the scale."""
    ups = [100 * (place % 2) for place in range(len(years))]
    own = tuple(Segment(here, ups[place], years[place + 1], ups[place + 1]) for place, here in enumerate(years[:-1]))
    peers = tuple(Segment(one.start_year, 90 - 0.8 * one.start, one.end_year, 90 - 0.8 * one.end) for one in own)
    alone = () if own else ((years[0], 100.0),)
    return Trend(years, own, alone, "", "", peers, () if peers else ((years[0], 10.0),))


def test_peer_workers_have_squares_on_a_dashed_line_beside_the_organization() -> None:
    trend = Trend(
        (2024, 2025, 2026), (Segment(2024, 50, 2025, 75),), ((2026, 50),), "", "", (Segment(2024, 30, 2026, 60),)
    )
    assert [points for _x, points in middles(trend, PEERS_PEN)] == [30, 60]
    assert [points for _x, points in middles(trend, PEN)] == [50, 75]
    assert len(lines(trend)) == 1
    assert b"stroke-dasharray" in trend_svg(trend)
    assert b"stroke-dasharray" not in trend_svg(Trend((2024, 2025), (Segment(2024, 1, 2025, 2),), (), "", ""))
    (first, _last) = (shape for shape in shapes(trend, PEERS_PEN) if len(shape) > 2)
    assert len(first) == 4
    assert trend_png(trend).endswith(b"IEND\xaeB`\x82")


def test_a_figure_that_is_compared_with_none_is_a_hollow_square() -> None:
    trend = Trend((2025, 2026), (Segment(2025, 50, 2026, 75),), (), "", "", (), ((2025, 30), (2026, 90)))
    assert [points for _x, points in middles(trend, PEERS_HOLLOW)] == [30, 90]
    assert not [shape for shape in shapes(trend, PEERS_PEN) if len(shape) > 2]


@pytest.mark.parametrize("years", YEARS.values(), ids=YEARS.keys())
def test_no_word_touches_a_line_or_a_marker_of_either_voice(years: tuple[int, ...]) -> None:
    trend = two_voices(years)
    letters = [around(shape) for shape in shapes(trend, f"fill: {charts.MUTED}")]
    styles = (f"stroke: {charts.RING}", f"stroke: {charts.RIM}", HOLLOW, PEN, PEERS_HOLLOW, PEERS_PEN)
    drawn = [around(shape, 0.6) for style in styles for shape in shapes(trend, style)]
    assert len(letters) >= 9
    assert not [(letter, box) for letter in letters for box in drawn if letter.meets(box, 1)]


@pytest.mark.parametrize("years", YEARS.values(), ids=YEARS.keys())
def test_markers_of_one_voice_are_seen_apart_and_a_square_lies_within_the_circle_that_it_meets(
    years: tuple[int, ...],
) -> None:
    squares = [around(shape) for shape in shapes(two_voices(years), PEERS_PEN) if len(shape) > 2]
    if max(years) < 9999:
        assert not [pair for pair in combinations(squares, 2) if pair[0].meets(pair[1])]
    layout = lay_out_trend(years)
    assert pen_for(layout, Voice.PEERS).marker < pen_for(layout).marker


def test_a_chart_of_both_voices_is_told_in_words() -> None:
    scorecards = (card(2025), card(2026))
    line = years_of(scorecards).lines[0]
    heard = tuple(
        Heard(a_result(INSTRUMENT, a_group(Forms.TEN, a=points), year=year), INSTRUMENT)
        for year, points in ((2025, 30), (2026, 60))
    )
    own = "Domain a: 50 in 2025, 50 in 2026. No clear change from one year to the next."
    assert told(line, peer_line(line.domain, heard), SAY) == (
        f"{own} Peer workers: 30 (2025) and 60 (2026). Domain a: peer workers say clearly more than in 2025 (+30)."
    )
    other = years_of(scorecards).lines[1]
    assert told(other, peer_line(other.domain, heard), SAY).endswith(". Peer workers have no figure here.")
    assert told(line, peer_line(line.domain, ()), SAY) == told(line, None, SAY) == own


@pytest.mark.parametrize(
    ("peers", "alone", "reason"),
    [
        ((Segment(2026, 1, 2025, 2),), (), "follow each other"),
        ((Segment(2024, 1, 2026, 2),), (), "one of the years"),
        ((Segment(2025, 1, 2026, 2), Segment(2025, 1, 2026, 2)), (), "follow each other"),
        ((), ((2024, 5),), "alone"),
        ((), ((2026, 5), (2026, 6)), "alone"),
        ((Segment(2025, 1, 2026, 2),), ((2026, 2),), "alone"),
        ((), ((2026, 101),), "outside"),
        ((Segment(2025, -1, 2026, 2),), (), "outside"),
    ],
)
def test_peer_workers_lines_that_cannot_be_are_refused(
    peers: tuple[Segment, ...], alone: tuple[tuple[int, float], ...], reason: str
) -> None:
    with pytest.raises(ValueError, match=reason):
        Trend((2025, 2026), (), (), "", "", peers, alone)
