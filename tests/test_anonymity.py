"""Short forms of what `python -m tests.anonymity` tries: each attack fails, and succeeds on a spoiled site."""

import logging
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine

from questionnaire.config import ROOT
from questionnaire.store import database, models
from questionnaire.store.keys import KeyLostError, Keys
from questionnaire.store.rounds import TALLY
from questionnaire.store.tallies import read_tally
from questionnaire.web.logs import _without_paths
from tests.anonymity import copies, insiders, kills, outsiders, races, remains, traces
from tests.anonymity.opened import on_sqlite
from tests.anonymity.people import FROZEN, REALISTIC
from tests.anonymity.years import workplaces
from tests.core.readability import grade
from tests.moments import PATIENCE, at_once
from tests.postgres import Postgres
from tests.soak.served import served_site
from tests.web import round_walks, walks
from tests.web.client import form_fields
from tests.web.conftest import browser_of, running
from tests.web.stored import submitted

ROUNDS, SEED, LEARNED_ON = 100, 5, 77


@pytest.fixture
def engine(url_with_tables: str) -> Iterator[Engine]:
    engine = database.open_database(url_with_tables, seconds_to_wait=PATIENCE)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def app(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    if request.param == "sqlite":
        yield from running(f"sqlite:///{tmp_path_factory.mktemp('web') / 'alongside.sqlite'}")
        return
    server: Postgres = request.getfixturevalue("postgres")
    with server.database() as url:
        yield from running(url)


def test_years_of_published_figures_tell_no_more_of_a_person_than_one_year_does() -> None:
    found = list(outsiders.cases(outsiders.targets(workplaces(ROUNDS, SEED, REALISTIC))))
    known = list(outsiders.cases(outsiders.targets(workplaces(3 * ROUNDS, LEARNED_ON, REALISTIC))))
    assert outsiders.subtracting(found).is_no_better
    assert outsiders.learning(known, found).is_no_better


def test_the_same_attack_succeeds_where_figures_are_not_rounded_or_a_part_is_told_beside_the_whole() -> None:
    found = outsiders.cases(outsiders.targets(workplaces(ROUNDS, SEED, FROZEN)), exact=True)
    assert outsiders.subtracting(found).is_better
    assert outsiders.part_from_whole(workplaces(ROUNDS, SEED, REALISTIC)).is_better


def test_who_knows_what_four_others_said_knows_the_fifth_but_hardly_the_tenth() -> None:
    few, many = (
        insiders.with_four(workplaces(3 * ROUNDS, SEED, REALISTIC), sizes, SEED)
        for sizes in (range(5, 6), range(10, 16))
    )
    assert few.is_better  # it is said in docs/anonymity.md, and cannot be helped
    assert many.is_no_better


def test_copies_of_a_closed_round_tell_nothing_and_without_the_key_those_of_an_open_one(tmp_path: Path) -> None:
    found = copies.sampled(tmp_path, 8, SEED)
    assert found.same_as_core
    assert found.leftover_slips == 0
    assert found.compared("afterwards").is_no_better
    assert found.compared("closed_copies").is_no_better
    assert abs(found.order) < 0.6  # it is drawn anew each time: six times what it strays by, and 1 where it is told
    for spoiled in ("by_order", "plain_copies", "open_copies"):
        assert found.compared(spoiled).is_better, spoiled


def test_closing_leaves_no_byte_of_what_was_sealed_or_hashed_in_sqlites_files(tmp_path: Path) -> None:
    with on_sqlite(tmp_path) as engine:
        file, keys = tmp_path / "alongside.sqlite", Keys(tmp_path / "keys")
        opened, secrets = remains.lived_through(engine, keys)
        while_open, key = secrets.left_in(remains.files_beside(file)), opened.key
        assert {kind for kind, left in while_open.items() if left} == {
            "hashes of codes",
            "sealed drafts",
            "sealed tallies",
        }
        opened.close()
        assert set(secrets.left_in(remains.files_beside(file)).values()) == {0}
        with pytest.raises(KeyLostError):
            keys.find(opened.round_id)
        contents = [path.read_bytes() for path in remains.files_beside(file)]
        sealed = secrets.tallies[-1:]
        assert not remains.opens_with_anything(sealed, opened.round_id, TALLY, contents)
        assert remains.opens_with_anything(sealed, opened.round_id, TALLY, [bytes(8) + key.secret])
        assert remains.opens_with(key, sealed[0])


def test_closing_words_that_a_steward_struck_are_gone_from_sqlites_files(tmp_path: Path) -> None:
    with on_sqlite(tmp_path) as engine:
        opened, secrets = remains.lived_through(engine, Keys(tmp_path / "keys"), writers=remains.ENOUGH)
        gone = remains.struck(opened, secrets)
        assert len(gone.found["closing words"]) == remains.ENOUGH - 1
        assert set(gone.left_in(remains.files_beside(tmp_path / "alongside.sqlite")).values()) == {0}


def test_without_secure_delete_the_search_finds_what_is_left(tmp_path: Path) -> None:
    with on_sqlite(tmp_path) as engine:
        file, keys = tmp_path / "alongside.sqlite", Keys(tmp_path / "keys")
        _opened, secrets = remains.lived_through(engine, keys)
    with closing(sqlite3.connect(file)) as careless, careless:
        careless.execute("PRAGMA secure_delete = OFF")
        careless.execute("DELETE FROM slip")
    assert secrets.left_in(remains.files_beside(file))["hashes of codes"]


def test_a_real_server_keeps_nothing_of_respondents_but_counts_and_drafts() -> None:
    with served_site() as site:
        left = traces.day_of_respondents(site)
    assert set(left.statuses.values()) == {303, 400, 403, 404, 500, 503}
    assert left.logged == ""
    assert "did not answer" in left.elsewhere  # so there is a log, and this is where it would stand
    assert left.changed == {"peer_round", "slip", "mishap"}  # where the 500 came from, until the next tick
    assert left.tells_a_time() == []
    assert [told for told in (traces.BROWSER, traces.THERE, "127.0.0.1") if told in left.fresh] == []
    [cookie] = left.cookies
    assert cookie["path"] == "/v/"
    assert cookie["httponly"]
    assert not cookie["expires"]
    assert not cookie["max-age"]


def test_times_of_day_would_be_found_in_rows() -> None:
    now = 1_795_500_000
    for told in (f"('x', {now})", f"{now}123", f"{now}123456", "2026-11-24 17:05", "at 9:41"):
        assert traces.times_in(told, (now, now)), told
    assert traces.times_in("('f9d762e7-f235-4dfd-8b5b-bd20fa7a9c1e', '2026-12-14', 2026)", (now, now)) == []


def test_what_the_server_says_of_a_request_that_was_broken_off_passes_only_elsewhere(
    caplog: pytest.LogCaptureFixture,
) -> None:
    waitress = logging.getLogger("waitress")
    waitress.addFilter(_without_paths)
    with caplog.at_level(logging.INFO, "waitress"):
        waitress.info("Client disconnected while serving %s", "/v/ABCDEFGH/ABCDEFGHJKMNP")
        waitress.info("Client disconnected while serving %s", "/in/a-private-link")
    assert [record.getMessage() for record in caplog.records] == ["Client disconnected while serving (a page)"]


def test_no_table_has_a_column_for_times_and_the_two_of_rounds_hold_days_only() -> None:
    kinds = {str(column.type).split("(")[0] for table in models.metadata.sorted_tables for column in table.c}
    assert not kinds & {"DATETIME", "TIMESTAMP", "TIME"}
    assert {str(column.type) for column in models.slip.c} == {"VARCHAR(36)", "VARCHAR(64)", "BOOLEAN", "BLOB"}


def test_a_browser_names_no_page_of_a_respondent_to_anybody(app: Flask) -> None:
    page = browser_of(app).get("/v/ABCDEFGH/ABCD-EFGH-JKMN-P")
    assert page.headers["Referrer-Policy"] == "strict-origin"


def test_sixty_codes_that_eight_threads_hand_in_twice_are_counted_once(engine: Engine, tmp_path: Path) -> None:
    assert races.race(engine, Keys(tmp_path / "keys")).holds


def test_of_two_browsers_that_hand_in_one_code_one_wins_and_the_other_is_told(app: Flask) -> None:
    owner = browser_of(app)
    organization = walks.own(owner)
    submitted(round_walks.site_of(owner), organization, 2026, 2)
    opened = round_walks.open_round(owner, organization)
    code, phone, tablet = round_walks.codes_of(opened)[0], owner.as_somebody_else(), owner.as_somebody_else()
    round_walks.begin(phone, opened, code)
    round_walks.begin(tablet, opened, code)
    address = f"{opened.address}/hand-in"
    forms = [form_fields(browser.read(address)) for browser in (phone, tablet)]
    pressed = at_once([lambda: phone.post(address, data=forms[0]), lambda: tablet.post(address, data=forms[1])])
    assert sorted(response.status_code for response in pressed) == [303, 400]
    (late,) = [response for response in pressed if response.status_code == 400]
    assert "handed in" in late.text
    assert _forms_counted(opened) == 1


def _forms_counted(opened: round_walks.Opened) -> int:
    site = round_walks.site_of(opened.owner)
    with database.reading(site.engine) as connection:
        return read_tally(connection, site.keys.find(opened.round_id), opened.round_id).forms


def test_kill_9_between_counting_and_marking_loses_no_form_and_counts_none_twice(tmp_path: Path) -> None:
    with on_sqlite(tmp_path) as engine:
        outcome = kills.trial(engine, Keys(tmp_path / "keys"), kills=10, seed=SEED)
    assert (outcome.kills, outcome.lost, outcome.unequal) == (10, 0, 0)
    assert outcome.acknowledged >= 10


def test_the_trial_tells_a_site_that_counts_and_marks_in_two_transactions(tmp_path: Path) -> None:
    with on_sqlite(tmp_path) as engine:
        assert kills.trial(engine, Keys(tmp_path / "keys"), kills=3, seed=SEED, torn=True).unequal


def paragraphs(markdown: str) -> str:
    """What is read as sentences: without headings, tables, code and marks, a list's entries as lines."""
    without_code = re.sub(r"^```.*?^```$", "", markdown, flags=re.DOTALL | re.MULTILINE)
    blocks = [block for block in without_code.split("\n\n") if not block.lstrip().startswith(("#", "|"))]
    entries = [re.sub(r"\n(?!- |\d+\. )\s*", " ", block) for block in blocks]
    return re.sub(r"`[^`]*`|[*_]|^- |^\d+\. ", "", "\n".join(entries), flags=re.MULTILINE)


def test_the_page_on_anonymity_reads_at_grade_8_or_lower_and_its_promises_lower() -> None:
    page = (ROOT / "docs" / "anonymity.md").read_text(encoding="utf-8")
    _title, *sections = re.split(r"^## ", page, flags=re.MULTILINE)
    parts = {name: part for name, _, part in (section.partition("\n") for section in sections)}
    assert list(parts) == [
        "What is promised",
        "What is not protected",
        "Who holds what",
        "How it was tried",
        "What whoever runs the site must do",
    ]
    assert grade(paragraphs(page)) <= 8
    for name, part in parts.items():
        assert grade(paragraphs(part)) <= (6 if name == "What is promised" else 8), name
