"""A second version of the questions: what was begun or submitted on the first stays what it was, and is compared."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final, Protocol
from xml.etree.ElementTree import Element

import pytest
import yaml
from flask import Flask
from sqlalchemy import delete, select

from questionnaire.config import Settings
from questionnaire.core.instrument import Tree, dump
from questionnaire.output import charts
from questionnaire.store import database, instruments, models
from questionnaire.web import create_app, pictures
from questionnaire.web.serving import prepare
from questionnaire.web.site import Site
from tests.builders import an_item, at, changed, text, without
from tests.pages import Page, words
from tests.web import walks
from tests.web.client import Browser, form_fields, session_cookie
from tests.web.conftest import browser_of
from tests.web.stored import record_of, submitted

NEWER: Final = "There is a newer version of the questions"
OLD_TITLE: Final = "Do peer roles have a title that says what the work is?"
NEW_TITLE: Final = "Do peer roles have titles that name the work?"
TOKEN: Final = re.compile(r'(name="csrf_token" (?:type="hidden" )?value=)"[^"]+"')
REWORDED: Final = ("role.title", "comm.start", "comm.ahead", "comm.power", "comm.sharing")


class Restart(Protocol):
    """Starts a visitor's site again."""

    def __call__(self, browser: Browser, folder: Path = ...) -> Browser: ...


def later_questions(tree: Tree) -> Tree:
    """Version 2: five questions reworded, of which four leave two in Communication; one dropped, one added."""
    tree = changed(tree, "version", 2)
    for index, domain in enumerate(parts(at(tree, "domains"))):
        items = [later_item(item) for item in parts(at(domain, "items")) if at(item, "id") != "fit.identity"]
        if at(domain, "id") == "support":
            items.append(an_item("support.rest", question=text("Can workers rest?")))
        tree = changed(tree, f"domains.{index}.items", items)
    return changed(tree, "domains.0.items.0.question", text(NEW_TITLE))


def later_item(item: Tree) -> Tree:
    for index, advice in enumerate(parts(at(item, "advice"))):
        moved = [moves for moves in parts(at(advice, "moves")) if moves != "fit.identity"]
        item = changed(item, f"advice.{index}.moves", moved)
    if at(item, "id") not in REWORDED:
        return item
    return changed(changed(item, "revision", 2), "levels.0.label", text("Nothing at all"))


def parts(tree: Tree) -> list[Tree]:
    assert isinstance(tree, list)
    return tree


@pytest.fixture(scope="session")
def version_2(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped questions, changed and written as their files are."""
    return written(
        tmp_path_factory.mktemp("alongside-2"), later_questions(dump(instruments.read(Settings.instrument)))
    )


def written(folder: Path, tree: Tree) -> Path:
    domains = {str(at(domain, "id")): domain for domain in parts(at(tree, "domains"))}
    for name, content in {"instrument": changed(tree, "domains", [*domains]), **domains}.items():
        lines = yaml.dump(content, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True)
        (folder / f"{name}.yaml").write_text(lines, encoding="utf-8")
    return folder


@pytest.fixture
def restart(version_2: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Restart]:
    """The same site started again, on version 2 or on other questions, and the same visitor."""
    started: list[Site] = []

    def start(browser: Browser, folder: Path = version_2) -> Browser:
        monkeypatch.setattr(instruments, "_RECALLED", {})
        earlier = site_of(browser)
        app = create_app(replace(earlier.settings, instrument=folder))
        app.test_client_class = Browser
        site: Site = app.extensions["alongside"]
        site.engine = database.open_database(earlier.engine.url)  # tests give one site a database after another
        started.append(prepare(app))
        later, cookie = browser_of(app), session_cookie(browser)
        later.set_cookie(cookie.key, cookie.value)
        return later

    yield start
    for site in started:
        site.engine.dispose()


def site_of(browser: Browser) -> Site:
    found: Site = browser.application.extensions["alongside"]
    return found


# A draft that was begun on the first version


def test_a_draft_begun_on_an_older_version_stays_on_it_until_it_is_submitted(
    app_on_both: Flask, restart: Restart
) -> None:
    browser = browser_of(app_on_both)
    organization = walks.start(browser)
    later = restart(browser)
    role, fit = (later.read(f"{organization}/2026/questions/{name}") for name in ("role", "fit"))
    assert OLD_TITLE in role
    assert NEW_TITLE not in role
    assert "fit.identity:choice" in fit
    assert "Can workers rest?" not in later.read(f"{organization}/2026/questions/support")
    answered = later.send(
        f"{organization}/2026/questions/role", form_fields(role, which="page"), role__known___choice="3"
    )
    assert answered.status_code == 303
    assert OLD_TITLE in later.read(f"{organization}/2026/review")
    scorecard = walks.submit(later, organization)
    record, first = record_of(site_of(later), scorecard), site_of(browser).instrument
    assert (record.instrument_version, record.instrument_digest) == (1, first.digest)
    assert set(record.answers) == set(first.items)
    assert record.answers["role.known"].level == 3
    assert "on version 1 of these questions" in later.read(scorecard)
    assert OLD_TITLE in later.read(f"{scorecard}/worked-out")


def test_who_has_a_draft_on_an_older_version_is_told_of_the_newer(browser: Browser, restart: Restart) -> None:
    organization = walks.start(browser)
    pages = (organization, f"{organization}/2026/review")
    assert [NEWER in browser.read(page) for page in pages] == [False, False]
    later = restart(browser)
    for page in pages:
        assert f"{NEWER} (2). This draft stays on version 1." in later.read(page)


def test_who_has_a_draft_on_the_newest_version_is_told_of_none(browser: Browser, restart: Restart) -> None:
    walks.start(browser)
    later = restart(browser)
    organization = walks.start(later, name="Another")
    browser.set_cookie(session_cookie(later).key, session_cookie(later).value)
    for visitor in (later, browser):  # nor where the site went back to the older questions
        assert NEWER not in visitor.read(organization) + visitor.read(f"{organization}/2026/review")


def test_a_draft_deleted_and_begun_again_is_on_the_newer_version(app_on_both: Flask, restart: Restart) -> None:
    browser = browser_of(app_on_both)
    organization = walks.start(browser)
    later = restart(browser)
    assert later.fill(f"{organization}/2026/discard").status_code == 303
    assert later.fill(f"{organization}/new-year", **walks.ABOUT_A_YEAR).status_code == 303
    assert NEW_TITLE in later.read(f"{organization}/2026/questions/role")
    assert "fit.identity" not in later.read(f"{organization}/2026/questions/fit")
    assert NEWER not in later.read(organization) + later.read(f"{organization}/2026/review")
    record = record_of(site_of(later), walks.submit(later, organization))
    assert (record.instrument_version, record.revision) == (2, 1)


def test_an_amended_year_stays_on_its_version(browser: Browser, restart: Restart) -> None:
    organization = walks.start(browser)
    submitted(site_of(browser), organization, 2026)
    later = restart(browser)
    walks.amend(later, organization)
    assert OLD_TITLE in later.read(f"{organization}/2026/questions/role")
    assert record_of(site_of(later), walks.submit(later, organization)).instrument_version == 1


def test_who_amends_a_year_is_not_told_to_begin_it_again_which_cannot_be_done(
    browser: Browser, restart: Restart
) -> None:
    organization = walks.start(browser)
    submitted(site_of(browser), organization, 2026)
    later = restart(browser)
    walks.amend(later, organization)
    pages = later.read(organization) + later.read(f"{organization}/2026/review")
    assert "begin the year again" not in pages


@pytest.mark.parametrize(("section", "item"), [("role", "role.title"), ("fit", "fit.identity")])
def test_an_answer_to_the_older_words_is_not_saved_as_one_to_the_newer(
    browser: Browser, restart: Restart, section: str, item: str
) -> None:
    organization = walks.start(browser)
    address = f"{organization}/2026/questions/{section}"
    left_open = form_fields(browser.read(address), which="page")
    later = restart(browser)
    later.fill(f"{organization}/2026/discard")
    later.fill(f"{organization}/new-year", **walks.ABOUT_A_YEAR)
    left_open["csrf_token"] = walks.token_of(later.read(address))
    answer = later.send(address, left_open, **{f"{item}:choice": "4", f"{item}:note": "said of other words"})
    assert answer.status_code == 409
    assert "said of other words" in answer.text
    assert f"{item}:choice" not in form_fields(later.read(address), which="page")


def test_what_was_typed_on_an_older_version_is_kept_in_the_words_of_that_version(
    browser: Browser, restart: Restart
) -> None:
    organization = walks.start(browser)
    later = restart(browser)
    typed = {"role": {"role__title___choice": "0"}, "fit": {"fit__identity___note": "not to be lost"}}
    forms = {name: form_fields(later.read(f"{organization}/2026/questions/{name}"), which="page") for name in typed}
    walks.submit(later, organization)
    kept = "".join(
        later.send(f"{organization}/2026/questions/{name}", forms[name], **typed[name]).text for name in typed
    )
    assert "not to be lost" in kept
    assert OLD_TITLE in kept
    assert "Nothing at all" not in kept


def test_another_year_begins_with_what_was_said_last_as_far_as_the_newer_questions_ask_it(
    browser: Browser, restart: Restart, tmp_path: Path
) -> None:
    organization = walks.start(browser, year="2025", kind="health-authority")
    assert form_fields(browser.read(f"{organization}/new-year"))["kind"] == "health-authority"
    tree = later_questions(dump(instruments.read(Settings.instrument)))
    for index, domain in enumerate(parts(at(tree, "domains"))):
        ungated = [without(item, "asked_if") for item in parts(at(domain, "items"))]
        tree = changed(tree, f"domains.{index}.items", [*ungated])
    tree = changed(tree, "gates", [gate for gate in parts(at(tree, "gates")) if at(gate, "id") != "navigation"])
    tree = changed(tree, "kinds", [kind for kind in parts(at(tree, "kinds")) if at(kind, "id") != "health-authority"])
    later = restart(browser, written(tmp_path, tree))
    fields = form_fields(later.read(f"{organization}/new-year"))
    assert (fields["size"], fields["peer_workers"], fields["gate:frontline"]) == ("10-to-49", "12", "yes")
    assert not {"kind", "gate:navigation"} & set(fields)
    fields["year"] = "2026"
    unsaid = later.send(f"{organization}/new-year", fields)
    assert unsaid.status_code == 400
    assert "What kind of organization are you? Choose one of the answers." in unsaid.text
    assert later.send(f"{organization}/new-year", fields, kind="other").status_code == 303
    record = record_of(site_of(later), walks.submit(later, organization))
    assert (record.profile.kind, set(record.profile.gates)) == ("other", {"frontline"})
    assert later.get(f"{organization}/2025/profile").status_code == 200, "the older draft has its kind and its gate"


# A scorecard that was submitted on the first version


def test_an_old_scorecard_is_byte_for_byte_what_it_was(browser: Browser, restart: Restart) -> None:
    organization = walks.start(browser, year="2025")
    submitted(site_of(browser), organization, 2024, 1)
    scorecard = submitted(
        site_of(browser), organization, 2025, given={"role.title": "4", "fit.identity": "dont-know"}
    )
    record, before = record_of(site_of(browser), scorecard), seen(browser, scorecard)
    later = restart(browser)
    submitted(site_of(later), organization, 2026)
    assert seen(later, scorecard) == before
    now = record_of(site_of(later), scorecard)
    assert (now.record(), now.digest) == (record.record(), record.digest)
    with database.reading(site_of(later).engine) as connection:
        stored = select(models.submission.c.digest).where(models.submission.c.year == 2025)
        assert connection.scalar(stored) == record.digest


def seen(browser: Browser, scorecard: str) -> dict[str, str | bytes]:
    """All pages and pictures of a scorecard, drawn anew."""
    with database.writing(site_of(browser).engine) as connection:
        connection.execute(delete(models.chart))
    pages = {page: TOKEN.sub(r"\1", browser.read(f"{scorecard}{page}")) for page in ("", "/advice", "/worked-out")}
    return {**pages, **{form: browser.get(f"{scorecard}/radar.{form}").data for form in ("svg", "png")}}


# Two years on two versions

# Were the reworded title compared, role clarity would be clearly up (by 20 over five questions, not by 0 over four).
EARLIER: Final = {"role.title": "0", "fit.identity": "4", **dict.fromkeys(REWORDED[1:], "0")}
LATER: Final = {"role.title": "4", "support.rest": "4", **dict.fromkeys(REWORDED[1:], "4"), "commit.public": "3"}
FIT: Final = ("fit.specified", "fit.match", "fit.duties", "fit.influence", "fit.navigation")
PAY: Final = ("recog.pay", "recog.contract", "recog.after-hours", "recog.cover", "recog.navigation", "recog.credit")
CHANGES: Final = {  # shared questions and change: worked out by hand from what is given here
    "Role clarity": ("4", "No clear change (0)"),
    "Communication": ("2", "Not comparable"),
    "Fit of experience": ("5", "+50"),
    "Training and support": ("6", "No clear change (0)"),
    "Recognition": ("6", "−50"),
    "Commitment": ("6", "No clear change (+4)"),
}


@pytest.fixture
def two_years(browser: Browser, restart: Restart) -> tuple[Browser, str]:
    """The visitor of a site on version 2, and an organization with 2025 on version 1 and 2026 on version 2."""
    organization = walks.start(browser, year="2025")
    ups, downs = dict.fromkeys(FIT, "1"), dict.fromkeys(PAY, "3")
    submitted(site_of(browser), organization, 2025, given={**EARLIER, **ups, **downs})
    later = restart(browser)
    ups, downs = dict.fromkeys(FIT, "3"), dict.fromkeys(PAY, "1")
    submitted(site_of(later), organization, 2026, given={**LATER, **ups, **downs})
    return later, organization


def cells(html: str, caption: str) -> dict[str, list[str]]:
    """The rows of the table with this caption: what stands in each after its heading."""
    for table in Page(html).all("table"):
        if any(words(element) == caption for element in table.iter("caption")):
            rows = [[heard(cell) for cell in row if cell.tag in {"td", "th"}] for row in table.iter("tr")]
            return {heading: others for heading, *others in rows}
    raise AssertionError(f"no table is called {caption!r}")


def heard(cell: Element) -> str:
    """What is read aloud of a cell."""
    for part in [part for part in cell if part.get("aria-hidden") == "true"]:
        cell.remove(part)
    return words(cell)


def test_two_versions_are_compared_on_the_questions_that_are_the_same(two_years: tuple[Browser, str]) -> None:
    browser, organization = two_years
    page = browser.read(f"{organization}/years/2025/2026")
    assert "is clearly up since 2025 on Fit of experience, and clearly down on Recognition" in page
    assert "29 questions are shared with 2025: the same words, and a level in both years." in page
    assert "2 questions are new or were dropped." in page
    assert "5 questions were reworded or moved to another domain." in page
    assert "Not comparable with 2025, for fewer than three questions are shared: Communication." in page
    table = cells(page, "Change by domain, in points")
    assert {domain: tuple(table[domain][2:]) for domain in CHANGES} == CHANGES
    assert table["Role clarity"][:2] == ["50", "50"], "the reworded question counts in neither year"
    assert table["Communication"][:2] == ["–", "–"]
    assert "From level 1 to level 3" in page
    for words_of_reworded in ("From level 0 to level 4", OLD_TITLE, NEW_TITLE):
        assert words_of_reworded not in page, "a reworded question is not among those that moved"


def test_the_page_of_all_years_says_the_same_of_two_versions(two_years: tuple[Browser, str]) -> None:
    browser, organization = two_years
    page = browser.read(f"{organization}/years")
    assert "is clearly up since 2025 on Fit of experience, and clearly down on Recognition" in page
    assert (
        "Communication: 17 in 2025, 83 in 2026. Not comparable, for fewer than three questions are shared: 2025–2026."
        in page
    )
    for domain, (shared, change) in CHANGES.items():
        assert cells(page, f"Points by year: {domain}")["2026"][1:] == [change, shared]


def test_the_scorecard_says_what_changed_since_the_year_before(two_years: tuple[Browser, str]) -> None:
    browser, organization = two_years
    page = browser.read(f"{organization}/2026/scorecard/1")
    table = cells(page, "Points by domain, 0 to 100")
    assert table["Domain"][-1] == "Since 2025"
    assert {domain: table[domain][-1] for domain in CHANGES} == {d: change for d, (_n, change) in CHANGES.items()}
    assert table["Role clarity"][1] == "60", "a scorecard's own score counts every question"
    sentence = (
        "is clearly up since 2025 on Fit of experience, and clearly down on Recognition. 29 questions are shared"
    )
    assert sentence in page
    assert "Since" not in browser.read(f"{organization}/2025/scorecard/1")


def test_the_radar_shows_the_earlier_year_with_a_gap_where_it_cannot_be_compared(
    two_years: tuple[Browser, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    browser, organization = two_years
    shown: list[charts.Radar] = []
    draw = pictures._draw

    def spy(chart: charts.Radar, form: str) -> bytes:
        shown.append(chart)
        return draw(chart, form)

    monkeypatch.setattr(pictures, "_draw", spy)
    assert browser.get(f"{organization}/2026/scorecard/1/radar.svg").status_code == 200
    (radar,) = shown
    now, before = radar.series
    assert (before.label, before.voice) == ("Organization 2025", charts.Voice.EARLIER)
    assert [None if points is None else round(points) for points in before.points] == [40, None, 38, 50, 75, 50]
    assert [None if points is None else round(points) for points in now.points] == [60, 83, 75, 57, 25, 54]
    assert radar.description.endswith("A thinner line shows 2025; the change stands in the table.")


def test_an_earlier_year_that_comes_later_changes_the_radar_and_its_words(browser: Browser) -> None:
    organization = walks.start(browser)
    scorecard = submitted(site_of(browser), organization, 2026)
    alone = browser.get(f"{scorecard}/radar.svg").data
    assert "A thinner line" not in browser.read(scorecard)
    submitted(site_of(browser), organization, 2025, 1)
    assert browser.get(f"{scorecard}/radar.svg").data != alone
    (alt,) = (picture.get("alt", "") for picture in Page(browser.read(scorecard)).all("img"))
    assert alt.endswith("A thinner line shows 2025; the change stands in the table.")
