"""Drafts that are deleted: what goes with them, what stays, and what becomes of pages that were left open."""

import pytest
from flask import Flask
from sqlalchemy import select

from questionnaire.store import assessments, database, models
from questionnaire.store.assessments import Revision
from tests.pages import page_of, words
from tests.web import walks
from tests.web.client import Browser, Fields, form_fields
from tests.web.crowd import colleague, known, owner, site_of
from tests.web.stored import id_of, record_of, submitted


@pytest.fixture
def kim(app: Flask) -> Browser:
    """The owner."""
    return known(app)


@pytest.fixture
def organization(kim: Browser) -> str:
    response = kim.fill("/start", **walks.ABOUT)
    assert response.status_code == 303
    return response.headers["Location"].partition("/2026")[0]


@pytest.fixture
def sam(kim: Browser, organization: str) -> Browser:
    """A colleague who may answer."""
    return colleague(kim, organization)


def amended(kim: Browser, organization: str) -> str:
    """The scorecard of a year whose answers are open again."""
    scorecard = submitted(site_of(kim.application), organization, 2026, 2)
    walks.amend(kim, organization)
    return scorecard


def history(browser: Browser, organization: str) -> list[Revision]:
    with database.reading(site_of(browser.application).engine) as connection:
        return assessments.history(connection, id_of(organization))


def kinds(browser: Browser, organization: str) -> list[tuple[int, int, str]]:
    return [
        (one.year, one.number, "draft" if one.is_draft else "submitted") for one in history(browser, organization)
    ]


def told(browser: Browser, organization: str, deed: str) -> int:
    """How often the record says that something was done."""
    return browser.read(f"{organization}/record").count(deed)


def section(organization: str) -> str:
    return f"{organization}/2026/questions/role"


def typed(browser: Browser, organization: str, **more: str) -> Fields:
    """The first section as it stands, with something typed over it and not sent yet."""
    fields = form_fields(browser.read(section(organization)), which="page")
    for name, value in more.items():
        fields[f"role.{name.replace('_', ':')}"] = value
    return fields


# Deleting


def test_deleting_the_draft_of_a_first_year_deletes_the_year(kim: Browser, organization: str) -> None:
    kim.send(section(organization), typed(kim, organization, title_choice="1", known_choice="dont-know"))
    asked = kim.read(f"{organization}/2026/discard")
    assert "2 questions are answered in it." in asked
    deleted = kim.send(f"{organization}/2026/discard", form_fields(asked))
    assert (deleted.status_code, deleted.headers["Location"]) == (303, organization)
    page = kim.read(organization)
    assert "The draft of 2026 is deleted." in page
    assert "2026" not in [words(heading) for heading in page_of(page).all("h3")]
    with database.reading(site_of(kim.application).engine) as connection:
        for table in (models.assessment, models.revision, models.answer):
            assert connection.execute(select(table)).all() == []
    for left in ("review", "discard", "questions/role"):
        assert kim.get(f"{organization}/2026/{left}").status_code == 404
    assert kim.fill(f"{organization}/new-year", **walks.ABOUT_A_YEAR).status_code == 303
    assert kinds(kim, organization) == [(2026, 1, "draft")]
    assert "role.title:choice" not in typed(kim, organization)


def test_deleting_an_amendment_leaves_what_was_submitted(kim: Browser, organization: str) -> None:
    scorecard = amended(kim, organization)
    record = record_of(site_of(kim.application), scorecard)
    kim.send(section(organization), typed(kim, organization, title_choice="4"))
    assert kim.fill(f"{organization}/2026/discard").status_code == 303
    assert kinds(kim, organization) == [(2026, 1, "submitted")]
    assert record_of(site_of(kim.application), scorecard).record() == record.record()
    walks.amend(kim, organization)
    assert typed(kim, organization)["role.title:choice"] == "2", "the next amendment begins with what was submitted"


def test_deleting_twice_deletes_once(kim: Browser, organization: str) -> None:
    for deleted, left in enumerate(([], [(2026, 1, "submitted")]), 1):
        fields = form_fields(kim.read(f"{organization}/2026/discard"))
        for _press in range(2):
            pressed = kim.send(f"{organization}/2026/discard", fields)
            assert (pressed.status_code, pressed.headers["Location"]) == (303, organization)
        assert told(kim, organization, "Deleted the draft of 2026") == deleted
        assert kinds(kim, organization) == left
        amended(kim, organization)


def test_a_page_for_deleting_that_was_left_open_deletes_no_other_draft(
    kim: Browser, sam: Browser, organization: str
) -> None:
    left_open = form_fields(sam.read(f"{organization}/2026/discard"))
    amended(kim, organization)
    refused = sam.send(f"{organization}/2026/discard", left_open)
    assert refused.status_code == 409
    assert "These answers were submitted meanwhile" in refused.text
    assert kinds(kim, organization) == [(2026, 2, "draft"), (2026, 1, "submitted")]


def test_only_who_may_answer_deletes_and_to_strangers_there_is_nothing(kim: Browser, organization: str) -> None:
    viewer = colleague(kim, organization, "viewer", "viewer@example.org")
    stranger, theirs = owner(kim.application, "stranger@example.org")
    fields = form_fields(stranger.read(f"{theirs}/2026/discard"))
    for somebody, status in ((viewer, 403), (stranger, 404)):
        fields["csrf_token"] = walks.token_of(somebody.read("/start"))
        assert somebody.get(f"{organization}/2026/discard").status_code == status
        assert somebody.send(f"{organization}/2026/discard", fields).status_code == status
    assert "discard" not in viewer.read(organization)
    assert kinds(kim, organization) == kinds(kim, theirs) == [(2026, 1, "draft")]


def test_what_was_typed_into_an_amendment_that_was_deleted_meanwhile_is_kept(
    kim: Browser, sam: Browser, organization: str
) -> None:
    amended(kim, organization)
    late = typed(sam, organization, title_note="typed in vain?", known_choice="4")
    kim.fill(f"{organization}/2026/discard")
    answer = sam.send(section(organization), late)
    assert answer.status_code == 409
    assert "typed in vain?" in answer.text
    assert kinds(kim, organization) == [(2026, 1, "submitted")]


def test_what_was_typed_into_a_first_draft_that_was_deleted_meanwhile_is_kept(
    kim: Browser, sam: Browser, organization: str
) -> None:
    late = typed(sam, organization, title_note="typed in vain?")
    kim.fill(f"{organization}/2026/discard")
    answer = sam.send(section(organization), late)
    assert answer.status_code == 409
    assert "typed in vain?" in answer.text


def test_who_typed_into_a_deleted_draft_is_not_told_that_it_was_submitted(
    kim: Browser, sam: Browser, organization: str
) -> None:
    amended(kim, organization)
    late = typed(sam, organization, title_note="typed in vain?")
    kim.fill(f"{organization}/2026/discard")
    assert "submitted meanwhile" not in sam.send(section(organization), late).text


# The profile's form does not say yet of which draft it is: see the report on issue 3.


def test_who_changes_the_profile_of_what_was_submitted_meanwhile_is_told_so(
    kim: Browser, sam: Browser, organization: str
) -> None:
    late = form_fields(sam.read(f"{organization}/2026/profile"), which="page")
    walks.submit(kim, organization)
    answer = sam.send(f"{organization}/2026/profile", late, peer_workers="44")
    assert answer.status_code == 409
    assert "These answers were submitted meanwhile" in answer.text


def test_a_profile_of_a_first_draft_that_was_deleted_meanwhile_is_kept(
    kim: Browser, sam: Browser, organization: str
) -> None:
    late = form_fields(sam.read(f"{organization}/2026/profile"), which="page")
    kim.fill(f"{organization}/2026/discard")
    answer = sam.send(f"{organization}/2026/profile", late, peer_workers="44")
    assert answer.status_code == 409
    assert "44" in answer.text
