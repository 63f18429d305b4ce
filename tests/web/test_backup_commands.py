"""`flask backup`, `restore`, `check` and `db`, as whoever runs the site types them."""

import os
import signal
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from psycopg import sql
from sqlalchemy import event, make_url, text

from questionnaire.store import asides, backups, checks, database, organizations
from questionnaire.web.commands import running as long_running
from tests.postgres import Postgres
from tests.web import round_walks, walks
from tests.web.conftest import browser_of, on_a_database, running
from tests.web.crowd import site_of
from tests.web.stored import submitted


def run(app: Flask, *words: str) -> tuple[int, str]:
    """How a command ends, and what it says; where it is and how far stands in lines of its own."""
    result = app.test_cli_runner().invoke(args=list(words))
    return result.exit_code, result.stdout


def refusal(app: Flask, *words: str) -> str:
    """The one line with which a command ends that could not be done."""
    result = app.test_cli_runner().invoke(args=list(words))
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit), result.exception
    said = str(result.exception)
    assert "\n" not in said
    return said


def test_what_people_did_is_there_after_a_restore_on_the_other_database(
    app: Flask, postgres: Postgres, tmp_path: Path
) -> None:
    browser = browser_of(app)
    organization = walks.own(browser)
    submitted(site_of(app), organization, 2026, 3)
    file = str(tmp_path / "backup")
    assert run(app, "backup", file) == (0, f"{file} is written and whole.\n")
    assert run(app, "check", file) == (0, "It is whole.\n")
    with postgres.database() as url:
        restored = next(fresh := running(url, secret_key=site_of(app).settings.secret_key))
        assert run(restored, "restore", file) == (0, "All is restored, and whole.\n")
        somebody = browser_of(restored)
        assert walks.sign_in(somebody).status_code == 303
        assert "Scorecard 2026" in somebody.read(organization)
        assert run(restored, "check") == (0, "It is whole.\n")
        next(fresh, None)


def opened_on(app: Flask) -> round_walks.Opened:
    owner = browser_of(app)
    organization = walks.own(owner)
    submitted(site_of(app), organization, 2026, 2)
    return round_walks.open_round(owner, organization)


def test_a_round_goes_on_after_a_restore_where_its_key_is_there_and_its_drafts_are_void(
    app: Flask, tmp_path: Path
) -> None:
    opened = opened_on(app)
    code = round_walks.codes_of(opened)[0]
    round_walks.begin(browser_of(app), opened, code)
    assert run(app, "backup", str(tmp_path / "backup"))[0] == 0
    keys = site_of(app).keys.folder
    for restored in running(f"sqlite:///{tmp_path / 'restored.sqlite'}", keys=keys):
        with database.writing(site_of(restored).engine) as connection:
            connection.execute(text("DELETE FROM instrument"))
        assert run(restored, "restore", str(tmp_path / "backup"))[0] == 0
        peer_worker = browser_of(restored)
        assert peer_worker.fill(opened.address, code=code).status_code == 303
        page = peer_worker.read(f"{opened.address}/start")
        assert "Pick a word" in page, "nothing is begun: the word of the draft that was is asked for no more"


def test_a_round_whose_folder_of_keys_is_lost_with_its_machine_ends_after_a_restore(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = opened_on(app)
    assert run(app, "backup", str(tmp_path / "backup"))[0] == 0
    for restored in running(f"sqlite:///{tmp_path / 'restored.sqlite'}", keys=tmp_path / "never" / "made"):
        assert run(restored, "restore", str(tmp_path / "backup"))[0] == 0
        round_walks.on_day(opened, monkeypatch, site_of(app).today() + timedelta(days=round_walks.DAYS + 15))
        site_of(restored).looked_at = None
        assert "key to the counts was lost" in browser_of(restored).read(opened.address)


def test_a_place_that_is_in_use_is_not_restored_into(app: Flask, tmp_path: Path) -> None:
    walks.own(browser_of(app))
    assert run(app, "backup", str(tmp_path / "backup"))[0] == 0
    code, _said = run(app, "restore", str(tmp_path / "backup"))
    assert code == 1
    result = app.test_cli_runner().invoke(args=["restore", str(tmp_path / "backup")])
    assert "The database is not empty. Nothing was changed" in str(result.exception)


def test_a_check_names_every_fault_in_a_line_and_exits_with_1(app: Flask) -> None:
    organization = walks.own(browser_of(app))
    submitted(site_of(app), organization, 2026, 3)
    with database.writing(site_of(app).engine) as connection:
        connection.execute(text("UPDATE submission SET digest = 'none'"))
    code, said = run(app, "check")
    first, *faults = said.splitlines()
    assert (code, first) == (1, "It is not whole:")
    assert [fault.split(":")[1] for fault in faults] == [" its record has another digest"]
    assert organization.rpartition("/")[2] in faults[0]


def test_the_schema_is_told_and_judged(app_on_both: Flask) -> None:
    newest = database.newest_schema()
    assert run(app_on_both, "db", "current") == (0, f"{newest}\n")
    assert run(app_on_both, "db", "check") == (0, f"The schema is {newest}, as this version needs it.\n")
    with database.writing(site_of(app_on_both).engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    assert run(app_on_both, "db", "check")[0] == 1


@pytest.mark.parametrize(
    "words",
    [
        ["db", "upgrade"],
        ["tick"],
        ["work"],
        ["user", "list"],
        ["user", "create", "somebody@example.org"],
        ["network", "report", "none", "2026", "none.zip"],
        ["report", "verify", "0" * 32],
        ["backup", "none"],
        ["restore", __file__],
    ],
    ids=lambda words: " ".join(words[:2]),
)
def test_a_newer_database_is_refused_in_one_line_by_every_command(
    app_on_both: Flask, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(long_running, "working", lambda *_: pytest.fail("it works"))
    with database.writing(site_of(app_on_both).engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert "newer than this version of Alongside (its schema is 9999" in refusal(app_on_both, *words)


def test_an_older_database_is_brought_up_to_date_before_anything_else(app_on_both: Flask) -> None:
    with database.writing(site_of(app_on_both).engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    assert "has the schema 0001" in refusal(app_on_both, "tick")


@pytest.mark.parametrize("encoding", ["SQL_ASCII", "LATIN1"])
def test_a_database_that_cannot_hold_every_text_is_refused_in_one_line(
    app: Flask, postgres: Postgres, tmp_path: Path, encoding: str
) -> None:
    assert run(app, "backup", str(tmp_path / "backup"))[0] == 0
    name = sql.Identifier(f"in_{encoding.lower()}")
    made = "CREATE DATABASE {} ENCODING {} TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'"
    postgres.run(sql.SQL(made).format(name, sql.Literal(encoding)))
    with on_a_database(app, postgres.url(f"in_{encoding.lower()}")):
        for words in (["db", "upgrade"], ["restore", str(tmp_path / "backup")]):
            assert f"its encoding is {encoding}: nothing was changed" in refusal(app, *words)
    postgres.run(sql.SQL("DROP DATABASE {}").format(name))


def test_each_says_which_database_it_works_on_and_no_password(app: Flask, postgres: Postgres, tmp_path: Path) -> None:
    file, kept = str(tmp_path / "backup"), site_of(app)
    said = app.test_cli_runner().invoke(args=["backup", file]).stderr
    assert f"Copies the database sqlite:///{kept.engine.url.database}\n" in said
    assert "Copying" in said
    assert "Writing" in said
    assert "Checking" in said
    with postgres.database() as url:
        address = make_url(url).set(password="a secret").update_query_dict({"sslpassword": "a secret"})
        with on_a_database(app, address.render_as_string(hide_password=False)):
            for words, told in ((["restore", file], "Restores into"), (["check"], "Checks")):
                said = app.test_cli_runner().invoke(args=words).output
                assert f"{told} the database postgresql+psycopg://alongside:***@" in said
                assert "secret" not in said


@pytest.mark.parametrize("words", [["backup", "FILE"], ["restore", "FILE"], ["check", "FILE"], ["check"]])
def test_a_service_manager_stops_it_as_a_person_does_and_nothing_is_left(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    folder = tmp_path / "kept"
    folder.mkdir()
    if words[0] != "backup":
        assert run(app, "backup", str(folder / "one"))[0] == 0
    before, handler = sorted(folder.iterdir()), signal.getsignal(signal.SIGTERM)
    at_it: list[int] = []

    def told_to_stop(*_: object) -> Iterator[str]:
        at_it.append(len(list(folder.glob(".alongside-copy-*"))))
        os.kill(os.getpid(), signal.SIGTERM)
        yield "it went on"

    monkeypatch.setattr(backups, "_publish", lambda *_: list(told_to_stop()))
    monkeypatch.setattr(checks, "faults", told_to_stop)
    code, said = run(app, *(str(folder / "one") if word == "FILE" else word for word in words))
    assert code == 1
    assert said == ""
    assert at_it == [len(words) - 1], "a copy stood beside FILE meanwhile"
    assert sorted(folder.iterdir()) == before
    assert signal.getsignal(signal.SIGTERM) is handler


def test_a_backup_that_could_not_be_checked_for_want_of_room_is_said_to_be_written(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(backups, "_read_into", full)
    said = refusal(app, "backup", str(tmp_path / "backup"))
    assert "backup is written, but could not be checked: " in said
    assert "database or disk is full" in said
    assert (tmp_path / "backup").exists()


def test_a_copy_of_a_backup_where_nothing_may_be_written_is_made_elsewhere(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "roomy").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "roomy"))
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setattr(os, "access", lambda folder, *_: str(folder) != "/read-only")
    assert asides.beside(Path("/read-only/backup")) == tmp_path / "roomy"
    assert asides.beside(tmp_path / "backup") == tmp_path


def test_a_check_is_of_one_moment_while_people_go_on(app_on_both: Flask) -> None:
    organization = walks.own(browser_of(app_on_both))
    kept = site_of(app_on_both)
    submitted(kept, organization, 2026, 3)
    gone: list[str] = []

    def delete(_connection: object, _cursor: object, statement: str, *_more: Any) -> None:
        if "FROM domain_score" in statement and "WHERE" in statement and not gone:  # beside a submission
            gone.append(organization.rpartition("/")[2])
            with database.writing(kept.engine) as connection:
                organizations.delete(connection, gone[0])

    event.listen(kept.engine, "before_cursor_execute", delete)
    try:
        assert run(app_on_both, "check") == (0, "It is whole.\n")
    finally:
        event.remove(kept.engine, "before_cursor_execute", delete)
    assert gone


def test_a_backup_is_stopped_with_a_line_where_the_database_was_never_made(app: Flask, tmp_path: Path) -> None:
    for nothing in running(f"sqlite:///{tmp_path / 'nothing.sqlite'}"):
        with closing(sqlite3.connect(tmp_path / "nothing.sqlite")) as connection:
            connection.execute("DROP TABLE alembic_version")
        result = nothing.test_cli_runner().invoke(args=["backup", str(tmp_path / "backup")])
        assert result.exit_code == 1
        assert "run `flask db upgrade` first. Nothing was changed." in str(result.exception)
        assert not (tmp_path / "backup").exists()
