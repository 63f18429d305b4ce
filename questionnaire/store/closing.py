"""Closing a round: what may be shown is frozen, all else is deleted. And the two ways that need no slips."""

import json
from collections.abc import Iterable
from datetime import date, timedelta

from sqlalchemy import Connection, delete, select, update

from questionnaire.core.events import Event
from questionnaire.core.rounds import FLOOR, Limits, Way, is_late, organization_sees_from
from questionnaire.core.voices import GroupResult, RoundResult, Tally, TooFew, Void, close, closing_words
from questionnaire.store import instruments, models
from questionnaire.store.keys import KeyAwayError, KeyLostError, Keys, RoundKey, UnsealedError
from questionnaire.store.rounds import NotOpenError, Round, TermsChangedError, find, listed, note, write
from questionnaire.store.tallies import read_tally, tally_to_write, write_tally

WORDS_DAYS = 60  # in which the steward may read the closing words; then they are deleted
KEY_DAYS = 14  # in which a key that is not there may come back: a folder that was not mounted loses no round

_ROUND = models.peer_round.c


def put_totals(connection: Connection, key: RoundKey, round_id: str, tally: Tally, *, on: date) -> None:
    """What was counted on paper, once: it takes the place of the slips, and of all that was handed in with them.

    Whether that was anything is not said: it would be more than the one bit that a steward sees.
    """
    held, _before = tally_to_write(connection, key, round_id, on=on)
    if held.way is not Way.SLIPS:
        raise NotOpenError
    connection.execute(delete(models.slip).where(models.slip.c.round_id == round_id))
    write(connection, round_id, way=Way.TOTALS)
    write_tally(connection, key, round_id, tally)


def put_agreed(connection: Connection, round_id: str, group: GroupResult, *, on: date) -> None:
    """The answer of a meeting, once: it closes the round with this day."""
    held = find(connection, round_id, hold=True)
    if held is None or held.way is not Way.MEETING or not held.is_open(on=on):
        raise NotOpenError
    write(connection, round_id, closes_on=on)
    _finish(connection, held, group, on, (), on=on)


def due(connection: Connection, *, on: date) -> list[str]:
    """The rounds that should be closed, and are not."""
    query = select(_ROUND.round_id).where(_ROUND.closes_on < on, _ROUND.record.is_(None)).order_by(_ROUND.round_id)
    return list(connection.scalars(query))


def close_due(connection: Connection, keys: Keys, *, on: date, limits: Limits = FLOOR) -> list[str]:
    """Close what is due: count, keep what may be shown, delete all else. The caller then destroys the keys.

    A round whose key is not there stays due, and sealed, for two weeks.
    """
    closed = []
    for round_id in due(connection, on=on):
        held = find(connection, round_id, hold=True)
        if held is None or held.closes_on is None or not held.is_due(on=on):
            continue  # somebody was first
        found = _outcome(connection, keys, held, limits, on=on)
        if found is None:
            continue
        outcome, words = found
        _finish(connection, held, outcome, held.closes_on, words, on=on)
        closed.append(round_id)
    return closed


def result_of(
    connection: Connection, keys: Keys, found: Round, *, on: date, limits: Limits = FLOOR
) -> RoundResult | None:
    """The result of a closed round; of one that is due, what closing will keep.

    None while it is open, and where its key cannot be read just now.
    """
    if found.result is not None or not found.is_due(on=on) or found.closes_on is None:
        return found.result
    read = _outcome(connection, keys, found, limits, on=on)
    return None if read is None else _result(connection, found, read[0], found.closes_on)


def seen_by_organization(
    connection: Connection, keys: Keys, organization_id: str, *, on: date, limits: Limits = FLOOR
) -> list[tuple[Round, RoundResult]]:
    """The results that peer workers have had for two days, the newest of each year, the earliest year first."""
    newest: dict[int, tuple[Round, RoundResult]] = {}
    for found in sorted(listed(connection, organization_id), key=lambda one: one.closes_on or date.max):
        if found.closes_on is None or organization_sees_from(found.closes_on, limits) > on:
            continue
        result = result_of(connection, keys, found, on=on, limits=limits)
        if result is not None and (result.group or found.year not in newest):
            newest[found.year] = found, result
    return [newest[year] for year in sorted(newest)]


def is_enough(connection: Connection, keys: Keys, found: Round, *, on: date, limits: Limits = FLOOR) -> bool | None:
    """The one bit that a steward sees, in the last three days: whether there are enough forms. None before."""
    if found.closes_on is None or not found.is_open(on=on) or not is_late(found.closes_on, on=on):
        return None
    try:
        return read_tally(connection, keys.find(found.round_id), found.round_id).forms >= limits.forms
    except (KeyLostError, UnsealedError):
        return None


def keep_words(connection: Connection, round_id: str, words: Iterable[str]) -> None:
    """Show what the steward has left of the closing words, and delete the others."""
    held = find(connection, round_id, hold=True)
    if held is None or held.words is None or held.words_shown:
        raise TermsChangedError
    left = sorted(set(words) & set(held.words))
    write(connection, round_id, words=_listed(left) if left else None, words_shown=bool(left))


def forget_words(connection: Connection, *, on: date) -> None:
    """Delete the closing words that no steward has read for long."""
    connection.execute(
        update(models.peer_round)
        .where(
            _ROUND.words_shown.is_(False),
            _ROUND.words.is_not(None),
            _ROUND.closes_on < on - timedelta(days=WORDS_DAYS),
        )
        .values(words=None)
    )


def needless_keys(connection: Connection, keys: Keys) -> list[str]:
    """The closed rounds of this database whose keys are still there: whoever closed them was cut short."""
    held = keys.held()
    query = select(_ROUND.round_id).where(_ROUND.round_id.in_(held), _ROUND.record.is_not(None))
    return list(connection.scalars(query)) if held else []


def _outcome(
    connection: Connection, keys: Keys, held: Round, limits: Limits, *, on: date
) -> tuple[GroupResult | TooFew | Void, tuple[str, ...]] | None:
    instrument = instruments.recall(connection, held.instrument_digest)
    if held.way is Way.MEETING:
        return TooFew(), ()
    try:
        tally = read_tally(connection, keys.find(held.round_id), held.round_id)
    except (KeyLostError, UnsealedError) as error:
        may_return = held.closes_on is None or on <= held.closes_on + timedelta(days=KEY_DAYS)
        return None if may_return or isinstance(error, KeyAwayError) else (Void(why="key-lost"), ())
    outcome = close(tally, instrument, held.terms.peer_workers, limits)
    words = closing_words(tally, limits) if held.terms.words and isinstance(outcome, GroupResult) else ()
    return outcome, words


def _result(
    connection: Connection, held: Round, outcome: GroupResult | TooFew | Void, closed_on: date
) -> RoundResult:
    instrument = instruments.recall(connection, held.instrument_digest)
    return RoundResult(
        year=held.year,
        revision=held.number,
        instrument_id=instrument.id,
        instrument_version=instrument.version,
        instrument_digest=held.instrument_digest,
        way=held.way,
        closed_on=closed_on,
        board=held.terms.board,
        network=held.terms.network,
        outcome=outcome,
    )


def _finish(
    connection: Connection,
    held: Round,
    outcome: GroupResult | TooFew | Void,
    closed_on: date,
    words: tuple[str, ...],
    *,
    on: date,
) -> None:
    result = _result(connection, held, outcome, closed_on)
    write(
        connection,
        held.round_id,
        tally=None,
        record=result.record(),
        digest=result.digest,
        words=_listed(words) if words else None,
    )
    connection.execute(delete(models.slip).where(models.slip.c.round_id == held.round_id))
    note(connection, held, Event.CLOSED_ROUND, on=on)


def _listed(words: Iterable[str]) -> str:
    return json.dumps(list(words), ensure_ascii=False)
