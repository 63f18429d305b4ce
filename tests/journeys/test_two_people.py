"""Two people, or one in a hurry: nothing is overwritten silently, nothing typed is lost, nothing is done twice."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Opener
from tests.journeys.screens import (
    SECTIONS,
    Collision,
    FirstPage,
    OrganizationPage,
    PrivateLinkPage,
    ScorecardPage,
    SectionPage,
    start,
)

LEVEL_1, LEVEL_3 = "It depends who you ask", "For all of the work"  # of the first question


def two_browsers(open_page: Opener, *, javascript: bool) -> tuple[SectionPage, SectionPage]:
    """The same section of the same organization, in front of two people."""
    first, second = open_page(javascript=javascript), open_page(javascript=javascript)
    link_page = FirstPage(first).open().start().fill(name="Harbour Street").send()
    second.goto(link_page.link)
    section = link_page.go_on()
    second.goto(first.url)
    return section, SectionPage(second).says(SECTIONS[0])


def test_who_saves_second_sees_both_versions_and_chooses(open_page: Opener) -> None:
    one, other = two_browsers(open_page, javascript=False)
    one.choose(1, 1).save()
    other.choose(1, 3).write_note(1, "As seen on the rosters").choose(2, 0).press("Save")
    theirs, mine = Collision(other.page).versions()
    assert LEVEL_1 in theirs
    assert LEVEL_3 in mine
    assert "As seen on the rosters" in mine
    one.reload().has(1, 1).has(2, 0)  # until there is a choice nothing changes, except what nobody else touched
    Collision(other.page).keep("Saved by somebody else").has(1, 1).has(2, 0)
    one.reload().has(1, 1)
    expect(one.note(1)).to_have_value("")


def test_a_collision_while_working_is_said_and_saves_nothing(open_page: Opener) -> None:
    one, other = two_browsers(open_page, javascript=True)
    one.choose(1, 1).was_saved_meanwhile()
    other.choose(1, 3).shows_state("Somebody else changed an answer here. Press Save to see both.")
    one.reload().has(1, 1)
    other.press("Save")
    Collision(other.page).keep("Yours").has(1, 3)
    one.reload().has(1, 3)


def test_different_answers_of_one_section_never_collide(open_page: Opener) -> None:
    one, other = two_browsers(open_page, javascript=True)
    one.choose(1, 1).choose(3, 3).save()
    other.choose(2, 2).write_note(4, "Ask again in spring").save()
    for page in (one, other):
        page.reload().has(1, 1).has(2, 2).has(3, 3)
        expect(page.note(4)).to_have_value("Ask again in spring")


@pytest.mark.parametrize("javascript", [True, False])
def test_what_is_typed_while_somebody_submits_is_kept(open_page: Opener, javascript: bool) -> None:
    one, other = two_browsers(open_page, javascript=javascript)
    one.to_review().submit()
    other.choose(1, 3).write_note(1, "As seen on the rosters")
    if javascript:
        other.shows_state("Not saved yet. Press Save.")
    other.press("Save")
    other.says("These answers were submitted meanwhile").tells(LEVEL_3).tells("As seen on the rosters")


def test_pressing_submit_twice_submits_once(page: Page) -> None:
    start(page).to_review()
    page.get_by_role("button", name="Submit and see the scorecard").dblclick()
    scorecard = ScorecardPage(page).says("There are not enough answers yet to score any domain")
    scorecard.press("Harbour Street").says("Harbour Street")
    expect(page.get_by_role("link", name="Scorecard 2026")).to_have_count(1)
    expect(page.get_by_text("revision 1")).to_be_visible()


def test_going_back_after_submitting_submits_nothing_more(page: Page) -> None:
    start(page).to_review().submit().says("There are not enough answers yet to score any domain")
    page.go_back()
    again = page.get_by_role("button", name="Submit and see the scorecard")
    if again.is_visible():
        again.click()
    page.goto("/")
    OrganizationPage(page).press("Harbour Street").says("Harbour Street")
    expect(page.get_by_role("link", name="Scorecard 2026")).to_have_count(1)
    expect(page.get_by_text("revision 1")).to_be_visible()


def test_a_private_link_brings_back_on_another_device_until_there_is_a_new_one(open_page: Opener) -> None:
    mine, theirs, stranger = open_page(), open_page(), open_page()
    link_page = FirstPage(mine).open().start().fill(name="Harbour Street").send()
    link = link_page.link
    with mine.expect_download() as downloading:
        link_page.press("Save it as a file")
    assert link in downloading.value.path().read_text("utf-8")

    theirs.goto(link)
    there = OrganizationPage(theirs).says("Harbour Street")
    assert link.rpartition("/")[2] not in theirs.url

    link_page.reload()
    expect(link_page.page.get_by_label("Private link")).to_have_count(0)
    link_page.tells(
        "For safety a private link is shown only once."
        " If you did not save it, make a new one on your organization’s page."
    )
    link_page.press("To your organization’s page")
    new_link = OrganizationPage(mine).new_private_link().link
    assert new_link != link

    there.reload().says("There is no such page")
    stranger.goto(link)
    PrivateLinkPage(stranger).says("This link does not work")
    stranger.goto(new_link)
    PrivateLinkPage(stranger).says("Harbour Street")
    OrganizationPage(mine).press("I have saved it: on to the questions").says(SECTIONS[0])
