"""Tallies: what a round counted so far, sealed with its key, and held while something is added."""

from datetime import date

from sqlalchemy import Connection, select

from questionnaire.core.voices import Tally
from questionnaire.store import models
from questionnaire.store.keys import RoundKey
from questionnaire.store.rounds import TALLY, NotOpenError, Round, find, sealed, write

_ROUND = models.peer_round.c


def tally_to_write(connection: Connection, key: RoundKey, round_id: str, *, on: date) -> tuple[Round, Tally]:
    """An open round and what was counted so far, held until the end of the transaction; raises NotOpenError."""
    held = find(connection, round_id, hold=True)
    if held is None or not held.is_open(on=on):
        raise NotOpenError
    return held, read_tally(connection, key, round_id)


def read_tally(connection: Connection, key: RoundKey, round_id: str) -> Tally:
    """What was counted so far; raises UnsealedError where the key is another's."""
    sealed = connection.scalar(select(_ROUND.tally).where(_ROUND.round_id == round_id))
    return Tally.model_validate_json(key.unseal(TALLY, sealed or b""))


def write_tally(connection: Connection, key: RoundKey, round_id: str, tally: Tally) -> None:
    """Put a tally in the place of the one that tally_to_write() gave."""
    write(connection, round_id, tally=sealed(key, tally))
