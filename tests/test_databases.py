"""The databases that the tests run on are what production runs on: empty, UTF-8, apart from each other."""

from __future__ import annotations

import os

import pytest
from sqlalchemy import create_engine, inspect, text

from tests.postgres import Postgres, running_postgres


@pytest.mark.parametrize("time", ["first", "second"])
def test_every_test_gets_an_empty_database(database_url: str, time: str) -> None:
    engine = create_engine(database_url)
    with engine.begin() as connection:
        assert inspect(connection).get_table_names() == []
        connection.execute(text("CREATE TABLE words (word VARCHAR(40))"))
        connection.execute(text("INSERT INTO words VALUES (:word)"), {"word": "entraide ᐃᓄᒃᑎᑐᑦ 🌱"})
        assert connection.scalar(text("SELECT word FROM words")) == "entraide ᐃᓄᒃᑎᑐᑦ 🌱"
    engine.dispose()


def test_postgresql_listens_on_a_private_socket_only(postgres: Postgres) -> None:
    assert postgres.folder.stat().st_mode & 0o077 == 0
    with postgres.database() as url:
        engine = create_engine(url)
        with engine.connect() as connection:
            assert connection.scalar(text("SHOW listen_addresses")) == ""
            assert connection.scalar(text("SHOW server_encoding")) == "UTF8"
        engine.dispose()


def test_postgresql_leaves_nothing_behind() -> None:
    with running_postgres() as server:
        process = int((server.folder / "data" / "postmaster.pid").read_text(encoding="utf-8").splitlines()[0])
        os.kill(process, 0)
    assert not server.folder.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_a_prepared_database_can_be_copied(postgres: Postgres) -> None:
    with postgres.database() as prepared:
        engine = create_engine(prepared)
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE words (word VARCHAR(40))"))
        engine.dispose()
        with postgres.database(like=prepared) as url:
            copy = create_engine(url)
            assert inspect(copy).get_table_names() == ["words"]
            copy.dispose()
