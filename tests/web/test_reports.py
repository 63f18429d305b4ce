"""Reports and share links, as an owner makes them and a board reads them: only what was ticked, as long as it may."""

import json
import re
import shutil
import subprocess
from datetime import date, timedelta
from io import BytesIO
from itertools import chain, combinations
from pathlib import Path

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import select, update

from questionnaire.core.report import Part
from questionnaire.store import database, models, plans
from questionnaire.web import attempts
from questionnaire.web.site import Site
from tests.builders import an_action
from tests.web import walks
from tests.web.client import Browser, all_forms, form_fields
from tests.web.stored import id_of, submitted

OWN = tuple(part for part in Part if part is not Part.VOICES)  # what stands in a report without peer workers
FORMS = ("report.pdf", "report.xlsx", "report.json", "scorecard.csv")


@pytest.fixture
def organization(browser: Browser) -> str:
    return walks.own(browser)


@pytest.fixture
def scorecard(site: Site, organization: str) -> str:
    return submitted(site, organization, 2026)


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many days have passed: a test sets it."""
    days = [0]
    start = date.today()  # noqa: DTZ011
    monkeypatch.setattr(Site, "today", lambda _: start + timedelta(days=days[0]))
    return days


def shared(browser: Browser, organization: str, scorecard: str, *parts: str) -> tuple[Browser, str, str]:
    """A reader who opened a link, the report's address, and the link."""
    report = walks.report(browser, scorecard, *parts)
    link = walks.share(browser, organization, report)
    reader = browser.as_somebody_else()
    response = reader.get(link)
    assert (response.status_code, response.headers["Location"]) == (303, report)
    return reader, report, link


def test_a_board_member_reads_prints_and_downloads_without_an_account(
    browser: Browser, organization: str, scorecard: str
) -> None:
    reader, report, _link = shared(browser, organization, scorecard)
    page = reader.read(report)
    assert "Harbour Street" in page
    assert "Sign in" not in page
    assert "Your account" not in page
    for name in ("radar.svg", "radar.png", *FORMS):
        response = reader.get(f"{report}/{name}")
        assert response.status_code == 200, name
        assert response.data
    assert reader.get(f"{report}/report.pdf").data[:5] == b"%PDF-"


def test_the_token_stands_in_no_address_but_the_links_own(
    browser: Browser, organization: str, scorecard: str
) -> None:
    reader, report, link = shared(browser, organization, scorecard)
    token = link.rsplit("/", 1)[1]
    assert len(token) >= 22  # 128 bits in base64
    page = reader.get(report)
    assert token not in page.text
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert page.headers["Cache-Control"] == "no-store"


def test_the_token_is_stored_as_a_hash_only(site: Site, browser: Browser, organization: str, scorecard: str) -> None:
    _reader, _report, link = shared(browser, organization, scorecard)
    with database.reading(site.engine) as connection:
        rows = [connection.execute(select(table)).all() for table in models.metadata.sorted_tables]
    assert link.rsplit("/", 1)[1] not in repr(rows)


def test_a_reader_opens_nothing_but_the_report(browser: Browser, organization: str, scorecard: str) -> None:
    reader, _report, _link = shared(browser, organization, scorecard)
    other = walks.report(browser, scorecard, "answers")
    others = (organization, scorecard, other, f"{other}/report.pdf", f"{organization}/plan", f"{scorecard}/report")
    for address in others:
        assert reader.get(address).status_code == 404, address
    assert "Harbour Street" not in reader.read("/")


def test_guessed_altered_expired_and_ended_links_are_answered_alike(
    browser: Browser, organization: str, scorecard: str, later: list[int]
) -> None:
    _reader, report, ended = shared(browser, organization, scorecard)
    expired = walks.share(browser, organization, report, label="Then", days="7")
    fields = next(one for one in all_forms(browser.read(f"{organization}/shares")) if "capability_id" in one)
    assert browser.post(f"{organization}/shares/end", data=fields).status_code == 303
    later[0] = 31
    somebody = browser.as_somebody_else()
    answers = {
        name: somebody.get(address)
        for name, address in {
            "guessed": "/in/nothing",
            "altered": expired[:-1] + ("A" if expired[-1] != "A" else "B"),
            "expired": expired,
            "ended": ended,
        }.items()
    }
    assert {answer.status_code for answer in answers.values()} == {404}
    assert len({answer.data for answer in answers.values()}) == 1
    headers = [sorted(set(answer.headers.keys())) for answer in answers.values()]
    assert headers.count(headers[0]) == 4


def test_who_has_the_page_open_sees_nothing_once_the_link_is_ended_or_expired(
    browser: Browser, organization: str, scorecard: str, later: list[int]
) -> None:
    reader, report, _link = shared(browser, organization, scorecard)
    later[0] = 30
    assert reader.get(report).status_code == 200
    later[0] = 31
    for name in ("", "/radar.svg", *(f"/{form}" for form in FORMS)):
        assert reader.get(f"{report}{name}").status_code == 404, name
    later[0] = 0
    assert reader.get(report).status_code == 200
    fields = next(one for one in all_forms(browser.read(f"{organization}/shares")) if "capability_id" in one)
    browser.post(f"{organization}/shares/end", data=fields)
    assert reader.get(report).status_code == 404
    assert browser.get(report).status_code == 200


def test_the_list_says_when_a_link_was_last_opened_and_nothing_of_who(
    browser: Browser, organization: str, scorecard: str, later: list[int]
) -> None:
    report = walks.report(browser, scorecard)
    link = walks.share(browser, organization, report)
    assert "Not opened yet." in browser.read(f"{organization}/shares")
    reader = browser.as_somebody_else()
    reader.get(link, follow_redirects=True, headers={"User-Agent": "Firefox/1 on a board member’s iPhone"})
    page = browser.read(f"{organization}/shares")
    assert "Last opened on" in page
    assert "Firefox" not in page
    later[0] = 3
    browser_page_before = browser.read(f"{organization}/shares")
    reader.read(report)
    assert browser.read(f"{organization}/shares") != browser_page_before


def test_a_link_is_shown_once_and_made_with_a_label_and_days(
    browser: Browser, organization: str, scorecard: str
) -> None:
    report = walks.report(browser, scorecard)
    form = browser.read(f"{organization}{report}/share")
    assert 'value="30"' in form
    wrong = (("", "30"), ("Board", "0"), ("Board", "366"), ("Board", "soon"), ("B" * 201, "30"), ("a\nb", "1"))
    for label, days in wrong:
        response = browser.fill(f"{organization}{report}/share", label=label, days=days)
        assert response.status_code == 400, (label, days)
    walks.share(browser, organization, report)
    assert "shown only once" in browser.read(f"{organization}/shares/link")


def test_without_an_address_of_its_own_the_site_makes_no_link(
    app: Flask, browser: Browser, organization: str, scorecard: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = walks.report(browser, scorecard)
    site = app.extensions["alongside"]
    monkeypatch.setattr(site, "settings", type(site.settings)(**{**vars(site.settings), "public_url": None}))
    response = browser.fill(f"{organization}{report}/share", label="Board", days="30")
    assert response.status_code == 503
    assert "PUBLIC_URL" in response.text


def test_a_report_stays_as_it_was_when_answers_and_plan_change(
    site: Site, browser: Browser, organization: str, scorecard: str
) -> None:
    walks.plan(browser, organization, "Write the roles down")
    reader, report, _link = shared(browser, organization, scorecard, *OWN)
    before = reader.read(report), reader.get(f"{report}/report.pdf").data
    walks.plan(browser, organization, "Something new")
    submitted(site, organization, 2026, 4)
    submitted(site, organization, 2025, 0)
    browser.fill(f"{organization}/name", name="Another name")
    assert (reader.read(report), reader.get(f"{report}/report.pdf").data) == before


def test_the_same_ticks_on_the_same_day_are_the_same_report(browser: Browser, scorecard: str) -> None:
    assert walks.report(browser, scorecard, "plan") == walks.report(browser, scorecard, "plan")
    assert walks.report(browser, scorecard, "plan") != walks.report(browser, scorecard)


def test_what_is_no_part_of_a_report_is_refused(browser: Browser, scorecard: str) -> None:
    fields = form_fields(browser.read(f"{scorecard}/report"))
    fields.add("profile", "1")
    response = browser.post(f"{scorecard}/report", data=fields)
    assert response.status_code == 400
    assert "not on this page" in response.text


def test_a_sheet_that_the_report_does_not_hold_is_no_page(browser: Browser, scorecard: str) -> None:
    report = walks.report(browser, scorecard)
    assert browser.get(f"{report}/items.csv").status_code == 404
    assert browser.get(f"{report}/nothing.csv").status_code == 404
    assert browser.get(f"{walks.report(browser, scorecard, 'answers')}/items.csv").status_code == 200


def test_what_was_done_is_noted_in_the_record(browser: Browser, organization: str, scorecard: str) -> None:
    shared(browser, organization, scorecard)
    fields = next(one for one in all_forms(browser.read(f"{organization}/shares")) if "capability_id" in one)
    browser.post(f"{organization}/shares/end", data=fields)
    record = browser.read(f"{organization}/record")
    assert "Made a report of 2026, revision 1" in record
    assert "Shared a report of 2026 by a link for Board" in record
    assert "Ended the link for Board" in record


def test_another_organizations_owner_can_neither_read_share_nor_end(
    browser: Browser, organization: str, scorecard: str
) -> None:
    _reader, report, _link = shared(browser, organization, scorecard)
    fields = next(one for one in all_forms(browser.read(f"{organization}/shares")) if "capability_id" in one)
    stranger = browser.as_somebody_else()
    theirs = walks.own(stranger, "stranger@example.org")
    assert stranger.get(report).status_code == 404
    assert stranger.get(f"{theirs}{report}/share").status_code == 404
    fields["csrf_token"] = walks.token_of(stranger.read(theirs))
    assert stranger.post(f"{theirs}/shares/end", data=fields).status_code == 404


def test_the_case_of_the_study_is_called_that_in_its_report(
    site: Site, browser: Browser, scorecard: str, organization: str
) -> None:
    with database.writing(site.engine) as connection:
        connection.execute(update(models.organization).values(is_case=True))
    reader, report, _link = shared(browser, organization, scorecard)
    assert "not an organization, not a measurement" in reader.read(report)
    assert json.loads(reader.get(f"{report}/report.json").data)["is_case"] is True


# Only what was ticked: a secret in every field, and for each the parts that must be ticked for a reader to see it.

SECRETS = {
    "answer-note": {Part.ANSWERS, Part.NOTES},
    "answer-reason": {Part.ANSWERS, Part.NOTES},
    "action-what": {Part.PLAN},
    "action-who": {Part.PLAN},
    "action-involvement": {Part.PLAN},
    "action-notes": {Part.PLAN, Part.NOTES},
    "action-dropped": {Part.PLAN, Part.NOTES},
}
NEVER = ("earlier-note", "earlier-reason")


@pytest.fixture
def full_of_secrets(browser: Browser, site: Site, organization: str) -> str:
    """A scorecard with a secret word in every field that is typed."""
    walks.year(browser, organization, 2025)
    browser.post(f"{organization}/2025/amend", data={"csrf_token": walks.token_of(browser.read(organization))})
    scorecard = ""
    for year, prefix in ((2025, "earlier"), (2026, "answer")):
        walks.answer(browser, organization, year)
        address = f"{organization}/{year}/questions/role"
        fields = form_fields(browser.read(address))
        fields["role.title:note"] = f"{prefix}-note"
        fields["role.description:choice"] = "does-not-apply"
        fields["role.description:reason"] = f"{prefix}-reason"
        assert browser.send(address, fields).status_code == 303
        scorecard = walks.submit(browser, organization, year)
    walks.plan(
        browser,
        organization,
        "action-what",
        who="action-who",
        involvement="action-involvement",
        notes="action-notes",
    )
    walks.plan(browser, organization, "dropped", status="dropped", why_dropped="action-dropped")
    return scorecard


def test_readers_see_only_what_was_ticked_in_every_form(
    browser: Browser, full_of_secrets: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempts, "FILES", 1000)
    monkeypatch.setattr(attempts, "FILES_BY_RIGHT", 1000)
    for parts in chain.from_iterable(combinations(OWN, size) for size in range(len(OWN) + 1)):
        report = walks.report(browser, full_of_secrets, *parts)
        for form, words in every_form(browser, report, tmp_path).items():
            for secret, needed in SECRETS.items():
                assert (secret in words) is (needed <= set(parts)), (parts, form, secret)
            for secret in NEVER:
                assert secret not in words, (parts, form, secret)


def test_earlier_years_stand_in_a_report_only_if_they_were_ticked(
    browser: Browser, site: Site, organization: str
) -> None:
    submitted(site, organization, 2025, 1)
    with database.writing(site.engine) as connection:
        plans.add(connection, id_of(organization), an_action(year=2025, items=("role.title",)))
    scorecard = submitted(site, organization, 2026)
    for parts in ((), (Part.ANSWERS, Part.ADVICE, Part.PLAN, Part.NOTES), (Part.EARLIER,), OWN):
        report, holds = walks.report(browser, scorecard, *parts), Part.EARLIER in parts
        data = json.loads(browser.get(f"{report}/report.json").data)
        assert ([one["year"] for one in data["earlier"]], bool(data["compared"])) == ([2025] if holds else [], holds)
        assert ("Since 2025" in browser.read(report)) is holds
        assert (browser.get(f"{report}/years.csv").status_code == 200) is holds
        assert any(one["movement"] for one in data["plan"]) is (holds and Part.PLAN in parts)


def words_of_workbook(content: bytes) -> str:
    book = openpyxl.load_workbook(BytesIO(content))
    return " ".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row)


def words_of_pdf(content: bytes, folder: Path) -> str:
    """What stands on its pages; by a program that not every machine has."""
    file = folder / "report.pdf"
    file.write_bytes(content)
    return subprocess.run(["pdftotext", file, "-"], check=True, capture_output=True, text=True).stdout


def every_form(browser: Browser, report: str, tmp_path: Path) -> dict[str, str]:
    """All that a reader can read of a report, by the form in which it is read."""
    page, pdf = browser.read(report), browser.get(f"{report}/report.pdf").data
    sheets = re.findall(rf"{report}/(\w+)\.csv", page)
    return {
        "html": page.partition("<main")[2].partition("</main>")[0],
        "json": browser.get(f"{report}/report.json").text,
        "csv": "".join(browser.get(f"{report}/{sheet}.csv").text for sheet in sheets),
        "xlsx": words_of_workbook(browser.get(f"{report}/report.xlsx").data),
        **({"pdf": words_of_pdf(pdf, tmp_path)} if shutil.which("pdftotext") else {}),
    }
