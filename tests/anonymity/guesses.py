"""Guesses at what somebody said, and whether an attack guesses better than who only reads what is published."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

from tests.soak.rows import Row

NEAR = 12.5  # points: half a level. A guess at a domain hits if it is no farther from what was said
MARGIN = 5.0  # percentage points by which an attack may seem better before it is one
SURE = 1.96  # standard errors: 97.5% on one side


@dataclass(frozen=True)
class Guess:
    """One thing that somebody said, and who came how near to it; `group` is the workplace."""

    group: int
    baseline: bool
    attack: bool


@dataclass(frozen=True)
class Compared:
    """Shares in percent of right guesses, and the interval of their difference; workplaces count as one draw each."""

    guesses: int
    baseline: float
    attack: float
    least_gain: float
    most_gain: float

    @property
    def is_no_better(self) -> bool:
        """The attack is certainly not better by the margin (a test of non-inferiority, turned round)."""
        return self.guesses > 0 and self.most_gain < MARGIN

    @property
    def is_better(self) -> bool:
        """The attack is certainly better by more than the margin."""
        return self.guesses > 0 and self.least_gain > MARGIN

    def __str__(self) -> str:
        return f"{self.attack:.0f}%, baseline {self.baseline:.0f}% ({self.least_gain:+.1f} to {self.most_gain:+.1f})"

    def must_not_gain(self, name: str) -> Row:
        return Row(name, str(self), f"gain under {MARGIN:.0f}", self.is_no_better)

    def must_gain(self, name: str) -> Row:
        return Row(name, str(self), f"gain over {MARGIN:.0f}", self.is_better)


def compared(guesses: Iterable[Guess]) -> Compared:
    """The difference of the shares, with its 95% interval over workplaces."""
    groups: dict[int, list[int]] = defaultdict(list)
    baseline = attack = number = 0
    for guess in guesses:
        groups[guess.group].append(guess.attack - guess.baseline)
        baseline, attack, number = baseline + guess.baseline, attack + guess.attack, number + 1
    if not number:
        return Compared(0, 0, 0, 0, 0)
    gain = (attack - baseline) / number
    spread = sqrt(sum((sum(one) - gain * len(one)) ** 2 for one in groups.values())) / number
    least, most = 100 * (gain - SURE * spread), 100 * (gain + SURE * spread)
    return Compared(number, 100 * baseline / number, 100 * attack / number, least, most)


def is_near(guess: float, said: float) -> bool:
    """Whether a guess at a domain's points hits."""
    return abs(min(100.0, max(0.0, guess)) - said) <= NEAR
