"""The database itself: its schema, its transactions, and many writers at once."""

import os
import sqlite3
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, insert, select, text
from sqlalchemy.exc import IntegrityError, OperationalError

from questionnaire.config import ROOT
from questionnaire.store import assessments, database, models, organizations
from tests.builders import A_DAY, a_profile, an_instrument
from tests.moments import until_somebody_waits
from tests.store.drafts import a_draft, answers_of, change

IN_MIGRATIONS_ONLY = {"uq_revision_one_draft", "uq_access_grant_one_owner"}  # see models.revision


def test_the_migrations_make_the_tables_that_the_code_knows(engine: Engine) -> None:
    def compare(thing: Any, name: str | None, kind: str, *_more: Any) -> bool:
        if kind == "foreign_key_constraint" and engine.dialect.name == "sqlite":
            # SQLAlchemy does not read off SQLite what a key that was added to a table does on deletion
            return bool(thing.columns.keys() != ["successor"])
        return not (kind == "index" and name in IN_MIGRATIONS_ONLY) and name != "alembic_version"

    with database.reading(engine) as connection:
        context = MigrationContext.configure(connection, opts={"include_object": compare})
        assert compare_metadata(context, models.metadata) == []


def test_an_upgrade_may_be_repeated_and_keeps_what_is_there(engine: Engine) -> None:
    with database.writing(engine) as connection:
        organization_id = organizations.start(connection, "Harbour Street", on=A_DAY)
    database.upgrade(engine)
    with database.reading(engine) as connection:
        assert connection.scalar(select(models.organization.c.organization_id)) == organization_id


def test_an_older_version_that_waits_while_a_newer_one_upgrades_is_refused_in_words(engine: Engine) -> None:
    other = database.open_database(engine.url)
    with ThreadPoolExecutor(1) as pool:
        with database.writing(other) as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": database.UPGRADE_LOCK})
            connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
            late = pool.submit(database.upgrade, engine)
            until_somebody_waits(engine)
        with pytest.raises(database.UnusableDatabaseError, match="newer than this version"):
            late.result()
    other.dispose()


def test_a_database_file_is_for_its_user_alone_whoever_makes_it(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        engine = database.open_database(f"sqlite:///{tmp_path / 'alongside.sqlite'}")
        database.upgrade(engine)
        with database.reading(engine):
            found = {file.name: stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()}
        engine.dispose()
    finally:
        os.umask(before)
    assert set(found) == {f"alongside.sqlite{beside}" for beside in ("", "-wal", "-shm")}
    assert set(found.values()) == {0o600}


def test_six_processes_starting_on_nothing_agree(database_url: str) -> None:
    program = (
        "import sys; from questionnaire.store import database;"
        "engine = database.open_database(sys.argv[1]); database.upgrade(engine); engine.dispose()"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", program, database_url], cwd=ROOT, stderr=subprocess.PIPE, text=True)
        for _ in range(6)
    ]
    ended = [(process.communicate(timeout=300)[1], process.returncode) for process in started]
    assert ended == [("", 0)] * 6


def test_a_new_file_that_somebody_else_is_just_making_is_waited_for(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, refused = database.open_database(sqlite_url), list[float]()
    with closing(sqlite3.connect(str(engine.url.database), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")

        def finished_meanwhile(seconds: float) -> None:
            refused.append(seconds)
            other.execute("COMMIT")

        monkeypatch.setattr(database, "sleep", finished_meanwhile)
        with database.reading(engine) as connection:
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    engine.dispose()
    assert len(refused) == 1


def test_who_writes_waits_for_nobody_who_cleans_sqlites_log_while_others_read(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, hasty = database.open_database(sqlite_url), database.open_database(sqlite_url, seconds_to_wait=0)
    database.upgrade(engine)
    written: list[str] = []

    def write(_seconds: float) -> None:
        with database.writing(hasty) as connection:
            written.append(organizations.start(connection, "Harbour Street", on=A_DAY))

    monkeypatch.setattr(database, "sleep", write, raising=False)
    with database.reading(engine) as connection:
        connection.execute(select(models.organization)).all()
        write(0)
        database.scrub(engine)
    assert len(written) > 1
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == 5000, "it is patient with all else"
    engine.dispose()
    hasty.dispose()


def test_where_sqlites_log_cannot_be_cleaned_nobody_is_told_that_it_was_not_done(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_said: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    engine = database.open_database(sqlite_url)
    monkeypatch.setattr(engine, "raw_connection", full)
    database.scrub(engine)


def test_a_transaction_that_fails_leaves_nothing(engine: Engine) -> None:
    def fail() -> None:
        with database.writing(engine) as connection:
            organizations.start(connection, "Harbour Street", on=A_DAY)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with database.reading(engine) as connection:
        assert connection.execute(select(models.organization)).all() == []


def test_eight_writers_lose_no_answer(engine: Engine) -> None:
    """With deferred transactions, or without holding the draft, some of these updates were lost when tried."""
    draft = a_draft(engine, items=8)

    def write(number: int) -> None:
        for level in range(5):
            with database.writing(engine) as connection:
                held = assessments.draft_to_write(connection, draft.organization_id, draft.year, 1)
                collided = assessments.save_answers(connection, held, change(held, f"a.{number}", level))
            assert collided == ()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(1, 9)))
    assert answers_of(engine, draft) == {f"a.{number}": 4 for number in range(1, 9)}


def test_of_writers_of_the_same_answer_one_wins_and_all_others_are_told(engine: Engine) -> None:
    draft = a_draft(engine)
    blank = change(draft, "a.1", 0)

    def write(level: int) -> tuple[str, ...]:
        with database.writing(engine) as connection:
            held = assessments.draft_to_write(connection, draft.organization_id, draft.year, 1)
            mine = {
                "a.1": type(blank["a.1"])(seen=blank["a.1"].seen, answer=change(draft, "a.1", level)["a.1"].answer)
            }
            return assessments.save_answers(connection, held, mine)

    with ThreadPoolExecutor(5) as pool:
        told = list(pool.map(write, range(5)))
    assert sorted(told) == [()] + [("a.1",)] * 4
    assert answers_of(engine, draft) == {"a.1": told.index(())}


def test_a_year_has_one_draft_at_most(engine: Engine) -> None:
    draft = a_draft(engine)

    def another() -> None:
        with database.writing(engine) as connection:
            connection.execute(
                insert(models.revision).values(
                    organization_id=draft.organization_id,
                    year=draft.year,
                    number=2,
                    instrument_digest=draft.instrument_digest,
                    profile="{}",
                    is_draft=True,
                    started_on=A_DAY,
                )
            )

    with pytest.raises(IntegrityError):
        another()


def test_an_error_never_shows_the_values_of_a_statement(engine: Engine) -> None:
    with pytest.raises(Exception, match="hidden") as told, database.reading(engine) as connection:
        connection.execute(text("SELECT :note FROM nowhere"), {"note": "a secret"})
    assert "a secret" not in str(told.value)


def test_what_is_away_locked_or_full_is_unavailable_and_a_mistake_is_not(engine: Engine) -> None:
    assert database.is_unavailable(OperationalError("", {}, Exception()))
    assert not database.is_unavailable(IntegrityError("", {}, Exception()))


def test_sqlite_syncs_before_it_acknowledges(sqlite_url: str) -> None:
    engine = database.open_database(sqlite_url)
    with database.reading(engine) as connection:
        settings = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("synchronous", "journal_mode", "foreign_keys", "secure_delete")
        }
    assert settings == {"synchronous": 2, "journal_mode": "wal", "foreign_keys": 1, "secure_delete": 1}
    engine.dispose()


def test_an_organization_takes_all_that_it_owns_with_it(engine: Engine) -> None:
    draft = a_draft(engine)
    with database.writing(engine) as connection:
        held = assessments.draft_to_write(connection, draft.organization_id, draft.year, 1)
        assessments.save_answers(connection, held, change(held, "a.1", 2))
        connection.execute(models.organization.delete())
        left = {t.name for t in models.metadata.sorted_tables if connection.execute(select(t)).first()}
    assert left == {"instrument"}


def test_beginning_the_same_year_again_is_refused_and_keeps_the_first(engine: Engine) -> None:
    draft = a_draft(engine)

    def again() -> None:
        with database.writing(engine) as connection:
            assessments.begin(connection, draft.organization_id, draft.year, an_instrument(), a_profile(), on=A_DAY)

    with pytest.raises(assessments.YearTakenError):
        again()
    with database.reading(engine) as connection:
        assert assessments.find_draft(connection, draft.organization_id, draft.year) == draft
