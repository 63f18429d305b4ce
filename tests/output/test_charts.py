"""What a radar shows, that its words touch nothing, and that no text can break its file."""

import struct
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations
from xml.etree import ElementTree as ET

import pytest

from questionnaire.output import charts
from questionnaire.output.charts import Radar, Series, Voice, radar_png, radar_svg
from questionnaire.output.radar_layout import MARGIN, SIZE, Box, Point, at, lay_out, outline

ENGLISH = (
    "Role clarity",
    "Communication",
    "Lived experience fit",
    "Training and support",
    "Recognition",
    "Commitment",
)
FRENCH = (
    "Clarté des rôles et des responsabilités",
    "Communication et participation",
    "Adéquation des savoirs d’expérience",
    "Formation et accompagnement",
    "Reconnaissance et rémunération",
    "Engagement de l’organisation",
)
KEYS = ("Organisation 2025", "Organisation 2026", "Travailleuses et travailleurs pairs 2026")
SCALE = "Rings mark 25, 50, 75 and 100 points; the centre is 0."
SVG = "{http://www.w3.org/2000/svg}"
MARKER = 5.3  # how far the largest one reaches, its white edge included
HOSTILE = {
    "tag": "<script>alert(1)</script>",
    "cdata": "]]>&amp;<!--",
    "mathematics": r"$\frac",
    "nul": "a\x00b\x08c\x1f",
    "surrogate": "\ud800 \udfff \ufffe \uffff",
    "emoji": "🧡👩🏽‍🌾",
    "direction": "\u202eRTL\u200f",
    "long": "Å" * 10_000,
    "lines": "a\r\nb\x85\u2028",
    "empty": "",
}


def a_series(*points: float | None, voice: Voice = Voice.ORGANIZATION, label: str = "Organization 2026") -> Series:
    return Series(label, points, voice)


def a_radar(*series: Series, axes: tuple[str, ...] = ENGLISH, title: str = "Scores", description: str = "") -> Radar:
    return Radar(axes, series or (a_series(65, 50, 55, 78, 45, 55),), SCALE, title, description)


def parsed(radar: Radar) -> ET.Element:
    return ET.XML(radar_svg(radar))


def lines_drawn(radar: Radar, colour: str) -> list[str]:
    """The segments of the lines of one colour, without the one in the legend, which is the last."""
    return [
        segment
        for element in parsed(radar).iter(f"{SVG}path")
        if f"stroke: {colour}" in element.get("style", "")
        for segment in element.get("d", "").split("M ")[1:-1]
    ]


def filled_with(radar: Radar, colour: str) -> list[str]:
    paths = parsed(radar).iter(f"{SVG}path")
    return [path.get("d", "") for path in paths if f"fill: {colour}" in path.get("style", "")]


def markers_drawn(radar: Radar, colour: str) -> int:
    return sum(shapes.count("M ") for shapes in filled_with(radar, colour)) - 1


GREEN, ORANGE, SOFT_GREEN = "#0b655d", "#a8431a", "#e3f0ed"


def test_equal_radars_make_equal_bytes() -> None:
    assert radar_svg(a_radar()) == radar_svg(a_radar())
    assert radar_png(a_radar()) == radar_png(a_radar())


def test_bytes_stay_equal_in_another_process_with_other_settings_of_matplotlib() -> None:
    program = (
        "import sys, matplotlib\n"
        "matplotlib.rcParams.update({'svg.hashsalt': 'x', 'svg.fonttype': 'none', 'font.family': 'serif'})\n"
        "from tests.output.test_charts import a_radar, radar_svg\n"
        "sys.stdout.buffer.write(radar_svg(a_radar()))"
    )
    other = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)
    assert other.stdout == radar_svg(a_radar())


def test_drawing_changes_no_setting_of_matplotlib() -> None:
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    radar_svg(a_radar())
    radar_png(a_radar())
    assert dict(mpl.rcParams) == before


def test_threads_that_draw_at_once_make_the_same_bytes() -> None:
    radars = [a_radar(a_series(*[n * 10] * 6), axes=axes) for n in (0, 7) for axes in (ENGLISH, FRENCH)]
    expected = [(radar_svg(radar), radar_png(radar)) for radar in radars]
    lay_out.cache_clear()
    outline.cache_clear()
    charts.lettering.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        drawn = list(pool.map(lambda radar: (radar_svg(radar), radar_png(radar)), radars * 2))
    assert drawn == expected * 2


def test_importing_charts_leaves_matplotlib_alone() -> None:
    program = (
        "import sys, questionnaire.output.charts as charts\n"
        "charts.Radar(('a', 'b', 'c'), (charts.Series('s', (1, 2, 3), charts.Voice.PEERS),), '', '', '')\n"
        "sys.exit('matplotlib' in sys.modules or 'numpy' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_no_title_or_description_breaks_a_file(text: str) -> None:
    radar = a_radar(title=text, description=text)
    root = parsed(radar)
    assert not list(root.iter(f"{SVG}script"))
    assert radar_png(radar).endswith(b"IEND\xaeB`\x82")


def test_title_and_description_are_in_the_file_as_they_were_written() -> None:
    root = parsed(a_radar(title="Ours & <theirs>", description="Two ]]> voices"))
    assert root.findtext(f"{SVG}title") == "Ours & <theirs>"
    assert [e.text for e in root.iter("{http://purl.org/dc/elements/1.1/}description")] == ["Two ]]> voices"]


def test_png_keeps_a_title_of_any_script() -> None:
    assert "Société 🧡".encode() in radar_png(a_radar(title="Société 🧡"))


def test_svg_scales_and_has_no_date() -> None:
    root = parsed(a_radar())
    assert root.get("viewBox", "").startswith("0 0 330 ")
    assert not list(root.iter("{http://purl.org/dc/elements/1.1/}date"))


def test_svg_keeps_words_as_outlines_and_is_self_contained() -> None:
    svg = radar_svg(a_radar())
    assert b"<text" not in svg
    assert b"href" not in svg


def test_png_is_sharp() -> None:
    png = radar_png(a_radar())
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">I", png[16:20])[0] >= 1500


def test_dollar_signs_in_labels_are_drawn_as_text() -> None:
    dollars = lay_out((r"$\frac$", "b", "c"), (r"$x^2$",), "$")
    assert [text for text, _ in dollars.words] == [r"$\frac$", "b", "c", r"$x^2$"]
    assert parsed(Radar((r"$\frac$", "b", "c"), (a_series(1, 2, 3, label=r"$x^2$"),), "$", "", "")) is not None


def test_control_characters_in_labels_are_left_out() -> None:
    layout = lay_out(("a\x00b", "c\ud800", "\x07"), ("d\te",), "\x00")
    assert [text for text, _ in layout.words] == ["ab", "c", "", "d e"]
    assert radar_svg(Radar(("a\x00b", "c\ud800", "\x07"), (a_series(1, 2, 3, label=""),), "\x00", "", ""))


def test_whole_line_joins_every_point_to_the_next() -> None:
    assert len(lines_drawn(a_radar(), GREEN)) == 6


@pytest.mark.parametrize(
    ("points", "segments"),
    [
        ((65, None, 55, 78, 45, 55), 4),
        ((None, 50, 55, 78, 45, 55), 4),
        ((65, 50, 55, 78, 45, None), 4),
        ((65, None, 55, None, 45, 55), 2),
        ((65, None, 55, None, 45, None), 0),
        ((None,) * 6, 0),
    ],
)
def test_missing_domain_breaks_the_line(points: tuple[float | None, ...], segments: int) -> None:
    radar = a_radar(a_series(*points))
    assert len(lines_drawn(radar, GREEN)) == segments
    assert markers_drawn(radar, GREEN) == sum(point is not None for point in points)


@pytest.mark.parametrize("voice", Voice)
def test_isolated_point_shows_as_a_marker(voice: Voice) -> None:
    radar = a_radar(a_series(None, 50, None, None, None, None, voice=voice))
    assert markers_drawn(radar, charts.PENS[voice].colour) == 1


def test_line_never_goes_through_the_centre_for_a_missing_domain() -> None:
    layout = lay_out(ENGLISH, ("Organization 2026",), SCALE)
    centre = f"{-layout.frame.left:g} {layout.frame.top:g}"
    assert not [line for line in lines_drawn(a_radar(a_series(65, None, 55, 78, 45, 55)), GREEN) if centre in line]
    assert len([line for line in lines_drawn(a_radar(a_series(65, 0, 55, 78, 45, 55)), GREEN) if centre in line]) == 2


def test_area_is_filled_only_when_no_domain_is_missing() -> None:
    peers = a_series(1, 2, 3, 4, 5, 6, voice=Voice.PEERS)
    assert len(filled_with(a_radar(), SOFT_GREEN)) == 1
    assert not filled_with(a_radar(a_series(65, None, 55, 78, 45, 55)), SOFT_GREEN)
    assert not filled_with(a_radar(peers), SOFT_GREEN)


def test_peers_differ_in_dash_and_marker_and_not_only_in_colour() -> None:
    assert charts.PENS[Voice.PEERS].dash
    assert not charts.PENS[Voice.ORGANIZATION].dash
    assert charts.PENS[Voice.PEERS].corners == 4
    root = parsed(a_radar(a_series(1, 2, 3, 4, 5, 6, voice=Voice.PEERS)))
    line = next(path for path in root.iter(f"{SVG}path") if f"stroke: {ORANGE}" in path.get("style", ""))
    assert "stroke-dasharray" in line.get("style", "")


def test_earlier_year_lies_beneath_whatever_the_order() -> None:
    now, earlier = a_series(1, 2, 3, 4, 5, 6), a_series(6, 5, 4, 3, 2, 1, voice=Voice.EARLIER)
    for series in ((now, earlier), (earlier, now)):
        svg = radar_svg(a_radar(*series)).decode()
        assert svg.index(f"stroke: {charts.PENS[Voice.EARLIER].colour}") < svg.index(f"stroke: {GREEN}")


@pytest.mark.parametrize("ground", [charts.CARD, charts.FIELD, charts.FILL])
def test_lines_and_words_contrast_with_what_they_stand_on(ground: str) -> None:
    for pen in charts.PENS.values():
        assert contrast(pen.colour, ground) >= 3
    assert contrast(charts.INK, charts.CARD) >= 4.5
    assert contrast(charts.MUTED, charts.CARD) >= 4.5


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    """As WCAG 2.2 defines it."""
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    red, green, blue = (int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4))
    parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in (red, green, blue)]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


ENDLESS = ("Anticonstitutionnellement-vôtre", "É", "a b c d e f g h i j " * 4)


@pytest.mark.parametrize("names", [ENGLISH, FRENCH, ENDLESS])
@pytest.mark.parametrize("count", range(3, 13))
def test_labels_touch_nothing(count: int, names: tuple[str, ...]) -> None:
    words_touch_nothing((names * 6)[:count], KEYS)


@pytest.mark.parametrize("keys", [KEYS[:1], KEYS[:2], KEYS, ("One", "Two", "Three"), ("Very long words " * 9, "É")])
@pytest.mark.parametrize("names", [ENGLISH, FRENCH])
def test_legend_touches_nothing(names: tuple[str, ...], keys: tuple[str, ...]) -> None:
    words_touch_nothing(names, keys)


def words_touch_nothing(names: tuple[str, ...], keys: tuple[str, ...]) -> None:
    layout = lay_out(names, keys, SCALE)
    frame = layout.frame
    boxes = [*layout.labels, *layout.keys, layout.scale]
    assert not [pair for pair in combinations(boxes, 2) if pair[0].meets(pair[1])]
    room = Box(frame.left + MARGIN, frame.bottom + MARGIN, frame.right - MARGIN, frame.top - MARGIN)
    for box in boxes:
        assert room.left <= box.left + 0.1
        assert room.bottom <= box.bottom + 0.1
        assert box.right <= room.right + 0.1
        assert box.top <= room.top + 0.1
        assert all(box.distance(spot) > MARKER for spot in along_the_rim(layout.radius, len(names)))
        assert box.distance(Point(0, 0)) > 0


def along_the_rim(radius: float, count: int) -> list[Point]:
    corners = [at(axis, count, radius) for axis in range(count)]
    return [
        Point(here.x + (there.x - here.x) * step / 50, here.y + (there.y - here.y) * step / 50)
        for here, there in zip(corners, [*corners[1:], corners[0]], strict=True)
        for step in range(50)
    ]


@pytest.mark.parametrize("names", [ENGLISH, FRENCH])
@pytest.mark.parametrize("count", range(3, 13))
def test_ink_stays_within_the_boxes_that_were_measured(count: int, names: tuple[str, ...]) -> None:
    layout = lay_out((names * 2)[:count], KEYS, SCALE)
    boxes = [*layout.labels, *layout.keys, layout.scale]
    for text, start in (*layout.words, *layout.sentence):
        xs, ys = zip(*outline(text).vertices, strict=True)
        ink = Box(min(xs), min(ys), max(xs), max(ys)).moved(*start)
        assert any(
            box.left - 0.01 <= ink.left
            and ink.right <= box.right + 0.01
            and box.bottom <= ink.bottom
            and ink.top <= box.top
            for box in boxes
        )


def test_names_of_the_instrument_take_three_lines_at_most() -> None:
    for names in (ENGLISH, FRENCH):
        layout = lay_out(names, KEYS, SCALE)
        assert max(box.top - box.bottom for box in layout.labels) < 46
        assert layout.radius >= 100


def test_words_are_at_least_12_pixels_high_on_a_phone() -> None:
    layout = lay_out(ENGLISH, KEYS, SCALE)
    assert layout.frame.right - layout.frame.left == 330
    assert SIZE >= 12


@pytest.mark.parametrize(
    ("axes", "series"),
    [
        (("a", "b"), (a_series(1, 2),)),
        (("a", "b", "c"), ()),
        (("a", "b", "c"), (a_series(1, 2),)),
        (("a", "b", "c"), (a_series(1, 2, 101),)),
        (("a", "b", "c"), (a_series(1, 2, -1),)),
        (("a", "b", "c"), (a_series(1, 2, float("nan")),)),
    ],
)
def test_a_radar_that_cannot_be_is_refused(axes: tuple[str, ...], series: tuple[Series, ...]) -> None:
    with pytest.raises(ValueError, match=r"axes|outside"):
        Radar(axes, series, SCALE, "", "")
