"""The commands: `flask instrument`, `flask db`, `flask tick`, `flask demo`."""

import sys
from pathlib import Path

import click
from flask import Flask, current_app, render_template
from flask.cli import AppGroup, with_appcontext

from questionnaire.config import ROOT, from_environment
from questionnaire.core.access import Role
from questionnaire.store import access, charts, database, instruments, organizations
from questionnaire.web.site import site

CASE = ROOT / "data" / "cases" / "greer-2021.yaml"


def set_up(app: Flask) -> None:
    """Make the commands known."""
    for command in (instrument, db, tick, demo):
        app.cli.add_command(command)


instrument = AppGroup("instrument", help="Check or read the questions.")
db = AppGroup("db", help="Look after the database.")


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


@click.command()
@with_appcontext
def tick() -> None:
    """Do what has fallen due: end what nobody used for long. To be run once a day."""
    today = site().today()
    with database.writing(site().engine) as connection:
        ended = organizations.end_idle(connection, on=today)
        access.forget_expired(connection, on=today)
        charts.forget_old(connection, on=today)
    click.echo(f"Ended {ended} unclaimed organizations that nobody used for {organizations.IDLE_DAYS} days.")


@click.command()
def demo() -> None:
    """Serve the site with the study's own case in it, to look around."""
    from questionnaire.store import cases
    from questionnaire.web import create_app
    from questionnaire.web.serving import keep_private, prepare, serve, stopping_in_words

    keep_private()
    with stopping_in_words():
        settings = from_environment(serving=True, file_name="demo.sqlite")
        app = create_app(settings)
        site = prepare(app)
        with database.writing(site.engine) as connection:
            organization_id = cases.load(connection, cases.read(CASE), site.instrument, on=site.today())
            token, _link = access.make_link(connection, organization_id, Role.EDITOR, on=site.today())
        serve(app, opening=f"/in/{token}")
