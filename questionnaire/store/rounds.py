"""Rounds of peer workers' voices: proposed, agreed on by owner and steward, open, closed. Slips stand in slips.py."""

import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, delete, insert, select, update

from questionnaire.core.codes import LETTERS
from questionnaire.core.events import Entry, Event
from questionnaire.core.rounds import (
    FLOOR,
    Limits,
    Side,
    Terms,
    Way,
    is_open,
    next_from,
    organization_sees_from,
)
from questionnaire.core.voices import RoundResult, Tally
from questionnaire.store import events, models, stewards
from questionnaire.store.keys import KeyAwayError, Keys, RoundKey

HANDLE_LETTERS = 8
TALLY = "tally"

_ROUND = models.peer_round.c


class RoundTakenError(Exception):
    """This organization has a round that is not closed, or whose result only peer workers see yet."""


class TooSoonError(Exception):
    """A round was released less than nine months ago; `first` is the day from which another may open."""

    def __init__(self, first: date) -> None:
        super().__init__(first)
        self.first = first


class TooShortError(Exception):
    """The round would be open for fewer days than it must be; `first` is the earliest day on which it may close."""

    def __init__(self, first: date) -> None:
        super().__init__(first)
        self.first = first


class TermsChangedError(Exception):
    """Somebody changed the terms since this one looked, or the round has moved on."""


class NotOpenError(Exception):
    """The round takes no forms: it is closed, or was called off."""


@dataclass(frozen=True)
class Round:
    """One round, with all that owner and steward may know of it: of its forms, nothing."""

    organization_id: str
    round_id: str
    handle: str
    year: int
    number: int
    instrument_digest: str
    terms: Terms
    way: Way
    steward: str
    owner_agreed: bool
    steward_agreed: bool
    made_on: date
    opened_on: date | None
    closes_on: date | None
    extended: bool
    result: RoundResult | None
    words: tuple[str, ...] | None
    words_shown: bool

    def agreed(self, side: Side) -> bool:
        """Whether a side agreed to the terms as they are."""
        return self.owner_agreed if side is Side.OWNER else self.steward_agreed

    @property
    def is_sealed(self) -> bool:
        """Whether there is something that its key, and nothing else, opens."""
        return self.opened_on is not None and self.result is None and self.way is not Way.MEETING

    def is_open(self, *, on: date) -> bool:
        """Whether forms are taken."""
        return self.closes_on is not None and self.result is None and is_open(self.closes_on, on=on)

    def is_due(self, *, on: date) -> bool:
        """Whether it should be closed, and is not."""
        return self.closes_on is not None and self.result is None and not is_open(self.closes_on, on=on)

    def is_over(self, *, on: date, limits: Limits = FLOOR) -> bool:
        """Whether it is closed, and the organization may know what came of it."""
        if self.result is None or self.closes_on is None:
            return False
        return organization_sees_from(self.closes_on, limits) <= on


def propose(
    connection: Connection,
    organization_id: str,
    year: int,
    number: int,
    terms: Terms,
    *,
    on: date,
    limits: Limits = FLOOR,
) -> tuple[str, str]:
    """A new round beside a submission, which the owner agrees to, and the token of the link for its steward.

    Raises RoundTakenError and TooSoonError. Its questions are those of the submission.
    """
    _hold(connection, organization_id)
    _may_open(connection, organization_id, on=on, limits=limits)
    this = models.revision.c
    digest = connection.scalar(
        select(this.instrument_digest).where(
            this.organization_id == organization_id,
            this.year == year,
            this.number == number,
            this.is_draft.is_(False),
        )
    )
    round_id = str(uuid4())
    connection.execute(
        insert(models.peer_round).values(
            organization_id=organization_id,
            round_id=round_id,
            handle="".join(secrets.choice(LETTERS) for _ in range(HANDLE_LETTERS)),
            year=year,
            number=number,
            instrument_digest=digest,
            terms=terms.model_dump_json(),
            way=_way(terms, limits),
            steward="",
            owner_agreed=True,
            steward_agreed=False,
            made_on=on,
            extended=False,
            words_shown=False,
        )
    )
    return round_id, stewards.appoint(connection, round_id, on=on)


def find(connection: Connection, round_id: str, *, hold: bool = False) -> Round | None:
    """The round of this id; held until the end of the transaction where somebody wants to write."""
    query = _FIND.where(_ROUND.round_id == round_id)
    row = connection.execute(query.with_for_update() if hold else query).first()
    return None if row is None else _round(row)


def with_handle(connection: Connection, handle: str) -> Round | None:
    """The round whose slips have this address, once it was opened."""
    row = connection.execute(_FIND.where(_ROUND.handle == handle, _ROUND.opened_on.is_not(None))).first()
    return None if row is None else _round(row)


def listed(connection: Connection, organization_id: str) -> list[Round]:
    """Every round of an organization, the newest first."""
    rows = connection.execute(
        _FIND.where(_ROUND.organization_id == organization_id).order_by(_ROUND.made_on.desc(), _ROUND.round_id)
    )
    return [_round(row) for row in rows]


def first_day(earlier: Iterable[Round], *, on: date, limits: Limits = FLOOR) -> date:
    """From which day another round may open: this one, or nine months after the last that showed a figure."""
    shown = (one for one in earlier if one.result and one.result.group and one.result.group.domains)
    released = (one.closes_on for one in shown if one.closes_on)
    return max((on, *(next_from(closed_on, limits) for closed_on in released)))


def stewarded(connection: Connection, token: str, round_id: str, *, on: date) -> Round | None:
    """The round, where the browser with this session's token came by its steward's link."""
    return find(connection, round_id) if stewards.holds(connection, token, round_id, on=on) else None


def accept(connection: Connection, round_id: str, steward: str, *, on: date) -> str:
    """Make somebody the steward; the token of a link of their own, for the owner has seen the one they came by.

    Raises TermsChangedError where somebody was first.
    """
    _held(connection, round_id, accepted=False)
    write(connection, round_id, steward=steward)
    stewards.end_links(connection, round_id)
    return stewards.appoint(connection, round_id, on=on)


def renew_link(connection: Connection, round_id: str, *, accepted: bool, on: date) -> str:
    """Another link for the steward; every older one ends, with what browsers hold by it.

    Raises TermsChangedError where the steward has accepted meanwhile: then the owner makes no link any more.
    """
    held = find(connection, round_id, hold=True)
    if held is None or bool(held.steward) is not accepted:
        raise TermsChangedError
    stewards.end_links(connection, round_id)
    return stewards.appoint(connection, round_id, on=on)


def change_terms(
    connection: Connection, round_id: str, terms: Terms, side: Side, *, seen: str, limits: Limits = FLOOR
) -> bool:
    """Write other terms, which the one who writes agrees to, and the other must agree to anew; whether they differ.

    Raises TermsChangedError where somebody else changed them meanwhile.
    """
    held = _held(connection, round_id, accepted=side is Side.STEWARD or None)
    if held.terms.fingerprint != seen:
        raise TermsChangedError
    if terms == held.terms:
        return False
    agreed = {"owner_agreed": side is Side.OWNER, "steward_agreed": side is Side.STEWARD}
    write(connection, round_id, terms=terms.model_dump_json(), way=_way(terms, limits), **agreed)
    return True


def agree(
    connection: Connection, keys: Keys, round_id: str, side: Side, *, seen: str, on: date, limits: Limits = FLOOR
) -> bool:
    """Agree to the terms as they were seen; once both have, the round opens, and this is true.

    Raises TermsChangedError, TooShortError, RoundTakenError, TooSoonError, and OSError where no key can be kept.
    """
    held = _held(connection, round_id, accepted=True if side is Side.STEWARD else None)
    if held.terms.fingerprint != seen:
        raise TermsChangedError
    days = limits.days if held.way is Way.SLIPS else 0
    if held.terms.closes_on < on + timedelta(days=days):
        raise TooShortError(on + timedelta(days=days))
    agreed = {"owner_agreed": held.owner_agreed, "steward_agreed": held.steward_agreed, f"{side}_agreed": True}
    write(connection, round_id, **agreed)
    if not (agreed["owner_agreed"] and agreed["steward_agreed"] and held.steward):
        return False
    _hold(connection, held.organization_id)
    _may_open(connection, held.organization_id, on=on, limits=limits, but=round_id)
    tally = None if held.way is Way.MEETING else sealed(keys.make(round_id), Tally())
    write(connection, round_id, opened_on=on, closes_on=held.terms.closes_on, tally=tally)
    note(connection, held, Event.OPENED_ROUND, on=on)
    return True


def call_off(connection: Connection, keys: Keys, round_id: str) -> None:
    """Delete a round that is not closed, with all that was handed in, and its key.

    The key goes first: whoever is cut short between the two leaves nothing that could be read. Raises KeyAwayError
    where it cannot be reached, for it would be left.
    """
    held = find(connection, round_id, hold=True)
    if held is None or held.result is not None:
        raise TermsChangedError
    stewards.end_links(connection, round_id)
    connection.execute(delete(models.peer_round).where(_ROUND.round_id == round_id))
    destroy_key(keys, held)


def destroy_key(keys: Keys, of: Round) -> None:
    """Destroy the key of a round that is being deleted; raises KeyAwayError where it still opens something."""
    try:
        keys.destroy(of.round_id)
    except KeyAwayError:
        if of.is_sealed:
            raise


def extend(connection: Connection, round_id: str, closes_on: date, *, on: date) -> None:
    """Close later, once; raises NotOpenError where the round is not open, or was extended before."""
    held = find(connection, round_id, hold=True)
    if (
        held is None
        or held.closes_on is None
        or not held.is_open(on=on)
        or held.extended
        or closes_on <= held.closes_on
    ):
        raise NotOpenError
    write(connection, round_id, closes_on=closes_on, extended=True)


_FIND = select(*(column for column in _ROUND if column.name not in {"tally", "digest"}))


def _round(row: Any) -> Round:
    values = row._asdict()
    record, words = values.pop("record"), values.pop("words")
    return Round(
        **{
            **values,
            "terms": Terms.model_validate_json(values["terms"]),
            "way": Way(values["way"]),
            "result": None if record is None else RoundResult.model_validate_json(record),
            "words": None if words is None else tuple(json.loads(words)),
        }
    )


def _held(connection: Connection, round_id: str, *, accepted: bool | None) -> Round:
    """A round that is not open yet, held; raises TermsChangedError where it is, or where `accepted` is not so."""
    held = find(connection, round_id, hold=True)
    if held is None or held.opened_on is not None or accepted not in {None, bool(held.steward)}:
        raise TermsChangedError
    return held


def _hold(connection: Connection, organization_id: str) -> None:
    table = models.organization.c
    connection.execute(
        select(table.organization_id).where(table.organization_id == organization_id).with_for_update(key_share=True)
    )


def _may_open(connection: Connection, organization_id: str, *, on: date, limits: Limits, but: str = "") -> None:
    others = [one for one in listed(connection, organization_id) if one.round_id != but]
    if not all(one.is_over(on=on, limits=limits) for one in others):
        raise RoundTakenError
    first = first_day(others, on=on, limits=limits)
    if first > on:
        raise TooSoonError(first)


def note(connection: Connection, held: Round, event: Event, *, on: date) -> None:
    """By nobody: who closed a round is the calendar, and who opened it are two."""
    events.note(connection, held.organization_id, Entry(on, event, "", year=held.year))


def write(connection: Connection, round_id: str, **values: object) -> None:
    """Write these columns of a round."""
    connection.execute(update(models.peer_round).where(_ROUND.round_id == round_id).values(**values))


def sealed(key: RoundKey, tally: Tally) -> bytes:
    """A tally as it is kept."""
    return key.seal(TALLY, tally.model_dump_json().encode())


def _way(terms: Terms, limits: Limits) -> Way:
    return Way.MEETING if terms.peer_workers < limits.forms else Way.SLIPS
