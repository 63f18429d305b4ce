"""Kill -9 while forms are handed in: what was counted, what is spent and what was acknowledged stay one."""

import random
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Engine

from questionnaire.config import ROOT
from questionnaire.core.voices import Tally
from questionnaire.store.keys import Keys
from tests.anonymity.opened import Opened, counted, open_round
from tests.anonymity.races import forms_for
from tests.soak.rows import Row, at_least, exactly, told

CODES = 400
LONGEST_LIFE = 0.15  # seconds after the first form was acknowledged


@dataclass
class Outcome:
    """What came of all kills."""

    kills: int = 0
    acknowledged: int = 0
    beyond: int = 0  # counted, and killed before it was said
    lost: int = 0  # acknowledged, and not spent
    unequal: int = 0  # kills after which the tally was not that of the forms whose codes are spent

    def rows(self, name: str, kills: int) -> Iterator[Row]:
        yield exactly(f"{name}: kills", self.kills, kills)
        yield at_least(f"{name}: forms acknowledged", self.acknowledged, kills)
        yield told(f"{name}: counted, killed before it was said", self.beyond)
        yield exactly(f"{name}: acknowledged forms lost", self.lost, 0)
        yield exactly(f"{name}: kills after which tally and codes differ", self.unequal, 0)


def trial(engine: Engine, keys: Keys, *, kills: int, seed: int, torn: bool = False) -> Outcome:
    """Kill the process so often, at moments that the seed decides."""
    outcome, moments = Outcome(), random.Random(seed)
    opened = open_round(engine, keys, CODES)
    forms = forms_for(opened.codes, seed)
    before, start = Tally(), 0
    for _ in range(kills):
        if start > CODES // 2:
            opened, before, start = open_round(engine, keys, CODES), Tally(), 0
            forms = forms_for(opened.codes, seed)
        said = _until_killed(engine, opened, seed, start, moments.uniform(0, LONGEST_LIFE), torn=torn)
        tally, spent = opened.stands()
        outcome.kills += 1
        outcome.acknowledged += len(said)
        outcome.lost += sum(opened.codes[number] not in spent for number in said)
        fresh = tally.forms - before.forms - len(said)
        outcome.beyond += max(0, fresh)
        is_one = fresh in {0, 1} and tally == counted({code: forms[code] for code in spent})
        outcome.unequal += not is_one
        if not is_one:  # go on with a sound round: one fault is counted once
            start = CODES
            continue
        before, start = tally, max((opened.codes.index(code) for code in spent), default=-1) + 1
    return outcome


def _until_killed(
    engine: Engine, opened: Opened, seed: int, start: int, after: float, *, torn: bool
) -> tuple[int, ...]:
    """The numbers that the process said before it was killed."""
    url = engine.url.render_as_string(hide_password=False)
    told_to = [url, str(opened.keys.folder), opened.round_id, str(seed), str(start)]
    writer = subprocess.Popen(
        [sys.executable, "-m", "tests.anonymity.writer", *(["--torn"] if torn else []), *told_to],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    assert writer.stdin
    assert writer.stdout
    with writer, writer.stdin, writer.stdout:
        writer.stdin.write(" ".join(opened.codes))
        writer.stdin.close()
        first = writer.stdout.readline()
        time.sleep(after)
        writer.kill()
        rest = writer.stdout.read().splitlines()
        writer.wait()
    return tuple(int(line) for line in [first.strip(), *rest] if line.isdigit())
