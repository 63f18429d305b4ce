"""The study's own case, through the pages: our coding of its findings, and what the tool makes of them."""

from typing import Final

import pytest
from flask import Flask

from questionnaire.config import ROOT
from questionnaire.core.access import Role
from questionnaire.store import access, cases, database
from questionnaire.web.commands.demo import CASE
from questionnaire.web.site import Site
from tests.pages import Page, words
from tests.web import walks
from tests.web.client import Browser, form_fields

NOTICE: Final = "Our coding of the study’s findings, to try the tool: not an organization, not a measurement."

# Worked out by hand from data/cases/greer-2021.yaml: 25 × the mean level of the items that have one.
POINTS: Final = {
    "Role clarity": "19",  # title 1, description 1, limits 0, known 1: 75 ÷ 4 = 18.75
    "Communication": "10",  # start 1, ahead 1, power 0, feedback 0, performance 0: 50 ÷ 5
    "Fit of experience": "25",  # specified 1, match 1, duties 2, identity 1, navigation 0: 125 ÷ 5
    "Training and support": "20",  # match 1, access 1, tools 1, supervisors 1, load 0: 100 ÷ 5
    "Recognition": "5",  # pay 0, after-hours 0, cover 0, navigation 0, credit 1: 25 ÷ 5
    "Commitment": "Not enough answers (5 more needed)",
}
OVERALL: Final = "Mean of the scored domains: 16."  # (18.75 + 10 + 25 + 20 + 5) ÷ 5 = 15.75

# What the authors call for in their discussion, in the words by which it is found there; the advice that leads must
# be about one of these.
CALLED_FOR: Final = {
    "role.limits": "improvements need to be made in communication, role expectations, role definition",
    "comm.power": "improvements need to be made in communication",
    "fit.navigation": "acknowledge or enable peer workers’ efforts",
}


@pytest.fixture
def case() -> cases.Case:
    return cases.read(CASE)


def test_the_case_goes_by_the_web_from_start_to_scorecard(browser: Browser, case: cases.Case) -> None:
    profile = {
        "name": case.name.en,
        "year": str(case.year),
        "kind": case.profile.kind,
        "size": case.profile.size,
        "peer_workers": str(case.profile.peer_workers),
        **{f"gate:{gate}": answer.value for gate, answer in case.profile.gates.items()},
    }
    organization = walks.start(browser, **profile)
    for domain in ("role", "comm", "fit", "support", "recog", "commit"):
        address = f"{organization}/{case.year}/questions/{domain}"
        fields = form_fields(browser.read(address), which="page")
        for item_id, answer in case.answers.items():
            if item_id.startswith(f"{domain}."):
                fields[f"{item_id}:choice"] = answer.choice or ""
                fields[f"{item_id}:note"] = answer.note
        assert browser.post(address, data=fields).status_code == 303
    scorecard = walks.submit(browser, organization, case.year)
    assert_scores(browser, scorecard)
    assert_levels(browser, scorecard, case)
    assert_what_leads(browser, scorecard)


def test_the_demo_shows_the_same_and_says_on_every_page_what_it_is(
    app: Flask, site: Site, case: cases.Case, browser: Browser
) -> None:
    with database.writing(site.engine) as connection:
        organization_id = cases.load(connection, case, site.instrument, on=site.today())
        assert cases.load(connection, case, site.instrument, on=site.today()) == organization_id
        token, _link = access.make_link(connection, organization_id, Role.EDITOR, on=site.today())
    organization = browser.get(f"/in/{token}").headers["Location"]
    scorecard = f"{organization}/{case.year}/scorecard/1"
    assert_scores(browser, scorecard)
    walks.amend(browser, organization, case.year)
    for page in (
        organization,
        f"{organization}/private-link",
        f"{organization}/new-year",
        f"{organization}/{case.year}/profile",
        f"{organization}/{case.year}/questions/role",
        f"{organization}/{case.year}/review",
        scorecard,
        f"{scorecard}/advice",
        f"{scorecard}/worked-out",
    ):
        assert NOTICE in browser.read(page), page


def test_every_coding_names_its_passage_or_nothing(case: cases.Case) -> None:
    for coding in case.items:
        assert coding.reasoning.en
        assert coding.source or coding.choice == "dont-know", coding.id


def test_the_case_is_our_own_words_about_the_study() -> None:
    header = (ROOT / "data" / "cases" / "greer-2021.yaml").read_text(encoding="utf-8")
    assert "not an organization, not a measurement" in header


def assert_scores(browser: Browser, scorecard: str) -> None:
    page = Page(browser.read(scorecard))
    rows = [[words(cell) for cell in row] for row in page.all("tr")]
    assert {row[0]: row[-1] for row in rows if row[0] in POINTS} == POINTS
    assert OVERALL in words(page.root)


def assert_levels(browser: Browser, scorecard: str, case: cases.Case) -> None:
    told = words(Page(browser.read(f"{scorecard}/worked-out")).root)
    for coding in case.items:
        assert " ".join(coding.reasoning.en.split()) in told, coding.id
    levels = [answer.level for answer in case.answers.values()]
    counted = [row for row in Page(browser.read(f"{scorecard}/worked-out")).all("td") if words(row).isdigit()]
    assert [int(words(cell)) for cell in counted] == [25 * level for level in levels if level is not None]


def assert_what_leads(browser: Browser, scorecard: str) -> None:
    page = Page(browser.read(f"{scorecard}/advice"))
    leading = [e.get("id", "") for e in page.all("article") if "Start here" in words(e)]
    assert len(leading) == 3
    assert {advice_id.rsplit(".", 1)[0] for advice_id in leading} == set(CALLED_FOR)
