"""The same on PostgreSQL, which keeps old versions of rows until it sweeps, and a log of everything."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, text

from questionnaire.store import database
from questionnaire.store.keys import Keys
from tests.anonymity.copies import rank
from tests.anonymity.opened import open_round
from tests.anonymity.races import forms_for
from tests.anonymity.remains import ENOUGH, Secrets, lived_through, struck
from tests.postgres import Postgres


@dataclass(frozen=True)
class Left:
    """How many secrets of each kind stand in the tables' files and in the log."""

    tables: Mapping[str, int]
    log: Mapping[str, int]


def measured(server: Postgres, engine: Engine, keys: Keys) -> Iterator[tuple[str, Left]]:
    """Live through a round and close it; what is left then, after VACUUM, and after VACUUM FULL."""
    opened, secrets = lived_through(engine, keys)
    yield "while open", _left(server, engine, secrets)
    opened.close()
    yield "closed", _left(server, engine, secrets)
    _outside(engine, "VACUUM")
    yield "after VACUUM", _left(server, engine, secrets)
    _outside(engine, "VACUUM FULL")
    yield "after VACUUM FULL", _left(server, engine, secrets)


def struck_words(server: Postgres, engine: Engine, keys: Keys) -> Left:
    """What is left of closing words that a steward has struck: no key ever sealed them once the round was closed."""
    gone = struck(*lived_through(engine, keys, writers=ENOUGH))
    return _left(server, engine, gone)


def order_of_slips(engine: Engine, keys: Keys, codes: int = 12) -> float:
    """How well the numbers of transactions, which PostgreSQL keeps with every row, tell who was first: -1 to 1."""
    opened = open_round(engine, keys, codes)
    forms, order = forms_for(opened.codes, 1), random.Random(1).sample(opened.codes, codes)
    for code in order:
        opened.hand_in(code, forms[code])
    with database.reading(engine) as connection:
        mine = {"round_id": opened.round_id}
        by_number = "SELECT code_hash FROM slip WHERE round_id = :round_id ORDER BY xmin::text::bigint"
        found = list(connection.scalars(text(by_number), mine))
    return rank([found.index(opened.key.code_hash(code)) for code in order])


def _left(server: Postgres, engine: Engine, secrets: Secrets) -> Left:
    _outside(engine, "CHECKPOINT")
    with engine.connect() as connection:
        number = connection.scalar(text("SELECT oid FROM pg_database WHERE datname = current_database()"))
    data = server.folder / "data"
    return Left(
        secrets.left_in(_files(data / "base" / str(number))),
        secrets.left_in(_files(data / "pg_wal")),
    )


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def _outside(engine: Engine, statement: str) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(statement))
