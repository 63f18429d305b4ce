"""A process that hands in forms until it is killed: the folder of keys, the round's id, the seed, then codes.

It says a code's number once its form is counted. `--torn` before all else commits count and mark one after the other,
and waits to be killed in between: what a spoiled site would do.
"""

import sys
import time
from datetime import date
from pathlib import Path

from sqlalchemy import Engine, update

from questionnaire.core.voices import Form, count
from questionnaire.store import database, models, rounds
from questionnaire.store.keys import Keys, RoundKey
from questionnaire.store.tallies import tally_to_write, write_tally
from tests.anonymity.opened import hand_in
from tests.anonymity.people import INSTRUMENT
from tests.anonymity.races import forms_for
from tests.builders import A_DAY


def main(url: str, folder: str, round_id: str, seed: str, start: str, *, torn: bool) -> None:
    """Hand in from the code with this number on."""
    engine = database.open_database(url, connections=1)
    key = Keys(Path(folder)).find(round_id)
    with database.reading(engine) as connection:
        found = rounds.find(connection, round_id)
    assert found
    codes = tuple(sys.stdin.read().split())
    forms = forms_for(codes, int(seed))
    for number, code in enumerate(codes[int(start) :], int(start)):
        if torn:
            _hand_in_torn(engine, key, code, forms[code], A_DAY)
        else:
            hand_in(engine, key, found, code, forms[code])
        print(number, flush=True)


def _hand_in_torn(engine: Engine, key: RoundKey, code: str, form: Form, day: date) -> None:
    with database.writing(engine) as connection:
        held, tally = tally_to_write(connection, key, key.round_id, on=day)
        write_tally(connection, key, held.round_id, count(tally, INSTRUMENT, form))
    print("counted, and not marked", flush=True)
    time.sleep(3600)
    with database.writing(engine) as connection:
        mine = models.slip.c.code_hash == key.code_hash(code)
        connection.execute(update(models.slip).where(mine).values(spent=True, draft=None))


if __name__ == "__main__":
    spoiled = sys.argv[1] == "--torn"
    main(*sys.argv[1 + spoiled :], torn=spoiled)
