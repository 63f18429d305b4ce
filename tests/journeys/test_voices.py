"""Peer workers' voices, from the proposal to the result: on phones of 360 pixels, with JavaScript off."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count

import pytest
from playwright.sync_api import Page, expect

from questionnaire.core.codes import grouped
from questionnaire.core.rounds import Side, Terms
from questionnaire.core.voices import Form, Said, mirrored
from questionnaire.store import database, rounds, slips
from questionnaire.web.site import Site
from tests.journeys import prepared
from tests.journeys.checks import assert_sound
from tests.journeys.conftest import Opener
from tests.journeys.running import RunningSite
from tests.journeys.screens import Screen
from tests.web.stored import submitted

TODAY = date(2026, 11, 2)
LAST = TODAY + timedelta(days=20)
OWNERS = count()
WORD = "Lighthouse"


class Phone(Screen):
    """A peer worker's phone."""

    def type_code(self, address: str, code: str) -> Phone:
        self.page.goto(address)
        self.says("Your voice on peer work")
        self.write("The code on your slip", grouped(code).lower()).press("Go on")
        return self

    def answer(self, choice: int) -> Phone:
        """Answer this page's questions alike, and go on."""
        for question in self.page.locator("fieldset").all():
            self.hand.choose(question.get_by_role("radio").nth(choice))
        self.press("Save and go on")
        return self

    @property
    def is_asked(self) -> bool:
        return "/questions/" in self.page.url


@pytest.fixture
def scorecard(site: RunningSite, page: Page, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a scorecard whose owner is signed in on `page`."""
    monkeypatch.setattr(Site, "today", lambda _site: TODAY)
    owner = prepared.account(site.inside, f"voices.{next(OWNERS)}@harbour.example")
    organization = prepared.organization(site.inside, owner)
    prepared.sign_in(site.inside, page, owner)
    return submitted(site.inside, organization, 2026, 3)


def a_phone(open_page: Opener) -> Page:
    return open_page(javascript=False, width=360, height=640, has_touch=True, is_mobile=True)


def codes_of(site: Site, round_id: str) -> tuple[str, ...]:
    """The codes of a sheet; the sheet itself is a PDF, which is read in other tests."""
    with database.writing(site.engine) as connection:
        found = rounds.find(connection, round_id)
        assert found
        codes = slips.make(connection, site.keys.find(round_id), found, 6, on=site.today())
        slips.activate(connection, round_id)
    return codes


def test_a_round_from_its_proposal_to_its_result(
    page: Page, open_page: Opener, site: RunningSite, scorecard: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    organization = scorecard.partition("/2026/")[0]
    page.goto(f"{site.address}{organization}")
    owner = Screen(page).press("Peer workers’ voices").says("Peer workers’ voices")
    assert_sound(page)
    owner.press("Prepare a round").says("Prepare a round")
    assert_sound(page)
    owner.write("How many peer workers are asked?", "6")
    page.get_by_label("Last day to hand in a form").fill(str(LAST))
    page.get_by_label("How is everybody paid").fill("One hour at the usual rate.")
    owner.write("Who runs the machine that this site is on?", "Coast Network")
    owner.press("Propose, and get the steward’s link").says("The steward’s link")
    link = page.get_by_label("Steward’s link").input_value()

    steward_page = a_phone(open_page)
    steward_page.goto(link)
    steward = Screen(steward_page).says("You are asked to be the steward")
    assert_sound(steward_page)
    steward.write("Your name, as the other peer workers know you", "Robin")
    steward_page.get_by_label("The peer workers chose me").check()
    steward.press("Accept, and get a link of my own").says("Your own link")
    assert_sound(steward_page)
    steward.press("I have saved it: on to my round").says("Your round")
    steward.press("Agree to these terms").tells("The round is open.")
    assert_sound(steward_page)
    with steward_page.expect_download() as sheet:
        steward.press("Make 6 slips (PDF)")
    assert sheet.value.suggested_filename.endswith(".pdf")
    round_id = steward_page.url.rsplit("/", 1)[1]
    codes = codes_of(site.inside, round_id)
    steward.reload()
    address = f"{site.address}/v/{handle_of(site.inside, round_id)}"

    hand_in(open_page, address, codes[0])
    for code in codes[1:]:
        hand_in_quickly(site.inside, round_id, code)

    page.goto(f"{site.address}{organization}/rounds/{round_id}")
    owner.says("Round beside 2026")
    assert_sound(page)
    monkeypatch.setattr(Site, "today", lambda _site: LAST + timedelta(days=1))
    peer = a_phone(open_page)
    peer.goto(address)
    Screen(peer).says("What peer workers said")
    expect(peer.get_by_role("row", name="Communication")).to_contain_text("25")
    assert_sound(peer)
    page.reload()
    expect(page.get_by_role("row", name="Communication")).to_have_count(0)
    monkeypatch.setattr(Site, "today", lambda _site: LAST + timedelta(days=3))
    page.reload()
    expect(page.get_by_role("row", name="Communication")).to_contain_text("25")
    assert_sound(page)


def test_a_form_is_begun_on_one_phone_and_handed_in_on_another(
    page: Page, open_page: Opener, site: RunningSite, scorecard: str
) -> None:
    round_id = opened(site.inside, scorecard)
    address = f"{site.address}/v/{handle_of(site.inside, round_id)}"
    code = codes_of(site.inside, round_id)[0]
    first = Phone(a_phone(open_page))
    first.page.goto(f"{address}/{code}")
    first.says("Before you start")
    assert code not in first.page.url
    first.write("Your word", WORD).press("Start").says("What you do here").answer(0).answer(3)
    first.press("Save and stop for now").says("Saved. You can close this page.")
    assert_sound(first.page)

    second = Phone(a_phone(open_page)).type_code(address, code).says("Welcome back")
    assert_sound(second.page)
    second.write("Your word", "wrong").press("Go on").says("Your voice on peer work")
    expect(second.page.get_by_role("alert")).to_contain_text("No form opens with this")
    assert_sound(second.page)
    second.type_code(address, code).write("Your word", WORD.lower()).press("Go on").says("What you do here")
    second.press("Save and go on").says("Role clarity")
    expect(second.page.get_by_role("radio").nth(3)).to_be_checked()
    while second.is_asked:
        second.press("Save and go on")
    second.says("Hand it in").press("Hand it in").says("Thank you. It is counted.")
    first.type_code(address, code).says("This code is used")
    assert_sound(first.page)


def test_a_paper_form_is_typed_in_by_keyboard_and_finger(
    page: Page, open_page: Opener, site: RunningSite, scorecard: str
) -> None:
    round_id = opened(site.inside, scorecard)
    address = f"{site.address}/v/{handle_of(site.inside, round_id)}"
    typist = Phone(a_phone(open_page)).type_code(address, codes_of(site.inside, round_id)[0])
    typist.press("Type in a paper form").says("Type in a paper form")
    assert_sound(typist.page)
    asked = sum(len(mirrored(domain)) for domain in site.inside.instrument.domains)
    expect(typist.page.locator("fieldset")).to_have_count(asked + len(site.inside.instrument.gates))
    typist.press("Hand it in").says("Thank you. It is counted.")
    cookies = [cookie for cookie in typist.page.context.cookies() if "voice" in str(cookie.get("name"))]
    assert [(cookie.get("path"), cookie.get("expires"), cookie.get("httpOnly")) for cookie in cookies] == [
        ("/v/", -1, True)
    ]
    assert len(typist.page.context.cookies()) == 1


def hand_in(open_page: Opener, address: str, code: str) -> None:
    """From the code to the thank-you page, with a look at each."""
    phone = Phone(a_phone(open_page))
    phone.page.goto(address)
    assert_sound(phone.page)
    phone.type_code(address, code).says("Before you start")
    assert_sound(phone.page)
    phone.write("Your word", WORD).press("Start").says("What you do here").answer(0)
    assert_sound(phone.page)
    while phone.is_asked:
        phone.answer(1)
    phone.says("Hand it in")
    assert_sound(phone.page)
    phone.press("Hand it in").says("Thank you. It is counted.")
    assert_sound(phone.page)


def hand_in_quickly(site: Site, round_id: str, code: str) -> None:
    """What others say who were not looked at."""
    said = {item.id: Said("1") for domain in site.instrument.domains for item in mirrored(domain)}
    key = site.keys.find(round_id)
    with database.writing(site.engine) as connection:
        found = rounds.find(connection, round_id)
        assert found
        slips.hand_in(
            connection,
            key,
            found,
            key.code_hash(code),
            site.instrument,
            form=lambda _slip: Form(said=said),
            on=site.today(),
        )


def opened(site: Site, scorecard: str) -> str:
    """A round of six that is open; its id."""
    organization_id = scorecard.partition("/2026/")[0].rsplit("/", 1)[1]
    terms = Terms(
        peer_workers=6,
        closes_on=LAST,
        board=False,
        network=False,
        words=True,
        pay="An hour.",
        operator="Coast Network",
        by_employer=True,
    )
    with database.writing(site.engine) as connection:
        round_id, _token = rounds.propose(connection, organization_id, 2026, 1, terms, on=site.today())
        rounds.accept(connection, round_id, "Robin", on=site.today())
        assert rounds.agree(connection, site.keys, round_id, Side.STEWARD, seen=terms.fingerprint, on=site.today())
    return round_id


def handle_of(site: Site, round_id: str) -> str:
    with database.reading(site.engine) as connection:
        found = rounds.find(connection, round_id)
    assert found
    return found.handle
