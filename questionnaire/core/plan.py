"""The plan: what an organization set out to do, and whether the questions that this should move have moved."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from questionnaire.core.answers import NOTE_LIMIT, REASON_LIMIT
from questionnaire.core.comparison import compare
from questionnaire.core.instrument import canonical
from questionnaire.core.phrase import Phrase
from questionnaire.core.scorecard import Scorecard

MOST_ACTIONS = 100
MOST_FIRST = 3
SOON_DAYS = 30
FURTHEST_YEARS = 10
LINE_LIMIT = 200  # characters: what, who
INVOLVEMENT_LIMIT = 2_000
NOTES_LIMIT = NOTE_LIMIT
WHY_DROPPED_LIMIT = REASON_LIMIT


class Status(StrEnum):
    """How far an action has come."""

    NOT_STARTED = "not-started"
    UNDER_WAY = "under-way"
    DONE = "done"
    DROPPED = "dropped"


class Timing(StrEnum):
    """How the due date of an open action stands to a day."""

    OVERDUE = "overdue"
    SOON = "soon"
    LATER = "later"
    NONE = "none"


class Order(StrEnum):
    """By what the actions are sorted; those that are done or dropped always come last."""

    FIRST = "first"
    DUE = "due"
    STATUS = "status"
    WHO = "who"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Action(_Part):
    """One thing that an organization set out to do."""

    id: str
    year: int
    """The year of the assessment that it follows from."""
    what: str
    who: str
    due_on: date | None
    status: Status
    why_dropped: str
    notes: str
    involvement: str
    """How peer workers are involved, and paid for that."""
    items: tuple[str, ...]
    """The ids of the questions that it should move."""
    advice_id: str | None
    """The advice that it was made from; null where it is the organization's own."""
    is_first: bool
    """Whether it is one of the three, at most, that come first."""

    @property
    def is_open(self) -> bool:
        """Whether there is still something to do."""
        return self.status in {Status.NOT_STARTED, Status.UNDER_WAY}

    @property
    def fingerprint(self) -> str:
        """Sixteen characters that differ when the action does: a form remembers by them what its reader saw."""
        return hashlib.sha256(canonical(self.model_dump(mode="json")).encode()).hexdigest()[:16]

    def timing(self, on: date) -> Timing:
        """Whether it is overdue on a day, or due within 30 days."""
        if self.due_on is None or not self.is_open:
            return Timing.NONE
        if self.due_on < on:
            return Timing.OVERDUE
        return Timing.SOON if (self.due_on - on).days <= SOON_DAYS else Timing.LATER


class ItemLevels(_Part):
    """One question that an action should move, with its level in both years, 0 to 4; null where not comparable."""

    item_id: str
    earlier: int | None
    later: int | None


class Movement(_Part):
    """Whether the questions of an action have moved, in the organization's own answers: how many did what."""

    earlier_year: int
    later_year: int
    up: int
    same: int
    down: int
    not_comparable: int
    levels: tuple[ItemLevels, ...]
    """Empty where the answers themselves are not shown."""

    @property
    def in_words(self) -> tuple[Phrase, ...]:
        """One short sentence for each direction in which any question went."""
        return tuple(self._in_words())

    def _in_words(self) -> Iterator[Phrase]:
        year = self.earlier_year
        if self.up:
            yield Phrase("movement.up", {"count": self.up, "year": year})
        if self.same:
            yield Phrase("movement.same", {"count": self.same, "year": year})
        if self.down:
            yield Phrase("movement.down", {"count": self.down, "year": year})
        if self.not_comparable:
            yield Phrase("movement.not-comparable", {"count": self.not_comparable, "year": year})


class Planned(_Part):
    """An action as it stands beside a scorecard."""

    action: Action
    movement: Movement | None
    """Null where it was planned in the scorecard's own year, or names no question."""


def arranged(actions: Iterable[Action], order: Order = Order.FIRST) -> tuple[Action, ...]:
    """The actions in an order: what is still to do first, and then by due date, those without a date last."""

    def key(action: Action) -> tuple[object, ...]:
        due = action.due_on or date.max
        by: dict[Order, tuple[object, ...]] = {
            Order.FIRST: (not action.is_first,),
            Order.DUE: (),
            Order.STATUS: (action.status is not Status.UNDER_WAY,),
            Order.WHO: (not action.who, action.who.casefold()),
        }
        closed = list(Status).index(action.status) if not action.is_open else 0
        return (not action.is_open, closed, *by[order], due, action.what.casefold(), action.id)

    return tuple(sorted(actions, key=key))


def advice_in_plan(actions: Iterable[Action], year: int) -> dict[str, str]:
    """The advice that needs no other action in a year, by its id the action's: still open, or done in that year.

    What was dropped may be planned anew, and so may what was done in an earlier year.
    """
    return {
        action.advice_id: action.id
        for action in actions
        if action.advice_id and (action.is_open or (action.year == year and action.status is Status.DONE))
    }


def planned(scorecard: Scorecard, earlier: Mapping[int, Scorecard], actions: Iterable[Action]) -> tuple[Planned, ...]:
    """The actions up to a scorecard's year, with what moved since each was planned; `earlier` is a scorecard a year.

    The comparison is that of the years: only items of the same id and revision, with a level in both (rule 8).
    """
    year = scorecard.submission.year
    return tuple(
        Planned(action=action, movement=_movement(action, earlier.get(action.year), scorecard))
        for action in arranged(actions)
        if action.year <= year
    )


def _movement(action: Action, earlier: Scorecard | None, later: Scorecard) -> Movement | None:
    if earlier is None or not action.items or action.year >= later.submission.year:
        return None
    shared = {item.item.id: item for change in compare(earlier, later).domains for item in change.items}
    moves = [shared[item_id].levels for item_id in action.items if item_id in shared]
    return Movement(
        earlier_year=earlier.submission.year,
        later_year=later.submission.year,
        up=sum(move > 0 for move in moves),
        same=sum(move == 0 for move in moves),
        down=sum(move < 0 for move in moves),
        not_comparable=len(action.items) - len(moves),
        levels=tuple(
            ItemLevels(
                item_id=item_id,
                earlier=shared[item_id].earlier_level if item_id in shared else None,
                later=shared[item_id].later_level if item_id in shared else None,
            )
            for item_id in action.items
        ),
    )
