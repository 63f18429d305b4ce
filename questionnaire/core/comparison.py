"""Change over years, on the questions that two years share: rules 7 and 8 of the instrument's design.

Points run from 0 to 100, levels from 0 to 4. Answers and scores are taken as they were stored, never computed again.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from questionnaire.core.instrument import Domain, Instrument, Item, Level, Text
from questionnaire.core.phrase import Param, Phrase
from questionnaire.core.scorecard import Scorecard
from questionnaire.core.scoring import POINTS_PER_LEVEL

LEAST_SHARED = 3
CLEAR_POINTS = 10
CLEAR_IN_ALL = 50  # points of all shared items together: two levels
MOST_SHOWN = 5  # items that moved, on a page


@dataclass(frozen=True)
class ItemChange:
    """One item that two years share, as the later instrument has it, with the level of each year."""

    item: Item
    domain: Domain
    earlier: Level
    later: Level
    earlier_level: int
    later_level: int

    @property
    def levels(self) -> int:
        """By how many levels it moved, -4 to 4."""
        return self.later_level - self.earlier_level

    @property
    def in_words(self) -> Phrase:
        """From which level to which."""
        if not self.levels:
            return Phrase("item.same", {"level": self.later_level})
        return Phrase("item.moved", {"earlier": self.earlier_level, "later": self.later_level})


@dataclass(frozen=True)
class DomainChange:
    """One domain in two years, over the items that they share. All is None or false where these are too few.

    What it says follows from three figures; the items themselves may be left out (a report may not hold them).
    """

    domain: Domain
    earlier_year: int
    later_year: int
    shared: int  # how many items
    earlier_levels: int  # of the shared items, all together
    later_levels: int
    items: tuple[ItemChange, ...] = ()

    @property
    def comparable(self) -> bool:
        """Whether at least three items are shared (rule 8)."""
        return self.shared >= LEAST_SHARED

    @property
    def earlier_points(self) -> float | None:
        """The mean of the shared items in the earlier year: not that year's score, where other items count too."""
        return self._mean(self.earlier_levels)

    @property
    def later_points(self) -> float | None:
        """The mean of the shared items in the later year."""
        return self._mean(self.later_levels)

    @property
    def levels(self) -> int:
        """By how many levels the shared items moved, all together."""
        return self.later_levels - self.earlier_levels

    @property
    def is_clear(self) -> bool:
        """Whether it changed by the larger of 10 points and 50 / shared items, or more (rule 7, in whole numbers)."""
        return self.comparable and POINTS_PER_LEVEL * abs(self.levels) >= self._clear_in_all

    @property
    def needed(self) -> int | None:
        """From how many points a change is clear, as it is shown: 17 over three items, 13 over four, 10 over more."""
        return _whole(self._clear_in_all, self.shared) if self.comparable else None

    @property
    def change(self) -> int | None:
        """Later minus earlier points as shown: rounded by itself, a half away from zero, so that both ways are equal.

        What is not clear is never shown as large as what is needed, though it may round to it (from 13 items on).
        """
        if self.needed is None:
            return None
        size = _whole(POINTS_PER_LEVEL * abs(self.levels), self.shared)
        size = size if self.is_clear else min(size, self.needed - 1)
        return size if self.levels > 0 else -size

    @property
    def signed(self) -> str:
        """The change as it is written in every language; nothing where there is none."""
        return "" if self.change is None else signed(self.change)

    @property
    def figure(self) -> Phrase:
        """The change as it stands in a table's cell."""
        if not self.comparable:
            return Phrase("figure.not-comparable")
        if not self.is_clear:
            return Phrase("figure.unclear", {"change": self.signed})
        return Phrase("figure.change", {"change": self.signed})

    @property
    def in_words(self) -> Phrase:
        """The domain and its change as one short sentence, with the number of shared items."""
        params: dict[str, Param] = {
            "domain": self.domain.name,
            "year": self.earlier_year,
            "shared": self.shared,
        }
        if self.change is None:
            return Phrase("change.not-comparable", params)
        if not self.is_clear:
            return Phrase("change.unclear", {**params, "change": signed(self.change)})
        if self.change > 0:
            return Phrase("change.up", {**params, "points": self.change})
        return Phrase("change.down", {**params, "points": -self.change})

    @property
    def _clear_in_all(self) -> int:
        """The points that make a change clear, of all shared items together."""
        return max(CLEAR_POINTS * self.shared, CLEAR_IN_ALL)

    def _mean(self, levels: int) -> float | None:
        return POINTS_PER_LEVEL * levels / self.shared if self.comparable else None


@dataclass(frozen=True)
class Comparison:
    """Two years of one organization: every domain of the later instrument, then those only the earlier one has."""

    earlier: Scorecard
    later: Scorecard
    domains: tuple[DomainChange, ...]

    @property
    def risen(self) -> tuple[DomainChange, ...]:
        """The domains that are clearly up, the largest change first."""
        return _by_size(change for change in self.domains if change.is_clear and change.levels > 0)

    @property
    def fallen(self) -> tuple[DomainChange, ...]:
        """The domains that are clearly down, the largest change first."""
        return _by_size(change for change in self.domains if change.is_clear and change.levels < 0)

    @property
    def unclear(self) -> tuple[DomainChange, ...]:
        """The domains that can be compared and show no clear change."""
        return tuple(change for change in self.domains if change.comparable and not change.is_clear)

    @property
    def not_comparable(self) -> tuple[DomainChange, ...]:
        """The domains with too few shared items, those that only one of the two instruments has among them."""
        return tuple(change for change in self.domains if not change.comparable)

    @property
    def is_possible(self) -> bool:
        """Whether any domain can be compared."""
        return len(self.not_comparable) < len(self.domains)

    @property
    def moved_up(self) -> tuple[ItemChange, ...]:
        """The shared items at a higher level than before, the largest move first, then in the instrument's order.

        Those of domains with too few shared items are among them: a question's own change needs no other question.
        """
        return tuple(sorted((item for item in self._shared if item.levels > 0), key=lambda item: -item.levels))

    @property
    def moved_down(self) -> tuple[ItemChange, ...]:
        """The shared items at a lower level than before, the largest move first, then in the instrument's order."""
        return tuple(sorted((item for item in self._shared if item.levels < 0), key=lambda item: item.levels))

    @property
    def shared_items(self) -> int:
        """How many items both years share."""
        return sum(change.shared for change in self.domains)

    @property
    def only_in_one(self) -> int:
        """How many items were asked that only one of the two instruments has."""
        return len(self._asked - self._in_both)

    @property
    def reworded(self) -> int:
        """How many items were asked that are in both instruments, but reworded or in another domain."""
        return len((self._asked & self._in_both) - _same(self.earlier.instrument, self.later.instrument))

    @property
    def without_level(self) -> int:
        """How many items were asked that are the same in both instruments, but have no level in both years."""
        return len(self._asked) - self.only_in_one - self.reworded - self.shared_items

    @property
    def earlier_line(self) -> tuple[float | None, ...]:
        """The earlier year's own scores for the later instrument's domains; None where they cannot be compared."""
        scores = {result.domain.id: result.score.points for result in self.earlier.domains}
        changes = self.domains[: len(self.later.instrument.domains)]
        return tuple(scores[change.domain.id] if change.comparable else None for change in changes)

    @property
    def headline(self) -> Phrase:
        """What changed, in one sentence; the rules are a table in docs/method.md."""
        params: dict[str, Param] = {
            "organization": self.later.submission.organization,
            "year": self.earlier.submission.year,
        }
        if not self.is_possible:
            return Phrase("comparison.nothing", params)
        if not self.risen and not self.fallen:
            return Phrase("comparison.unclear", params)
        if not self.fallen:
            return Phrase("comparison.up", {**params, "up": _names(self.risen)})
        if not self.risen:
            return Phrase("comparison.down", {**params, "down": _names(self.fallen)})
        return Phrase("comparison.both", {**params, "up": _names(self.risen), "down": _names(self.fallen)})

    @property
    def on_how_many(self) -> Phrase:
        """On how many items the whole comparison rests."""
        return Phrase("remark.shared", {"count": self.shared_items, "year": self.earlier.submission.year})

    @property
    def remarks(self) -> tuple[Phrase, ...]:
        """On how many items this rests, and why others are left out. What neither year asked counts nowhere."""
        return tuple(self._remarks())

    def domain(self, domain_id: str) -> DomainChange | None:
        """The change of the domain of that id, if either instrument has it."""
        return next((change for change in self.domains if change.domain.id == domain_id), None)

    def _remarks(self) -> Iterator[Phrase]:
        year = self.earlier.submission.year
        yield self.on_how_many
        if self.only_in_one:
            yield Phrase("remark.only-in-one", {"count": self.only_in_one})
        if self.reworded:
            yield Phrase("remark.reworded", {"count": self.reworded})
        if self.without_level:
            yield Phrase("remark.without-level", {"count": self.without_level})
        if self.not_comparable and self.is_possible:
            yield Phrase("remark.not-comparable", {"year": year, "domains": _names(self.not_comparable)})

    @property
    def _shared(self) -> tuple[ItemChange, ...]:
        return tuple(item for change in self.domains for item in change.items)

    @property
    def _asked(self) -> frozenset[str]:
        return frozenset(self.earlier.submission.answers) | frozenset(self.later.submission.answers)

    @property
    def _in_both(self) -> frozenset[str]:
        return frozenset(self.earlier.instrument.items) & frozenset(self.later.instrument.items)


def compare(earlier: Scorecard, later: Scorecard) -> Comparison:
    """The change from one year to another, over the items that both share (rule 8).

    Shared are items of the same id and revision, in the domain of the same id, that have a level in both years.
    """
    shared = tuple(_shared(earlier, later))
    dropped = (domain for domain in earlier.instrument.domains if later.instrument.domain(domain.id) is None)
    return Comparison(
        earlier,
        later,
        tuple(
            _change(
                domain,
                earlier.submission.year,
                later.submission.year,
                tuple(change for change in shared if change.domain.id == domain.id),
            )
            for domain in (*later.instrument.domains, *dropped)
        ),
    )


def signed(change: int) -> str:
    """A change in points as it is written in every language: +12, −8 (a true minus), 0."""
    return f"{change:+d}".replace("-", "−") if change else "0"


def _change(domain: Domain, earlier_year: int, later_year: int, items: tuple[ItemChange, ...]) -> DomainChange:
    earlier_levels = sum(item.earlier_level for item in items)
    later_levels = sum(item.later_level for item in items)
    return DomainChange(domain, earlier_year, later_year, len(items), earlier_levels, later_levels, items)


def _shared(earlier: Scorecard, later: Scorecard) -> Iterator[ItemChange]:
    same = _same(earlier.instrument, later.instrument)
    before = {
        result.item.id: result for domain in earlier.domains for result in domain.items if result.item.id in same
    }
    for domain in later.domains:
        for now in domain.items:
            was = before.get(now.item.id)
            if was and was.answer.level is not None and now.answer.level is not None:
                yield ItemChange(
                    item=now.item,
                    domain=domain.domain,
                    earlier=was.item.levels[was.answer.level],
                    later=now.item.levels[now.answer.level],
                    earlier_level=was.answer.level,
                    later_level=now.answer.level,
                )


def _same(earlier: Instrument, later: Instrument) -> frozenset[str]:
    """The items that are the same in both: of the same id and revision, in the domain of the same id."""
    return frozenset(
        item.id
        for item in later.items.values()
        if item.id in earlier.items
        and item.revision == earlier.items[item.id].revision
        and later.domain_of[item.id].id == earlier.domain_of[item.id].id
    )


def _whole(total: int, count: int) -> int:
    """The nearest whole number to total / count, a half upwards; in whole numbers all the way."""
    return (2 * total + count) // (2 * count)


def _by_size(changes: Iterable[DomainChange]) -> tuple[DomainChange, ...]:
    return tuple(sorted(changes, key=lambda change: -Fraction(abs(change.levels), change.shared)))


def _names(changes: Iterable[DomainChange]) -> tuple[Text, ...]:
    return tuple(change.domain.name for change in changes)
