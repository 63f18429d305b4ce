"""A release as it is read: beside it those before, every domain over the years, and all of it in sentences."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from questionnaire.core.benchmark import LEAST, Distribution, Figure
from questionnaire.core.comparison import signed
from questionnaire.core.instrument import Domain, Instrument, Option
from questionnaire.core.phrase import Param, Phrase
from questionnaire.core.releases import DomainFigures, Grouping, Release


@dataclass(frozen=True)
class Cell:
    """One domain in one year: nothing where it was not asked then."""

    year: int
    figures: DomainFigures | None
    is_break: bool
    """Whether its questions are others than in the release before, so that the two medians are not compared."""

    @property
    def median(self) -> int | None:
        """In points, where it is shown."""
        figure = self.figures.figure if self.figures else None
        return figure.median if isinstance(figure, Distribution) else None

    @property
    def in_words(self) -> Phrase:
        """The median, or why there is none."""
        return Phrase("figure.not-asked") if self.figures is None else median_in_words(self.figures.figure)


@dataclass(frozen=True)
class DomainYears:
    """One domain over all releases up to this one, the earliest first."""

    domain: Domain
    cells: tuple[Cell, ...]

    @property
    def now(self) -> DomainFigures | None:
        """Its figures in the newest release."""
        return self.cells[-1].figures

    @property
    def in_words(self) -> Phrase:
        """How the points of the newest release spread, in a sentence."""
        if self.now is None:
            return Phrase("spread.not-asked", {"domain": self.domain.name})
        figure, params = self.now.figure, self._params
        if not isinstance(figure, Distribution):
            return Phrase("spread.few", params)
        if figure.quartiles is None:
            return Phrase("spread.median", params)
        return Phrase("spread.quartiles", params)

    @property
    def _params(self) -> dict[str, Param]:
        figure = self.now.figure if self.now else None
        params: dict[str, Param] = {"domain": self.domain.name, "least": LEAST}
        if isinstance(figure, Distribution):
            params |= {"median": figure.median, "organizations": figure.organizations}
            if figure.quartiles:
                params |= {"lower": figure.quartiles[0], "upper": figure.quartiles[1]}
        return params


@dataclass(frozen=True)
class ReleaseYears:
    """A release and all that came before it in its network, with the questions that were asked."""

    releases: tuple[Release, ...]
    """The earliest first; the last one is what this is about."""
    instruments: Mapping[str, Instrument]
    """By digest: of every release."""

    @property
    def release(self) -> Release:
        """The one that this is about."""
        return self.releases[-1]

    @property
    def instrument(self) -> Instrument:
        """The questions of that one."""
        return self.instruments[self.release.instrument_digest]

    @cached_property
    def domains(self) -> tuple[DomainYears, ...]:
        """Every domain that this release asked for, and those that only earlier ones did, after them."""
        found: dict[str, Domain] = {}
        for release in reversed(self.releases):
            for domain in self.instruments[release.instrument_digest].domains:
                found.setdefault(domain.id, domain)
        return tuple(DomainYears(domain, tuple(self._cells(domain.id))) for domain in found.values())

    @property
    def asked(self) -> tuple[DomainYears, ...]:
        """Those that this release asked for."""
        return tuple(one for one in self.domains if one.now)

    @property
    def headline(self) -> Phrase:
        """What it says in one sentence, of the medians alone."""
        medians = {one: one.cells[-1].median for one in self.asked}
        shown = [points for points in medians.values() if points is not None]
        params: dict[str, Param] = {"organizations": self.release.organizations, "year": self.release.year}
        if not shown:
            return Phrase("release.nothing", params)
        low, high = min(shown), max(shown)
        if low == high:
            return Phrase("release.even", {**params, "points": low})
        params["lowest"] = tuple(one.domain.name for one, points in medians.items() if points == low)
        params["highest"] = tuple(one.domain.name for one, points in medians.items() if points == high)
        return Phrase("release.apart", params)

    @property
    def has_change(self) -> bool:
        """Whether there was a release before this one."""
        return self.release.earlier_year is not None

    @property
    def has_breaks(self) -> bool:
        """Whether any two neighbouring years cannot be compared in a domain."""
        return any(cell.is_break for one in self.domains for cell in one.cells)

    @property
    def has_dots(self) -> bool:
        """Whether the spread is shown by single organizations in any domain."""
        return any(figure.dots for figure in self._shown)

    @property
    def has_quartiles(self) -> bool:
        """Whether any domain has more than a median."""
        return any(figure.quartiles for figure in self._shown)

    @property
    def withholds_dots(self) -> bool:
        """Whether single organizations are left out in a domain that has quartiles."""
        return any(figure.quartiles and not figure.dots for figure in self._shown)

    @property
    def leaves_out(self) -> bool:
        """Whether anybody is not counted in a domain for having answered other questions."""
        return any(one.now.left_out for one in self.asked if one.now)

    @property
    def has_apart(self) -> bool:
        """Whether it shows in any domain how far both voices lie apart."""
        return any(isinstance(one.now.apart, Distribution) for one in self.asked if one.now)

    @property
    def values(self) -> tuple[Option, ...]:
        """The kinds or the sizes by which it is broken down."""
        if self.release.grouping is None:
            return ()
        return self.instrument.kinds if self.release.grouping is Grouping.KIND else self.instrument.sizes

    @property
    def _shown(self) -> Iterator[Distribution]:
        return (one.now.figure for one in self.asked if one.now and isinstance(one.now.figure, Distribution))

    def _cells(self, domain_id: str) -> Iterator[Cell]:
        before = None
        for release in self.releases:
            figures = release.domain(domain_id)
            is_break = figures is not None and before is not None and figures.basis != before.basis
            yield Cell(release.year, figures, is_break)
            before = figures or before


def median_in_words(figure: Figure) -> Phrase:
    """A median as it stands in a table's cell, or why it is withheld."""
    return Phrase("figure.points", {"points": figure.median}) if isinstance(figure, Distribution) else figure.in_words


def counted_in_words(figure: Figure) -> Phrase:
    """A median in a table's cell, and of how many organizations."""
    if not isinstance(figure, Distribution):
        return figure.in_words
    return Phrase("figure.median-of", {"median": figure.median, "organizations": figure.organizations})


def signed_in_words(figure: Figure | None) -> Phrase:
    """A change, or a difference, in a table's cell: with its sign, and of how many organizations."""
    if figure is None:
        return Phrase("figure.first-year")
    if not isinstance(figure, Distribution):
        return figure.in_words
    return Phrase("figure.of-organizations", {"change": signed(figure.median), "organizations": figure.organizations})
