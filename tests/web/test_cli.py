"""The commands."""

import os
import re
import shutil
import socket
import stat
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from questionnaire.config import ROOT
from questionnaire.core.voices import TooFew
from questionnaire.store import closing, database, models, rounds
from questionnaire.store.rounds import Round
from questionnaire.web.site import Site
from tests.web import round_walks, walks
from tests.web.client import Browser
from tests.web.crowd import everything, known
from tests.web.round_walks import Opened
from tests.web.stored import submitted

SHIPPED = ROOT / "data" / "instruments" / "alongside-1"


def run(app: Flask, *words: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=list(words))
    return result.exit_code, result.output


def broken(tmp_path: Path) -> Path:
    folder = tmp_path / "broken"
    shutil.copytree(SHIPPED, folder)
    file = folder / "role.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("revision: 1", "revision: one", 1), encoding="utf-8")
    file = folder / "comm.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("id: comm.ahead", "id: comm.start", 1), encoding="utf-8")
    return folder


def test_check_says_that_the_shipped_instrument_has_no_fault(app: Flask) -> None:
    assert run(app, "instrument", "check") == (0, "alongside version 1: 6 domains, 35 items, no fault.\n")


def test_check_prints_every_fault_with_its_place_and_exits_with_1(app: Flask, tmp_path: Path) -> None:
    code, said = run(app, "instrument", "check", str(broken(tmp_path)))
    assert code == 1
    lines = said.splitlines()
    assert any(
        "role.yaml:" in line and "domains.0.items.0.revision: must be a whole number" in line for line in lines
    )
    assert any("comm.yaml:" in line and "stands twice: comm.start" in line for line in lines)


def test_show_prints_every_question_for_review_on_paper(app: Flask, site: Site) -> None:
    code, said = run(app, "instrument", "show")
    assert code == 0
    for item in site.instrument.items.values():
        assert item.question.en in said
        assert item.levels[4].sees.en in said
        if item.peer:
            assert item.peer.question.en in said
        for advice in item.advice:
            assert advice.involvement.en in said
    assert "&#" not in said
    assert "&amp;" not in said


def test_show_names_the_faults_of_a_folder(app: Flask, tmp_path: Path) -> None:
    assert run(app, "instrument", "show", str(broken(tmp_path)))[0] == 1


def test_upgrade_may_be_repeated(app: Flask) -> None:
    assert run(app, "db", "upgrade") == run(app, "db", "upgrade")
    assert run(app, "db", "upgrade")[0] == 0


def test_tick_ends_what_nobody_used_for_400_days(
    app: Flask, browser: Browser, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    organization = walks.start(browser)
    today = site.today()
    for days, ended in ((400, 0), (401, 1)):
        monkeypatch.setattr(Site, "today", lambda _site, days=days: today + timedelta(days=days))
        assert f"Ended {ended} " in run(app, "tick")[1]
    with database.reading(site.engine) as connection:
        kept = {table.name: connection.execute(select(table)).all() for table in models.metadata.sorted_tables}
    assert {name for name, rows in kept.items() if rows} - {"throttle"} == {"instrument"}
    assert browser.get(organization).status_code == 404


@pytest.fixture
def opened(browser: Browser, site: Site) -> Opened:
    """A round that is open, with slips and one form begun."""
    organization = walks.own(browser)
    submitted(site, organization, 2026, 2)
    opened = round_walks.open_round(browser, organization)
    round_walks.begin(browser.as_somebody_else(), opened, round_walks.codes_of(opened)[0])
    return opened


def kept_of(opened: Opened, site: Site) -> Round:
    with database.reading(site.engine) as connection:
        found = rounds.find(connection, opened.round_id)
    assert found
    return found


def test_tick_closes_the_rounds_whose_last_day_is_over_and_destroys_their_keys(
    app: Flask, site: Site, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    last = kept_of(opened, site).closes_on
    assert last
    for days, closed in ((0, 0), (1, 1), (1, 0)):
        round_walks.on_day(opened, monkeypatch, last + timedelta(days=days))
        assert f"Closed {closed} rounds of peer workers’ voices." in run(app, "tick")[1]
        assert site.keys.held() == ([] if days else [opened.round_id])
    result = kept_of(opened, site).result
    assert result
    assert result.outcome == TooFew()
    assert everything(site.engine)["slip"] == []


def test_tick_destroys_the_key_that_a_closing_cut_short_has_left_and_no_other(
    app: Flask, site: Site, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    of_another_database = "11111111-1111-4111-8111-111111111111"
    site.keys.make(of_another_database)
    assert run(app, "tick")[0] == 0
    assert sorted(site.keys.held()) == sorted([of_another_database, opened.round_id]), "the round is open"
    last = kept_of(opened, site).closes_on
    assert last
    round_walks.on_day(opened, monkeypatch, last + timedelta(days=1))
    with database.writing(site.engine) as connection:
        assert closing.close_due(connection, site.keys, on=site.today()) == [opened.round_id]
    assert opened.round_id in site.keys.held()
    assert "Closed 0 rounds" in run(app, "tick")[1]
    assert site.keys.held() == [of_another_database]


@pytest.mark.parametrize("shown", [True, False], ids=["shown", "not read"])
def test_tick_deletes_closing_words_that_no_steward_has_read_for_60_days(
    app: Flask, site: Site, opened: Opened, monkeypatch: pytest.MonkeyPatch, *, shown: bool
) -> None:
    last = kept_of(opened, site).closes_on
    assert last
    round_walks.on_day(opened, monkeypatch, last + timedelta(days=1))
    run(app, "tick")
    with database.writing(site.engine) as connection:
        rounds.write(connection, opened.round_id, words='["Thank you."]', words_shown=shown)
    for days, left in ((60, ("Thank you.",)), (61, ("Thank you.",) if shown else None)):
        round_walks.on_day(opened, monkeypatch, last + timedelta(days=days))
        assert run(app, "tick")[0] == 0
        assert kept_of(opened, site).words == left


def start(tmp_path: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a program of the site's to its end, in an environment with nothing else in it."""
    return subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "INSTANCE": str(tmp_path / "instance"), **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_a_faulty_instrument_stops_the_server_with_the_same_message(app: Flask, tmp_path: Path) -> None:
    folder = broken(tmp_path)
    _code, said = run(app, "instrument", "check", str(folder))
    ended = start(tmp_path, "app.py", INSTRUMENT=str(folder))
    assert ended.returncode == 1
    assert ended.stderr == said


def test_a_faulty_instrument_can_still_be_checked_by_its_command(tmp_path: Path) -> None:
    folder = broken(tmp_path)
    ended = start(tmp_path, "-m", "flask", "instrument", "check", INSTRUMENT=str(folder))
    assert ended.returncode == 1
    assert "stands twice: comm.start" in ended.stdout


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "http"),
        ("PORT", "0"),
        ("PORT", "70000"),
        ("PUBLIC_URL", "alongside.example"),
        ("PUBLIC_URL", "https://user@alongside.example"),
        ("PUBLIC_URL", "https://alongside.example:port"),
    ],
)
def test_a_wrong_setting_stops_the_server_in_words(tmp_path: Path, name: str, value: str) -> None:
    ended = start(tmp_path, "app.py", **{name: value})
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"{name} is {value!r}: give ")


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("VOICES_FORMS", "3", "forms may not be lower than 5"),
        ("VOICES_NONSENSE", "9", "There is no setting VOICES_NONSENSE. There are VOICES_FORMS, "),
        ("VOICES_FORMS", "many", "VOICES_FORMS is 'many': give a whole number"),
    ],
)
def test_a_number_that_would_keep_peer_workers_less_unknown_stops_the_server_in_one_line(
    tmp_path: Path, name: str, value: str, said: str
) -> None:
    ended = start(tmp_path, "app.py", **{name: value})
    assert (ended.returncode, len(ended.stderr.strip().splitlines())) == (1, 1), ended.stderr
    assert said in ended.stderr


def test_the_first_start_makes_a_secret_key_that_only_its_owner_reads(tmp_path: Path) -> None:
    for _ in range(2):
        assert start(tmp_path, "-m", "flask", "db", "upgrade").returncode == 0
    key = tmp_path / "instance" / "secret-key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert stat.S_IMODE(key.parent.stat().st_mode) == 0o700
    assert len(key.read_text(encoding="utf-8")) == 64


@pytest.mark.parametrize(
    "address", ["nonsense", "mysql://root@localhost/x", "postgresql://nobody@127.0.0.1:1/x", "sqlite:////dev/null/x"]
)
def test_a_database_that_cannot_be_used_stops_the_server_in_one_line(tmp_path: Path, address: str) -> None:
    ended = start(tmp_path, "app.py", DATABASE_URL=address)
    assert ended.returncode == 1
    assert len(ended.stderr.strip().splitlines()) == 1, ended.stderr


def test_a_file_that_is_no_database_stops_the_server_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear Sam, " * 500)
    ended = start(tmp_path, "app.py", DATABASE_URL=f"sqlite:///{tmp_path / 'letter.txt'}")
    assert (ended.returncode, len(ended.stderr.strip().splitlines())) == (1, 1)


def test_an_empty_secret_key_stops_the_server_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "instance").mkdir()
    (tmp_path / "instance" / "secret-key").touch()
    ended = start(tmp_path, "app.py")
    assert (ended.returncode, len(ended.stderr.strip().splitlines())) == (1, 1)


def test_a_port_that_is_taken_stops_the_server_in_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ended = start(tmp_path, "app.py", PORT=str(taken.getsockname()[1]))
    assert ended.returncode == 1
    assert "Set HOST or PORT to another" in ended.stderr


def test_an_instrument_changed_after_use_stops_the_server(browser: Browser, site: Site, tmp_path: Path) -> None:
    walks.start(browser)
    folder = tmp_path / "changed"
    shutil.copytree(SHIPPED, folder)
    file = folder / "role.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("No title", "Without title", 1), encoding="utf-8")
    address = site.engine.url.render_as_string(hide_password=False)
    ended = start(tmp_path, "app.py", INSTRUMENT=str(folder), DATABASE_URL=address)
    assert ended.returncode == 1
    assert "was changed after it was used" in ended.stderr


# --- accounts


def link_in(said: str) -> str:
    """The path of the link that a command printed."""
    found = re.search(r"http://localhost(/in/\S+)", said)
    assert found, said
    return found[1]


def test_create_prints_a_link_that_makes_an_account_once(app: Flask, browser: Browser) -> None:
    code, said = run(app, "user", "create", " Kim@Example.org ")
    assert code == 0
    browser.get(link_in(said))
    assert "kim@example.org" in browser.read("/choose-password")
    assert browser.fill("/choose-password", password=walks.PASSWORD).status_code == 303
    assert "kim@example.org" in browser.read("/account")
    assert browser.as_somebody_else().get(link_in(said)).status_code == 404
    code, said = run(app, "user", "create", "KIM@example.org")
    assert (code, "There is an account of kim@example.org already" in said) == (1, True)


def test_reset_link_prints_a_link_that_ends_every_session(app: Flask, browser: Browser) -> None:
    kim = known(app)
    code, said = run(app, "user", "reset-link", "Kim@example.org")
    assert code == 0
    browser.get(link_in(said))
    assert browser.fill("/choose-password", password="somewhere over the hill").status_code == 303
    assert kim.get("/account").status_code == 303
    assert browser.get("/account").status_code == 200


def test_list_names_every_account_and_who_is_disabled(app: Flask, site: Site) -> None:
    assert run(app, "user", "list") == (0, "")
    for email in ("sam@example.org", "kim@example.org"):
        known(app, email)
    assert run(app, "user", "disable", "Sam@example.org")[0] == 0
    today = site.today()
    assert run(app, "user", "list")[1].splitlines() == [
        f"kim@example.org   made on {today}",
        f"sam@example.org   made on {today}   disabled on {today}",
    ]
    assert run(app, "user", "disable", "--undo", "sam@example.org")[0] == 0
    assert "disabled" not in run(app, "user", "list")[1]


@pytest.mark.parametrize("words", [("reset-link",), ("disable",), ("disable", "--undo")])
def test_a_command_about_nobody_says_so_and_changes_nothing(app: Flask, site: Site, words: tuple[str, ...]) -> None:
    known(app)
    before = everything(site.engine)
    assert run(app, "user", *words, "nobody@example.org") == (1, "There is no account of nobody@example.org.\n")
    assert everything(site.engine) == before


def test_create_refuses_what_is_no_address(app: Flask, site: Site) -> None:
    for email in ("kim", "kim@localhost", "kim(1)@example.org", "kim@example.org\nBcc: all@example.org", ""):
        code, said = run(app, "user", "create", email)
        assert (code, "is no e-mail address" in said) == (1, True), email
    assert everything(site.engine)["capability"] == []


def test_the_link_is_on_the_output_alone_so_that_it_can_be_piped(app: Flask) -> None:
    ended = app.test_cli_runner().invoke(args=["user", "create", "kim@example.org"])
    assert re.fullmatch(r"http://localhost/in/\S+\n", ended.stdout)
    assert "It works once" in ended.stderr


def test_a_command_on_a_database_that_was_never_made_says_so_in_one_line(
    app: Flask, site: Site, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site, "engine", database.open_database(sqlite_url))
    for words in (("user", "list"), ("user", "create", "kim@example.org"), ("tick",)):
        code, said = run(app, *words)
        assert (code, len(said.splitlines())) == (1, 1), said
        assert said.endswith("run `flask db upgrade` first. Nothing was changed.\n")
    site.engine.dispose()


def test_the_daily_round_forgets_accounts_links_and_sessions_that_have_ended(
    app: Flask, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    known(app)
    run(app, "user", "reset-link", "kim@example.org")
    today = site.today()
    monkeypatch.setattr(Site, "today", lambda _site: today + timedelta(days=91))
    assert run(app, "tick")[0] == 0
    kept = {name for name, rows in everything(site.engine).items() if rows}
    assert kept == {"account", "instrument"}
