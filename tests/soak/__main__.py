"""What the site withstands: `make soak` prints a table and writes soak.json. Words after it choose parts of it."""

import json
import random
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.postgres import running_postgres
from tests.soak import (
    copies,
    disk,
    guessing,
    handed_in,
    hostile,
    hostile_input,
    hostile_text,
    kills,
    load,
    nodes,
    power,
    proxies,
    slow,
    starts,
    upgrades,
    workers,
)
from tests.soak.rows import Row, at_least, exactly
from tests.soak.served import served_site
from tests.web.mailbox import running_mailbox

KILLS, HAND_IN_KILLS, ANSWERS, STARTS, BACKUPS, POINTS = 50, 25, 500, 10, 36, 10
CLIENTS, SECONDS, SLOW, GREEDY, DOCUMENTS, CASES = 200, 20, 150, 16, 200, 10_000

Part = Callable[[int], Iterator[Row]]


def main() -> None:
    """Run every trial, print and write the table, and exit with 1 where a row does not hold.

    Of a part nothing is written: a file with some rows would look as if all of them had held.
    """
    words = sys.argv[1:]
    seed = next((int(word) for word in words if word.isdigit()), random.randrange(1_000_000))
    chosen = [word for word in words if not word.isdigit()] or list(TRIALS)
    print(f"Seed: {seed}. All of it takes about twenty minutes.", flush=True)
    began = time.monotonic()
    rows = []
    for name in chosen:
        for row in _tried(name, seed):
            rows.append(row)
            target = "" if row.target is None else f"target: {row.target}"
            holds = "" if row.holds else "<- does not hold"
            print(f"{row.name:66} {row.value:>10}   {target:22}{holds}".rstrip(), flush=True)
    print(f"{round((time.monotonic() - began) / 60)} minutes.")
    if set(chosen) == set(TRIALS):
        Path("soak.json").write_text(json.dumps([asdict(row) for row in rows], indent=2) + "\n", encoding="utf-8")
    else:
        print("This was a part: soak.json stays as it was.")
    sys.exit(not all(row.holds for row in rows))


def _tried(name: str, seed: int) -> Iterator[Row]:
    """The rows of a part; one that cannot be tried to its end is a row that does not hold, and the others go on."""
    try:
        yield from TRIALS[name](seed)
    except Exception:
        traceback.print_exc()
        yield Row(f"{name}: could not be tried to its end", 1, "0", holds=False)


def killed(seed: int) -> Iterator[Row]:
    """Lost answers: the organization's forms and the peer workers', on both databases."""
    kills_done = acknowledged = 0
    for name, url in _databases():
        with served_site(url) as site:
            written = kills.trial(site, kills=KILLS, seed=seed)
        explain(*written.failed_starts, *written.faults)
        yield from written.rows(name, kills=KILLS)
        if not url:
            yield exactly("SQLite: integrity_check at the end", written.integrity, "ok")
        kills_done += written.kills
        acknowledged += written.acknowledged * kills.ANSWERS
    for name, url in _databases():
        with served_site(url) as site:
            counted = handed_in.trial(site, kills=HAND_IN_KILLS, seed=seed)
        explain(*counted.faults)
        yield from counted.rows(name, kills=HAND_IN_KILLS)
        kills_done += counted.kills
        acknowledged += counted.pages + counted.forms
    yield at_least("kills, of both databases, organizations and peer workers", kills_done, 100)
    yield at_least("answers, pages and forms acknowledged, of all these", acknowledged, 10_000)


def power_cut(_seed: int) -> Iterator[Row]:
    with served_site() as site:
        yield from power.rows(power.trial(site, answers=ANSWERS), answers=ANSWERS)


def full_disk(_seed: int) -> Iterator[Row]:
    yield from disk.trial(rounds=disk.ROUNDS).rows(rounds=disk.ROUNDS)


def first_start(_seed: int) -> Iterator[Row]:
    on_sqlite, on_postgres = starts.Outcome(), starts.Outcome()
    for _ in range(STARTS):
        starts.start_together(on_sqlite)
    with running_postgres() as server:
        for _ in range(STARTS):
            with server.database() as url:
                starts.start_together(on_postgres, url)
    explain(*on_sqlite.bad, *on_postgres.bad)
    yield from on_sqlite.rows("SQLite", times=STARTS)
    yield from on_postgres.rows("PostgreSQL", times=STARTS)


def upgrade(_seed: int) -> Iterator[Row]:
    revisions = upgrades.earlier()
    with running_postgres() as server:
        for name, new in (("SQLite", _new_file), ("PostgreSQL", server.database)):
            outcome = upgrades.trial(new, points=POINTS, revisions=revisions)
            yield from outcome.rows(name, least=POINTS)


def backup(seed: int) -> Iterator[Row]:
    """Half of them of each database, and restored into both in turn."""
    with running_postgres() as server:
        for name, of in (("SQLite", ""), ("PostgreSQL", "postgresql")):
            with _maybe(server.database if of else None) as url, served_site(url) as site:
                outcome = copies.trial(site, [_new_file, server.database], times=BACKUPS // 2, seed=seed)
            explain(*outcome.faults)
            yield from outcome.rows(name, times=BACKUPS // 2)


def under_load(seed: int) -> Iterator[Row]:
    with served_site() as site:
        warm_up = load.Day(turns=30, pause=(0, 0.1))
        outcome = load.trial(site, load.Day(seconds=SECONDS), clients=CLIENTS, seed=seed, warm_up=warm_up)
    explain(*outcome.errors)
    yield from outcome.rows(CLIENTS)


def slow_clients(_seed: int) -> Iterator[Row]:
    with served_site() as site:
        outcome = slow.trial(site, slow=SLOW, greedy=GREEDY, requests=200)
    explain(*outcome.errors)
    yield from outcome.rows(SLOW)


def a_worker_dies(_seed: int) -> Iterator[Row]:
    with workers.redis() as queue, served_site(QUEUE_URL=queue.url) as site:
        yield from workers.trial(site, parts=DOCUMENTS).rows("a worker dies, Redis", parts=DOCUMENTS)
        yield at_least("a worker dies, Redis: times that somebody asked it for work", queue.taken, 2)
    with running_postgres() as server, server.database() as url, served_site(url) as site:
        yield from workers.trial(site, parts=DOCUMENTS).rows("a worker dies, PostgreSQL", parts=DOCUMENTS)


def a_node_dies(_seed: int) -> Iterator[Row]:
    with running_postgres(durable=True) as server, server.database() as url:
        yield from nodes.trial(server, url, seconds=10).rows("a node dies")
    with served_site() as site, TemporaryDirectory() as folder:
        site.start()
        with proxies.caddy(Path(folder), site.port) as port:
            yield exactly("Caddy as docs/server shows it: a page through it", proxies.status(port, "/start"), 200)
            yield exactly("Caddy as docs/server shows it: health is for inside", proxies.status(port, "/readyz"), 404)


def guesses(_seed: int) -> Iterator[Row]:
    with served_site() as site:
        yield from guessing.trial(site).rows()


def anything_sent(seed: int) -> Iterator[Row]:
    with running_mailbox() as mailbox, hostile.staged(mailbox.url) as stage:
        outcome = hostile_input.trial(stage, cases=CASES // 2, seed=seed)
    explain(*outcome.errors, *outcome.unreached)
    yield from outcome.rows("SQLite", cases=CASES // 2)
    with running_mailbox() as mailbox, running_postgres() as server, hostile.staged(mailbox.url, server) as stage:
        outcome = hostile_input.trial(stage, cases=CASES // 2, seed=seed + 1)
    explain(*outcome.errors, *outcome.unreached)
    yield from outcome.rows("PostgreSQL", cases=CASES // 2)


def anything_typed(_seed: int) -> Iterator[Row]:
    with running_mailbox() as mailbox, hostile.staged(mailbox.url) as stage:
        outcome = hostile_text.trial(stage, mailbox)
    explain(*outcome.live, *(f"never took it: {route} {name}" for route, name in outcome.never_kept))
    yield from outcome.rows(payloads=20)


TRIALS: dict[str, Part] = {
    "kills": killed,
    "power": power_cut,
    "disk": full_disk,
    "starts": first_start,
    "upgrades": upgrade,
    "backups": backup,
    "load": under_load,
    "slow": slow_clients,
    "workers": a_worker_dies,
    "nodes": a_node_dies,
    "guessing": guesses,
    "input": anything_sent,
    "text": anything_typed,
}


def explain(*said: str) -> None:
    """What went wrong, in full, beside the table."""
    for one in said:
        print(one, file=sys.stderr)


def _databases() -> Iterator[tuple[str, str]]:
    """SQLite, and then a PostgreSQL that lives until the next is asked for."""
    yield "SQLite", ""
    with running_postgres() as server, server.database() as url:
        yield "PostgreSQL", url


@contextmanager
def _new_file() -> Iterator[str]:
    with TemporaryDirectory(prefix="alongside-soak-") as folder:
        yield f"sqlite:///{folder}/alongside.sqlite"


@contextmanager
def _maybe(new: upgrades.NewDatabase | None) -> Iterator[str]:
    if new is None:
        yield ""
        return
    with new() as url:
        yield url


if __name__ == "__main__":
    main()
