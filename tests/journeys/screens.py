"""The pages as their users meet them: what one can do on each, and where that leads."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Self

from playwright.sync_api import Locator, Page, expect

from tests.journeys.hands import Hand, Mouse
from tests.web.walks import PASSWORD

YEAR = 2026
SECTIONS = ("Role clarity", "Communication", "Fit of experience", "Training and support", "Recognition", "Commitment")
DONT_KNOW = "We don’t know"
DOES_NOT_APPLY = "Doesn’t apply here"
EDITOR = "Editor: reads and answers"
SUBMIT = "Submit and see the scorecard"
TABLE = "Points by domain, 0 to 100"
PEER_WORKERS = "How many of them are peer workers?"


@dataclass(frozen=True)
class Screen:
    """Any page of the site, in front of somebody with a mouse, a keyboard or a finger."""

    page: Page
    hand: Hand = field(default_factory=Mouse)

    def says(self, words: str | re.Pattern[str]) -> Self:
        """Wait until the page's heading says so."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(words)
        return self

    def tells(self, words: str) -> Self:
        """Wait until these words stand anywhere on the page."""
        expect(self.page.get_by_text(words, exact=True).first).to_be_visible()
        return self

    def press(self, name: str) -> Self:
        """Press the button or follow the link of this name."""
        named = self.page.get_by_role("button", name=name, exact=True)
        self.hand.press(named.or_(self.page.get_by_role("link", name=name, exact=True)).first)
        return self

    def press_button(self, name: str) -> Self:
        """Press the button of this name, where a link is called the same."""
        self.hand.press(self.page.get_by_role("button", name=name, exact=True))
        return self

    def write(self, label: str, words: str) -> Self:
        self.hand.write(self.page.get_by_label(label, exact=True), words)
        return self

    def pick(self, question: str, answer: str) -> Self:
        group = self.page.locator("fieldset").filter(has_text=question)
        self.hand.choose(group.get_by_label(answer, exact=True))
        return self

    def reload(self) -> Self:
        self.page.reload()
        return self

    def to_organization(self, name: str) -> OrganizationPage:
        """By its name, which stands on the first page, and on top of every page that is about it."""
        self.press(name)
        return OrganizationPage(self.page, self.hand).says(name)


class FirstPage(Screen):
    def open(self) -> Self:
        self.page.goto("/")
        return self.says("How well does your organization stand alongside its peer workers?")

    def to_sign_in(self) -> SignIn:
        self.press("Sign in")
        return SignIn(self.page, self.hand).says("Sign in")

    def start(self) -> About:
        self.press("Start an assessment")
        return About(self.page, self.hand).says("About your organization")


class About(Screen):
    """The profile, at the start, in a new year, or when it is changed."""

    def fill(self, *, name: str | None = None, peer_workers: str = "12", year: int | None = YEAR) -> Self:
        if name is not None:
            self.write("Name of the organization", name)
        if year is not None:
            self.write("Which year is this assessment about?", str(year))
        self.pick("What kind of organization are you?", "Non-profit organization")
        self.pick("How many people work for you, in all?", "10 to 49 people")
        self.write(PEER_WORKERS, peer_workers)
        self.pick("Do peer workers hand out supplies", "Yes")
        self.pick("Do peer workers help people with forms", "Yes")
        return self

    def holds(self, *, year: int, peer_workers: str) -> Self:
        """The form is filled already: as it was last, for this year."""
        expect(self.page.get_by_label("Which year is this assessment about?")).to_have_value(str(year))
        expect(self.page.get_by_label(PEER_WORKERS)).to_have_value(peer_workers)
        for answer in ("Non-profit organization", "10 to 49 people"):
            expect(self.page.get_by_label(answer, exact=True)).to_be_checked()
        return self

    def send(self) -> PrivateLinkPage:
        self.press("Start")
        return PrivateLinkPage(self.page, self.hand).says("Your private link")

    def begin(self) -> SectionPage:
        self.press("Begin")
        return SectionPage(self.page, self.hand).says(SECTIONS[0])


class SignIn(Screen):
    def sign_in(self, email: str, password: str = PASSWORD) -> Screen:
        """What opens then is where one wanted to go."""
        self.write("E-mail address", email).write("Password", password).press_button("Sign in")
        return Screen(self.page, self.hand)


class ChoosePassword(Screen):
    """Where a link leads that makes an account."""

    def choose_password(self) -> FirstPage:
        self.write("New password", PASSWORD).press("Save and sign in")
        return FirstPage(self.page, self.hand).tells("Your password is set, and you are signed in.")


class PrivateLinkPage(Screen):
    @property
    def link(self) -> str:
        return self.page.get_by_label("Private link").input_value()

    def go_on(self) -> SectionPage:
        self.press("I have saved it: on to the questions")
        return SectionPage(self.page, self.hand).says(SECTIONS[0])


class Steps(Screen):
    """A page of the assessment: the bar on top leads to all others."""

    def to_section(self, name: str) -> SectionPage:
        self.press(name)
        return SectionPage(self.page, self.hand).says(name)

    def to_profile(self) -> About:
        self.press("Your organization")
        return About(self.page, self.hand).says("About your organization")

    def to_review(self) -> ReviewPage:
        self.press("Review")
        return ReviewPage(self.page, self.hand).says("Review before you submit")


class SectionPage(Steps):
    """The questions of one section; they are counted from 1, as on the page."""

    def question(self, number: int) -> Locator:
        return self.page.locator("fieldset").nth(number - 1)

    def level(self, number: int, level: int) -> Locator:
        return self.question(number).get_by_role("radio").nth(level)

    def field(self, number: int, label: str) -> Locator:
        return self.question(number).get_by_label(label, exact=True)

    def note(self, number: int) -> Locator:
        return self.field(number, "A note for your colleagues, or for next year")

    def reason(self, number: int) -> Locator:
        return self.field(number, "Why doesn’t it apply?")

    def choose(self, number: int, level: int | str) -> Self:
        """A level, or one of the two answers beside the levels by its words."""
        self.hand.choose(self.level(number, level) if isinstance(level, int) else self.field(number, level))
        return self

    def write_note(self, number: int, words: str) -> Self:
        if not self.note(number).is_visible():
            self.hand.press(self.question(number).locator("summary"))
        self.hand.write(self.note(number), words)
        return self

    def does_not_apply(self, number: int, reason: str) -> Self:
        self.choose(number, DOES_NOT_APPLY)
        self.hand.write(self.reason(number), reason)
        return self

    def answer(self, levels: str) -> Self:
        """Every question in turn: a digit is a level, and ? is not knowing."""
        for number, level in enumerate(levels, 1):
            self.choose(number, DONT_KNOW if level == "?" else int(level))
        return self

    def save(self) -> Self:
        self.press("Save")
        return self.is_saved()

    def is_saved(self) -> Self:
        """The page was sent and came back."""
        expect(self.page.locator("p.said")).to_have_text("Saved.")
        return self

    def was_saved_meanwhile(self) -> Self:
        """The page's script has saved."""
        return self.shows_state("Saved.")

    def shows_state(self, words: str) -> Self:
        expect(self.page.locator(".state")).to_have_text(words)
        return self

    def has(self, number: int, level: int) -> Self:
        expect(self.level(number, level)).to_be_checked()
        return self


class Collision(Screen):
    """Two answers to the same question."""

    def versions(self) -> tuple[str, str]:
        """What somebody else saved, and what one chose oneself."""
        self.says("Two answers to the same question")
        theirs, mine = (version.inner_text() for version in self.page.locator(".version").all())
        return theirs, mine

    def keep(self, whose: str) -> SectionPage:
        """Keep the version "Saved by somebody else", or "Yours"."""
        self.hand.choose(self.page.get_by_label(whose, exact=True))
        self.press("Save my choice")
        return SectionPage(self.page, self.hand).is_saved()


class ReviewPage(Steps):
    def submit(self, *, twice: bool = False) -> ScorecardPage:
        """With a double click, as many press every button."""
        if twice:
            self.page.get_by_role("button", name=SUBMIT).dblclick()
        else:
            self.press(SUBMIT)
        expect(self.page).to_have_url(re.compile(r"/scorecard/\d+$"))
        return ScorecardPage(self.page, self.hand)


class ScorecardPage(Screen):
    @property
    def figures(self) -> dict[str, str]:
        """The table: what stands beside each domain."""
        rows = self.page.get_by_role("table", name=TABLE).locator("tbody tr").all()
        return {row.locator("th").inner_text(): row.locator("td").last.inner_text() for row in rows}

    def has_row(self, words: str) -> Self:
        """The table has a row that reads so, from left to right."""
        row = self.page.get_by_role("table", name=TABLE).get_by_role("row", name=words, exact=True)
        expect(row).to_be_visible()
        return self

    @property
    def radar(self) -> Locator:
        return self.page.get_by_role("img", name=re.compile("^Radar chart"))


class OrganizationPage(Screen):
    def open_review(self) -> ReviewPage:
        self.press("Continue: see what is open")
        return ReviewPage(self.page, self.hand).says("Review before you submit")

    def new_private_link(self) -> PrivateLinkPage:
        self.press("Make a new private link")
        return PrivateLinkPage(self.page, self.hand).says("Your private link")

    def own(self) -> Screen:
        """What opens depends on whether one has an account."""
        self.press("Own it with an account")
        return Screen(self.page, self.hand)

    def begin_another_year(self) -> About:
        self.press("Begin another year")
        return About(self.page, self.hand).says("Begin another year")

    def to_colleagues(self) -> ColleaguesPage:
        self.press("Colleagues and invitations")
        return ColleaguesPage(self.page, self.hand).says("Colleagues")

    def has_one_scorecard(self, year: int) -> Self:
        """However often it was submitted, there is one of this year, and it is the first."""
        expect(self.page.get_by_role("link", name=f"Scorecard {year}")).to_have_count(1)
        expect(self.page.get_by_role("link", name=f"Scorecard {year}, revision 1", exact=True)).to_be_visible()
        return self


class ColleaguesPage(Screen):
    def invite(self, whom: str, what_for: str = EDITOR) -> InvitationPage:
        self.write("Who is it for?", whom).pick("What may they do?", what_for).press("Make the invitation")
        return InvitationPage(self.page, self.hand).says("The invitation")

    def remove(self, email: str) -> Self:
        return self.press(f"Remove {email}").tells(f"{email} cannot open this organization any more.")


class InvitationPage(Screen):
    """The link that was just made, for its owner to give on."""

    @property
    def link(self) -> str:
        return self.page.get_by_label("Invitation", exact=True).input_value()

    def back(self) -> ColleaguesPage:
        self.press("To the colleagues")
        return ColleaguesPage(self.page, self.hand).says("Colleagues")


class Invited(Screen):
    """The page that the link of an invitation opens."""

    def open(self, link: str) -> Self:
        self.page.goto(link)
        return self.says("You are invited")

    def make_account(self, email: str) -> Self:
        self.press("Make an account").says("Make an account")
        self.write("E-mail address", email).write("New password", PASSWORD).press("Make the account")
        return self.says("You are invited")

    def join(self, email: str) -> OrganizationPage:
        self.tells(email).press("Join")
        return OrganizationPage(self.page, self.hand).tells("You may read everything and answer.")


def start(page: Page, hand: Hand | None = None, *, name: str = "Harbour Street") -> SectionPage:
    """From the first page to the first questions."""
    about = FirstPage(page, hand or Mouse()).open().start()
    return about.fill(name=name).send().go_on()


def answer_all(section: SectionPage, levels: tuple[str, ...]) -> ReviewPage:
    """From the first section through all of them to the review."""
    for here, there in zip(levels, (*SECTIONS[1:], "Review before you submit"), strict=True):
        section.answer(here).press("Save and continue").says(there)
    return ReviewPage(section.page, section.hand)
