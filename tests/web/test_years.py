"""The years of an organization through the pages: all of them, two compared, their pictures, and another begun."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from questionnaire.output import trends
from questionnaire.store import database, models
from questionnaire.web.site import Site
from tests.pages import page_of, words
from tests.web import walks
from tests.web.client import Browser, form_fields
from tests.web.conftest import browser_of
from tests.web.stored import id_of, submitted

ONLY_TWO_OF_COMM = {f"comm.{name}": "dont-know" for name in ("start", "ahead", "power", "sharing")}
MAGIC = {"svg": (b"<?xml", "image/svg+xml"), "png": (b"\x89PNG\r\n\x1a\n", "image/png")}


@pytest.fixture
def three_years(browser: Browser, site: Site) -> str:
    """2024, 2025 and 2026; in 2025 too few questions of Communication have a level."""
    organization = walks.start(browser)
    submitted(site, organization, 2024, 1)
    submitted(site, organization, 2025, 2, given=ONLY_TWO_OF_COMM)
    submitted(site, organization, 2026, 3)
    return organization


def charts_kept(site: Site, organization: str) -> int:
    table = models.chart.c
    with database.reading(site.engine) as connection:
        counted = select(func.count()).where(table.organization_id == id_of(organization))
        return connection.scalar(counted) or 0


def headline(page: str) -> str:
    (heading,) = page_of(page).all("h1")
    return words(heading)


# All years


def test_all_years_stand_on_one_page_and_a_line_breaks_where_it_must(browser: Browser, three_years: str) -> None:
    page = browser.read(f"{three_years}/years")
    assert headline(page).startswith("Harbour Street is clearly up since 2024 on Role clarity, Communication")
    alts = [picture.get("alt", "") for picture in page_of(page).all("img")]
    assert len(alts) == 6
    assert alts[0].startswith("Role clarity: 25 in 2024, 75 in 2026.")
    assert "Clearly up over shared questions: 2024–2025 (+25) and 2025–2026 (+25)." in alts[0]
    assert alts[1].startswith("Communication: 25 in 2024, 75 in 2026.")
    assert "Not comparable, for fewer than three questions are shared: 2024–2025 and 2025–2026." in alts[1]
    assert f'href="{three_years}/years"' in browser.read(three_years)


def test_the_years_newest_revisions_count_once_they_are_submitted(browser_on_both: Browser) -> None:
    browser, site = browser_on_both, site_of(browser_on_both)
    organization = walks.start(browser)
    submitted(site, organization, 2025, 1)
    submitted(site, organization, 2026, 2)
    compared = f"{organization}/years/2025/2026"
    assert "up since 2025 on" in browser.read(compared)
    walks.amend(browser, organization, 2025)
    section = f"{organization}/2025/questions/role"
    fields = form_fields(browser.read(section), which="page")
    for name in [name for name in fields if name.endswith(":choice")]:
        fields[name] = "4"
    assert browser.send(section, fields).status_code == 303
    assert "clearly down" not in browser.read(compared), "an open amendment counts for nothing"
    walks.submit(browser, organization, 2025)
    for page in (compared, f"{organization}/years"):
        assert headline(browser.read(page)).endswith("and clearly down on Role clarity")
    assert browser.read(compared).count(f"{organization}/2025/scorecard/2") == 1


def test_the_scorecard_of_any_revision_compares_with_the_newest_of_the_year_before(browser_on_both: Browser) -> None:
    browser, site = browser_on_both, site_of(browser_on_both)
    organization = walks.start(browser)
    submitted(site, organization, 2023, 4)
    submitted(site, organization, 2024, 1)
    submitted(site, organization, 2024, 3)
    older = submitted(site, organization, 2026, 2)
    newer = submitted(site, organization, 2026, 4)
    assert "is clearly down since 2024 on" in browser.read(older)
    assert "is clearly up since 2024 on" in browser.read(newer)
    assert "is clearly down since 2023 on" in browser.read(f"{organization}/2024/scorecard/1")


def test_a_year_with_only_a_draft_does_not_count(browser: Browser, site: Site) -> None:
    organization = walks.start(browser, year="2025")
    submitted(site, organization, 2024)
    later = submitted(site, organization, 2026, 4)
    page = browser.read(f"{organization}/years")
    assert [option.text for option in page_of(page).all("option")] == ["2024", "2026"] * 2
    assert "Since 2024" in browser.read(later)
    assert browser.get(f"{organization}/years/2024/2025").status_code == 404
    assert browser.get(f"{organization}/years/compare?earlier=2024&later=2025").status_code == 400


def test_a_single_year_says_that_a_second_makes_a_comparison(browser: Browser, site: Site) -> None:
    organization = walks.start(browser)
    assert browser.get(f"{organization}/years").status_code == 404, "nothing is submitted"
    submitted(site, organization, 2026)
    page = browser.read(f"{organization}/years")
    assert headline(page) == "2026 is the only year so far: a second one makes a comparison"
    assert not page_of(page).all("select")
    assert len(page_of(page).all("img")) == 6
    assert f"{organization}/years" not in browser.read(organization)
    same = browser.get(f"{organization}/years/compare?earlier=2026&later=2026")
    assert same.status_code == 400
    assert "a second one makes a comparison" in same.text


def test_ten_years_stand_on_one_page(browser: Browser, site: Site) -> None:
    organization = walks.start(browser)
    for year in range(2017, 2027):
        submitted(site, organization, year, year % 5)  # 2 in 2017, and 1 in 2026
    page = browser.read(f"{organization}/years")
    assert headline(page).startswith("Harbour Street is clearly down since 2017 on Role clarity, Communication")
    rows = [words(cell) for cell in page_of(page).all("th") if cell.get("scope") == "row"]
    assert rows == [str(year) for year in range(2017, 2027)] * 6
    assert browser.get(f"{organization}/years/commit.png").status_code == 200


# Two compared


def test_two_years_are_compared_whichever_is_named_first(browser: Browser, three_years: str) -> None:
    for earlier, later in ((2024, 2026), (2026, 2024)):
        chosen = browser.get(f"{three_years}/years/compare?earlier={earlier}&later={later}")
        assert (chosen.status_code, chosen.headers["Location"]) == (303, f"{three_years}/years/2024/2026")
    assert "35 questions are shared with 2024" in browser.read(f"{three_years}/years/2024/2026")


def test_the_form_offers_the_last_two_years_and_shows_what_was_chosen(browser: Browser, three_years: str) -> None:
    def chosen(page: str) -> list[str | None]:
        return [option.get("value") for option in page_of(page).all("option") if option.get("selected") is not None]

    assert chosen(browser.read(f"{three_years}/years")) == ["2025", "2026"]
    assert chosen(browser.get(f"{three_years}/years/compare?earlier=2024&later=2024").text) == ["2024", "2024"]


UNKNOWN = "Choose two of the years that have a scorecard."
REFUSED = {
    "earlier=2025&later=2025": "Choose two different years.",
    "earlier=1999&later=2026": UNKNOWN,
    "earlier=abc&later=2026": UNKNOWN,
    "earlier=2025": UNKNOWN,
    "": UNKNOWN,
    "earlier=&later=": UNKNOWN,
    "earlier=2025%00&later=2026": UNKNOWN,
    "earlier=٢٠٢٥&later=2026": UNKNOWN,
    "earlier=99999999999999999999&later=-1": UNKNOWN,
}


def test_years_that_cannot_be_compared_are_refused_in_words(browser: Browser, three_years: str) -> None:
    for query, told in REFUSED.items():
        page = browser.get(f"{three_years}/years/compare?{query}")
        assert page.status_code == 400, query
        alerts = [words(element) for element in page_of(page.text).elements if element.get("role") == "alert"]
        assert alerts == [told], query


def test_a_comparison_in_an_address_is_of_two_years_that_are_there(browser: Browser, three_years: str) -> None:
    assert browser.get(f"{three_years}/years/2024/2026").status_code == 200
    for years in ("2026/2024", "2024/2024", "2024/2030", "1999/2024", "2024/x", "2024/9999999999999"):
        assert browser.get(f"{three_years}/years/{years}").status_code == 404, years


def test_another_organizations_years_are_nobodys(browser: Browser, three_years: str) -> None:
    stranger = browser.as_somebody_else()
    walks.start(stranger, name="Elsewhere")
    pages = ("", "/compare?earlier=2024&later=2025", "/compare", "/2024/2025", "/role.svg", "/role.png")
    for page in pages:
        assert stranger.get(f"{three_years}/years{page}").status_code == 404, page


# Pictures


@pytest.mark.parametrize("form", MAGIC)
def test_a_line_is_a_picture_that_is_drawn_once(
    browser: Browser, site: Site, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    organization = walks.start(browser)
    submitted(site, organization, 2025, 1)
    submitted(site, organization, 2026, 2)
    drawn: list[trends.Trend] = []
    monkeypatch.setattr(trends, f"trend_{form}", counting(getattr(trends, f"trend_{form}"), drawn))
    address = f"{organization}/years/role.{form}"
    first, second = browser.get(address), browser.get(f"{address}?download=1")
    magic, mimetype = MAGIC[form]
    assert first.data.startswith(magic)
    assert (first.mimetype, second.mimetype) == (mimetype, mimetype)
    assert first.data == second.data
    assert second.headers["Content-Disposition"] == f"attachment; filename=alongside-role.{form}"
    (trend,) = drawn
    assert [(segment.start, segment.end) for segment in trend.segments] == [(25, 50)]
    submitted(site, organization, 2026, 3)
    assert browser.get(address).data != first.data, "an amended year is drawn anew"
    assert len(drawn) == 2


def counting(draw: Callable[[Any], bytes], drawn: list[Any]) -> Callable[[Any], bytes]:
    def counted(trend: Any) -> bytes:
        drawn.append(trend)
        return draw(trend)

    return counted


def test_the_picture_of_a_line_that_breaks_shows_what_stands_alone(
    browser: Browser, three_years: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[trends.Trend] = []
    monkeypatch.setattr(trends, "trend_svg", counting(trends.trend_svg, drawn))
    assert browser.get(f"{three_years}/years/comm.svg").status_code == 200
    (trend,) = drawn
    assert (trend.segments, trend.alone) == ((), ((2024, 25), (2026, 75)))
    assert "Not comparable" in trend.description


def test_there_is_no_picture_of_what_is_no_domain(browser: Browser, three_years: str) -> None:
    for name in ("nothing.svg", "role.gif", "role", ".svg", "role.title.svg", "ROLE.svg"):
        assert browser.get(f"{three_years}/years/{name}").status_code == 404, name


def test_pictures_go_with_their_organization_and_with_no_other(browser_on_both: Browser) -> None:
    browser, site = browser_on_both, site_of(browser_on_both)
    mine = walks.own(browser)
    other = walks.start(browser.as_somebody_else())
    for organization in (mine, other):
        submitted(site, organization, 2026)
    assert browser.get(f"{mine}/years/role.svg").status_code == 200
    assert browser.get(f"{mine}/2026/scorecard/1/radar.svg").status_code == 200
    assert (charts_kept(site, mine), charts_kept(site, other)) == (2, 0)
    assert browser.fill(f"{mine}/delete", name="Harbour Street").status_code == 303
    assert charts_kept(site, mine) == 0


# Another year


def test_another_year_begins_with_what_was_said_last(browser: Browser, site: Site) -> None:
    organization = walks.start(browser, year="2024", kind="peer-run", peer_workers="3")
    changes = {
        "kind": "health-authority",
        "peer_workers": "41",
        "gate:frontline": "dont-know",
        "gate:navigation": "no",
    }
    profile = form_fields(browser.read(f"{organization}/2024/profile"), which="page")
    for name, value in changes.items():
        profile[name] = value
    assert browser.post(f"{organization}/2024/profile", data=profile).status_code == 303
    offered = form_fields(browser.read(f"{organization}/new-year"))
    assert {name: offered.get(name) for name in changes} == changes
    assert (offered["size"], offered["year"]) == ("10-to-49", str(site.today().year))
    assert "name" not in offered
    assert browser.fill(f"{organization}/new-year", year="2025", peer_workers="42").status_code == 303
    begun = form_fields(browser.read(f"{organization}/2025/profile"), which="page")
    assert {name: begun[name] for name in changes} == {**changes, "peer_workers": "42"}
    earlier = form_fields(browser.read(f"{organization}/2024/profile"), which="page")
    assert earlier["peer_workers"] == "41", "an earlier year stays as it was"
    assert form_fields(browser.read(f"{organization}/new-year"))["peer_workers"] == "42", "the last year counts"


def test_the_year_offered_is_this_one_or_the_next_where_this_one_is_begun(browser: Browser, site: Site) -> None:
    this_year = site.today().year
    organization = walks.start(browser, year=str(this_year - 1))
    for expected in (this_year, this_year + 1):
        fields = form_fields(browser.read(f"{organization}/new-year"))
        assert fields["year"] == str(expected)
        assert browser.send(f"{organization}/new-year", fields).status_code == 303
    assert browser.fill(f"{organization}/new-year").status_code == 400


@pytest.fixture
def browser_on_both(app_on_both: Flask) -> Browser:
    return browser_of(app_on_both)


def site_of(browser: Browser) -> Site:
    found: Site = browser.application.extensions["alongside"]
    return found
