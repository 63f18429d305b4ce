"""`flask db`, `backup`, `restore` and `check`: the database brought up to date, copied, filled and looked at."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from questionnaire.store import backups, checks, database
from questionnaire.store.database import UnusableDatabaseError
from questionnaire.web.commands.connected import in_words
from questionnaire.web.serving import prepare, stopping_in_words
from questionnaire.web.site import site

FILE = click.Path(path_type=Path, dir_okay=False)

db = AppGroup("db", help="Look after the database.")


@db.command()
def upgrade() -> None:
    """Bring the database up to date; one that is, or that another process brings up just now, is left as it is."""
    with stopping_in_words():
        prepare(current_app)
    click.echo(f"The database is up to date: its schema is {database.newest_schema()}.")


@db.command()
def current() -> None:
    """Print the schema that the database has."""
    with stopping_in_words():
        click.echo(database.schema(site().engine) or "none")


@db.command("check")
def check_schema() -> None:
    """Say whether the database has the schema that this version needs; exits with 1 if not."""
    with stopping_in_words():
        found = database.schema(site().engine)
    if found != database.newest_schema():
        sys.exit(
            f"The schema is {found or 'none'}, and this version needs {database.newest_schema()}: flask db upgrade"
        )
    click.echo(f"The schema is {found}, as this version needs it.")


@click.command()
@click.argument("file", type=FILE)
@with_appcontext
def backup(file: Path) -> None:
    """Write all that the database holds into the new file FILE, while the site runs or not.

    Stopped, it leaves nothing; called again it begins anew. The keys of open rounds are not in it, and belong in no
    backup: see docs/operate.md.
    """
    with _long("Copies") as progress:
        backups.back_up(site().engine, file, progress)
        try:
            found = _faults_in(file, progress)
        except (backups.BackupError, UnusableDatabaseError) as error:
            sys.exit(f"{file} is written, but could not be checked: {error}")
    _tell(found, f"{file} is written and whole.", f"{file} is written, with what was wrong in the database:")


@click.command()
@click.argument("file", type=FILE)
@with_appcontext
def restore(file: Path) -> None:
    """Fill an empty database from the backup FILE, made by this version or an earlier one, on SQLite or PostgreSQL.

    Stopped, it leaves the database empty. Drafts of peer workers are not in a backup; a round whose key is lost ends
    without a result.
    """
    with _long("Restores into") as progress:
        found = backups.restore(site().engine, file, progress)
    with suppress(OSError):  # where the folder cannot be made, it is away and not lost
        site().keys.stand()
    _tell(found, "All is restored, and whole.", "All is restored, with what was wrong in the backup:")


@click.command()
@click.argument("file", type=FILE, required=False)
@with_appcontext
def check(file: Path | None) -> None:
    """Say whether the database, or the backup FILE, is whole; exits with 1, and every fault in a line, if not."""
    with _long("" if file else "Checks") as progress:
        if file:
            found = _faults_in(file, progress)
        else:
            with database.one_moment(site().engine) as connection:
                found = list(checks.faults(connection, progress))
    _tell(found, "It is whole.", "It is not whole:")


def _faults_in(file: Path, progress: checks.Progress) -> list[str]:
    with backups.opened(file, progress) as (copy, lost):
        return [*lost, *backups.faults_in(copy, progress)]


def _tell(faults: list[str], whole: str, faulty: str) -> None:
    if faults:
        click.echo("\n".join((faulty, *faults)))
        sys.exit(1)
    click.echo(whole)


@contextmanager
def _long(does: str) -> Iterator[checks.Progress]:
    """Long work: it says of which database, and how far it is; it is stopped by SIGTERM as by Ctrl+C."""
    if does:
        url = site().engine.url.difference_update_query(["password", "sslpassword"])
        click.echo(f"{does} the database {url.render_as_string(hide_password=True)}", err=True)
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    bars = _Bars()
    try:
        with in_words():
            yield bars
    except (backups.BackupError, UnusableDatabaseError) as error:
        bars.end()
        sys.exit(str(error))
    finally:
        bars.end()
        signal.signal(signal.SIGTERM, before)


class _Bars:
    """A bar for each thing that takes long, one after the other."""

    def __init__(self) -> None:
        self.what = ""
        self.bar: Any = None

    def __call__(self, what: str, done: int, whole: int) -> None:
        """What is being done, and how far it is."""
        if what != self.what:
            self.end()
            self.what, self.bar = what, click.progressbar(length=whole, label=what, file=sys.stderr)
            self.bar.render_progress()
        self.bar.length = max(whole, 1)
        self.bar.update(done - self.bar.pos)

    def end(self) -> None:
        """No bar any more."""
        if self.bar is not None:
            self.bar.render_finish()
        self.what, self.bar = "", None
