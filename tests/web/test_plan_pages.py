"""What the plan's page says: what is due, in which order, what moved; and its pieces for other pages."""

from datetime import timedelta

import pytest
from flask import Flask
from markupsafe import escape

from questionnaire.core.plan import ItemLevels, Movement, Planned
from questionnaire.web.site import Site
from tests.builders import an_action
from tests.pages import page_of, words
from tests.web import walks
from tests.web.client import Browser
from tests.web.crowd import site_of
from tests.web.stored import submitted
from tests.web.test_plans import HOSTILE, ahead, an_id, listed, only, store


@pytest.fixture
def organization(browser: Browser, site: Site) -> str:
    """One with a scorecard of 2026, every question at level 1."""
    organization = walks.start(browser)
    submitted(site, organization, 2026, 1)
    return organization


def headings(page: str) -> list[str]:
    return [words(heading) for heading in page_of(page).all("h3")]


# The page


def test_what_is_due_is_counted_and_said_in_words(browser: Browser, organization: str) -> None:
    today = site_of(browser.application).today()
    days = {"Late": -1, "Today": 0, "Soon": 30, "Later": 31}
    for number, (what, ahead_by) in enumerate(days.items()):
        store(browser, organization, an_action(what, id=an_id(number), due_on=today + timedelta(days=ahead_by)))
    store(browser, organization, an_action("Undated", id=an_id(8), due_on=None, who=""))
    done = an_action("Over", id=an_id(9), due_on=today - timedelta(days=9), status="done")
    store(browser, organization, done)
    page = words(page_of(browser.read(f"{organization}/plan")).root)
    assert "5 actions are still to do. 1 is overdue. 2 are due within 30 days." in page
    assert page.count("Overdue since") == 1
    assert page.count("Was due on") == 1
    assert "No date yet" in page
    assert "Nobody yet" in page


def test_the_actions_are_sorted_as_asked_and_what_is_closed_comes_last(browser: Browser, organization: str) -> None:
    today = site_of(browser.application).today()

    def due(days: int) -> object:
        return today + timedelta(days=days)

    store(
        browser,
        organization,
        an_action("A", id=an_id(1), who="Zoe", due_on=due(5)),
        an_action("B", id=an_id(2), who="Ann", due_on=due(9), is_first=True),
        an_action("C", id=an_id(3), who="", due_on=due(1)),
        an_action("D", id=an_id(4), who="Max", due_on=None, status="under-way"),
        an_action("E", id=an_id(5), status="dropped", why_dropped="No money"),
        an_action("F", id=an_id(6), status="done"),
    )
    expected = {"": "BCADFE", "first": "BCADFE", "due": "CABDFE", "status": "DCABFE", "who": "BDACFE", "x": "BCADFE"}
    page = ""
    for sort, order in expected.items():
        page = browser.read(f"{organization}/plan?sort={sort}")
        assert "".join(headings(page)) == order, sort
        assert "No money" in page
    assert page.index("Done and dropped") > page.index('id="action-' + an_id(4))


def test_a_later_year_shows_whether_the_questions_moved(browser: Browser, site: Site) -> None:
    organization = walks.start(browser)
    submitted(site, organization, 2025, 1)
    store(
        browser,
        organization,
        an_action("Old", id=an_id(1), year=2025, items=("role.title", "role.limits", "comm.start", "comm.ahead")),
        an_action("New", id=an_id(2), items=("role.title",)),
        an_action("Older still", id=an_id(3), year=2024, items=("role.title",)),
    )
    assert "own answers" not in browser.read(f"{organization}/plan")
    given = {"role.title": "3", "role.limits": "1", "comm.start": "0", "comm.ahead": "dont-know"}
    submitted(site, organization, 2026, 2, given=given)
    page = words(page_of(browser.read(f"{organization}/plan")).root)
    assert (
        "In the organization’s own answers of 2026: 1 question is at a higher level than in 2025;"
        " 1 question is at the same level as in 2025; 1 question is at a lower level than in 2025;"
        " 1 question cannot be compared with 2025." in page
    )
    for moved in (
        "From level 1 to level 3",
        "Level 1 in both years",
        "From level 1 to level 0",
        "Cannot be compared",
    ):
        assert page.count(moved) == 1, moved
    assert page.count("own answers") == 1
    walks.plan(browser, organization, "Own")
    assert next(action for action in listed(browser, organization) if action.what == "Own").year == 2026


def test_questions_that_are_no_longer_asked_stay_chosen(browser: Browser, organization: str) -> None:
    store(browser, organization, an_action(items=("role.title", "role.gone")))
    address = f"{organization}/plan/{an_action().id}"
    assert "No longer asked" in browser.read(address)
    assert browser.fill(address, who="Rosa").status_code == 303
    assert only(browser, organization).items == ("role.title", "role.gone")
    assert "role.gone" in browser.read(f"{organization}/plan")


def test_without_a_scorecard_there_is_no_plan_yet(browser: Browser) -> None:
    organization = walks.start(browser)
    page = browser.read(f"{organization}/plan")
    assert "It begins with a first scorecard" in page
    assert "Write an action" not in page
    assert f'href="{organization}/plan"' in browser.read(organization)
    token = walks.token_of(browser.read(organization))
    for answer in (
        browser.get(f"{organization}/plan/new"),
        browser.post(f"{organization}/plan/new", data={"csrf_token": token, "what": "Mine"}),
    ):
        assert (answer.status_code, answer.headers["Location"]) == (303, f"{organization}/plan")
    assert listed(browser, organization) == ()


def test_a_viewer_reads_the_plan_and_changes_nothing(browser: Browser, site: Site) -> None:
    organization = walks.own(browser)
    submitted(site, organization, 2026, 1)
    viewer = walks.colleague(browser, organization, "viewer")
    assert "Put it in the plan" not in viewer.read(f"{organization}/plan")
    address = walks.plan(browser, organization)
    page = viewer.read(f"{organization}/plan")
    assert "Write the roles down" in page
    assert "Edit" not in page
    assert [viewer.get(path).status_code for path in (address, f"{address}/delete")] == [403, 403]


# For other pages


def test_a_plan_beside_a_scorecard_leads_nowhere_and_needs_no_organization(app: Flask) -> None:
    levels = (
        ItemLevels(item_id="role.title", earlier=1, later=3),
        ItemLevels(item_id="gone", earlier=None, later=None),
    )
    movement = Movement(earlier_year=2025, later_year=2026, up=1, same=0, down=0, not_comparable=1, levels=levels)
    action = an_action(HOSTILE, year=2025, items=("role.title", "gone"), is_first=True)
    questions = site_of(app).instrument.items
    told = (Planned(action=action, movement=movement), Planned(action=an_action("Plain", who=""), movement=None))
    with app.test_request_context():
        macros = app.jinja_env.get_template("plans/parts.html").module
        beside: str = macros.beside(  # type: ignore[attr-defined]
            told, lambda item_id: questions[item_id].question if item_id in questions else None
        )
        nothing: str = macros.beside((), lambda _item_id: None)  # type: ignore[attr-defined]
    assert nothing.strip() == ""
    assert str(escape(HOSTILE)) in beside
    assert "From level 1 to level 3" in beside
    assert "By March 31, 2027" in beside
    assert questions["role.title"].question.en in beside
    assert not any(leads in beside for leads in ("href", "<form", "<script"))


def test_the_due_dates_are_a_file_for_a_calendar(browser: Browser, organization: str) -> None:
    walks.plan(browser, organization, due_on=ahead(browser, 20))
    assert f"{organization}/plan/actions.ics" in browser.read(f"{organization}/plan")
    answer = browser.get(f"{organization}/plan/actions.ics")
    assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
    assert answer.headers["Content-Disposition"] == "attachment; filename=alongside-plan.ics"
    assert b"Write the roles down" in answer.data
