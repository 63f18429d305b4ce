"""The chart of a scorecard: it is seen, told in words, and taken along as a picture."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.journeys.screens import ScorecardPage, start

NOT_ENOUGH = "not enough answers (5 more needed)"


def test_the_radar_is_seen_read_and_downloaded(page: Page) -> None:
    scorecard = start(page).answer("00100").to_review().submit()
    scorecard.says("Only Role clarity has enough answers to be scored: 5 of 100")
    assert scorecard.figures["Role clarity"] == "5"
    assert scorecard.figures["Commitment"].casefold() == NOT_ENOUGH

    radar = scorecard.radar
    radar.evaluate("(picture) => picture.decode()")
    assert radar.evaluate("(picture) => picture.naturalWidth") > 0
    in_words = radar.get_attribute("alt") or ""
    assert in_words.startswith("Radar chart of points from 0 to 100. Role clarity: 5; Communication: not enough")
    assert in_words.endswith(f"; Commitment: {NOT_ENOUGH}.")

    svg = download(scorecard, "SVG").decode()
    assert svg.lstrip().startswith(("<?xml", "<svg"))
    assert "Harbour Street" in svg
    assert download(scorecard, "PNG").startswith(b"\x89PNG\r\n")


def download(scorecard: ScorecardPage, form: str) -> bytes:
    with scorecard.page.expect_download() as downloading:
        scorecard.press(form)
    assert downloading.value.suggested_filename == f"alongside-2026-radar.{form.lower()}"
    return downloading.value.path().read_bytes()
