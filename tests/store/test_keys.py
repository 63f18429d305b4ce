"""Keys of rounds: on the disk before anybody seals with one, and gone for good, whoever is cut short on the way."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from questionnaire.store import closing, database, rounds, slips
from questionnaire.store.keys import KEY_BYTES, KeyAwayError, KeyLostError, Keys
from tests.anonymity.opened import AFTERWARDS, Opened, open_round
from tests.builders import A_DAY


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return Keys(tmp_path / "keys")


@pytest.fixture
def opened(engine: Engine, keys: Keys) -> Opened:
    return open_round(engine, keys, 6)


def synced(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the disk is asked to confirm, one after the other."""
    told: list[str] = []
    sync = os.fsync

    def listen(descriptor: int) -> None:
        told.append(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", listen)
    return told


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="there is nobody to ask which file it was")
def test_a_key_is_on_the_disk_with_its_name_and_its_folder(keys: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
    told = synced(monkeypatch)
    keys.make("one")
    assert told == [str(keys.folder / "one.key"), str(keys.folder), str(keys.folder.parent)]


def test_a_key_that_was_overwritten_and_not_deleted_is_lost(opened: Opened, keys: Keys) -> None:
    found = opened.found()
    (keys.folder / f"{opened.round_id}.key").write_bytes(bytes(KEY_BYTES))
    with pytest.raises(KeyLostError):
        keys.find(opened.round_id)
    with database.writing(opened.engine) as connection:
        assert closing.close_due(connection, keys, on=AFTERWARDS) == []
        assert closing.close_due(connection, keys, on=AFTERWARDS + timedelta(days=closing.KEY_DAYS)) == [
            opened.round_id
        ]
    with database.reading(opened.engine) as connection:
        assert slips.made(connection, found.round_id) == (0, 0)


def test_a_round_whose_key_is_out_of_reach_is_not_called_off_for_the_key_would_be_left(
    opened: Opened, keys: Keys
) -> None:
    keys.folder.rename(keys.folder.with_name("away"))
    with pytest.raises(KeyAwayError), database.writing(opened.engine) as connection:
        rounds.call_off(connection, keys, opened.round_id)
    keys.folder.with_name("away").rename(keys.folder)
    assert opened.found().is_open(on=A_DAY)
    with database.writing(opened.engine) as connection:
        rounds.call_off(connection, keys, opened.round_id)
    assert keys.held() == []


def test_a_key_that_is_lost_is_in_the_way_of_nobody_who_calls_its_round_off(opened: Opened, keys: Keys) -> None:
    (keys.folder / f"{opened.round_id}.key").unlink()
    with database.writing(opened.engine) as connection:
        rounds.call_off(connection, keys, opened.round_id)
        assert rounds.find(connection, opened.round_id) is None


def test_a_proposal_is_called_off_without_a_folder_of_keys(engine: Engine, keys: Keys) -> None:
    opened = open_round(engine, keys, 6)
    with database.writing(engine) as connection:
        rounds.write(connection, opened.round_id, opened_on=None, closes_on=None, tally=None)
        rounds.call_off(connection, Keys(keys.folder.with_name("none")), opened.round_id)
        assert rounds.find(connection, opened.round_id) is None
