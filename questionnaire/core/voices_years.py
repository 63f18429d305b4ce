"""What peer workers said over the years: beside the organization's line, over identical sets of questions only."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise

from questionnaire.core.comparison import signed
from questionnaire.core.instrument import Domain, Instrument, Text
from questionnaire.core.phrase import Param, Phrase
from questionnaire.core.plan import Movement
from questionnaire.core.voices import (
    Forms,
    GroupResult,
    Points,
    RoundResult,
    figure,
    in_text,
    least_difference,
    mirrored,
    place,
)
from questionnaire.core.years import Segment


@dataclass(frozen=True)
class Heard:
    """What peer workers said in one year, with the questions they were asked."""

    result: RoundResult
    instrument: Instrument

    @property
    def year(self) -> int:
        """The year of the assessment that it stands beside."""
        return self.result.year

    @property
    def group(self) -> GroupResult | None:
        """What may be shown."""
        return self.result.group

    def asked(self, domain_id: str) -> frozenset[tuple[str, int]]:
        """The questions of a domain that were asked, by id and revision."""
        domain = self.instrument.domain(domain_id)
        return frozenset((item.id, item.revision) for item in mirrored(domain)) if domain else frozenset()


@dataclass(frozen=True)
class PeerChange:
    """One domain in two neighbouring rounds."""

    domain: Domain
    earlier: Heard
    later: Heard

    @property
    def comparable(self) -> bool:
        """Whether both have a figure over the same questions: sums allow no smaller set (rule 8)."""
        same = self.earlier.asked(self.domain.id) == self.later.asked(self.domain.id)
        return same and self.earlier_points is not None and self.later_points is not None

    @property
    def earlier_points(self) -> Points | None:
        """The figure of the earlier round."""
        return self.earlier.group.points(self.domain.id) if self.earlier.group else None

    @property
    def later_points(self) -> Points | None:
        """The figure of the later round."""
        return self.later.group.points(self.domain.id) if self.later.group else None

    @property
    def needed(self) -> int:
        """From how many points a change is clear: that of the smaller group (rule 7)."""
        groups = [heard.group for heard in (self.earlier, self.later) if heard.group]
        return max((group.clear_points for group in groups), default=Forms.FIVE.clear_points)

    @property
    def least(self) -> int:
        """Later minus earlier points, as far as that is certain."""
        earlier, later = self.earlier_points, self.later_points
        if not self.comparable or earlier is None or later is None or earlier == later:
            return 0
        outer = {"under 15": Fraction(15), "over 85": Fraction(85)}
        from_points = outer[later] if isinstance(later, str) else Fraction(later)
        return int(least_difference(from_points, earlier))

    @property
    def is_clear(self) -> bool:
        """Whether it is certainly as large as that."""
        return self.comparable and abs(self.least) >= self.needed

    @property
    def in_words(self) -> Phrase:
        """The change in one sentence; without a figure, where either group is under 10 forms."""
        params: dict[str, Param] = {"domain": self.domain.name, "year": self.earlier.year}
        if not self.comparable:
            return Phrase("peer-change.not-comparable", params)
        if not self.is_clear:
            return Phrase("peer-change.unclear", params)
        is_up = self.least > 0
        if any(one.group and one.group.forms in {None, Forms.FIVE} for one in (self.earlier, self.later)):
            return Phrase("peer-change.up", params) if is_up else Phrase("peer-change.down", params)
        params["points"] = signed(self.least)
        return Phrase("peer-change.up-by", params) if is_up else Phrase("peer-change.down-by", params)


@dataclass(frozen=True)
class PeerLine:
    """One domain over all rounds with a result, the earliest first."""

    domain: Domain
    heard: tuple[Heard, ...]

    @cached_property
    def changes(self) -> tuple[PeerChange, ...]:
        """From each round to the next."""
        return tuple(PeerChange(self.domain, earlier, later) for earlier, later in pairwise(self.heard))

    @property
    def figures(self) -> tuple[tuple[int, Phrase], ...]:
        """Year and figure of every round."""
        return tuple((year, figure(points)) for year, points in self._points)

    @property
    def segments(self) -> tuple[Segment, ...]:
        """The pieces of the line; it breaks where two rounds cannot be compared."""
        return tuple(
            Segment(change.earlier.year, place(change.earlier_points), change.later.year, place(change.later_points))
            for change in self.changes
            if change.comparable and change.earlier_points is not None and change.later_points is not None
        )

    @property
    def alone(self) -> tuple[tuple[int, float], ...]:
        """Year and points of figures that stand in no piece of the line."""
        joined = {year for segment in self.segments for year in (segment.start_year, segment.end_year)}
        return tuple(
            (year, place(points)) for year, points in self._points if points is not None and year not in joined
        )

    @property
    def is_shown(self) -> bool:
        """Whether any round has a figure here; a domain with fewer than three questions for peer workers has none."""
        return any(points is not None for _, points in self._points)

    @property
    def in_figures(self) -> Phrase:
        """Every figure with its year, in one sentence; or that there is none."""
        if not self.is_shown:
            return Phrase("peer-line.nothing")
        figures = ((year, in_text(points)) for year, points in self._points if points is not None)
        said = (Text(en=f"{words.en} ({year})", fr=f"{words.fr or words.en} ({year})") for year, words in figures)
        return Phrase("peer-line.figures", {"figures": tuple(said)})

    @property
    def sentences(self) -> tuple[Phrase, ...]:
        """What the line shows."""
        return tuple(self._sentences())

    def _sentences(self) -> Iterator[Phrase]:
        for change in self.changes:
            yield change.in_words

    @property
    def _points(self) -> Iterator[tuple[int, Points | None]]:
        for one in self.heard:
            yield one.year, one.group.points(self.domain.id) if one.group else None


def peer_line(domain: Domain, heard: tuple[Heard, ...]) -> PeerLine:
    """The line of one domain; raises ValueError unless there is one round a year, the earliest first."""
    years = [one.year for one in heard]
    if years != sorted(set(years)):
        raise ValueError("a line is made of one round a year, the earliest first")
    return PeerLine(domain, heard)


def confirmed(movement: Movement | None, heard: Iterable[Heard]) -> tuple[Phrase, ...]:
    """Whether peer workers confirm what an action moved: their change in the domains of its questions, if comparable.

    The domain's figure and never a question's own: under 10 forms there is none.
    """
    by_year = {one.year: one for one in heard}
    if movement is None or not {movement.earlier_year, movement.later_year} <= by_year.keys():
        return ()
    earlier, later = by_year[movement.earlier_year], by_year[movement.later_year]
    known = later.instrument.domain_of
    domains = {known[one.item_id].id: known[one.item_id] for one in movement.levels if one.item_id in known}
    changes = (PeerChange(domain, earlier, later) for domain in domains.values())
    return tuple(change.in_words for change in changes if change.comparable)
