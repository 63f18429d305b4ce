"""How well peer workers stay unknown: `python -m tests.anonymity` prints a table; words after it choose its parts."""

import random
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from questionnaire.store import database
from questionnaire.store.keys import KeyLostError, Keys
from questionnaire.store.rounds import TALLY
from tests.anonymity import (
    copies,
    facilitators,
    groups,
    insiders,
    kills,
    outsiders,
    postgres_remains,
    races,
    remains,
    traces,
)
from tests.anonymity.opened import on_sqlite
from tests.anonymity.people import FROZEN, MANY, MOST, REALISTIC, Nature
from tests.anonymity.years import workplaces
from tests.postgres import running_postgres
from tests.soak.rows import Row, at_least, exactly, told
from tests.soak.served import served_site

ROUNDS, SAMPLED, KILLS = 1000, 36, 50
SEED, LEARNED_ON = 20261124, 77
NETWORKS = 1000
WORLDS = {
    "as organizations are": groups.REALISTIC,
    "nobody changes": groups.FROZEN,
    "nearly all are named": groups.NAMED,
}
SIZES = {"5": range(5, 6), "6 to 9": range(6, 10), "10 to 15": range(10, MOST + 1)}
Part = Callable[[], Iterator[Row]]


def main() -> None:
    """Print the rows of every part that is asked for, and exit with 1 where one does not hold."""
    chosen = sys.argv[1:] or list(PARTS)
    holds = True
    for name in chosen:
        print(f"\n== {name}", flush=True)
        for row in PARTS[name]():
            target = "" if row.target is None else f"must be: {row.target}"
            print(f"{row.name:62} {row.value!s:46} {target}{'' if row.holds else ' <- does not hold'}", flush=True)
            holds &= row.holds
    sys.exit(not holds)


def outside() -> Iterator[Row]:
    """The first attacker."""
    yield from _subtraction("as people are", REALISTIC, must_hold=True)
    yield from _subtraction("nobody changes", FROZEN, must_hold=False)
    spoiled = outsiders.part_from_whole(workplaces(ROUNDS, SEED, REALISTIC))
    yield spoiled.must_gain("spoiled: exact figures also of all but one")


def _subtraction(name: str, nature: Nature, *, must_hold: bool) -> Iterator[Row]:
    found = list(outsiders.targets(workplaces(ROUNDS, SEED, nature)))
    known = list(outsiders.targets(workplaces(outsiders.TRAINING * ROUNDS, LEARNED_ON, nature)))
    cases = list(outsiders.cases(found))
    yield told(f"{name}: domains of who alone came or went", len(cases))
    many = replace(nature, fewest=MANY.fewest)
    spreads, learned = (
        list(outsiders.spreads(outsiders.targets(workplaces(rounds, seed, many))))
        for rounds, seed in ((3 * ROUNDS, SEED), (3 * ROUNDS, LEARNED_ON))
    )
    attacks = {
        "subtracting years": outsiders.subtracting(cases),
        "best straight line through all figures": outsiders.learning(list(outsiders.cases(known)), cases),
        f"spread of questions, {len(spreads)}": outsiders.by_bands(learned, spreads),
    }
    for attack, outcome in attacks.items():
        row = outcome.must_not_gain(f"{name}: {attack}")
        yield row if must_hold else told(row.name, row.value)
    exact = outsiders.subtracting(outsiders.cases(found, exact=True))
    row = exact.must_gain(f"{name}, spoiled: figures not rounded")
    yield told(row.name, row.value) if must_hold else row


def inside() -> Iterator[Row]:
    """The third attacker: told, for nobody can prevent it."""
    for name, sizes in SIZES.items():
        found = insiders.with_four(workplaces(ROUNDS, SEED, REALISTIC), sizes, SEED)
        yield told(f"four colleagues' answers known, {name} forms", str(found))


def copied() -> Iterator[Row]:
    """The second attacker."""
    with TemporaryDirectory() as folder:
        found = copies.sampled(Path(folder), SAMPLED, SEED)
    yield exactly("rounds whose result is that of the core: all", str(found.same_as_core), "True")
    yield exactly("slips left after closing", found.leftover_slips, 0)
    yield found.compared("afterwards").must_not_gain("copy after closing, keys folder and configuration")
    yield found.compared("closed_copies").must_not_gain("two copies around one hand-in, without its key")
    yield told("two copies around one hand-in, with its key", str(found.compared("open_copies")))
    yield told("rank of rows with the order of handing in, while open", f"{found.order:+.2f}")
    yield found.compared("by_order").must_gain("spoiled: rows in the order of handing in")
    yield found.compared("plain_copies").must_gain("spoiled: counters that nothing seals, two copies")


def left_on_sqlite() -> Iterator[Row]:
    """Bytes after closing."""
    with TemporaryDirectory() as name, on_sqlite(Path(name)) as engine:
        file, keys = Path(name) / "alongside.sqlite", Keys(Path(name) / "keys")
        opened, secrets = remains.lived_through(engine, keys)
        key, while_open = opened.key, secrets.left_in(remains.files_beside(file))
        opened.close()
        for kind, left in secrets.left_in(remains.files_beside(file)).items():
            yield exactly(f"SQLite: {kind} found (while open: {while_open[kind]})", left, 0)
        contents = [path.read_bytes() for path in (*remains.files_beside(file), *keys.folder.glob("*"))]
        yield exactly(
            "bytes that are there open the old counts",
            str(remains.opens_with_anything(secrets.tallies[-1:], opened.round_id, TALLY, contents)),
            "False",
        )
        yield exactly("the destroyed key would", str(remains.opens_with(key, secrets.tallies[-1])), "True")
        try:
            keys.find(opened.round_id)
        except KeyLostError:
            yield exactly("keys left", len(keys.held()), 0)
        gone = remains.struck(*remains.lived_through(engine, keys, writers=remains.ENOUGH))
        struck = gone.left_in(remains.files_beside(file))["closing words"]
        yield exactly("SQLite: struck closing words found", struck, 0)


def left_on_postgres() -> Iterator[Row]:
    """The same on PostgreSQL: told."""
    with running_postgres() as server, server.database() as url, TemporaryDirectory() as name:
        engine, keys = database.open_database(url), Keys(Path(name) / "keys")
        database.upgrade(engine)
        for when, left in postgres_remains.measured(server, engine, keys):
            for where, found in (("tables", left.tables), ("log", left.log)):
                kinds = ", ".join(f"{kind} {number}" for kind, number in found.items() if number)
                yield told(f"PostgreSQL, {when}, {where}", kinds or "nothing")
        struck = postgres_remains.struck_words(server, engine, keys)
        yield told("PostgreSQL: struck closing words, tables / log", f"{dict(struck.tables)} / {dict(struck.log)}")
        rank = postgres_remains.order_of_slips(engine, keys)
        yield told("PostgreSQL: rank of row numbers with the order, while open", f"{rank:+.2f}")
        engine.dispose()


def traced() -> Iterator[Row]:
    """Log, tables and cookies of a real server."""
    with served_site() as site:
        left = traces.day_of_respondents(site)
    yield exactly("what happened", str(sorted(set(left.statuses.values()))), "[303, 400, 403, 404, 500, 503]")
    yield exactly("lines in the log", len(left.logged.splitlines()), 0)
    yield at_least("lines of a failure elsewhere", len(left.elsewhere.splitlines()), 1)
    yield exactly("tables changed", " ".join(sorted(left.changed)), "mishap peer_round slip")
    yield exactly("times of day in them", len(left.tells_a_time()), 0)
    told_of = [said for said in (traces.BROWSER, traces.THERE, "127.0.0.1") if said in left.fresh]
    yield exactly("addresses and browsers in them", len(told_of), 0)
    yield exactly("cookies", len(left.cookies), 1)


def raced() -> Iterator[Row]:
    """Sixty codes, eight threads."""
    with TemporaryDirectory() as name, on_sqlite(Path(name)) as engine:
        yield exactly("SQLite: 60 codes, 8 threads, each code twice", races.race(engine, Keys(Path(name))).forms, 60)
    with running_postgres() as server, server.database() as url, TemporaryDirectory() as name:
        engine = database.open_database(url)
        database.upgrade(engine)
        found = races.race(engine, Keys(Path(name)))
        yield exactly("PostgreSQL: the same", found.forms if found.holds else -1, 60)
        engine.dispose()


def killed_on_sqlite() -> Iterator[Row]:
    """Kill -9."""
    with TemporaryDirectory() as name, on_sqlite(Path(name)) as engine:
        keys, seed = Keys(Path(name) / "keys"), random.randrange(1_000_000)
        yield from kills.trial(engine, keys, kills=KILLS, seed=seed).rows("SQLite", KILLS)
        spoiled = kills.trial(engine, keys, kills=5, seed=seed, torn=True)
        yield at_least("spoiled: two transactions, kills that tore (of 5)", spoiled.unequal, 1)


def killed_on_postgres() -> Iterator[Row]:
    """The same, where the process is killed and PostgreSQL lives on."""
    with running_postgres() as server, server.database() as url, TemporaryDirectory() as name:
        engine = database.open_database(url)
        database.upgrade(engine)
        yield from kills.trial(engine, Keys(Path(name)), kills=KILLS, seed=SEED).rows("PostgreSQL", KILLS)
        engine.dispose()


def grouped() -> Iterator[Row]:
    """Whoever sees all that a network releases, and looks for one organization's score."""
    for name, world in WORLDS.items():
        found = list(facilitators.targets(groups.networks(NETWORKS, SEED, world)))
        yield told(f"{name}: scores that are nobody's to know", len(found))
        for attack_name, attack in facilitators.ATTACKS.items():
            what, outcome = f"{name}: {attack_name}", facilitators.tried(attack, found)
            yield exactly(f"{what}, certain", facilitators.certain(attack, found), 0)
            yield outcome.must_not_gain(what) if world is groups.REALISTIC else told(what, str(outcome))


PARTS: dict[str, Part] = {
    "outside": outside,
    "networks": grouped,
    "inside": inside,
    "copies": copied,
    "sqlite": left_on_sqlite,
    "postgres": left_on_postgres,
    "log": traced,
    "races": raced,
    "kills-sqlite": killed_on_sqlite,
    "kills-postgres": killed_on_postgres,
}

if __name__ == "__main__":
    main()
