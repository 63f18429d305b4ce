"""The plan through the pages: advice and own ideas become actions, and no two writers spoil one another's."""

from datetime import timedelta
from functools import partial

import pytest
from flask import Flask
from markupsafe import escape

from questionnaire.core.events import Event
from questionnaire.core.plan import MOST_ACTIONS, Action
from questionnaire.store import database, plans
from questionnaire.store import events as kept_events
from questionnaire.web.site import Site
from tests.builders import an_action
from tests.moments import at_once
from tests.pages import page_of, words
from tests.web import walks
from tests.web.client import Browser, Fields, all_forms, form_fields
from tests.web.conftest import browser_of
from tests.web.crowd import site_of
from tests.web.stored import id_of, submitted

ADVICE = "role.title.name-the-work"
HOSTILE = "<script>alert(1)</script> {{ 7*7 }} %s \u202e ' \""


@pytest.fixture
def organization(browser: Browser, site: Site) -> str:
    """One with a scorecard of 2026, every question at level 1."""
    organization = walks.start(browser)
    submitted(site, organization, 2026, 1)
    return organization


def listed(browser: Browser, organization: str) -> tuple[Action, ...]:
    with database.reading(site_of(browser.application).engine) as connection:
        return plans.listed(connection, id_of(organization))


def only(browser: Browser, organization: str) -> Action:
    (action,) = listed(browser, organization)
    return action


def noted(browser: Browser, organization: str) -> list[tuple[Event, str]]:
    """What the record says of the plan, the newest first."""
    ours = {Event.PLANNED, Event.CHANGED_ACTION, Event.DELETED_ACTION}
    with database.reading(site_of(browser.application).engine) as connection:
        entries = kept_events.newest(connection, id_of(organization))
    return [(entry.event, entry.about) for entry in entries if entry.event in ours]


def pressed(browser: Browser, organization: str, advice_id: str = ADVICE, **changes: str) -> Fields:
    token = walks.token_of(browser.read("/start"))
    form = {"csrf_token": token, "year": "2026", "number": "1", "advice_id": advice_id, **changes}
    return Fields(form)


def ahead(browser: Browser, days: int) -> str:
    return str(site_of(browser.application).today() + timedelta(days=days))


def store(browser: Browser, organization: str, *actions: Action) -> None:
    with database.writing(site_of(browser.application).engine) as connection:
        for action in actions:
            plans.add(connection, id_of(organization), action)


def an_id(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012}"


# From advice


def test_advice_becomes_an_action_with_one_press(browser: Browser, organization: str, site: Site) -> None:
    empty = browser.read(f"{organization}/plan")
    assert "Where to begin" in empty
    form = next(fields for fields in all_forms(empty) if fields.get("advice_id") == ADVICE)
    answer = browser.post(f"{organization}/plan/from-advice", data=form)
    action = only(browser, organization)
    assert answer.headers["Location"] == f"{organization}/plan#action-{action.id}"
    advice = site.instrument.advice[ADVICE]
    assert (action.what, action.who, action.involvement) == (
        advice.title.en,
        advice.leads.en,
        advice.involvement.en,
    )
    assert (action.year, action.advice_id, action.items, action.is_first) == (2026, ADVICE, advice.moves, True)
    page = browser.read(f"{organization}/plan")
    assert "is in the plan. Edit it: say who sees to it, and by when." in page
    assert f'id="action-{action.id}"' in page
    assert site.instrument.items["role.title"].question.en in page
    assert noted(browser, organization) == [(Event.PLANNED, advice.title.en)]


def test_advice_that_is_pressed_twice_is_planned_once_until_it_is_dropped(
    browser: Browser, organization: str
) -> None:
    address = f"{organization}/plan/from-advice"
    browser.post(address, data=pressed(browser, organization))
    first = only(browser, organization)
    again = browser.post(address, data=pressed(browser, organization))
    assert again.headers["Location"].endswith(f"#action-{first.id}")
    assert "is in the plan already" in browser.read(f"{organization}/plan")
    browser.fill(f"{organization}/plan/{first.id}", status="done")
    browser.post(address, data=pressed(browser, organization))
    assert only(browser, organization).status == "done"
    browser.fill(f"{organization}/plan/{first.id}", status="dropped", why_dropped="No money")
    browser.post(address, data=pressed(browser, organization))
    assert len(listed(browser, organization)) == 2


def test_of_four_who_press_at_once_one_plans_it(app_on_both: Flask) -> None:
    browser = browser_of(app_on_both)
    organization = walks.start(browser)
    submitted(site_of(app_on_both), organization, 2026, 1)
    link = walks.private_link(browser.read(f"{organization}/private-link"))
    crowd = [browser.as_somebody_else() for _ in range(4)]
    for one in crowd:
        one.get(link)
    forms = [pressed(one, organization) for one in crowd]
    address = f"{organization}/plan/from-advice"
    told = at_once([partial(one.post, address, data=form) for one, form in zip(crowd, forms, strict=True)])
    assert {answer.headers["Location"] for answer in told} == {
        f"{organization}/plan#action-{only(browser, organization).id}"
    }
    assert len(noted(browser, organization)) == 1


def test_advice_that_was_not_given_is_no_advice(browser: Browser, organization: str) -> None:
    for changes in (
        {"advice_id": "role.title.none"},
        {"advice_id": "\0"},
        {"year": "2025"},
        {"number": "2"},
        {"year": "9" * 30},
        {"number": "-1"},
        {"year": "२०२६"},
    ):
        form = pressed(browser, organization)
        for name, value in changes.items():
            form[name] = value
        assert browser.post(f"{organization}/plan/from-advice", data=form).status_code == 404, changes
    assert listed(browser, organization) == ()


def test_leading_advice_comes_first_where_there_is_room_and_asks_only_what_was_asked(
    browser: Browser, organization: str
) -> None:
    for number in range(3):
        walks.plan(browser, organization, f"No. {number}", is_first="y")
    browser.post(f"{organization}/plan/from-advice", data=pressed(browser, organization))
    made = next(action for action in listed(browser, organization) if action.advice_id)
    assert not made.is_first
    closed = walks.start(browser, **{"gate:frontline": "no"})
    walks.answer(browser, closed, level="1")
    walks.submit(browser, closed)
    assert "recog.cover" not in browser.read(f"{closed}/plan/new")
    browser.post(f"{closed}/plan/from-advice", data=pressed(browser, closed, "support.load.after-a-loss"))
    assert only(browser, closed).items == ("support.load",), "recog.cover was not asked"


def test_a_full_plan_takes_no_advice_and_no_action_of_ones_own(browser: Browser, organization: str) -> None:
    store(browser, organization, *(an_action(f"No. {number}", id=an_id(number)) for number in range(MOST_ACTIONS)))
    browser.post(f"{organization}/plan/from-advice", data=pressed(browser, organization))
    assert "A plan holds 100 actions at most." in browser.read(f"{organization}/plan")
    refused = browser.fill(f"{organization}/plan/new", what="One more")
    assert (refused.status_code, "A plan holds 100 actions at most." in refused.text) == (400, True)
    assert form_fields(refused.text)["what"] == "One more"
    assert len(listed(browser, organization)) == MOST_ACTIONS


# Written and changed


def test_an_action_of_ones_own_is_written_with_all_it_has(browser: Browser, organization: str) -> None:
    due = ahead(browser, 20)
    walks.plan(
        browser,
        organization,
        "Pay for calls at night",
        who="Rosa",
        due_on=due,
        status="under-way",
        why_dropped="is of no use here",
        notes="One\r\n\r\ntwo",
        involvement="They check the slips, in paid time.",
        is_first="y",
        item___recog__pay="y",
        item___role__title="y",
    )
    action = only(browser, organization)
    assert (action.what, action.who, str(action.due_on)) == ("Pay for calls at night", "Rosa", due)
    assert (action.status, action.why_dropped, action.notes) == ("under-way", "", "One\n\ntwo")
    assert (action.items, action.is_first, action.year) == (("role.title", "recog.pay"), True, 2026)
    form = form_fields(browser.read(f"{organization}/plan/{action.id}"))
    assert (form["due_on"], form["is_first"], form["item:recog.pay"]) == (due, "y", "y")
    page = browser.read(f"{organization}/plan/{action.id}")
    opened = [one.get("open") is not None for one in page_of(page).all("details")]
    assert opened == [True, False, False, False, True, False]
    assert noted(browser, organization) == [(Event.PLANNED, "Pay for calls at night")]


def test_saving_twice_writes_and_notes_once(browser: Browser, organization: str) -> None:
    new = form_fields(browser.read(f"{organization}/plan/new"))
    for _ in range(2):
        assert browser.send(f"{organization}/plan/new", new, what="Once").status_code == 303
    action = only(browser, organization)
    edited = form_fields(browser.read(f"{organization}/plan/{action.id}"))
    for _ in range(2):
        assert browser.send(f"{organization}/plan/{action.id}", edited, who="Rosa").status_code == 303
    assert only(browser, organization).who == "Rosa"
    assert noted(browser, organization) == [(Event.CHANGED_ACTION, "Once"), (Event.PLANNED, "Once")]
    late = browser.send(f"{organization}/plan/new", new, what="From the page before")
    assert late.status_code == 409, "its id stands for another content by now"
    assert only(browser, organization).what == "Once"


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"what": ""}, "Say what you will do."),
        ({"what": "\u200b"}, "Say what you will do."),
        ({"what": "x" * 201}, "This is 201 characters long; at most 200 can be kept."),
        ({"what": "two\nlines"}, "This must be one line"),
        ({"who": "x" * 201}, "This is 201 characters long; at most 200 can be kept."),
        ({"who": "a\tb"}, "This must be one line"),
        ({"notes": "x" * 100_000}, "This is 100,000 characters long; at most 10,000 can be kept."),
        ({"notes": "one\0two"}, "This holds a character that cannot be kept."),
        ({"what": "one\x1btwo"}, "This holds a character that cannot be kept."),
        ({"involvement": "x" * 2001}, "This is 2,001 characters long; at most 2,000 can be kept."),
        ({"involvement": "\x07"}, "This holds a character that cannot be kept."),
        ({"status": "dropped"}, "Say in a few words why it is dropped."),
        ({"status": "dropped", "why_dropped": " \u2060 "}, "Say in a few words why it is dropped."),
        ({"status": "dropped", "why_dropped": "x" * 501}, "at most 500 can be kept."),
        ({"status": "finished"}, "Choose one of the answers."),
        ({"due_on": "2020-01-31"}, "This day is over."),
        ({"due_on": "2027-02-30"}, "There is no such day."),
        ({"due_on": "0000-01-01"}, "There is no such day."),
        ({"due_on": "9999-12-31"}, "This is more than 10 years ahead."),
        ({"due_on": "31.3.27"}, "Write the day as year-month-day"),
        ({"due_on": "2027-W10-1"}, "Write the day as year-month-day"),
        ({"due_on": "２０２７-03-31"}, "Write the day as year-month-day"),
        ({"item:role.none": "y"}, "Choose from the questions on this page."),
        ({"item:<b>": "y"}, "Choose from the questions on this page."),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_lost(
    browser: Browser, organization: str, typed: dict[str, str], told: str
) -> None:
    form = form_fields(browser.read(f"{organization}/plan/new"))
    sent = {"what": "Mine", "who": "Rosa", "notes": "kept", "involvement": "paid", "item:role.title": "y", **typed}
    refused = browser.send(f"{organization}/plan/new", form, **sent)
    assert refused.status_code == 400
    page = refused.text
    assert told in words(page_of(page).root)
    assert listed(browser, organization) == ()
    again = form_fields(page)
    for name, value in sent.items():
        if name in again and name != "status":
            assert again[name] == value.replace("\0", "�").replace("\x1b", "�").replace("\x07", "�").strip()
    assert again["item:role.title"] == "y"
    assert noted(browser, organization) == []


def test_the_furthest_day_is_ten_years_ahead(browser: Browser, organization: str) -> None:
    today = site_of(browser.application).today()
    furthest = today.replace(year=today.year + 10, day=min(today.day, 28))
    walks.plan(browser, organization, due_on=str(furthest))
    walks.plan(browser, organization, due_on=str(today))
    assert {str(action.due_on) for action in listed(browser, organization)} == {str(furthest), str(today)}


def test_an_overdue_action_can_still_be_saved(browser: Browser, organization: str) -> None:
    late = an_action(due_on=site_of(browser.application).today() - timedelta(days=3))
    store(browser, organization, late)
    address = f"{organization}/plan/{late.id}"
    assert browser.fill(address, who="Rosa").status_code == 303
    assert browser.fill(address, due_on=ahead(browser, -2)).status_code == 400
    assert only(browser, organization).due_on == late.due_on


def test_a_fourth_first_names_the_three(browser: Browser, organization: str) -> None:
    for number in range(3):
        walks.plan(browser, organization, f"No. {number}", is_first="y")
    refused = browser.fill(f"{organization}/plan/new", what="The fourth", is_first="y")
    assert refused.status_code == 400
    assert "Three come first already: “No. 0”, “No. 1”, “No. 2”." in refused.text
    assert form_fields(refused.text)["what"] == "The fourth"
    first = next(action for action in listed(browser, organization) if action.what == "No. 1")
    browser.fill(f"{organization}/plan/{first.id}", status="done")
    assert not next(action for action in listed(browser, organization) if action.what == "No. 1").is_first
    walks.plan(browser, organization, "The fourth", is_first="y")


def test_hostile_text_stays_text_wherever_it_is_shown(app_on_both: Flask) -> None:
    browser = browser_of(app_on_both)
    organization = walks.start(browser)
    submitted(site_of(app_on_both), organization, 2026, 1)
    parts = ("what", "who", "why_dropped", "notes", "involvement")
    address = walks.plan(
        browser, organization, status="dropped", **{**dict.fromkeys(parts, HOSTILE), "what": HOSTILE}
    )
    assert all(getattr(only(browser, organization), part) == HOSTILE for part in parts)
    for page in (f"{organization}/plan", address, f"{address}/delete"):
        text = browser.read(page)
        assert str(escape(HOSTILE)) in text, page
        assert "<script>alert" not in text


@pytest.mark.parametrize("key", ["", "x", "\0", "1" * 200, "../../etc"])
def test_a_made_up_id_is_not_kept(browser: Browser, organization: str, key: str) -> None:
    walks.plan(browser, organization, key=key)
    assert only(browser, organization).id != key


def test_strange_fields_are_refused(browser: Browser, organization: str) -> None:
    form = form_fields(browser.read(f"{organization}/plan/new"))
    for name, value in (("advice_id", ADVICE), ("items", "role.title"), ("who", "twice")):
        strange = form.copy()
        strange["what"] = "Mine"
        strange.add(name, value)
        assert browser.post(f"{organization}/plan/new", data=strange).status_code == 400, name
    assert listed(browser, organization) == ()


# Two people


def test_what_somebody_else_wrote_meanwhile_is_shown_and_not_overwritten(app_on_both: Flask) -> None:
    browser = browser_of(app_on_both)
    organization = walks.start(browser)
    submitted(site_of(app_on_both), organization, 2026, 1)
    address = walks.plan(browser, organization, notes="as it was")
    mine = form_fields(browser.read(address))
    browser.fill(address, notes="theirs", item___role__title="y")
    asked = browser.send(address, mine, notes="mine", who="Rosa")
    assert asked.status_code == 409
    shown = words(page_of(asked.text).root)
    assert "Somebody else changed this action while your page was open." in shown
    assert "Stands now, saved by somebody else theirs Yours, not saved yet mine" in shown
    assert only(browser, organization).notes == "theirs"
    again = form_fields(asked.text)
    assert (again["notes"], again["who"]) == ("mine", "Rosa")
    assert browser.post(address, data=again).status_code == 303
    action = only(browser, organization)
    assert (action.notes, action.who, action.items) == ("mine", "Rosa", ())


def test_what_was_typed_for_an_action_that_somebody_deleted_can_be_planned_again(app_on_both: Flask) -> None:
    browser = browser_of(app_on_both)
    organization = walks.start(browser)
    submitted(site_of(app_on_both), organization, 2026, 1)
    address = walks.plan(browser, organization)
    late = form_fields(browser.read(address))
    assert browser.fill(f"{address}/delete").status_code == 303
    asked = browser.send(address, late, notes="typed in vain?", item___role__title="y")
    assert asked.status_code == 409
    assert "Somebody deleted this action while your page was open." in asked.text
    again = form_fields(asked.text)
    assert again["notes"] == "typed in vain?"
    assert browser.post(f"{organization}/plan/new", data=again).status_code == 303
    action = only(browser, organization)
    assert (action.notes, action.items) == ("typed in vain?", ("role.title",))


def test_an_action_is_deleted_once_and_only_as_it_was_seen(browser: Browser, organization: str) -> None:
    address = walks.plan(browser, organization, "A mistake")
    late = form_fields(browser.read(f"{address}/delete"))
    browser.fill(address, who="Rosa")
    asked = browser.post(f"{address}/delete", data=late)
    assert (asked.status_code, "Nothing was deleted yet" in asked.text) == (409, True)
    form = form_fields(asked.text)
    for _ in range(2):
        deleted = browser.post(f"{address}/delete", data=form)
        assert (deleted.status_code, deleted.headers["Location"]) == (303, f"{organization}/plan")
    assert listed(browser, organization) == ()
    assert noted(browser, organization)[0] == (Event.DELETED_ACTION, "A mistake")
    assert len(noted(browser, organization)) == 3
    for page in (address, f"{address}/delete"):
        gone = browser.get(page)
        assert (gone.status_code, gone.headers["Location"]) == (303, f"{organization}/plan")
    assert "That action is not in the plan any more." in browser.read(f"{organization}/plan")


def test_an_action_of_another_organization_is_nobodys(browser: Browser, organization: str, site: Site) -> None:
    theirs = walks.plan(browser, organization, "Not yours").rsplit("/", 1)[1]
    other = walks.start(browser, name="Elsewhere")
    submitted(site, other, 2026, 1)
    token = walks.token_of(browser.read("/start"))
    assert browser.post(f"{other}/plan/{theirs}", data={"csrf_token": token, "what": "Mine now"}).status_code == 404
    assert browser.post(f"{other}/plan/%00", data={"csrf_token": token}).status_code == 404
    browser.post(f"{other}/plan/{theirs}/delete", data={"csrf_token": token})
    assert "Not yours" not in browser.read(f"{other}/plan")
    assert only(browser, organization).what == "Not yours"
