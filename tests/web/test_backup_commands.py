"""`flask backup`, `restore`, `check` and `db`, as whoever runs the site types them."""

import sqlite3
from contextlib import closing
from pathlib import Path

from flask import Flask
from sqlalchemy import text

from questionnaire.store import database
from tests.postgres import Postgres
from tests.web import round_walks, walks
from tests.web.conftest import browser_of, running
from tests.web.crowd import site_of
from tests.web.stored import submitted


def run(app: Flask, *words: str) -> tuple[int, str]:
    """How a command ends, and what it says; where it is and how far stands in lines of its own."""
    result = app.test_cli_runner().invoke(args=list(words))
    return result.exit_code, result.stdout


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


def test_a_round_goes_on_after_a_restore_where_its_key_is_there_and_its_drafts_are_void(
    app: Flask, tmp_path: Path
) -> None:
    owner = browser_of(app)
    organization = walks.own(owner)
    submitted(site_of(app), organization, 2026, 2)
    opened = round_walks.open_round(owner, organization)
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


def test_a_newer_database_is_refused_in_one_line(app_on_both: Flask) -> None:
    with database.writing(site_of(app_on_both).engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    result = app_on_both.test_cli_runner().invoke(args=["db", "upgrade"])
    assert result.exit_code == 1
    assert "\n" not in str(result.exception)
    assert "newer than this version of Alongside (its schema is 9999" in str(result.exception)


def test_a_backup_is_stopped_with_a_line_where_the_database_was_never_made(app: Flask, tmp_path: Path) -> None:
    for nothing in running(f"sqlite:///{tmp_path / 'nothing.sqlite'}"):
        with closing(sqlite3.connect(tmp_path / "nothing.sqlite")) as connection:
            connection.execute("DROP TABLE alembic_version")
        result = nothing.test_cli_runner().invoke(args=["backup", str(tmp_path / "backup")])
        assert result.exit_code == 1
        assert "run `flask db upgrade` first. No file was made." in str(result.exception)
        assert not (tmp_path / "backup").exists()
