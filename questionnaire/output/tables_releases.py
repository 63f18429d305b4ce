"""The tables of a release, defined once: what stands in which column. Spreadsheets and CSV files render them."""

from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from questionnaire.core.benchmark import Distribution, Figure, Withheld
from questionnaire.core.instrument import Option
from questionnaire.core.release_years import Cell as YearCell
from questionnaire.core.release_years import DomainYears, ReleaseYears
from questionnaire.core.releases import GroupFigure
from questionnaire.core.text import showable
from questionnaire.language import Language
from questionnaire.output.cells import DAY, FIGURE, NAME, Cell, Filled, Table, filled, yes
from questionnaire.output.releases_words import limits, quartiles_withheld

T = TypeVar("T")


def about(years: ReleaseYears, say: Language) -> Table:
    """What the release is, and what it may not be taken for."""
    _ = say.gettext
    column = Filled[tuple[str, Cell]]
    return filled(
        _("About"),
        _facts(years, say),
        (
            column("what", _("What"), NAME, lambda fact: fact[0]),
            column("says", _("What it says"), 100, lambda fact: fact[1]),
        ),
    )


def _facts(years: ReleaseYears, say: Language) -> Iterator[tuple[str, Cell]]:
    _, release = say.gettext, years.release
    yield _("Network"), release.network.name
    yield _("Year"), release.year
    yield _("Frozen on"), release.frozen_on
    yield _("Who stands behind it"), release.network.behind
    yield _("How decisions are made"), release.network.decisions
    yield _("In one sentence"), say.say(years.headline)
    yield _("Members"), release.members
    yield _("Organizations that count"), release.organizations
    for number, sentence in enumerate(limits(say)):
        yield "" if number else _("What this says, and what it does not"), sentence
    yield "", say.text(years.instrument.limits)
    yield _("Source"), f"{years.instrument.citation} doi:{years.instrument.doi}"
    yield _("Instrument"), f"{release.instrument_id} {release.instrument_version}"
    yield _("Digest of the instrument"), release.instrument_digest
    yield _("Digest of this release"), release.digest


def origin(years: ReleaseYears, say: Language) -> dict[str, Cell]:
    """Which release a row is of, and what it may not be taken for."""
    release = years.release
    return {
        "network": showable(release.network.name),
        "release_year": release.year,
        "instrument": f"{release.instrument_id} {release.instrument_version}",
        "frozen_on": release.frozen_on,
        "digest": release.digest,
        "notice": say.gettext("Voluntary, and not representative."),
    }


def _domains(years: ReleaseYears, say: Language) -> Table:
    _ = say.gettext
    column = Filled[DomainYears]

    def now(part: str) -> Callable[[DomainYears], Figure | None]:
        return lambda one: getattr(one.now, part) if one.now else None

    return filled(
        _("Domains"),
        years.asked,
        (
            column("domain", _("Domain"), NAME, lambda one: say.text(one.domain.name)),
            *_spread(now("figure"), say),
            column("change", _("Change since the release before"), FIGURE, lambda one: _median(now("change")(one))),
            column("change_of", _("Organizations in both"), FIGURE, lambda one: _number(now("change")(one))),
            column("no_change", _("Why there is none"), NAME, lambda one: _why(now("change")(one), say)),
            column("apart", _("Organization minus peer workers"), FIGURE, lambda one: _median(now("apart")(one))),
            column("apart_of", _("Of how many organizations"), FIGURE, lambda one: _number(now("apart")(one))),
            column("not_apart", _("Why there is none"), NAME, lambda one: _why(now("apart")(one), say)),
            column(
                "left_out",
                _("Some answered other questions"),
                FIGURE,
                lambda one: yes(say, bool(one.now and one.now.left_out)),
            ),
            column("domain_id", _("Id of the domain"), DAY, lambda one: one.domain.id),
        ),
    )


def _years(years: ReleaseYears, say: Language) -> Table:
    _ = say.gettext
    column = Filled[tuple[DomainYears, YearCell]]

    def figure(one: tuple[DomainYears, YearCell]) -> Figure | None:
        return one[1].figures.figure if one[1].figures else None

    return filled(
        _("Years"),
        ((one, cell) for one in years.domains for cell in one.cells if cell.figures),
        (
            column("domain", _("Domain"), NAME, lambda one: say.text(one[0].domain.name)),
            column("year", _("Year"), FIGURE, lambda one: one[1].year),
            *_spread(figure, say),
            column(
                "other_questions",
                _("Other questions than in the release before"),
                NAME,
                lambda one: yes(say, one[1].is_break),
            ),
            column("domain_id", _("Id of the domain"), DAY, lambda one: one[0].domain.id),
        ),
    )


def _dots(years: ReleaseYears, say: Language) -> Table:
    _ = say.gettext
    column = Filled[tuple[DomainYears, int, int]]
    steps = (
        (one, points, number)
        for one in years.asked
        if one.now and isinstance(one.now.figure, Distribution)
        for points, number in one.now.figure.steps
    )
    return filled(
        _("Spread"),
        steps,
        (
            column("domain", _("Domain"), NAME, lambda one: say.text(one[0].domain.name)),
            column("points", _("Points"), FIGURE, lambda one: one[1]),
            column("organizations", _("Organizations"), FIGURE, lambda one: one[2]),
            column("domain_id", _("Id of the domain"), DAY, lambda one: one[0].domain.id),
        ),
    )


def _groups(years: ReleaseYears, say: Language) -> Table:
    _ = say.gettext
    column = Filled[tuple[DomainYears, Option, GroupFigure]]
    labels = {value.id: value for value in years.values}
    groups = ((one, labels[group.value], group) for one in years.asked if one.now for group in one.now.groups)
    return filled(
        _("Groups"),
        groups,
        (
            column("domain", _("Domain"), NAME, lambda one: say.text(one[0].domain.name)),
            column("group", _("Group"), NAME, lambda one: say.text(one[1].label)),
            *_spread(lambda one: one[2].figure, say),
            column("group_id", _("Id of the group"), DAY, lambda one: one[1].id),
            column("domain_id", _("Id of the domain"), DAY, lambda one: one[0].domain.id),
        ),
    )


TABLES: Mapping[str, Callable[[ReleaseYears, Language], Table]] = {
    "domains": _domains,
    "years": _years,
    "spread": _dots,
    "groups": _groups,
}


def held(years: ReleaseYears) -> tuple[str, ...]:
    """The names of the tables that a release holds, in their order."""
    without = {"spread": not years.has_dots, "groups": not years.values}
    return tuple(name for name in TABLES if not without.get(name, False))


def _spread(figure: Callable[[T], Figure | None], say: Language) -> tuple[Filled[T], ...]:
    """The columns in which a distribution stands, or why there is none."""
    _ = say.gettext
    return (
        Filled("organizations", _("Organizations"), FIGURE, lambda one: _number(figure(one))),
        Filled("median", _("Median"), FIGURE, lambda one: _median(figure(one))),
        Filled("lower_quartile", _("Lower quartile"), FIGURE, lambda one: _quartile(figure(one), 0)),
        Filled("upper_quartile", _("Upper quartile"), FIGURE, lambda one: _quartile(figure(one), 1)),
        Filled("withheld", _("Why there is none"), NAME, lambda one: _why(figure(one), say)),
    )


def _number(figure: Figure | None) -> int | None:
    return figure.organizations if isinstance(figure, Distribution) else None


def _median(figure: Figure | None) -> int | None:
    return figure.median if isinstance(figure, Distribution) else None


def _quartile(figure: Figure | None, which: int) -> int | None:
    return figure.quartiles[which] if isinstance(figure, Distribution) and figure.quartiles else None


def _why(figure: Figure | None, say: Language) -> str | None:
    """Also where only the quartiles are withheld."""
    if isinstance(figure, Withheld):
        return say.say(figure.in_words)
    if isinstance(figure, Distribution) and figure.quartiles is None:
        return quartiles_withheld(say)
    return None
