"""Databases as earlier releases left them: samples of everything, and what they hold."""

import re
from pathlib import Path
from typing import Any, Final

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, select, text
from sqlalchemy import table as named

from questionnaire.store import database

SAMPLES: Final = Path(__file__).parent / "samples"
NEWEST: Final = max(file.stem for file in SAMPLES.glob("*.sql"))
NOT_KEPT: Final = {"alembic_version", "chart"}  # pictures are drawn again

Rows = dict[str, tuple[tuple[str, ...], list[tuple[Any, ...]]]]  # by table: its columns and all its rows


def revisions() -> list[str]:
    """Every revision of the schema, the newest first."""
    return [script.revision for script in ScriptDirectory(str(database.MIGRATIONS)).walk_revisions()]


def statements(revision: str, dialect: str) -> list[str]:
    """A sample's statements; bytes are the only thing that the two databases write differently."""
    sample = (SAMPLES / f"{revision}.sql").read_text(encoding="utf-8")
    if dialect == "postgresql":
        sample = re.sub(r"X'([0-9A-F]*)'", r"'\\x\1'", sample)
    return [statement for statement in sample.split(";\n\n") if statement.strip()]


def rows(engine: Engine) -> Rows:
    """All that a database holds."""
    found: Rows = {}
    with database.reading(engine) as connection:
        for table in sorted(inspect(connection).get_table_names()):
            result = connection.execute(select(text("*")).select_from(named(table)))
            found[table] = tuple(result.keys()), sorted((tuple(row) for row in result), key=repr)
    return found


def kept(before: Rows, after: Rows) -> Rows:
    """What is there after, of the tables and columns that were there before."""
    return {
        table: (columns, sorted((tuple(row[now.index(name)] for name in columns) for row in held), key=repr))
        for table, (columns, _rows) in before.items()
        if table not in NOT_KEPT
        for now, held in [after[table]]
    }


def upgraded_to(engine: Engine, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(database.MIGRATIONS))
    with database.writing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def fill(engine: Engine, revision: str) -> None:
    """Make of an empty database one of an earlier release, with its sample in it."""
    upgraded_to(engine, revision)
    with database.writing(engine) as connection:
        for statement in statements(revision, engine.dialect.name):
            connection.exec_driver_sql(statement, execution_options={"no_parameters": True})
