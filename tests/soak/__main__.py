"""What the site withstands: `make soak` prints a table and writes soak.json. A number after it is the seed."""

import json
import random
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from tests.postgres import running_postgres
from tests.soak import kills
from tests.soak.rows import Row, exactly
from tests.soak.served import served_site

KILLS = 50


def main() -> None:
    """Run every trial, print and write the table, and exit with 1 where a row does not hold."""
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else random.randrange(1_000_000)
    print(f"Seed: {seed}. It takes some minutes.", flush=True)
    rows = [*killed_on_sqlite(seed), *killed_on_postgresql(seed)]
    for row in rows:
        target = "" if row.target is None else f"target: {row.target}"
        print(f"{row.name:48} {row.value:>8}   {target:20}{'' if row.holds else '<- does not hold'}".rstrip())
    Path("soak.json").write_text(json.dumps([asdict(row) for row in rows], indent=2) + "\n", encoding="utf-8")
    sys.exit(not all(row.holds for row in rows))


def killed_on_sqlite(seed: int) -> Iterator[Row]:
    with served_site() as site:
        outcome = kills.trial(site, kills=KILLS, seed=seed)
    explain(outcome)
    yield from outcome.rows("SQLite", kills=KILLS)
    yield exactly("SQLite: integrity_check at the end", outcome.integrity, "ok")


def killed_on_postgresql(seed: int) -> Iterator[Row]:
    """Only the site is killed here, not the database."""
    with running_postgres() as server, server.database() as url, served_site(url) as site:
        outcome = kills.trial(site, kills=KILLS, seed=seed)
    explain(outcome)
    yield from outcome.rows("PostgreSQL", kills=KILLS)


def explain(outcome: kills.Outcome) -> None:
    for said in (*outcome.failed_starts, *outcome.faults):
        print(said, file=sys.stderr)


if __name__ == "__main__":
    main()
