"""Both voices on pages and in reports: when the organization may see them, what they say, and who else reads them."""

import json
import shutil
from datetime import timedelta
from itertools import combinations
from pathlib import Path

import pytest

from questionnaire.core.report import Part
from questionnaire.core.voices import Forms, GroupResult, TooFew, Void
from questionnaire.store import closing, database
from questionnaire.web import attempts
from questionnaire.web.site import Site
from tests.pages import page_of
from tests.web import walks
from tests.web.client import Browser, form_fields
from tests.web.stored import id_of, submitted
from tests.web.test_reports import every_form
from tests.web.voiced import FIGURES, a_group, closed, seen_from, some_bands

TELLING = ("under 15", "10–19", "Peer workers 2026", "far apart", "comes one step earlier", "A closing word.")
BANDS = some_bands("role.title", "comm.sharing")


@pytest.fixture
def organization(browser: Browser) -> str:
    return walks.own(browser)


@pytest.fixture
def scorecard(site: Site, organization: str) -> str:
    return submitted(site, organization, 2026)


def visible(html: str) -> str:
    """What stands on a page, without its links: every page has an address of its own."""
    return " ".join("".join(page_of(html).root.itertext()).split())


# When it is seen


def test_without_a_round_a_scorecard_has_one_voice(browser: Browser, scorecard: str) -> None:
    page = browser.read(scorecard)
    assert "One voice: the organization’s own answers." in page
    assert "Two voices" not in page
    assert "Both voices" not in page
    assert '<td class="bar-cell">' in page
    assert "voices" not in form_fields(browser.read(f"{scorecard}/report"))


def test_before_the_organization_may_see_it_no_page_has_anything_of_it(
    site: Site, browser: Browser, organization: str, scorecard: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = (f"{scorecard}{page}" for page in ("", "/advice", "/report", "/worked-out", "/what-if"))
    addresses = (*own, f"{organization}/years", f"{organization}/plan")
    pictures = (f"{scorecard}/radar.svg", f"{organization}/years/role.svg")
    before = [visible(browser.read(address)) for address in addresses]
    drawn = [browser.get(address).data for address in pictures]
    today = site.today()
    closed(site, scorecard, a_group(items=BANDS), closed_on=today)
    for days in range(1, 3):
        assert today + timedelta(days=days) < seen_from(today)
        monkeypatch.setattr(Site, "today", lambda _, days=days: today + timedelta(days=days))
        assert [visible(browser.read(address)) for address in addresses] == before
        assert [browser.get(address).data for address in pictures] == drawn
        assert refused(browser, scorecard)
    monkeypatch.setattr(Site, "today", lambda _: seen_from(today))
    assert "Two voices" in browser.read(scorecard)
    assert [browser.get(address).data for address in pictures] != drawn


def test_the_page_says_both_voices_and_never_one_average(site: Site, browser: Browser, scorecard: str) -> None:
    closed(site, scorecard, a_group(items=BANDS))
    page = browser.read(scorecard)
    words = visible(page)
    assert "Two voices, never averaged: the organization’s own and its peer workers’." in words
    assert "One voice" not in words
    assert "Peer workers say clearly less than Harbour Street does on Role clarity" in words
    assert "and clearly more on Recognition" in words
    assert "10–19 peer workers handed in a form." in words
    assert "Role clarity: far apart. On 5 questions that both were asked" in words
    assert "They are not representative." in words
    table = page.partition("<table")[2].partition("</table>")[0]
    assert [part in table for part in ("Peer workers", "Difference", "under 15", "+35 or more")] == [True] * 4
    alternative = page.partition('alt="')[2].partition('"')[0]
    assert "A dashed line with squares shows peer workers: Role clarity: under 15; Communication: 35" in alternative
    assert "Peer workers have no figure on Commitment." in alternative
    assert "A closing word." not in page


def test_from_ten_forms_on_the_answers_to_each_question_are_shown(
    site: Site, browser: Browser, scorecard: str
) -> None:
    closed(site, scorecard, a_group(items=BANDS))
    page = browser.read(scorecard)
    spread = visible(f"<html>{page.partition('<details')[2].partition('</details>')[0]}</html>")
    assert [words in spread for words in ("under 15", "none", "over 85", "40", "Levels 3 and 4")] == [True] * 5


def test_under_ten_forms_no_question_is_shown_by_itself(site: Site, browser: Browser, scorecard: str) -> None:
    closed(site, scorecard, a_group(Forms.FIVE))
    page = browser.read(scorecard)
    assert "5–9 peer workers handed in a form." in page
    assert "question by question" not in page


def test_the_answer_of_a_meeting_is_called_not_anonymous(site: Site, browser: Browser, scorecard: str) -> None:
    closed(site, scorecard, a_group(None))
    assert "Not anonymous: this is the one answer" in browser.read(scorecard)


@pytest.mark.parametrize(
    ("figures", "says"),
    [
        ({"role": 50, "comm": 45}, "No difference is wide enough to be sure of."),
        ({}, "No domain can be compared between Harbour Street and its peer workers."),
    ],
)
def test_where_no_difference_is_wide_the_page_says_so(
    site: Site, browser: Browser, scorecard: str, figures: dict[str, int], says: str
) -> None:
    closed(site, scorecard, a_group(Forms.TEN, figures))
    assert says in visible(browser.read(scorecard))


@pytest.mark.parametrize(
    ("outcome", "says"),
    [
        (TooFew(), "too few forms to show anything."),
        (Void(why="too-many"), "more forms than peer workers were handed in."),
        (Void(why="key-lost"), "the key to the counts was lost."),
    ],
)
def test_a_round_without_a_result_is_one_remark(
    site: Site, browser: Browser, scorecard: str, outcome: TooFew | Void, says: str
) -> None:
    before = visible(browser.read(scorecard))
    closed(site, scorecard, outcome)
    page = visible(browser.read(scorecard))
    remark = f"Peer workers were asked in this year. There is no result: {says} "
    assert page.replace(remark, "", 1) == before
    assert refused(browser, scorecard)


def test_a_result_on_other_questions_stands_beside_the_revision_that_it_was_made_for(
    site: Site, browser: Browser, scorecard: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed(site, scorecard)
    with database.reading(site.engine) as connection:
        (seen,) = closing.seen_by_organization(connection, site.keys, id_of(scorecard[:-17]), on=site.today())
    other = seen[0], seen[1].model_copy(update={"instrument_digest": "0" * 64})
    monkeypatch.setattr(closing, "seen_by_organization", lambda *_args, **_kw: [other])
    page = browser.read(scorecard)
    assert "asked on another version of these questions: what they said stands beside revision 1" in page
    assert "under 15" not in page
    assert refused(browser, scorecard)


# Advice


def test_advice_comes_earlier_where_peer_workers_say_clearly_less_and_says_why(
    site: Site, browser: Browser, scorecard: str
) -> None:
    before = advice_of(browser, scorecard)
    closed(site, scorecard, a_group(Forms.TEN, {"recog": "under 15"}))
    after = advice_of(browser, scorecard)
    assert sorted(after) == sorted(before)
    assert before[0].startswith("role")
    assert after[0].startswith("recog")
    why = "It comes one step earlier, for peer workers say clearly less on Recognition."
    for address in (scorecard, f"{scorecard}/advice", f"{scorecard.partition('/2026')[0]}/plan"):
        assert why in browser.read(address), address


def advice_of(browser: Browser, scorecard: str) -> list[str]:
    found = page_of(browser.read(f"{scorecard}/advice")).all("article")
    return [part.get("id", "") for part in found]


# Years


def test_the_years_show_peer_workers_beside_the_organization(site: Site, browser: Browser, organization: str) -> None:
    address, first = f"{organization}/years", submitted(site, organization, 2025)
    second = submitted(site, organization, 2026, 3)
    before, drawn = visible(browser.read(address)), browser.get(f"{address}/role.svg").data
    closed(site, first, a_group(Forms.TEN, {"role": 30}), closed_on=site.today() - timedelta(days=400))
    closed(site, second, a_group(Forms.TEN, {"role": 60}))
    page = visible(browser.read(address))
    assert "Peer workers: 30 (2025) and 60 (2026). Role clarity: peer workers say clearly more than in 2025" in page
    assert "the dashed line with squares is peer workers" in page
    assert "Peer workers" not in before
    assert browser.get(f"{address}/role.svg").data != drawn
    assert b"Peer workers: 30 (2025)" in browser.get(f"{address}/role.svg").data


# Reports


def refused(browser: Browser, scorecard: str) -> bool:
    """Whether the tick is not offered, and whoever sends it gets no report but a reason."""
    page = browser.read(f"{scorecard}/report")
    fields = form_fields(page)
    fields.add("voices", "1")
    response = browser.post(f"{scorecard}/report", data=fields)
    told = "What peer workers say can stand in a report only if there is a result" in response.text
    return response.status_code == 400 and told and 'name="voices"' not in page


def test_a_report_may_hold_both_voices_only_where_that_was_agreed_before_the_round(
    site: Site, browser: Browser, organization: str, scorecard: str
) -> None:
    assert refused(browser, scorecard)
    closed(site, scorecard, board=False)
    assert "Two voices" in browser.read(scorecard)
    assert refused(browser, scorecard)
    other = submitted(site, organization, 2027)
    closed(site, other)
    assert 'name="voices"' in browser.read(f"{other}/report")
    assert refused(browser, scorecard)


def test_readers_see_nothing_of_peer_workers_unless_it_was_ticked(
    site: Site, browser: Browser, scorecard: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempts, "FILES", 1000)
    before = walks.report(browser, scorecard, Part.ADVICE)
    unheard = every_form(browser, before, tmp_path)
    closed(site, scorecard, a_group(items=BANDS))
    for parts in (some for size in (0, 1, 2, 6) for some in combinations(Part, size)):
        found = every_form(browser, walks.report(browser, scorecard, *parts), tmp_path)
        for form, words in found.items():
            assert ("under 15" in words) is (Part.VOICES in parts), (parts, form)
            if Part.VOICES not in parts:
                assert not [told for told in TELLING if told in words], (parts, form)
            assert "A closing word." not in words
    assert every_form(browser, walks.report(browser, scorecard, Part.ADVICE), tmp_path) == unheard


def test_a_reader_of_a_link_sees_both_voices_in_every_form(
    site: Site, browser: Browser, organization: str, scorecard: str, tmp_path: Path
) -> None:
    closed(site, scorecard, a_group(items=BANDS))
    report = walks.report(browser, scorecard, Part.VOICES, Part.ADVICE)
    reader = browser.as_somebody_else()
    reader.get(walks.share(browser, organization, report))
    found = every_form(reader, report, tmp_path)
    for form in ("html", "xlsx", *(["pdf"] if shutil.which("pdftotext") else [])):
        words = " ".join(found[form].split())
        for said in (
            "never averaged",
            "clearly less than Harbour Street does",
            "not representative",
            "one step earlier",
        ):
            assert said in words, (form, said)
    assert json.loads(found["json"])["voices"]["result"]["outcome"]["domains"][0]["points"] == FIGURES["role"]
    for sheet in ("voices", "spread"):
        assert "under 15" in reader.get(f"{report}/{sheet}.csv").text
    assert b"Peer workers have no figure on Commitment." in reader.get(f"{report}/radar.svg").data
    assert b"Peer workers" not in reader.get(f"{walks.report(browser, scorecard)}/radar.svg").data


def test_earlier_rounds_stand_in_a_report_only_with_earlier_years_and_where_the_board_may_see_them(
    site: Site, browser: Browser, organization: str
) -> None:
    years = [submitted(site, organization, year) for year in (2024, 2025, 2026)]
    groups: list[GroupResult] = [a_group(Forms.TEN, {"role": points}) for points in (20, 85, 40)]
    for place, (scorecard, group) in enumerate(zip(years, groups, strict=True)):
        day = site.today() - timedelta(days=1200 - 400 * place - (10 if place == 2 else 0))
        closed(site, scorecard, group, board=place != 1, closed_on=day - timedelta(days=10))
    both = walks.report(browser, years[2], Part.VOICES, Part.EARLIER)
    words = visible(browser.read(both))
    assert "Peer workers: 20 (2024) and 40 (2026)." in words
    assert "85" not in words.partition("All years")[2].partition("What this says")[0]
    data = json.loads(browser.get(f"{both}/report.json").data)
    assert [one["year"] for one in data["voices"]["earlier"]] == [2024]
    alone = json.loads(browser.get(f"{walks.report(browser, years[2], Part.VOICES)}/report.json").data)
    assert alone["voices"]["earlier"] == []
    assert "Peer workers: 20" not in browser.read(walks.report(browser, years[2], Part.EARLIER))


def test_a_report_keeps_what_peer_workers_said_when_another_round_follows(
    site: Site, browser: Browser, scorecard: str
) -> None:
    closed(site, scorecard, closed_on=site.today() - timedelta(days=400))
    report = walks.report(browser, scorecard, Part.VOICES)
    before = browser.read(report), browser.get(f"{report}/report.pdf").data
    closed(site, scorecard, a_group(Forms.FIFTY, {"role": 85}))
    assert (browser.read(report), browser.get(f"{report}/report.pdf").data) == before
