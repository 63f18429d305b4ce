"""Networks of many organizations: what a release costs for each, and whether pages of large ones cost more."""

import json
import random
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import Connection, Engine, Table, delete, insert, select

from questionnaire.config import Settings
from questionnaire.core.instrument import Instrument
from questionnaire.core.releases import About, Grouping
from questionnaire.core.scoring import basis_of
from questionnaire.store import database, freezing, instruments, models, networks
from questionnaire.web import create_app
from questionnaire.web.serving import prepare
from tests.bench.ratios import Row, getting, ratio
from tests.postgres import running_postgres
from tests.web import walks
from tests.web.client import Browser, session_cookie

ON = date(2026, 11, 20)
AT_ONCE = 5000  # rows of one insert
FREEZES = 3
SMALL, MORE_FREEZES = 1_000, 15  # of small networks, for a while as short as theirs is measured less surely
Clock = Callable[[], float]
ABOUT = About(name="Many", behind="Nobody", decisions="None")


def growth(folder: Path) -> list[Row]:
    """The pages from a release of 100,000 over one of 100, and freezing 100,000 over 1,000, each by organization."""
    app = create_app(
        Settings(
            secret_key="bench", database_url=f"sqlite:///{folder / 'networks.sqlite'}", public_url="http://localhost"
        )
    )
    site = prepare(app)
    facilitator = Browser(app)
    walks.account(facilitator, "facilitator@example.org")
    with database.reading(site.engine) as connection:
        account_id = connection.scalars(select(models.account.c.account_id)).one()
    spent, paths = {}, {}
    for number in (100, 1_000, 100_000):
        network_id = filled(site.engine, site.instrument, number, account_id=account_id)
        submitted(site.engine, site.instrument, number)
        times = MORE_FREEZES if number <= SMALL else FREEZES
        release_id, spent[number] = frozen(site.engine, network_id, times=times)
        paths[number] = (f"/networks/{network_id}", f"/releases/{release_id}")
    client = FlaskClient(app, facilitator.response_wrapper)
    cookie = session_cookie(facilitator)
    client.set_cookie(cookie.key, cookie.value)
    pages = [ratio(*(getting(client, paths[number][page]) for number in (100_000, 100))) for page in (0, 1)]
    site.engine.dispose()
    return [
        Row("network_page_growth", max(pages), 1.2, "× a release of 100"),
        Row("freeze_growth", (spent[100_000] / 100_000) / (spent[1_000] / 1_000), 1.2, "× an organization of 1,000"),
    ]


def frozen(
    engine: Engine, network_id: str, year: int = 2026, *, times: int = FREEZES, clock: Clock = time.process_time
) -> tuple[str, float]:
    """A release, and the seconds that it took, by default the processor's: the median of some, of which one stays."""
    release_id, seconds = "", []
    for attempt in range(times):
        with database.writing(engine) as connection:
            if attempt:
                this = models.release.c.release_id == release_id
                connection.execute(delete(models.release).where(this))
                connection.execute(delete(models.counted).where(models.counted.c.year == year))
        with database.writing(engine) as connection:
            before = clock()
            release_id = freezing.freeze_year(connection, network_id, year, Grouping.KIND, on=ON)
            seconds.append(clock() - before)
    return release_id, statistics.median(seconds)


def filled(engine: Engine, instrument: Instrument, number: int, *, account_id: str = "nobody") -> str:
    """The id of a network of so many members."""
    ids = ids_of(number)
    with database.writing(engine) as connection:
        instruments.record(connection, instrument)
        network_id = networks.create(connection, ABOUT, account_id, on=ON)
        put(connection, models.organization, _organizations(ids))
        put(connection, models.membership, _memberships(ids, network_id))
    return network_id


def submitted(engine: Engine, instrument: Instrument, number: int, year: int = 2026) -> None:
    """A year of each of them, submitted; nobody answered it one by one."""
    chance, ids = random.Random(number), ids_of(number)
    kinds, sizes = [one.id for one in instrument.kinds], [one.id for one in instrument.sizes]
    bases = {domain.id: basis_of(domain.items) for domain in instrument.domains}
    with database.writing(engine) as connection:
        put(connection, models.assessment, ({"organization_id": key, "year": year} for key in ids))
        put(connection, models.revision, _revisions(ids, year, instrument, kinds, sizes, chance))
        put(connection, models.submission, _submissions(ids, year))
        put(connection, models.domain_score, _scores(ids, year, bases, chance))


def ids_of(number: int) -> list[str]:
    """Ids of a network's organizations that no network of another size has."""
    return [f"{place:08x}-0000-4000-8000-{number:012x}" for place in range(number)]


def put(connection: Connection, table: Table, rows: Iterable[dict[str, Any]]) -> None:
    """Insert rows, some thousand at once."""
    found: list[dict[str, Any]] = []
    for row in rows:
        found.append(row)
        if len(found) == AT_ONCE:
            connection.execute(insert(table), found)
            found = []
    if found:
        connection.execute(insert(table), found)


def _organizations(ids: list[str]) -> Iterable[dict[str, Any]]:
    same = {"is_case": False, "claimed": True, "started_on": ON, "last_used_on": ON}
    return ({"organization_id": key, "name": f"House {key}", **same} for key in ids)


def _memberships(ids: list[str], network_id: str) -> Iterable[dict[str, Any]]:
    same = {"network_id": network_id, "by_name": False, "lends_scorecard": False, "joined_on": ON}
    return ({"organization_id": key, **same} for key in ids)


def _revisions(
    ids: list[str], year: int, instrument: Instrument, kinds: list[str], sizes: list[str], chance: random.Random
) -> Iterable[dict[str, Any]]:
    same = {"year": year, "number": 1, "instrument_digest": instrument.digest, "is_draft": False, "started_on": ON}
    for key in ids:
        profile = {"kind": chance.choice(kinds), "size": chance.choice(sizes), "peer_workers": 4, "gates": {}}
        yield {"organization_id": key, "profile": json.dumps(profile), **same}


def _submissions(ids: list[str], year: int) -> Iterable[dict[str, Any]]:
    same = {"year": year, "number": 1, "digest": "0" * 64, "record": "{}"}
    return ({"organization_id": key, **same} for key in ids)


def _scores(ids: list[str], year: int, bases: dict[str, str], chance: random.Random) -> Iterable[dict[str, Any]]:
    for key in ids:
        for domain_id, basis in bases.items():
            points = round(chance.uniform(0, 100), 2)
            yield {
                "organization_id": key,
                "year": year,
                "number": 1,
                "domain_id": domain_id,
                "points": points,
                "basis": basis,
            }


def scale() -> None:
    """Print what a first and a second release cost on SQLite and on PostgreSQL, by the number of organizations."""
    instrument = instruments.read(Settings.instrument)
    print(
        "database, organizations; processor in µs an organization, first and second year; seconds; MB of the process"
    )
    with tempfile.TemporaryDirectory() as folder, running_postgres() as server:
        for name in ("sqlite", "postgresql"):
            for number in (100, 1_000, 10_000, 100_000):
                with server.database() as postgres_url:
                    url = f"sqlite:///{folder}/{number}.sqlite" if name == "sqlite" else postgres_url
                    figures = _scale(url, instrument, number)
                    print(
                        name, number, *figures, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, flush=True
                    )


def _scale(url: str, instrument: Instrument, number: int) -> tuple[int, int, float]:
    engine = database.open_database(url)
    database.upgrade(engine)
    network_id = filled(engine, instrument, number)
    submitted(engine, instrument, number, 2025)
    _release, first = frozen(engine, network_id, 2025)
    submitted(engine, instrument, number, 2026)
    _release, second = frozen(engine, network_id, 2026)
    with database.writing(engine) as connection:
        connection.execute(delete(models.release).where(models.release.c.year == 2026))
        connection.execute(delete(models.counted).where(models.counted.c.year == 2026))
    _release, clock = frozen(engine, network_id, 2026, times=1, clock=time.perf_counter)
    engine.dispose()
    return round(first / number * 1e6), round(second / number * 1e6), round(clock, 2)


if __name__ == "__main__":
    scale()
