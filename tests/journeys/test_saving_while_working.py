"""What scripts add: answers are saved without pressing anything, links are copied by a button, passwords shown."""

from __future__ import annotations

import time

from playwright.sync_api import Page, Route, expect

from tests.journeys.conftest import PATIENCE, Opener
from tests.journeys.screens import FirstPage, SectionPage, start

UNSAVED = "Not saved yet. Press Save."


def test_an_answer_is_saved_without_pressing_anything(page: Page) -> None:
    section = start(page).choose(2, 3).was_saved_meanwhile()
    section.reload().has(2, 3)
    section.choose(2, 1).was_saved_meanwhile()
    section.choose(3, 4).was_saved_meanwhile()
    section.write_note(2, "Since spring").save().has(2, 1).has(3, 4)  # and nobody collides with oneself
    expect(section.note(2)).to_have_value("Since spring")


def test_a_note_is_kept_when_one_leaves_right_after_typing(page: Page) -> None:
    section = start(page).write_note(1, "Ask the board in May").press("Harbour Street").says("Harbour Street")
    section.press("Continue: see what is open").says("Review before you submit").press("Role clarity")
    returned = SectionPage(page).says("Role clarity")
    until = time.monotonic() + PATIENCE / 1000
    while not returned.note(1).input_value() and time.monotonic() < until:
        returned.reload()  # what a browser sends while its reader leaves may arrive after the next page was asked for
    expect(returned.note(1)).to_have_value("Ask the board in May")


def test_a_lost_connection_is_said_and_a_later_press_saves(page: Page) -> None:
    section = start(page)
    page.context.set_offline(True)
    section.choose(1, 3).shows_state(UNSAVED)
    page.context.set_offline(False)
    section.save().reload().has(1, 3)


def test_changing_and_saving_while_the_page_is_still_saving_collides_with_nobody(page: Page) -> None:
    """On a slow line the answer to the page's own saving may come after its reader has changed and saved more."""
    section = start(page)
    on_their_way: list[Route] = []

    def hold_up(route: Route) -> None:
        on_their_way.append(route)

    page.route("**/questions/role", hold_up, times=1)
    section.choose(1, 3).shows_state("Saving …")
    section.choose(1, 4)
    until = time.monotonic() + PATIENCE / 1000
    while not on_their_way and time.monotonic() < until:
        page.wait_for_timeout(20)  # the page says so before the browser has sent it
    [route] = on_their_way
    arrived = route.fetch()
    section.press("Save")
    route.fulfill(response=arrived)
    section.is_saved().has(1, 4).reload().has(1, 4)


def test_the_private_link_is_copied_by_a_button(open_page: Opener) -> None:
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    link_page = FirstPage(page).open().start().fill(name="Harbour Street").send()
    link_page.press("Copy the link")
    expect(page.get_by_role("button", name="Copied.")).to_be_visible()
    assert page.evaluate("() => navigator.clipboard.readText()") == link_page.link


def test_a_password_is_shown_on_wish_and_hidden_again_when_it_is_sent(page: Page) -> None:
    sign_in = FirstPage(page).open().to_sign_in().write("Password", "harbour lights")
    password, shown = page.get_by_label("Password", exact=True), page.get_by_label("Show the password")
    expect(password).to_have_attribute("type", "password")
    shown.check()
    expect(password).to_have_attribute("type", "text")
    expect(password).to_have_value("harbour lights")
    sign_in.press_button("Sign in").tells("Nothing was saved yet")
    expect(password).to_have_attribute("type", "password")
    expect(password).to_have_value("")
