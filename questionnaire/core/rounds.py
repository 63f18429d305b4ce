"""A round: what owner and steward agree before it opens, its days, and what stands on the slips."""

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from questionnaire.core.answers import REASON_LIMIT
from questionnaire.core.instrument import canonical

MOST_DAYS = 92
SPARE_SLIPS = 2
LATE_DAYS = 3  # in which the steward sees whether there are enough forms
PAY_LIMIT = REASON_LIMIT
WORDS_LIMIT = 1_000  # characters of somebody's closing words
OWN_WORD_LEAST, OWN_WORD_LIMIT = 4, 40


@dataclass(frozen=True)
class Limits:
    """The numbers that keep a person from being recognised. A site may raise them; a lower one raises ValueError."""

    forms: int = 5  # behind any figure
    item_levels: int = 10  # behind the distribution of an item, and forms behind closing words
    band: int = 3  # answers in each band that is not empty
    writers: int = 5  # of closing words
    days: int = 14  # that a round is open
    first_days: int = 2  # in which peer workers alone see the result
    months: int = 9  # from one released round to the next

    def __post_init__(self) -> None:
        """Refuse a number below the floor that these defaults are."""
        for name, field in type(self).__dataclass_fields__.items():
            if getattr(self, name) < field.default:
                raise ValueError(f"{name} may not be lower than {field.default}")


FLOOR = Limits()


class Way(StrEnum):
    """How peer workers answer: each by a code, together on paper that is counted once, or as one in a meeting."""

    SLIPS = "slips"
    TOTALS = "totals"
    MEETING = "meeting"


class Side(StrEnum):
    """Who agrees to the terms."""

    OWNER = "owner"
    STEWARD = "steward"


class Terms(BaseModel):
    """What owner and steward must both agree to. The organization always sees the result, after the peer workers."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    peer_workers: int
    closes_on: date
    board: bool
    network: bool
    words: bool
    pay: str
    operator: str
    by_employer: bool

    @property
    def fingerprint(self) -> str:
        """Sixteen characters that differ when the terms do: one agrees to what one saw."""
        return hashlib.sha256(canonical(self.model_dump(mode="json")).encode()).hexdigest()[:16]


def is_open(closes_on: date, *, on: date) -> bool:
    """Whether forms are still taken: up to the end of the day that was announced."""
    return on <= closes_on


def peers_see_from(closes_on: date) -> date:
    """The day after closing."""
    return closes_on + timedelta(days=1)


def organization_sees_from(closes_on: date, limits: Limits = FLOOR) -> date:
    """The day on which the organization, and whoever else was agreed, sees what peer workers saw before."""
    return peers_see_from(closes_on) + timedelta(days=limits.first_days)


def is_late(closes_on: date, *, on: date) -> bool:
    """Whether the last three days have begun, in which the steward sees one bit: enough forms, or not yet."""
    return closes_on - timedelta(days=LATE_DAYS - 1) <= on <= closes_on


def next_from(closed_on: date, limits: Limits = FLOOR) -> date:
    """The first day on which another round may open after one whose result was released."""
    months = closed_on.month - 1 + limits.months
    first = date(closed_on.year + months // 12, months % 12 + 1, 1)
    after = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
    return first + timedelta(days=min(closed_on.day, (after - first).days) - 1)


def most_slips(peer_workers: int) -> int:
    """How many slips there may ever be: one each, and two for those that are lost."""
    return peer_workers + SPARE_SLIPS


@dataclass(frozen=True)
class Sheet:
    """What stands on a sheet of slips, beside the codes: all of it was agreed before."""

    organization: str
    year: int
    steward: str
    closes_on: date
    peers_from: date
    organization_from: date
    terms: Terms
    address: (
        str  # where a code is typed, and where the result will stand; with the code behind it, that of the QR code
    )
    codes: tuple[str, ...]
