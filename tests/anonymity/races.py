"""Sixty codes, eight threads: each code is handed in by two of them, in the same moments."""

import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier

from sqlalchemy import Engine

from questionnaire.core.voices import Form
from questionnaire.store.keys import Keys
from questionnaire.store.slips import SpentError
from tests.anonymity.opened import counted, hand_in, open_round
from tests.anonymity.people import REALISTIC, Workplace

CODES, THREADS = 60, 8


@dataclass(frozen=True)
class Raced:
    """What came of it."""

    acknowledged: int
    refused: int
    spent: int
    forms: int
    tally_is_theirs: bool

    @property
    def holds(self) -> bool:
        return self == Raced(CODES, CODES, CODES, CODES, tally_is_theirs=True)


def race(engine: Engine, keys: Keys, seed: int = 1) -> Raced:
    """Let eight threads hand in sixty codes, each of them twice."""
    opened = open_round(engine, keys, CODES)
    forms = forms_for(opened.codes, seed)
    found, key = opened.found(), opened.key
    together = Barrier(THREADS, timeout=120)

    def run(number: int) -> int:
        mine = [code for place, code in enumerate(opened.codes) if place % (THREADS // 2) == number // 2]
        together.wait()
        won = 0
        for code in mine:
            try:
                hand_in(engine, key, found, code, forms[code])
                won += 1
            except SpentError:
                pass
        return won

    with ThreadPoolExecutor(THREADS) as pool:
        won = sum(pool.map(run, range(THREADS)))
    tally, spent = opened.stands()
    theirs = counted({code: forms[code] for code in spent})
    return Raced(won, 2 * CODES - won, len(spent), tally.forms, tally == theirs)


def forms_for(codes: tuple[str, ...], seed: int) -> dict[str, Form]:
    """A form for each code, all different."""
    workplace = Workplace(REALISTIC, random.Random(seed))
    return {code: workplace.form(workplace.hire()) for code in codes}
