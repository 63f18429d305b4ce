"""What an organization answers: a profile, and for each item a choice with what was said beside it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from questionnaire.core.instrument import Domain, Instrument, Item, canonical

NOTE_LIMIT = 10_000
REASON_LIMIT = 500
NAME_LIMIT = 200
MOST_PEER_WORKERS = 100_000


class Choice(StrEnum):
    """What can be chosen for an item: one of its five levels, or one of the two answers beside them."""

    LEVEL_0 = "0"
    LEVEL_1 = "1"
    LEVEL_2 = "2"
    LEVEL_3 = "3"
    LEVEL_4 = "4"
    DONT_KNOW = "dont-know"
    DOES_NOT_APPLY = "does-not-apply"

    @property
    def level(self) -> int | None:
        """The level, 0 to 4, where one was chosen."""
        return int(self) if self.isdigit() else None


class GateAnswer(StrEnum):
    """Whether peer workers do the work that a gate names."""

    YES = "yes"
    NO = "no"
    DONT_KNOW = "dont-know"

    @property
    def opens(self) -> bool:
        """Not knowing counts as yes: an employer unaware of the work is the finding (instrument.md)."""
        return self is not GateAnswer.NO


class Profile(BaseModel):
    """What an organization says it is, in one revision of one year's assessment."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: str
    size: str
    peer_workers: Annotated[int, Field(ge=1)]
    gates: Mapping[str, GateAnswer]

    @property
    def fingerprint(self) -> str:
        """Sixteen characters that differ when the profile does."""
        return hashlib.sha256(canonical(self.model_dump(mode="json")).encode()).hexdigest()[:16]

    def asks(self, item: Item) -> bool:
        """Whether an item is put to this organization at all."""
        return item.asked_if is None or self.gates.get(item.asked_if, GateAnswer.DONT_KNOW).opens


@dataclass(frozen=True)
class Answer:
    """What stands beside one item: a choice or none yet, why it does not apply, a note, a mark to come back."""

    choice: Choice | None = None
    reason: str = ""
    note: str = ""
    come_back: bool = False

    @property
    def level(self) -> int | None:
        """The level, 0 to 4, where one was chosen."""
        return None if self.choice is None else self.choice.level

    @property
    def fingerprint(self) -> str:
        """Sixteen characters that differ when the answer does: a form remembers by them what its reader saw."""
        content = f"{self.choice or ''}\0{self.reason}\0{self.note}\0{self.come_back}"
        return hashlib.sha256(content.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Change:
    """What one person wants to stand beside an item, and the fingerprint of what they saw there before."""

    seen: str
    answer: Answer

    def is_new(self, current: Answer) -> bool:
        """Whether there is anything to write: not where it was left as it was, nor where it stands already."""
        mine = self.answer.fingerprint
        return mine not in (self.seen, current.fingerprint)

    def collides(self, current: Answer) -> bool:
        """Whether somebody else wrote another answer since this one's writer looked."""
        return self.is_new(current) and self.seen != current.fingerprint


Answers = Mapping[str, Answer]
BLANK = Answer()


def asked(instrument: Instrument, profile: Profile) -> tuple[Item, ...]:
    """The items that are put to an organization with this profile, in the instrument's order."""
    return tuple(item for item in instrument.items.values() if profile.asks(item))


def asked_in(domain: Domain, profile: Profile) -> tuple[Item, ...]:
    """The items of one domain that are put to an organization with this profile."""
    return tuple(item for item in domain.items if profile.asks(item))
