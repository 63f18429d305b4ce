"""Builders of what networks are made of: organizations as they count in a release, and years of them."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache

from questionnaire.core.freezing import Counted, Frozen, Past, Standing, Year, freeze
from questionnaire.core.instrument import Instrument
from questionnaire.core.releases import About, Grouping
from questionnaire.core.scoring import basis_of
from tests.builders import an_instrument

ON = date(2026, 11, 20)
ABOUT = About(name="Coast group", behind="Three peer-run organizations.", decisions="By consent, twice a year.")


@cache
def small() -> Instrument:
    """The instrument that they answer unless another is given."""
    return an_instrument()


def counted(
    key: str,
    points: float | Mapping[str, float] = 50,
    instrument: Instrument | None = None,
    *,
    kind: str = "non-profit",
    size: str = "10-to-49",
    apart: Mapping[str, float] | None = None,
    name: str | None = None,
) -> Counted:
    """One organization with these points, the same in every domain unless they are given for each."""
    instrument = instrument or small()
    given = points if isinstance(points, Mapping) else {domain.id: points for domain in instrument.domains}
    standings = {
        domain.id: Standing(given[domain.id], basis_of(domain.items))
        for domain in instrument.domains
        if domain.id in given
    }
    return Counted(key, kind, size, instrument.digest, standings, apart or {}, name)


def several(number: int, first: float = 30, step: float = 5, *, prefix: str = "o") -> list[Counted]:
    """So many organizations, each a step above the one before."""
    return [counted(f"{prefix}{place}", min(100.0, first + step * place)) for place in range(number)]


def a_year(
    them: Sequence[Counted],
    *,
    year: int = 2026,
    past: Sequence[Past] = (),
    grouping: Grouping | None = None,
    instruments: Sequence[Instrument] = (),
) -> Frozen:
    """The release of a year of these organizations."""
    known = {instrument.digest: instrument for instrument in (*instruments, small())}
    this = Year(ABOUT, year, len(them), them, known, past, grouping)
    return freeze(this, on=ON)
