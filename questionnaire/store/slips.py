"""Slips: the codes of a round, of which only keyed hashes are kept; the drafts begun with them; and handing in."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, select, update

from questionnaire.core.codes import LENGTH, LETTERS, whole
from questionnaire.core.instrument import Instrument
from questionnaire.core.rounds import Way, most_slips
from questionnaire.core.voices import Form, count
from questionnaire.store import models
from questionnaire.store.keys import RoundKey, UnsealedError
from questionnaire.store.rounds import NotOpenError, Round
from questionnaire.store.tallies import tally_to_write, write_tally

DRAFT = "draft"

_SLIP = models.slip.c


class TooManyError(Exception):
    """There may not be that many slips; `left` says how many more."""

    def __init__(self, left: int) -> None:
        super().__init__(left)
        self.left = left


class SpentError(Exception):
    """A form was handed in with this code already."""


@dataclass(frozen=True)
class Slip:
    """What is known of a code that was typed."""

    code_hash: str
    spent: bool
    draft: bytes | None


def made(connection: Connection, round_id: str) -> tuple[int, int]:
    """How many slips count, and how many were made that do not count yet."""
    rows = connection.execute(
        select(_SLIP.pending, func.count()).where(_SLIP.round_id == round_id).group_by(_SLIP.pending)
    )
    numbers = {bool(pending): number for pending, number in rows}
    return numbers.get(False, 0), numbers.get(True, 0)


def make(connection: Connection, key: RoundKey, found: Round, number: int, *, on: date) -> tuple[str, ...]:
    """New codes, given out here, once; they count when activate() says so. Those that never counted are dropped.

    Raises TooManyError, and NotOpenError where the round takes no codes.
    """
    held, _tally = tally_to_write(connection, key, found.round_id, on=on)
    if held.way is not Way.SLIPS:
        raise NotOpenError
    connection.execute(delete(models.slip).where(_SLIP.round_id == held.round_id, _SLIP.pending))
    counting, _pending = made(connection, held.round_id)
    left = most_slips(held.terms.peer_workers) - counting
    if not 1 <= number <= left:
        raise TooManyError(left)
    codes = tuple(whole([secrets.choice(LETTERS) for _ in range(LENGTH)]) for _ in range(number))
    connection.execute(
        insert(models.slip),
        [
            {
                "organization_id": held.organization_id,
                "round_id": held.round_id,
                "code_hash": key.code_hash(code),
                "pending": True,
                "spent": False,
            }
            for code in codes
        ],
    )
    return codes


def activate(connection: Connection, round_id: str) -> int:
    """Let the slips that were made count: their sheet has arrived. How many these are."""
    changed = connection.execute(
        update(models.slip).where(_SLIP.round_id == round_id, _SLIP.pending).values(pending=False)
    )
    return changed.rowcount


def find(connection: Connection, key: RoundKey, code_hash: str, *, hold: bool = False) -> Slip | None:
    """The slip that counts with this hash; held where its form is counted, so that nothing is saved meanwhile."""
    query = select(_SLIP.code_hash, _SLIP.spent, _SLIP.draft).where(_this(key, code_hash), _SLIP.pending.is_(False))
    row = connection.execute(query.with_for_update() if hold else query).first()
    return None if row is None else Slip(*row)


def begin(connection: Connection, key: RoundKey, code_hash: str, draft_key: RoundKey) -> bool:
    """Begin a draft; False where there is one, or the code is spent or none."""
    sealed = _sealed(draft_key, Form())
    begun = connection.execute(
        update(models.slip)
        .where(_this(key, code_hash), _SLIP.pending.is_(False), _SLIP.spent.is_(False), _SLIP.draft.is_(None))
        .values(draft=sealed)
    )
    return begun.rowcount == 1


def read(draft_key: RoundKey, slip: Slip) -> Form:
    """What was answered so far; raises UnsealedError where the word is another."""
    return Form.model_validate_json(draft_key.unseal(DRAFT, slip.draft or b""))


def opens(draft_key: RoundKey, slip: Slip) -> bool:
    """Whether this is the key of a draft: from its owner's word, and no other."""
    try:
        read(draft_key, slip)
    except UnsealedError:
        return False
    return True


def save(
    connection: Connection, key: RoundKey, code_hash: str, draft_key: RoundKey, change: Callable[[Form], Form]
) -> Form:
    """Change a draft; raises SpentError where the form was handed in meanwhile."""
    row = connection.execute(
        select(_SLIP.code_hash, _SLIP.spent, _SLIP.draft).where(_this(key, code_hash)).with_for_update()
    ).first()
    if row is None or row.spent or row.draft is None:
        raise SpentError
    form = change(read(draft_key, Slip(*row)))
    connection.execute(update(models.slip).where(_this(key, code_hash)).values(draft=_sealed(draft_key, form)))
    return form


def hand_in(
    connection: Connection,
    key: RoundKey,
    found: Round,
    code_hash: str,
    instrument: Instrument,
    *,
    form: Callable[[Slip], Form],
    on: date,
) -> None:
    """Count a form, spend its code and delete its draft: all of it, or nothing. Of two at once, one wins.

    Raises SpentError, and NotOpenError where the round is closed.
    """
    held, tally = tally_to_write(connection, key, found.round_id, on=on)
    if held.way is not Way.SLIPS:
        raise NotOpenError
    slip = find(connection, key, code_hash, hold=True)
    if slip is None or slip.spent:
        raise SpentError
    said = form(slip)
    spent = connection.execute(
        update(models.slip)
        .where(_this(key, code_hash), _SLIP.spent.is_(False), _SLIP.pending.is_(False))
        .values(spent=True, draft=None)
    )
    if spent.rowcount != 1:
        raise SpentError
    counted = said if held.terms.words else said.model_copy(update={"words": ""})
    write_tally(connection, key, held.round_id, count(tally, instrument, counted))


def _this(key: RoundKey, code_hash: str) -> ColumnElement[bool]:
    return and_(_SLIP.round_id == key.round_id, _SLIP.code_hash == code_hash)


def _sealed(draft_key: RoundKey, form: Form) -> bytes:
    return draft_key.seal(DRAFT, form.model_dump_json().encode())
