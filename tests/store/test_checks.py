"""Checks: what is spoiled in a database is found, whatever it is; and nothing is said of what is whole."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from questionnaire.store import checks, database
from tests.conftest import make_tables
from tests.store.earlier import NEWEST, fill

SPOILED = {
    "a submission's record": ("UPDATE submission SET record = replace(record, 'note', 'n0te')", "another digest"),
    "a submission's digest": ("UPDATE submission SET digest = 'none'", "another digest"),
    "a score": ("UPDATE domain_score SET points = 1 WHERE points > 50", "stand otherwise in the table of scores"),
    "no score": ("DELETE FROM domain_score", "stand otherwise in the table of scores"),
    "a result": (
        "UPDATE peer_round SET record = replace(record, '1', '2') WHERE record IS NOT NULL",
        "another digest",
    ),
    "a release": ("UPDATE network_release SET record = replace(record, '1', '2')", "another digest"),
    "a report": ("UPDATE report SET record = replace(record, '2025', '2024')", "another fingerprint"),
    "a contribution": ("UPDATE contribution SET digest = replace(digest, 'a', 'b')", "another digest"),
    "questions": ("UPDATE instrument SET content = replace(content, 'One sees', 'All see')", "another digest"),
    "no questions": ("UPDATE instrument SET content = 'none'", "cannot be read"),
    "no submission": ("DELETE FROM submission", "is no draft, and has no submission"),
    "a draft that is none": ("UPDATE revision SET is_draft = true WHERE year = 2024", "is a draft, and submitted"),
    "a link over nothing": ("UPDATE access_grant SET scope_id = 'gone' WHERE scope = 'report'", "is not there"),
    "a role of nobody": ("UPDATE access_grant SET principal_id = 'gone' WHERE role = 'viewer'", "is not there"),
    "a result that is gone": ("UPDATE peer_round SET record = NULL WHERE record IS NOT NULL", "its record is gone"),
    "no answers": ("DELETE FROM answer", "stand otherwise in the table of answers"),
    "another answer": ("UPDATE answer SET choice = '0'", "stand otherwise in the table of answers"),
    "no rights": ("DELETE FROM access_grant", "its owner is not there"),
    "nobody's network": ("DELETE FROM access_grant WHERE role = 'facilitator'", "its facilitator is not there"),
    "a session of nobody": (
        "UPDATE session_principal SET principal_id = 'gone' WHERE principal_kind = 'account'",
        "its account is not there",
    ),
    "a round beside nothing": ("UPDATE peer_round SET year = 1999", "its revision is not there"),
    "a result of another year": ("UPDATE peer_round SET year = year - 1", "its record has another year"),
    "counted beside nothing": ("UPDATE counted SET number = 99", "its submission is not there"),
    "counted in no release": ("DELETE FROM network_release", "its release is not there"),
    "a part of nothing": ("UPDATE batch_part SET number = 99", "its submission is not there"),
    "a release of another year": ("UPDATE network_release SET year = 1990", "its record has another year"),
    "a contribution of another year": ("UPDATE contribution SET year = 1990", "its record has another year"),
    "questions of another version": ("UPDATE instrument SET version = 99", "its content has another version"),
    "terms": ("UPDATE peer_round SET terms = 'x'", "its terms cannot be read"),
    "words": ("UPDATE peer_round SET words = 'x'", "its words cannot be read"),
    "a profile": ("UPDATE revision SET profile = '{}'", "its profile cannot be read"),
    "items of an action": ("UPDATE action SET items = '5'", "its items cannot be read"),
    "who is named": ("UPDATE network_release SET named = 'x'", "its named cannot be read"),
    "a place": ("UPDATE counted SET place = 'x'", "its place cannot be read"),
    "a schema of long ago": ("UPDATE alembic_version SET version_num = '0003'", "schema: it is 0003"),
}


def test_a_check_finds_what_is_spoiled(full: Engine) -> None:
    with database.reading(full) as connection:
        assert list(checks.faults(connection)) == []
    missed: dict[str, list[str]] = {}
    for what, (statement, said) in SPOILED.items():
        with full.connect() as connection, connection.begin() as change:
            connection.execute(text(statement))
            found = list(checks.faults(connection))
            change.rollback()
        if not any(said in fault for fault in found):
            missed[what] = found
    assert missed == {}


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE submission SET record = CAST(record AS BLOB)", "its record cannot be read"),
        ("UPDATE contribution SET record = CAST(record AS BLOB)", "its record cannot be read"),
        ("UPDATE account SET made_on = 'yesterday'", "account: not all of it can be read"),
        ("UPDATE event SET who = CAST(x'ff' AS TEXT)", "event: not all of it can be read"),
        ("UPDATE answer SET note = x'00'", "its note cannot be read"),
    ],
)
def test_what_no_column_can_hold_is_a_fault_and_the_rest_is_looked_at(
    sqlite_url: str, statement: str, said: str
) -> None:
    engine = database.open_database(sqlite_url)
    fill(engine, NEWEST)
    database.upgrade(engine)
    with database.writing(engine) as connection:
        connection.execute(text(statement))
        connection.execute(text("DELETE FROM network_release"))
    with database.reading(engine) as connection:
        found = list(checks.faults(connection))
    engine.dispose()
    assert any(said in fault for fault in found)
    assert not any("with text" in fault for fault in found), "nobody's words are told"
    assert any("its release is not there" in fault for fault in found)


def test_a_check_finds_rows_that_belong_to_nothing_where_the_database_did_not_look(tmp_path: Path) -> None:
    make_tables(f"sqlite:///{tmp_path / 'one.sqlite'}")
    with closing(sqlite3.connect(tmp_path / "one.sqlite")) as connection:
        connection.execute("INSERT INTO assessment VALUES ('gone', 2026)")
        connection.commit()
    engine = database.open_database(f"sqlite:///{tmp_path / 'one.sqlite'}")
    with database.reading(engine) as connection:
        assert any("belongs to nothing in organization" in fault for fault in checks.faults(connection))
    engine.dispose()
