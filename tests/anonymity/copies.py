"""The second attacker: copies of the database, with and without the keys, while a round is open and afterwards.

The manager is taken to have seen who handed in when, and to know in which order the rows of a file stand.
"""

import json
import random
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError
from sqlalchemy import Engine, MetaData, select

from questionnaire.core.voices import DomainSum, Form, GroupResult, Tally, close, place
from questionnaire.store import database
from questionnaire.store.keys import Keys, RoundKey, UnsealedError
from questionnaire.store.rounds import TALLY
from tests.anonymity.guesses import Compared, Guess, compared, is_near
from tests.anonymity.opened import Opened, counted, on_sqlite, open_round
from tests.anonymity.people import DOMAINS, INSTRUMENT, REALISTIC, Workplace, mean_of

Opener = Callable[[bytes], Tally | None]


@dataclass
class Sampled:
    """What copies of some rounds gave away."""

    same_as_core: bool = True
    leftover_slips: int = 0
    afterwards: list[Guess] = field(default_factory=list)
    by_order: list[Guess] = field(default_factory=list)  # a weakened site: rows in the order of handing in
    closed_copies: list[Guess] = field(default_factory=list)  # around one hand-in, without keys
    open_copies: list[Guess] = field(default_factory=list)  # the same, with keys
    plain_copies: list[Guess] = field(default_factory=list)  # a weakened site: counters that nothing seals
    ranks: list[float] = field(default_factory=list)  # order of rows against order of handing in, -1 to 1

    def compared(self, name: str) -> Compared:
        return compared(getattr(self, name))

    @property
    def order(self) -> float:
        return sum(self.ranks) / len(self.ranks)


def sampled(folder: Path, rounds: int, seed: int) -> Sampled:
    """Some rounds through the store and a real file, each looked at while it is open and once it is closed."""
    found, chance = Sampled(), random.Random(seed)
    for number in range(rounds):
        place_of = folder / f"round-{number}"
        place_of.mkdir()
        with on_sqlite(place_of) as engine:
            workplace = Workplace(REALISTIC, chance)
            while len(workplace.staff) < 6:
                workplace.staff.append(workplace.hire())
            opened = open_round(engine, Keys(place_of / "keys"), len(workplace.staff))
            _look(found, opened, workplace, number, place_of / "alongside.sqlite")
    return found


def _look(found: Sampled, opened: Opened, workplace: Workplace, number: int, file: Path) -> None:
    forms = {code: workplace.form(person) for code, person in zip(opened.codes, workplace.staff, strict=True)}
    order = list(opened.codes)
    workplace.chance.shuffle(order)
    copies, key = [_tally_in(file)], opened.key
    for code in order:
        opened.hand_in(code, forms[code])
        copies.append(_tally_in(file))
    spent = [row[0] for row in _rows(file, "SELECT code_hash FROM slip WHERE spent")]
    found.ranks.append(rank([spent.index(key.code_hash(code)) for code in order]))
    plain = [key.unseal(TALLY, one) for one in copies]
    result = opened.close()
    expected = close(counted(forms), INSTRUMENT, len(forms))
    found.same_as_core &= result.outcome == expected
    found.leftover_slips += len(_rows(file, "SELECT * FROM slip"))
    group = result.group
    if group is None:
        return
    target = order.index(workplace.chance.choice(order))
    form = forms[order[target]]

    def around(seen: Sequence[bytes], opener: Opener) -> Iterator[Guess]:
        return _guessed(group, form, _between(seen[target], seen[target + 1], opener), number)

    found.closed_copies += around(copies, _keyless(file, opened))
    found.open_copies += around(copies, _with(key))
    found.plain_copies += around(plain, _plain)
    found.afterwards += _guessed(group, form, _by_order(opened.engine, target, len(order)), number)
    with closing(sqlite3.connect(file)) as weakened, weakened:
        weakened.execute("CREATE TABLE handed_in (answers TEXT)")
        weakened.executemany("INSERT INTO handed_in VALUES (?)", [(forms[code].model_dump_json(),) for code in order])
    found.by_order += _guessed(group, form, _by_order(opened.engine, target, len(order)), number)


def _guessed(group: GroupResult, form: Form, seen: dict[str, float], number: int) -> Iterator[Guess]:
    """Guesses at all domains: by what was seen, and where nothing was, by what is published."""
    for domain in DOMAINS:
        said, points = mean_of(form, domain), group.points(domain.id)
        if said is not None and points is not None:
            baseline = is_near(place(points), said)
            yield Guess(number, baseline, is_near(seen.get(domain.id, place(points)), said))


def _between(before: bytes, after: bytes, opener: Opener) -> dict[str, float]:
    """What was handed in between two copies, by domain."""
    earlier, later = opener(before), opener(after)
    if earlier is None or later is None:
        return {}
    nothing = DomainSum()
    return {
        name: (one.hundredths - earlier.sums.get(name, nothing).hundredths) / 100
        for name, one in later.sums.items()
        if one.forms > earlier.sums.get(name, nothing).forms
    }


def _by_order(engine: Engine, target: int, number: int) -> dict[str, float]:
    """Any table with a row for everybody that can be read as answers: the row at the place of the target."""
    tables = MetaData()
    tables.reflect(engine)
    for table in tables.sorted_tables:
        with database.reading(engine) as connection:
            rows = list(connection.execute(select(table)))
        form = _as_form(tuple(rows[target])) if len(rows) == number else None
        if form:
            return {domain.id: said for domain in DOMAINS if (said := mean_of(form, domain)) is not None}
    return {}


def _as_form(row: Sequence[object]) -> Form | None:
    for value in row:
        try:
            return Form.model_validate_json(str(value))
        except ValidationError:
            continue
    return None


def _keyless(file: Path, opened: Opened) -> Opener:
    """Who has no key tries what stands in the file, and in the folder of keys as closing has left it."""
    tried = [path.read_bytes()[:32] for path in opened.keys.folder.glob("*")] + [file.read_bytes()[:32], bytes(32)]

    def opener(sealed: bytes) -> Tally | None:
        found = (_with(RoundKey(opened.round_id, key))(sealed) for key in tried)
        return next((one for one in found if one), None)

    return opener


def _with(key: RoundKey) -> Opener:
    def opener(sealed: bytes) -> Tally | None:
        try:
            return Tally.model_validate_json(key.unseal(TALLY, sealed))
        except UnsealedError:
            return None

    return opener


def _plain(content: bytes) -> Tally | None:
    return Tally.model_validate(json.loads(content))


def _tally_in(file: Path) -> bytes:
    ((tally,),) = _rows(file, "SELECT tally FROM peer_round")
    assert isinstance(tally, bytes)
    return tally


def _rows(file: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(file)) as copy:
        return list(copy.execute(query))


def rank(places: Sequence[int]) -> float:
    """Kendall's rank correlation of places with the order in which they are given."""
    pairs = [(one, other) for at, one in enumerate(places) for other in places[at + 1 :]]
    return sum(1 if one < other else -1 for one, other in pairs) / len(pairs)
