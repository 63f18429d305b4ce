"""`flask instrument`: the questions, checked or printed."""

import sys
from pathlib import Path

import click
from flask import current_app, render_template
from flask.cli import AppGroup

from questionnaire.store import instruments
from questionnaire.web.site import site

instrument = AppGroup("instrument", help="Check or read the questions.")


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
