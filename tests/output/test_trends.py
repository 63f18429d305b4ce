"""What a trend shows, measured from the paths of its file; that its words touch nothing, and no text can break it."""

import re
import struct
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations, pairwise
from xml.etree import ElementTree as ET

import pytest

from questionnaire.core.years import Segment
from questionnaire.output import charts
from questionnaire.output.radar_layout import MARGIN, SPACE, Box, Point, outline
from questionnaire.output.trends import Trend, ink, lay_out, trend_png, trend_svg
from tests.output.test_charts import HOSTILE

SVG = "{http://www.w3.org/2000/svg}"
PEN, HOLLOW = "fill: #0b655d", "stroke: #0b655d"  # a marker's fill; the line of segments and of hollow markers
YEARS = {
    "one": (2026,),
    "two": (2025, 2026),
    "three": (2023, 2025, 2026),
    "eight": tuple(range(2019, 2027)),
    "ten": tuple(range(2017, 2027)),
    "gaps": (1991, 1992, 2003, 2011, 2012, 2013, 2025, 2026),
    "forty": tuple(range(1987, 2027)),
    "hundred": tuple(range(1927, 2027)),
    "early": (8, 9, 11, 9999),
}


def a_trend(*points: float, years: tuple[int, ...] = (), title: str = "Role clarity", description: str = "") -> Trend:
    """A line without a break; a year alone if there is only one."""
    years = years or tuple(range(2027 - len(points), 2027))
    scores = list(zip(years, points, strict=True))
    joined = tuple(Segment(*here, *there) for here, there in pairwise(scores))
    return Trend(years, joined, tuple(scores[:1] if not joined else ()), title, description)


def up_and_down(years: tuple[int, ...]) -> Trend:
    """The hardest for words: markers at both ends of the scale."""
    return a_trend(*[100 * (number % 2) for number in range(len(years))], years=years)


def shapes(trend: Trend, style: str) -> list[list[Point]]:
    """The corners of every shape that is drawn in this style; here y grows downwards."""
    found = []
    for element in ET.XML(trend_svg(trend)).iter(f"{SVG}path"):
        if style in element.get("style", ""):
            for part in element.get("d", "").split("M ")[1:]:
                numbers = [float(number) for number in re.findall(r"-?[\d.]+", part)]
                found.append([Point(x, y) for x, y in zip(numbers[::2], numbers[1::2], strict=True)])
    return found


def around(shape: list[Point], more: float = 0) -> Box:
    xs, ys = zip(*shape, strict=True)
    return Box(min(xs) - more, min(ys) - more, max(xs) + more, max(ys) + more)


def levels(trend: Trend) -> list[float]:
    """The heights of the thin lines, from 0 points to 100."""
    flat = [shape for colour in (charts.RING, charts.RIM) for shape in shapes(trend, f"stroke: {colour}")]
    return sorted((shape[0].y for shape in flat if shape[0].y == shape[1].y), reverse=True)


def points_at(trend: Trend, y: float) -> float:
    bottom, *_, top = levels(trend)
    return round(100 * (bottom - y) / (bottom - top), 1)


def middles(trend: Trend, style: str) -> list[tuple[float, float]]:
    """Where markers stand: x, and points on the scale."""
    boxes = [around(shape) for shape in shapes(trend, style) if len(shape) > 2]
    return [((box.left + box.right) / 2, points_at(trend, (box.bottom + box.top) / 2)) for box in boxes]


def flat(spots: list[tuple[float, float]]) -> list[float]:
    return [number for spot in spots for number in spot]


def near(numbers: list[float]) -> object:
    """Files keep hundredths."""
    return pytest.approx(numbers, abs=0.05)


def lines(trend: Trend) -> list[list[tuple[float, float]]]:
    pairs = [shape for shape in shapes(trend, HOLLOW) if len(shape) == 2]
    return [[(spot.x, points_at(trend, spot.y)) for spot in pair] for pair in pairs]


def test_thin_lines_stand_at_every_quarter_and_the_scale_always_ends_at_100() -> None:
    for trend in (a_trend(40, 60), a_trend(0, 100), a_trend(50)):
        assert [points_at(trend, y) for y in levels(trend)] == [0, 25, 50, 75, 100]


def test_line_runs_through_the_points_of_every_year() -> None:
    trend = a_trend(0, 62.5, 100)
    first, second, third = middles(trend, PEN)
    assert [points for _, points in (first, second, third)] == [0, 62.5, 100]
    assert [flat(line) for line in lines(trend)] == [near(flat([first, second])), near(flat([second, third]))]


def test_missing_year_leaves_a_gap_of_its_width() -> None:
    spots = middles(a_trend(10, 20, 30, 40, years=(2020, 2021, 2024, 2026)), PEN)
    year, *wider = (there - here for (here, _), (there, _) in pairwise(spots))
    assert wider == near([3 * year, 2 * year])


def test_year_with_two_values_on_different_questions_has_two_markers_and_with_one_value_one() -> None:
    def met(start: float) -> list[float]:
        both = (Segment(2024, 30, 2025, 50), Segment(2025, start, 2026, 70))
        return [points for _, points in middles(Trend((2024, 2025, 2026), both, (), "", ""), PEN)]

    assert met(50) == met(50 + 1e-9) == [30, 50, 70]
    assert met(56) == [30, 50, 56, 70]


def test_line_breaks_where_neighbours_share_too_little() -> None:
    years = (2021, 2022, 2023, 2024)
    broken = Trend(years, (Segment(2021, 30, 2022, 40), Segment(2023, 60, 2024, 70)), (), "", "")
    whole = a_trend(30, 40, 60, 70, years=years)
    assert [middles(broken, PEN), len(lines(broken)), len(lines(whole))] == [middles(whole, PEN), 2, 3]
    assert [[points for _, points in line] for line in lines(broken)] == [[30, 40], [60, 70]]


def test_score_that_is_comparable_with_nothing_is_a_hollow_marker_at_its_year() -> None:
    trend = Trend((2023, 2024, 2025, 2026), (Segment(2023, 10, 2024, 20),), ((2025, 90), (2026, 5)), "", "")
    whole = middles(a_trend(1, 1, 90, 5), PEN)
    assert flat(middles(trend, HOLLOW)) == near(flat(whole[2:]))
    assert len(middles(trend, PEN)) == 2
    hollow = [element.get("style", "") for element in ET.XML(trend_svg(trend)).iter(f"{SVG}path")]
    assert sum(HOLLOW in style and "fill: #ffffff" in style for style in hollow) == 1


def test_only_year_stands_in_the_middle() -> None:
    trend = a_trend(62)
    ((x, points),) = middles(trend, HOLLOW)
    left, right = (spot.x for spot in shapes(trend, f"stroke: {charts.RING}")[0])
    assert [x, points] == near([(left + right) / 2, 62])
    assert not lines(trend)


def test_years_without_any_score_draw_an_empty_chart() -> None:
    trend = Trend((2025, 2026), (), (), "", "")
    assert not shapes(trend, "#0b655d")
    assert lay_out(trend.years).named == (2025, 2026)


@pytest.mark.parametrize("years", YEARS.values(), ids=YEARS.keys())
def test_no_word_touches_or_underlies_a_line_or_a_marker(years: tuple[int, ...]) -> None:
    trend = up_and_down(years)
    letters = [around(shape) for shape in shapes(trend, f"fill: {charts.MUTED}")]
    styles = (f"stroke: {charts.RING}", f"stroke: {charts.RIM}", HOLLOW, PEN)
    drawn = [around(shape, 0.6) for style in styles for shape in shapes(trend, style)]
    assert len(letters) >= 9
    assert len(drawn) >= 6
    assert not [(letter, box) for letter in letters for box in drawn if letter.meets(box, 1)]


@pytest.mark.parametrize("years", YEARS.values(), ids=YEARS.keys())
def test_words_stand_apart_and_within_the_picture(years: tuple[int, ...]) -> None:
    layout = lay_out(years)
    boxes = [ink(text, start) for text, start in layout.words]
    assert not [pair for pair in combinations(boxes, 2) if pair[0].meets(pair[1], SPACE - 0.01)]
    for box in boxes:
        edges = (box.left - layout.frame.left, box.bottom - layout.frame.bottom, layout.frame.right - box.right)
        assert min(edges) >= MARGIN - 0.1
        assert layout.frame.top - box.top >= 3


@pytest.mark.parametrize("years", YEARS.values(), ids=YEARS.keys())
def test_markers_stay_within_the_lines_and_each_is_seen_apart(years: tuple[int, ...]) -> None:
    trend = up_and_down(years)
    spots = [around(shape) for shape in shapes(trend, PEN)]
    left, right = (spot.x for spot in shapes(trend, f"stroke: {charts.RING}")[0])
    assert len(spots) == (len(years) if len(years) > 1 else 0)
    assert all(left < spot.left and spot.right < right for spot in spots)
    if max(years) < 9999:  # years as close as that cannot stand apart
        assert not [pair for pair in combinations(spots, 2) if pair[0].meets(pair[1])]


def test_years_are_named_while_there_is_room_and_then_evenly_if_they_can() -> None:
    for years in (YEARS["one"], YEARS["two"], YEARS["three"], YEARS["eight"], (2020, 2021, 2022, 2024, 2026)):
        assert lay_out(years).named == years
    assert lay_out(YEARS["ten"]).named == (2017, 2020, 2023, 2026)
    assert lay_out(YEARS["forty"]).named == (1987, 2000, 2013, 2026)
    assert lay_out(YEARS["gaps"]).named == (1991, 2003, 2011, 2026)


def test_first_and_last_year_are_always_named_and_two_between_if_there_are() -> None:
    for count in range(2, 101):
        named = lay_out(tuple(range(2000, 2000 + count))).named
        assert (named[0], named[-1]) == (2000, 1999 + count)
        assert len(named) >= min(count, 4)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_no_title_or_description_breaks_a_file(text: str) -> None:
    trend = a_trend(1, 2, title=text, description=text)
    root = ET.XML(trend_svg(trend))
    assert not list(root.iter(f"{SVG}script"))
    assert trend_png(trend).endswith(b"IEND\xaeB`\x82")


def test_title_and_description_are_in_the_file_as_they_were_written_and_no_date_is() -> None:
    root = ET.XML(trend_svg(a_trend(1, title=r"Ours & $\frac", description="]]> rises")))
    assert root.findtext(f"{SVG}title") == r"Ours & $\frac"
    assert [e.text for e in root.iter("{http://purl.org/dc/elements/1.1/}description")] == ["]]> rises"]
    assert not list(root.iter("{http://purl.org/dc/elements/1.1/}date"))


def test_svg_is_a_white_card_as_wide_as_a_phone_with_words_as_outlines_and_png_is_sharp() -> None:
    svg = trend_svg(a_trend(1, 2))
    assert b'viewBox="0 0 330 15' in svg
    assert b"fill: #ffffff" in svg[: svg.index(b'id="patch_2"')]
    assert b"<text" not in svg
    assert b"href" not in svg
    assert struct.unpack(">I", trend_png(a_trend(1, 2))[16:20])[0] >= 1500


def test_threads_and_repetition_make_equal_bytes() -> None:
    drawn = [up_and_down(years) for years in YEARS.values()]
    expected = [trend_svg(trend) for trend in drawn], [trend_png(trend) for trend in drawn[:3]]
    for cached in (lay_out, outline, charts.lettering):
        cached.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        again = list(pool.map(trend_svg, drawn * 3)), list(pool.map(trend_png, drawn[:3]))
    assert again == (expected[0] * 3, expected[1])


def test_another_process_with_other_settings_makes_equal_bytes_and_import_leaves_matplotlib_alone() -> None:
    program = (
        "import sys\n"
        "from tests.output.test_trends import a_trend, trend_svg\n"
        "trend = a_trend(10, 50, 90)\n"
        "assert 'matplotlib' not in sys.modules and 'numpy' not in sys.modules\n"
        "import matplotlib\n"
        "matplotlib.rcParams.update({'svg.hashsalt': 'x', 'svg.fonttype': 'none', 'font.family': 'serif'})\n"
        "sys.stdout.buffer.write(trend_svg(trend))\n"
        "assert 'matplotlib.pyplot' not in sys.modules"
    )
    other = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)
    assert other.stdout == trend_svg(a_trend(10, 50, 90))


STEP = Segment(2025, 1, 2026, 2)


@pytest.mark.parametrize(
    ("years", "joined", "alone", "reason"),
    [
        ((), (), (), "1 to 100"),
        (tuple(range(1900, 2001)), (), (), "1 to 100"),
        ((0, 2026), (), (), "four digits"),
        ((2026, 10_000), (), (), "four digits"),
        ((2026, 2025), (), (), "ascend"),
        ((2025, 2025), (), (), "distinct"),
        ((2024, 2025), (STEP,), (), "neighbouring"),
        ((2024, 2025, 2026), (Segment(2024, 1, 2026, 2),), (), "neighbouring"),
        ((2025, 2026), (Segment(2026, 1, 2025, 2),), (), "neighbouring"),
        ((2025, 2026), (STEP, STEP), (), "once"),
        ((2025, 2026), (), ((2024, 5),), "alone"),
        ((2025, 2026), (), ((2026, 5), (2026, 6)), "alone"),
        ((2025, 2026), (STEP,), ((2026, 2),), "alone"),
        ((2025, 2026), (), ((2026, 100.1),), "outside"),
        ((2025, 2026), (Segment(2025, -0.1, 2026, 2),), (), "outside"),
        ((2025, 2026), (Segment(2025, 1, 2026, float("nan")),), (), "outside"),
    ],
)
def test_a_trend_that_cannot_be_is_refused(
    years: tuple[int, ...], joined: tuple[Segment, ...], alone: tuple[tuple[int, float], ...], reason: str
) -> None:
    with pytest.raises(ValueError, match=reason):
        Trend(years, joined, alone, "", "")
