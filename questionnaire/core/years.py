"""All years of one organization: what changed over them, and a line for every domain, which breaks where it must."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from questionnaire.core.comparison import Comparison, DomainChange, compare, signed
from questionnaire.core.instrument import Domain, Text
from questionnaire.core.phrase import Param, Phrase
from questionnaire.core.scorecard import DomainResult, Scorecard


@dataclass(frozen=True)
class Segment:
    """A piece of a domain's line between two neighbouring years, in points over the items that these two share."""

    start_year: int
    start: float
    end_year: int
    end: float


@dataclass(frozen=True)
class Row:
    """One domain in one year, and its change from the year before.

    No result: its questions were not asked that year. No change: the first year, or asked in neither of the two.
    """

    year: int
    result: DomainResult | None
    change: DomainChange | None

    @property
    def points(self) -> int | None:
        """The points as that year's scorecard shows them."""
        return None if self.result is None else self.result.points

    @property
    def figure(self) -> Phrase:
        """The points, or why there are none, as they stand in a table's cell."""
        return Phrase("figure.not-asked") if self.result is None else self.result.figure


@dataclass(frozen=True)
class Line:
    """One domain over all years, under its newest name."""

    domain: Domain
    rows: tuple[Row, ...]

    @property
    def years(self) -> tuple[int, ...]:
        """Every year, whether or not the domain was scored in it."""
        return tuple(row.year for row in self.rows)

    @property
    def segments(self) -> tuple[Segment, ...]:
        """The pieces of the line; it breaks where two neighbouring years cannot be compared."""
        return tuple(
            Segment(change.earlier_year, change.earlier_points, change.later_year, change.later_points)
            for change in self._changes
            if change.earlier_points is not None and change.later_points is not None
        )

    @property
    def alone(self) -> tuple[tuple[int, float], ...]:
        """Year and points of the scores that stand in no piece of the line."""
        joined = {year for segment in self.segments for year in (segment.start_year, segment.end_year)}
        return tuple(
            (row.year, row.result.score.points)
            for row in self.rows
            if row.result and row.result.score.points is not None and row.year not in joined
        )

    @property
    def sentences(self) -> tuple[Phrase, ...]:
        """What the line shows, in one to five short sentences: first and last year, clear changes, breaks."""
        return tuple(self._sentences())

    def _sentences(self) -> Iterator[Phrase]:
        yield self._scored
        up = tuple(change for change in self._changes if change.is_clear and change.levels > 0)
        down = tuple(change for change in self._changes if change.is_clear and change.levels < 0)
        if up:
            yield Phrase("line.up", {"changes": tuple(_between(change) for change in up)})
        if down:
            yield Phrase("line.down", {"changes": tuple(_between(change) for change in down)})
        if self.segments and not up and not down:
            yield Phrase("line.unclear")
        breaks = tuple(
            Text(en=f"{earlier.year}–{later.year}")
            for earlier, later in pairwise(self.rows)
            if earlier.result and later.result and later.change and not later.change.comparable
        )
        if breaks:
            yield Phrase("line.breaks", {"years": breaks})
        not_asked = tuple(Text(en=str(row.year)) for row in self.rows if row.result is None)
        if not_asked:
            yield Phrase("line.not-asked", {"years": not_asked})

    @property
    def _scored(self) -> Phrase:
        scored = [(row.year, row.points) for row in self.rows if row.points is not None]
        if not scored:
            return Phrase("line.not-scored", {"domain": self.domain.name})
        (first_year, first), (last_year, last) = scored[0], scored[-1]
        if first_year == last_year:
            return Phrase("line.one-year", {"domain": self.domain.name, "points": first, "year": first_year})
        ends: dict[str, Param] = {"first": first, "first_year": first_year, "last": last, "last_year": last_year}
        return Phrase("line.years", {"domain": self.domain.name, **ends})

    @property
    def _changes(self) -> tuple[DomainChange, ...]:
        return tuple(row.change for row in self.rows if row.change)


@dataclass(frozen=True)
class Years:
    """All years of one organization: the newest submission of each."""

    scorecards: tuple[Scorecard, ...]
    comparisons: tuple[Comparison, ...]  # every year with the one before it
    span: Comparison | None  # the last year with the earliest one that it can be compared with

    @property
    def headline(self) -> Phrase:
        """What changed over the years, in one sentence; the rules are a table in docs/method.md."""
        last = self.scorecards[-1].submission.year
        if len(self.scorecards) == 1:
            return Phrase("years.one", {"year": last})
        if self.span is None:
            return Phrase("years.nothing", {"year": last})
        return self.span.headline

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """Every domain that was ever asked: those of the newest instrument in its order, then those of older ones."""
        domains: dict[str, Domain] = {}
        for scorecard in reversed(self.scorecards):
            for domain in scorecard.instrument.domains:
                domains.setdefault(domain.id, domain)
        return tuple(Line(domain, tuple(self._rows(domain.id))) for domain in domains.values())

    def _rows(self, domain_id: str) -> Iterator[Row]:
        for scorecard, comparison in zip(self.scorecards, (None, *self.comparisons), strict=True):
            result = next((result for result in scorecard.domains if result.domain.id == domain_id), None)
            change = None if comparison is None else comparison.domain(domain_id)
            yield Row(scorecard.submission.year, result, change)


def years_of(scorecards: tuple[Scorecard, ...]) -> Years:
    """The years of one scorecard each; raises ValueError unless they ascend."""
    years = [scorecard.submission.year for scorecard in scorecards]
    if not years or years != sorted(set(years)):
        raise ValueError("years are made of one scorecard a year, the earliest first")
    *before, last = scorecards
    to_last = (compare(earlier, last) for earlier in before)
    return Years(
        scorecards,
        tuple(compare(earlier, later) for earlier, later in pairwise(scorecards)),
        next((comparison for comparison in to_last if comparison.is_possible), None),
    )


def _between(change: DomainChange) -> Text:
    """Two years and the change between them: figures, which read the same in every language."""
    return Text(en=f"{change.earlier_year}–{change.later_year} ({signed(change.change or 0)})")
