"""Two accounts that do something with one year in the same moment: it is done once, or one of them is told."""

from collections.abc import Callable, Iterator
from itertools import count

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from questionnaire.store import database, models
from tests.moments import at_once
from tests.postgres import Postgres
from tests.web import walks
from tests.web.client import Browser, Fields, form_fields
from tests.web.conftest import running
from tests.web.crowd import colleague, owner, site_of
from tests.web.stored import id_of
from tests.web.test_drafts import amended, kinds, section, told, typed

NUMBERS = count()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def app(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """One site on each database for all these tests: each has an organization of its own."""
    if request.param == "sqlite":
        yield from running(f"sqlite:///{tmp_path_factory.mktemp('moment') / 'alongside.sqlite'}")
        return
    server: Postgres = request.getfixturevalue("postgres")
    with server.database() as url:
        yield from running(url)


@pytest.fixture
def pair(app: Flask) -> tuple[Browser, Browser, str]:
    """An owner, a colleague who may answer, and their organization."""
    number = next(NUMBERS)
    kim, organization = owner(app, f"kim.{number}@example.org")
    return kim, colleague(kim, organization, email=f"sam.{number}@example.org"), organization


def both(browsers: tuple[Browser, Browser], address: str, page: str, **typed_over: str) -> list[TestResponse]:
    """What both get who press the same button of the same page at once."""
    forms = [form_fields(browser.read(page)) for browser in browsers]
    pressed = [press(browser, address, form, typed_over) for browser, form in zip(browsers, forms, strict=True)]
    return at_once(pressed)


def press(browser: Browser, address: str, form: Fields, typed_over: dict[str, str]) -> Callable[[], TestResponse]:
    return lambda: browser.send(address, form, **typed_over)


def test_different_answers_of_a_section_are_both_kept_and_of_two_to_one_question_the_second_is_asked(
    pair: tuple[Browser, Browser, str],
) -> None:
    kim, sam, organization = pair
    address = section(organization)
    mine = typed(kim, organization, title_choice="1", title_note="Kim’s", limits_choice="1", limits_note="Kim’s")
    theirs = typed(sam, organization, known_choice="4", known_note="Sam’s", limits_choice="3", limits_note="Sam’s")
    saved = at_once([lambda: kim.send(address, mine), lambda: sam.send(address, theirs)])
    assert sorted(response.status_code for response in saved) == [303, 409]
    (asked,) = [response for response in saved if response.status_code == 409]
    assert all(name in asked.text for name in ("Kim’s", "Sam’s"))
    now = typed(kim, organization)
    assert (now["role.title:choice"], now["role.title:note"]) == ("1", "Kim’s")
    assert (now["role.known:choice"], now["role.known:note"]) == ("4", "Sam’s")
    first = ("1", "Kim’s") if asked is saved[1] else ("3", "Sam’s")
    assert (now["role.limits:choice"], now["role.limits:note"]) == first


def test_two_who_submit_and_then_amend_do_each_once(pair: tuple[Browser, Browser, str]) -> None:
    kim, sam, organization = pair
    pressed = both((kim, sam), f"{organization}/2026/submit", f"{organization}/2026/review")
    assert [response.headers.get("Location") for response in pressed] == [f"{organization}/2026/scorecard/1"] * 2
    assert kinds(kim, organization) == [(2026, 1, "submitted")]
    tokens = [{"csrf_token": walks.token_of(browser.read(organization))} for browser in (kim, sam)]
    address = f"{organization}/2026/amend"
    pressed = at_once([lambda: kim.post(address, data=tokens[0]), lambda: sam.post(address, data=tokens[1])])
    assert [response.headers.get("Location") for response in pressed] == [f"{organization}/2026/review"] * 2
    assert kinds(kim, organization) == [(2026, 2, "draft"), (2026, 1, "submitted")]
    assert told(kim, organization, "Submitted 2026, revision 1") == 1
    assert told(kim, organization, "Opened the answers of 2026 again") == 1


def test_a_year_that_two_begin_is_begun_once_and_a_draft_that_two_delete_is_deleted_once(
    pair: tuple[Browser, Browser, str],
) -> None:
    kim, sam, organization = pair
    pressed = both((kim, sam), f"{organization}/new-year", f"{organization}/new-year", year="2025")
    assert sorted(response.status_code for response in pressed) == [303, 400]
    (late,) = [response for response in pressed if response.status_code == 400]
    assert "There is an assessment of this year already" in late.text
    pressed = both((kim, sam), f"{organization}/2025/discard", f"{organization}/2025/discard")
    assert [response.headers.get("Location") for response in pressed] == [organization] * 2
    assert kinds(kim, organization) == [(2026, 1, "draft")]
    assert told(kim, organization, "Began 2025") == told(kim, organization, "Deleted the draft of 2025") == 1


def test_a_draft_that_is_submitted_and_deleted_in_the_same_moment_is_one_of_the_two(
    pair: tuple[Browser, Browser, str],
) -> None:
    kim, sam, organization = pair
    amended(kim, organization)
    submit = form_fields(kim.read(f"{organization}/2026/review"))
    discard = form_fields(sam.read(f"{organization}/2026/discard"))
    pressed = at_once(
        [
            lambda: kim.send(f"{organization}/2026/submit", submit),
            lambda: sam.send(f"{organization}/2026/discard", discard),
        ]
    )
    was_submitted = (2026, 2, "submitted") in kinds(kim, organization)
    assert [response.status_code for response in pressed] == ([303, 409] if was_submitted else [404, 303])
    assert told(kim, organization, "Submitted 2026, revision 2") == was_submitted
    assert told(kim, organization, "Deleted the draft of 2026") == (not was_submitted)


def test_an_answer_and_a_deletion_in_the_same_moment_leave_no_half_of_a_draft(
    pair: tuple[Browser, Browser, str],
) -> None:
    kim, sam, organization = pair
    amended(kim, organization)
    late = typed(sam, organization, title_note="kept either way")
    discard = form_fields(kim.read(f"{organization}/2026/discard"))
    deleted, saved = at_once(
        [
            lambda: kim.send(f"{organization}/2026/discard", discard),
            lambda: sam.send(section(organization), late),
        ]
    )
    assert deleted.status_code == 303
    assert saved.status_code == 303 or (saved.status_code == 409 and "kept either way" in saved.text)
    assert kinds(kim, organization) == [(2026, 1, "submitted")]
    with database.reading(site_of(kim.application).engine) as connection:
        mine = models.answer.c.organization_id == id_of(organization)
        assert set(connection.scalars(select(models.answer.c.number).where(mine))) == {1}


def test_a_form_of_before_an_amendment_is_refused_and_what_was_typed_is_kept(
    pair: tuple[Browser, Browser, str],
) -> None:
    kim, sam, organization = pair
    late = typed(sam, organization, title_choice="4", title_note="of the first revision")
    amended(kim, organization)
    answer = sam.send(section(organization), late)
    assert answer.status_code == 409
    assert "of the first revision" in answer.text
    assert "For all of it, and checked" in answer.text
    now = typed(kim, organization)
    assert (now["role.title:choice"], now["role.title:note"]) == ("2", "")
