"""From an organization without an account to its second year: an owner, a colleague, and what changed."""

from __future__ import annotations

from datetime import date

import pytest
from playwright.sync_api import Page, expect

from questionnaire.web.site import Site
from tests.journeys import prepared
from tests.journeys.conftest import Opener
from tests.journeys.hands import Hand, Keyboard, Mouse
from tests.journeys.running import RunningSite
from tests.journeys.screens import (
    SECTIONS,
    YEAR,
    ChoosePassword,
    ColleaguesPage,
    Collision,
    FirstPage,
    Invited,
    OrganizationPage,
    PrivateLinkPage,
    ScorecardPage,
    Screen,
    SectionPage,
    SignIn,
)

NAME = "Harbour Street"
END_THE_LINK = "End it: only people with an account whom you invite can open this."
LEVEL_2, LEVEL_3 = "For some of the work", "For all of the work"  # of the first question
NO_SUCH_PAGE = "There is no such page"
ROLE, COMMUNICATION = SECTIONS[:2]
# Role clarity goes from (3 + 2 + 1 + 1 + 1) × 25 ÷ 5 = 40 to (4 + 4 + 3 + 3 + 3) × 25 ÷ 5 = 85, Communication from
# 6 × 50 ÷ 6 = 50 to (5 × 50 + 75) ÷ 6 = 54: one level in all is no clear change.
ROLE_THEN, ROLE_NOW = "32111", "44333"
COMMUNICATION_THEN, COMMUNICATION_NOW = "222222", "222223"


def test_an_owner_and_a_colleague_keep_two_years_together(
    open_page: Opener, site: RunningSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    kim, sam = open_page(), open_page()
    monkeypatch.setattr(Site, "today", lambda _site: date(YEAR, 11, 2))
    section, link = start_without_account(kim)
    own_with_account(section, site, "kim@harbour.example")
    assert_private_link_has_ended(open_page(), link)
    invitation = invite_colleague(OrganizationPage(kim), "Sam from the van")
    join_with_new_account(sam, invitation, "sam@harbour.example")
    edit_side_by_side(kim, sam)
    submit_once(SectionPage(kim))

    monkeypatch.setattr(Site, "today", lambda _site: date(YEAR + 1, 11, 3))
    kim = open_page()
    scorecard = answer_next_year(kim, "kim@harbour.example")
    read_what_changed(scorecard)
    remove_while_reading(kim, sam, "sam@harbour.example")


def start_without_account(page: Page) -> tuple[SectionPage, str]:
    link_page = FirstPage(page).open().start().fill(name=NAME).send()
    link = link_page.link
    return link_page.go_on().choose(1, 1).choose(2, 2).save(), link


def own_with_account(section: SectionPage, site: RunningSite, email: str) -> None:
    """The site sends no mail: whoever runs it gives the link that makes an account."""
    page = section.page
    section.to_organization(NAME).own().says("An account comes first").press("Make an account")
    Screen(page).says("This site sends no mail").tells(
        "Otherwise ask whoever runs the site for a link that makes your account."
    )
    page.goto(prepared.account_link(site.inside, email))
    first = ChoosePassword(page).says("Choose your password").tells(email).choose_password()
    claim = first.to_organization(NAME).own().says("Own this organization")
    claim.pick("What shall become of the private link?", END_THE_LINK).press("Own it")
    claim.says(NAME).tells("You own this organization now. You can invite colleagues.")


def assert_private_link_has_ended(page: Page, link: str) -> None:
    page.goto(link)
    PrivateLinkPage(page).says("This link does not work")


def invite_colleague(organization: OrganizationPage, whom: str) -> str:
    made = organization.to_colleagues().invite(whom)
    link = made.link
    made.back().tells(whom)
    return link


def join_with_new_account(page: Page, invitation: str, email: str, hand: Hand | None = None) -> None:
    invited = Invited(page, hand or Mouse()).open(invitation).tells(NAME).make_account(email)
    invited.join(email).says(NAME)


def edit_side_by_side(kim: Page, sam: Page) -> None:
    """Different answers of one section both stay; of one both are shown, and nothing typed is lost."""
    mine = OrganizationPage(kim).to_organization(NAME).open_review().to_section(ROLE)
    theirs = OrganizationPage(sam).open_review().to_section(ROLE).has(1, 1).has(2, 2)
    mine.choose(1, 2).choose(3, 1).save()
    theirs.choose(4, 1).choose(1, 3).write_note(1, "As seen on the rosters")
    theirs.shows_state("Somebody else changed an answer here. Press Save to see both.")
    theirs.press("Save")
    saved, typed = Collision(sam).versions()
    assert LEVEL_2 in saved
    assert LEVEL_3 in typed
    assert "As seen on the rosters" in typed
    Collision(sam).keep("Yours").has(1, 3).has(3, 1).has(4, 1)
    mine.reload().has(1, 3).has(2, 2).has(3, 1).has(4, 1)
    expect(mine.note(1)).to_have_value("As seen on the rosters")


def submit_once(section: SectionPage) -> None:
    page = section.page
    section.choose(5, 1).to_section(COMMUNICATION).answer(COMMUNICATION_THEN).to_review().submit(twice=True)
    ScorecardPage(page).has_row(f"{ROLE} 40").has_row(f"{COMMUNICATION} 50")
    page.go_back()
    OrganizationPage(page).says(NAME).has_one_scorecard(YEAR)


def answer_next_year(page: Page, email: str) -> ScorecardPage:
    """On another device, a year later: the form says what the organization said of itself last."""
    FirstPage(page).open().to_sign_in().sign_in(email)
    about = FirstPage(page).to_organization(NAME).begin_another_year().holds(year=YEAR + 1, peer_workers="12")
    section = about.fill(year=None, peer_workers="14").begin().answer(ROLE_NOW).to_section(COMMUNICATION)
    return section.answer(COMMUNICATION_NOW).to_review().submit()


def read_what_changed(scorecard: ScorecardPage) -> None:
    page = scorecard.page
    up = f"{NAME} is clearly up since {YEAR} on {ROLE}"
    scorecard.has_row(f"{ROLE} 85 +45").has_row(f"{COMMUNICATION} 54 No clear change (+4)")
    scorecard.press("See what moved").says(up)
    scorecard.tells("What moved up most").press("All years").says(up)
    scorecard.tells(
        f"{ROLE}: 40 in {YEAR}, 85 in {YEAR + 1}. Clearly up over shared questions: {YEAR}–{YEAR + 1} (+45)."
    )
    trend = page.locator("figure img").first
    trend.evaluate("(picture) => picture.decode()")
    assert trend.evaluate("(picture) => picture.naturalWidth") > 0


def remove_while_reading(kim: Page, sam: Page, email: str) -> None:
    """A year on, a browser must sign in again; what a colleague has open then is closed at the next click."""
    expired = SectionPage(sam).press("Save and continue").says(NO_SUCH_PAGE)
    expired.press("Sign in")
    SignIn(sam).says("Sign in").sign_in(email)
    FirstPage(sam).to_organization(NAME).press(f"Scorecard {YEAR}, revision 1")
    open_scorecard = ScorecardPage(sam).has_row(f"{ROLE} 40")
    OrganizationPage(kim).to_organization(NAME).to_colleagues().remove(email)
    open_scorecard.press("Advice in full").says(NO_SUCH_PAGE)
    open_scorecard.press("To the first page")
    expect(sam.get_by_role("link", name=NAME)).to_have_count(0)


@pytest.mark.parametrize("way", ["keyboard", "scripts-off"])
def test_signing_in_and_inviting(open_page: Opener, site: RunningSite, way: str) -> None:
    """Both sides of an invitation, by keyboard alone and with scripts off."""
    kim, sam = (open_page(javascript=way == "keyboard") for _who in range(2))
    email = f"kim.{way}@harbour.example"
    prepared.organization(site.inside, prepared.account(site.inside, email), name=NAME)

    def hand(page: Page) -> Hand:
        return Keyboard(page) if way == "keyboard" else Mouse()

    signing_in = FirstPage(kim, hand(kim)).open().to_sign_in()
    signing_in.sign_in(email, "not the password").tells("The address or the password is wrong.")
    signing_in.sign_in(email)
    invitation = invite_colleague(FirstPage(kim, hand(kim)).to_organization(NAME), "Sam from the van")
    join_with_new_account(sam, invitation, f"sam.{way}@harbour.example", hand(sam))
    ColleaguesPage(kim, hand(kim)).to_organization(NAME).to_colleagues().tells(f"sam.{way}@harbour.example")
