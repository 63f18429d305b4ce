"""Two people at once, and one person twice: nothing lost, nothing silently overwritten."""

import pytest
from flask import Flask

from tests.web import walks
from tests.web.client import Browser, Fields, all_forms, form_fields
from tests.web.conftest import browser_of


@pytest.fixture
def browser(app_on_both: Flask) -> Browser:
    return browser_of(app_on_both)


@pytest.fixture
def organization(browser: Browser) -> str:
    return walks.start(browser)


@pytest.fixture
def colleague(browser: Browser, organization: str) -> Browser:
    other = browser.as_somebody_else()
    other.get(walks.private_link(browser.read(f"{organization}/private-link")))
    return other


def section(organization: str) -> str:
    return f"{organization}/2026/questions/role"


def open_form(browser: Browser, address: str) -> Fields:
    return form_fields(browser.read(address), which="page")


def test_different_answers_of_one_section_never_collide(
    browser: Browser, colleague: Browser, organization: str
) -> None:
    address = section(organization)
    mine, theirs = open_form(browser, address), open_form(colleague, address)
    mine["role.title:choice"] = "1"
    theirs["role.known:choice"] = "4"
    assert browser.post(address, data=mine).status_code == 303
    assert colleague.post(address, data=theirs).status_code == 303
    now = open_form(browser, address)
    assert (now["role.title:choice"], now["role.known:choice"]) == ("1", "4")


def collide(browser: Browser, colleague: Browser, address: str) -> str:
    """Both answer the same question; the page that the second gets."""
    mine, theirs = open_form(browser, address), open_form(colleague, address)
    mine["role.title:choice"] = "1"
    mine["role.title:note"] = "first note"
    theirs["role.title:choice"] = "3"
    theirs["role.title:note"] = "second note"
    theirs["role.known:choice"] = "4"
    assert browser.post(address, data=mine).status_code == 303
    response = colleague.post(address, data=theirs)
    assert response.status_code == 409
    return response.text


def test_the_second_to_save_the_same_answer_sees_both_and_nothing_is_overwritten(
    browser: Browser, colleague: Browser, organization: str
) -> None:
    address = section(organization)
    page = collide(browser, colleague, address)
    for words in ("It depends who you ask", "first note", "For all of the work", "second note"):
        assert words in page
    now = open_form(browser, address)
    assert (now["role.title:choice"], now["role.title:note"]) == ("1", "first note")
    assert now["role.known:choice"] == "4", "what did not collide was saved"


@pytest.mark.parametrize(("pressed", "level"), [(0, "1"), (1, "3")])
def test_who_collided_chooses_which_answer_stays(
    browser: Browser, colleague: Browser, organization: str, pressed: int, level: str
) -> None:
    address = section(organization)
    page = collide(browser, colleague, address)
    chosen = form_fields(page)
    chosen["role.title:seen"] = offered(page)[pressed]
    assert colleague.post(address, data=chosen).status_code == 303
    assert open_form(browser, address)["role.title:choice"] == level


def offered(page: str) -> list[str]:
    from tests.pages import Page

    return [e.get("value", "") for e in Page(page).all("input") if e.get("name") == "role.title:seen"]


def test_who_does_not_choose_is_asked_again(browser: Browser, colleague: Browser, organization: str) -> None:
    address = section(organization)
    page = collide(browser, colleague, address)
    undecided = form_fields(page)
    assert "role.title:seen" not in undecided
    assert colleague.post(address, data=undecided).status_code == 409
    assert open_form(browser, address)["role.title:choice"] == "1"


def test_saving_the_same_form_twice_is_saving_it_once(browser: Browser, organization: str) -> None:
    address = section(organization)
    form = open_form(browser, address)
    form["role.title:choice"] = "2"
    assert browser.post(address, data=form).status_code == 303
    assert browser.post(address, data=form).status_code == 303
    assert open_form(browser, address)["role.title:choice"] == "2"


def test_the_script_is_told_what_it_must_remember_and_what_collides(
    browser: Browser, colleague: Browser, organization: str
) -> None:
    address = section(organization)
    mine, theirs = open_form(browser, address), open_form(colleague, address)
    mine["role.title:choice"] = "1"
    told = browser.post(address, data=mine, headers={"Accept": "application/json"})
    assert told.status_code == 200
    mine["role.title:seen"] = told.get_json()["seen"]["role.title"]
    mine["role.title:choice"] = "2"
    assert browser.post(address, data=mine, headers={"Accept": "application/json"}).status_code == 200
    theirs["role.title:choice"] = "4"
    told = colleague.post(address, data=theirs, headers={"Accept": "application/json"})
    assert (told.status_code, told.get_json()["colliding"]) == (409, ["role.title"])


def test_the_script_saves_what_is_right_beside_an_answer_that_is_not(browser: Browser, organization: str) -> None:
    address = section(organization)
    form = open_form(browser, address)
    form["role.title:choice"] = "does-not-apply"
    form["role.known:choice"] = "4"
    told = browser.post(address, data=form, headers={"Accept": "application/json"})
    assert told.status_code == 200
    assert told.get_json()["errors"] == {"role.title": {"reason": "Say in a few words why this does not apply here."}}
    now = open_form(browser, address)
    assert "role.title:choice" not in now
    assert now["role.known:choice"] == "4"


def test_who_saves_after_somebody_submitted_keeps_what_was_typed(
    browser: Browser, colleague: Browser, organization: str
) -> None:
    address = section(organization)
    late = open_form(colleague, address)
    late["role.title:note"] = "typed in vain?"
    walks.submit(browser, organization)
    response = colleague.post(address, data=late)
    assert response.status_code == 409
    assert "typed in vain?" in response.text


def test_a_form_of_the_submitted_draft_is_not_saved_into_the_amended_one(
    browser: Browser, colleague: Browser, organization: str
) -> None:
    address = section(organization)
    late = open_form(colleague, address)
    late["role.title:choice"] = "4"
    walks.submit(browser, organization)
    walks.amend(browser, organization)
    assert colleague.post(address, data=late).status_code == 409
    assert "role.title:choice" not in open_form(browser, address)


def test_submitting_twice_submits_once(browser: Browser, organization: str) -> None:
    review = form_fields(browser.read(f"{organization}/2026/review"))
    first = browser.post(f"{organization}/2026/submit", data=review)
    second = browser.post(f"{organization}/2026/submit", data=review)
    assert first.headers["Location"] == second.headers["Location"]
    assert browser.read(organization).count("revision 1") == 1


def test_going_back_to_the_questions_after_submitting_leads_to_the_organization(
    browser: Browser, organization: str
) -> None:
    walks.submit(browser, organization)
    for page in ("questions/role", "review", "profile"):
        response = browser.get(f"{organization}/2026/{page}")
        assert (response.status_code, response.headers["Location"]) == (303, organization)


def test_amending_makes_a_new_revision_and_leaves_the_old_one_as_it_was(browser: Browser, organization: str) -> None:
    walks.answer(browser, organization, level="2")
    old = walks.submit(browser, organization)
    before = browser.read(f"{old}/worked-out")
    walks.amend(browser, organization)
    walks.answer(browser, organization, level="4")
    new = walks.submit(browser, organization)
    assert (old[-1], new[-1]) == ("1", "2")
    assert browser.read(f"{old}/worked-out") == before
    assert "These answers were amended later" in browser.read(old)
    assert "is strong in every domain" in browser.read(new)


def test_amending_while_a_draft_is_open_goes_on_with_that_draft(browser: Browser, organization: str) -> None:
    walks.answer(browser, organization)
    walks.submit(browser, organization)
    walks.amend(browser, organization)
    walks.amend(browser, organization)
    assert len(all_forms(browser.read(f"{organization}/2026/review"))) == 1


def test_the_profile_is_not_overwritten_silently(browser: Browser, colleague: Browser, organization: str) -> None:
    address = f"{organization}/2026/profile"
    mine, theirs = open_form(browser, address), open_form(colleague, address)
    mine["peer_workers"] = "20"
    theirs["peer_workers"] = "30"
    assert browser.post(address, data=mine).status_code == 303
    response = colleague.post(address, data=theirs)
    assert response.status_code == 400
    assert "They put: Non-profit organization · 10 to 49 people · Yes · Yes · 20 peer workers." in response.text
    again = form_fields(response.text, which="page")
    assert again["peer_workers"] == "30"
    assert open_form(browser, address)["peer_workers"] == "20"
    assert colleague.post(address, data=again).status_code == 303
    assert open_form(browser, address)["peer_workers"] == "30"


def test_a_year_is_begun_once(browser: Browser, organization: str) -> None:
    again = browser.fill(f"{organization}/new-year", **{**walks.ABOUT_A_YEAR, "year": "2026"})
    assert again.status_code == 400
    assert "There is an assessment of this year already" in again.text
    other = browser.fill(f"{organization}/new-year", **{**walks.ABOUT_A_YEAR, "year": "2025"})
    assert other.status_code == 303
    assert "2025" in browser.read(organization)


def test_closing_a_gate_hides_its_questions_and_keeps_the_answers(browser: Browser, organization: str) -> None:
    walks.answer(browser, organization)
    profile = f"{organization}/2026/profile"
    form = open_form(browser, profile)
    form["gate:frontline"] = "no"
    browser.post(profile, data=form)
    assert "recog.cover:choice" not in open_form(browser, f"{organization}/2026/questions/recog")
    form = open_form(browser, profile)
    form["gate:frontline"] = "dont-know"
    browser.post(profile, data=form)
    assert open_form(browser, f"{organization}/2026/questions/recog")["recog.cover:choice"] == "2"


def test_a_note_on_a_question_whose_gate_a_colleague_closed_is_kept(
    browser: Browser, colleague: Browser, organization: str
) -> None:
    address = f"{organization}/2026/questions/recog"
    late = open_form(browser, address)
    late["recog.cover:note"] = "Ask Sam about weekends"
    late["recog.pay:choice"] = "2"
    profile = f"{organization}/2026/profile"
    for gate in ("no", "yes"):
        form = open_form(colleague, profile)
        form["gate:frontline"] = gate
        assert colleague.post(profile, data=form).status_code == 303
        if gate == "no":
            assert browser.post(address, data=late).status_code == 303
    assert open_form(browser, address)["recog.cover:note"] == "Ask Sam about weekends"


def test_amending_keeps_the_answers_behind_a_closed_gate(browser: Browser, organization: str) -> None:
    walks.answer(browser, organization)
    profile = f"{organization}/2026/profile"
    form = open_form(browser, profile)
    form["gate:frontline"] = "no"
    browser.post(profile, data=form)
    walks.submit(browser, organization)
    walks.amend(browser, organization)
    form = open_form(browser, profile)
    form["gate:frontline"] = "yes"
    browser.post(profile, data=form)
    assert open_form(browser, f"{organization}/2026/questions/recog")["recog.cover:choice"] == "2"
