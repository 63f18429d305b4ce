"""Rounds through the store's own functions, on a real database: opened, handed in by codes, closed."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import Connection, Engine, func, select

from questionnaire.core.rounds import Side, Terms
from questionnaire.core.submission import freeze
from questionnaire.core.voices import Form, RoundResult, Tally, count
from questionnaire.store import assessments, closing, database, instruments, models, organizations, rounds, slips
from questionnaire.store.keys import Keys, RoundKey
from questionnaire.store.tallies import read_tally
from tests.anonymity.people import INSTRUMENT
from tests.builders import A_DAY, a_profile

CLOSES_ON = A_DAY + timedelta(days=20)
AFTERWARDS = CLOSES_ON + timedelta(days=1)
YEAR = 2026


@dataclass(frozen=True)
class Opened:
    """A round that is open, with its codes."""

    engine: Engine
    keys: Keys
    round_id: str
    codes: tuple[str, ...]

    @property
    def key(self) -> RoundKey:
        return self.keys.find(self.round_id)

    def found(self) -> rounds.Round:
        with database.reading(self.engine) as connection:
            found = rounds.find(connection, self.round_id)
        assert found
        return found

    def begin(self, code: str, word: str, form: Form) -> None:
        """Begin a draft and save all answers in it."""
        draft_key = self.key.draft_key(code, word)
        with database.writing(self.engine) as connection:
            assert slips.begin(connection, self.key, self.key.code_hash(code), draft_key)
        with database.writing(self.engine) as connection:
            slips.save(connection, self.key, self.key.code_hash(code), draft_key, lambda _: form)

    def hand_in(self, code: str, form: Form) -> None:
        """Count a form; raises SpentError."""
        hand_in(self.engine, self.key, self.found(), code, form)

    def stands(self) -> tuple[Tally, frozenset[str]]:
        """What was counted, and the codes that are spent."""
        with database.reading(self.engine) as connection:
            tally = read_tally(connection, self.key, self.round_id)
            mine = select(models.slip.c.code_hash).where(models.slip.c.round_id == self.round_id, models.slip.c.spent)
            spent = set(connection.scalars(mine))
        return tally, frozenset(code for code in self.codes if self.key.code_hash(code) in spent)

    def close(self) -> RoundResult:
        """Close it as a site does: first what is kept, then the key, then SQLite's log."""
        with database.writing(self.engine) as connection:
            assert closing.close_due(connection, self.keys, on=AFTERWARDS) == [self.round_id]
        self.keys.destroy(self.round_id)
        database.scrub(self.engine)
        result = self.found().result
        assert result
        return result


def hand_in(engine: Engine, key: RoundKey, found: rounds.Round, code: str, form: Form) -> None:
    with database.writing(engine) as connection:
        slips.hand_in(connection, key, found, key.code_hash(code), INSTRUMENT, form=lambda _: form, on=A_DAY)


def open_round(engine: Engine, keys: Keys, peer_workers: int, *, words: bool = False, day: date = A_DAY) -> Opened:
    """An organization, its assessment, and a round beside it with a code for each of so many."""
    terms = Terms(
        peer_workers=peer_workers,
        closes_on=day + timedelta(days=20),
        board=True,
        network=False,
        words=words,
        pay="An hour",
        operator="Coast Network",
        by_employer=False,
    )
    with database.writing(engine) as connection:
        organization_id = _assessed(connection)
        round_id, _token = rounds.propose(connection, organization_id, YEAR, 1, terms, on=day)
        rounds.accept(connection, round_id, "Robin", on=day)
        assert rounds.agree(connection, keys, round_id, Side.STEWARD, seen=terms.fingerprint, on=day)
        found = rounds.find(connection, round_id)
        assert found
        codes = slips.make(connection, keys.find(round_id), found, peer_workers, on=day)
        slips.activate(connection, round_id)
    return Opened(engine, keys, round_id, codes)


def _assessed(connection: Connection) -> str:
    instruments.record(connection, INSTRUMENT)
    organization_id = organizations.start(connection, "Harbour Street", on=A_DAY)
    assessments.begin(connection, organization_id, YEAR, INSTRUMENT, a_profile(), on=A_DAY)
    draft = assessments.draft_to_write(connection, organization_id, YEAR, 1)
    submission = freeze(
        INSTRUMENT,
        organization="Harbour Street",
        year=YEAR,
        revision=1,
        on=A_DAY,
        profile=draft.profile,
        answers=draft.answers,
    )
    assessments.submit(connection, draft, submission)
    return organization_id


def counted(forms: Mapping[str, Form]) -> Tally:
    """What the tally of exactly these forms is."""
    tally = Tally()
    for form in forms.values():
        tally = count(tally, INSTRUMENT, form)
    return tally


@contextmanager
def on_sqlite(folder: Path) -> Iterator[Engine]:
    """A database file with the schema in it."""
    engine = database.open_database(f"sqlite:///{folder / 'alongside.sqlite'}")
    database.upgrade(engine)
    try:
        yield engine
    finally:
        engine.dispose()


def rows_of_slips(engine: Engine) -> int:
    with database.reading(engine) as connection:
        return connection.scalar(select(func.count()).select_from(models.slip)) or 0
