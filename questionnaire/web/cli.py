"""The commands: `flask instrument`, `db`, `user`, `report`, `network`, `work`, `tick` and `demo`."""

import hashlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from re import fullmatch, sub
from threading import Event
from time import sleep

import click
from flask import Flask, current_app, render_template
from flask.cli import AppGroup, with_appcontext
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from questionnaire.config import own_address
from questionnaire.core import report as core_report
from questionnaire.core.text import showable
from questionnaire.language import SOURCE
from questionnaire.output.archives import pack_scorecards
from questionnaire.store import (
    access,
    accounts,
    batches,
    charts,
    closing,
    database,
    instruments,
    networks,
    organizations,
    reports,
    sessions,
    throttles,
)
from questionnaire.web.demo import demo
from questionnaire.web.passwords import is_address
from questionnaire.web.site import site
from questionnaire.web.work import work_once, working


def set_up(app: Flask) -> None:
    """Make the commands known."""
    for command in (instrument, db, user, report, network, work, tick, demo):
        app.cli.add_command(command)


instrument = AppGroup("instrument", help="Check or read the questions.")
db = AppGroup("db", help="Look after the database.")
user = AppGroup("user", help="Look after accounts.")
report = AppGroup("report", help="Look into reports.")
network = AppGroup("network", help="Look after networks.")


@instrument.command()
@click.argument("path", required=False, type=click.Path(path_type=Path))
def check(path: Path | None) -> None:
    """Print every fault of an instrument's folder (by default the site's own) at once."""
    try:
        found = instruments.read(path or site().settings.instrument)
    except instruments.UnreadableInstrumentError as error:
        click.echo(str(error))
        sys.exit(1)
    click.echo(
        f"{found.id} version {found.version}: {len(found.domains)} domains, {len(found.items)} items, no fault."
    )


@instrument.command()
@click.argument("path", required=False, type=click.Path(path_type=Path))
def show(path: Path | None) -> None:
    """Print an instrument as Markdown, for reading and review on paper."""
    try:
        found = instruments.read(path or site().settings.instrument)
    except instruments.UnreadableInstrumentError as error:
        click.echo(str(error))
        sys.exit(1)
    with current_app.test_request_context():
        click.echo(render_template("instruments/show.md", instrument=found))


@db.command()
def upgrade() -> None:
    """Bring the database up to date."""
    from questionnaire.web.serving import prepare, stopping_in_words

    with stopping_in_words():
        prepare(current_app)


@user.command()
@click.argument("email")
def create(email: str) -> None:
    """Print a link with which somebody makes an account for EMAIL and chooses the password."""
    with _writing() as connection:
        if accounts.find(connection, email):
            sys.exit(f"There is an account of {accounts.same(email)} already. See: flask user reset-link")
    _print_link(email)


@user.command("reset-link")
@click.argument("email")
def reset_link(email: str) -> None:
    """Print a link with which the account of EMAIL gets a new password."""
    _account(email)
    _print_link(email)


@user.command("list")
def list_accounts() -> None:
    """Print every account: address, day it was made, and whether it is disabled."""
    with _reading() as connection:
        for account in accounts.listed(connection):
            disabled = f"   disabled on {account.disabled_on}" if account.disabled_on else ""
            click.echo(f"{account.email}   made on {account.made_on}{disabled}")


@user.command()
@click.argument("email")
@click.option("--undo", is_flag=True, help="Let the account sign in again.")
def disable(email: str, *, undo: bool) -> None:
    """Sign the account of EMAIL out everywhere, and let it sign in no more."""
    account = _account(email)
    with _writing() as connection:
        if undo:
            accounts.enable(connection, account.account_id)
        else:
            accounts.disable(connection, account.account_id, on=site().today())
    click.echo(f"{account.email} {'can sign in again' if undo else 'is signed out and cannot sign in any more'}.")


@report.command()
@click.argument("what", nargs=-1, required=True)
def verify(what: tuple[str, ...]) -> None:
    """Say whether WHAT, a file or the fingerprint on a page, is of a report that this site made; exits with 1 if not.

    A file of JSON is worked out anew. Any other file must be, byte for byte, one that was handed out.
    """
    said = " ".join(what)
    path = Path(said)
    if path.is_file():
        _verify_file(path.read_bytes())
    elif fullmatch(r"[0-9a-f]{32}", fingerprint := sub(r"[\s-]", "", said).lower()):
        _say_made(_made(fingerprint), "This site made the report with this fingerprint:")
    else:
        sys.exit(f"{said} is neither a file nor a fingerprint: that has 32 letters and digits, a to f and 0 to 9.")


def _verify_file(content: bytes) -> None:
    with _reading() as connection:
        issued = reports.with_sha256(connection, hashlib.sha256(content).hexdigest())
    if issued:
        _say_made(issued.report, f"This {issued.kind.upper()} was handed out by this site on {issued.issued_on}:")
        return
    try:
        file = core_report.read(content)
    except core_report.UnreadableReportError:
        sys.exit(
            "This site never handed out this file. It is forged, or was changed,"
            " or another program saved it anew: ask for the file as it was downloaded."
        )
    if file.report.fingerprint != file.fingerprint:
        sys.exit(f"This file was changed: what it holds does not have the fingerprint it says, {file.fingerprint}.")
    _say_made(_made(file.fingerprint), "What this file holds is whole, and is the report that this site made:")


def _made(fingerprint: str) -> core_report.Report:
    with _reading() as connection:
        found = reports.with_fingerprint(connection, fingerprint)
    if found is None:
        sys.exit("This site made no report with this fingerprint, or its organization was deleted.")
    return found


def _say_made(made: core_report.Report, sentence: str) -> None:
    outcome = made.outcome
    click.echo(sentence)
    click.echo(f"  {showable(outcome.organization)}: {outcome.year}, revision {outcome.revision}")
    click.echo(f"  submitted on {outcome.submitted_on}, report made on {made.made_on}")
    click.echo(f"  holds the scorecard{''.join(f', {part}' for part in made.parts)}")
    click.echo(f"  fingerprint {core_report.grouped(made.fingerprint)}")


@network.command("report")
@click.argument("network_id")
@click.argument("year", type=int)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def network_report(network_id: str, year: int, file: Path) -> None:
    """Write the scorecards of a network's members that lend theirs, of YEAR, as PDF into the ZIP file FILE.

    It shows how far it is, and can be stopped: called again it goes on where it was, and makes nothing twice.
    """
    try:
        with _writing() as connection:
            if networks.find(connection, network_id) is None:
                sys.exit("There is no network of this id: its page has it in its address.")
            batch_id = batches.start(connection, network_id, year, language=SOURCE, on=site().today())
    except batches.NothingToMakeError:
        sys.exit(f"No member of this network lends its scorecard of {year}.")
    with click.progressbar(length=_batch(batch_id).parts, label="Scorecards", show_pos=True) as bar:
        while not (found := _batch(batch_id)).is_over:
            bar.update(found.done + found.failed - bar.pos)
            if not work_once(site(), batch_id):
                sleep(1)  # another worker makes the last ones
        bar.update(found.done + found.failed - bar.pos)
    with _reading() as connection:
        file.write_bytes(pack_scorecards(batches.contents(connection, batch_id), found.year, found.made_on))
    click.echo(f"{file} holds {found.done} scorecards.")
    if found.failed:
        sys.exit(f"{found.failed} could not be made: the log says why.")


def _batch(batch_id: str) -> batches.Batch:
    with _reading() as connection:
        found = batches.find(connection, batch_id)
    if found is None:
        sys.exit("Somebody stopped this meanwhile: nothing was written.")
    return found


@click.command()
@click.option("--workers", default=1, show_default=True, help="How many at the same time.")
@with_appcontext
def work(workers: int) -> None:
    """Do long work, as it comes, until stopped; the site itself does it too unless WORKERS is 0."""
    with working(site(), workers):
        click.echo("Working; stop it with Ctrl+C. What is left then is done next time.")
        Event().wait()


@contextmanager
def _in_words() -> Iterator[None]:
    """End with a line where the database cannot be used, or was never made, instead of a traceback."""
    try:
        yield
    except DBAPIError as error:
        sys.exit(f"The database cannot be used: {database.reason(error)}. A new one is made by: flask db upgrade")


@contextmanager
def _writing() -> Iterator[Connection]:
    with _in_words(), database.writing(site().engine) as connection:
        yield connection


@contextmanager
def _reading() -> Iterator[Connection]:
    with _in_words(), database.reading(site().engine) as connection:
        yield connection


def _account(email: str) -> accounts.Account:
    with _reading() as connection:
        found = accounts.find(connection, email)
    if found is None:
        sys.exit(f"There is no account of {accounts.same(email)}.")
    return found


def _print_link(email: str) -> None:
    settings = site().settings
    address = settings.public_url or own_address(settings.host, settings.port)
    if address is None:
        sys.exit("PUBLIC_URL is not set: links need it. Give the address people open.")
    if not is_address(accounts.same(email)):
        sys.exit(f"{email} is no e-mail address.")
    with _writing() as connection:
        token = access.make_account_link(connection, accounts.same(email), on=site().today())
    click.echo(f"{address}/in/{token}")
    click.echo("Give it to them alone. It works once, until the end of tomorrow.", err=True)


@click.command()
@with_appcontext
def tick() -> None:
    """Do what has fallen due: end what nobody used for long. To be run once a day."""
    today = site().today()
    with _in_words():
        closed = site().close_due()
    with _writing() as connection:
        ended = organizations.end_idle(connection, on=today)
        sessions.forget_expired(connection, on=today)
        access.forget_expired(connection, on=today)
        throttles.forget_old(connection, now=site().now())
        charts.forget_old(connection, on=today)
        batches.forget_old(connection, on=today)
        closing.forget_words(connection, on=today)
        needless = closing.needless_keys(connection, site().keys)
    for round_id in needless:
        site().keys.destroy(round_id)
    database.scrub(site().engine)  # also of what was deleted while somebody read
    click.echo(f"Closed {closed} rounds of peer workers’ voices.")
    click.echo(f"Ended {ended} unclaimed organizations that nobody used for {organizations.IDLE_DAYS} days.")
