"""`flask work` and `flask tick`: what runs beside the pages, always or once a day."""

import sys
from threading import Event

import click
from flask import current_app
from flask.cli import with_appcontext

from questionnaire.store import access, batches, charts, closing, database, mishaps, organizations, sessions
from questionnaire.web import logs
from questionnaire.web.attempts import forgetting
from questionnaire.web.commands.connected import in_words, must_be_current, writing
from questionnaire.web.serving import stop_when_told, stopping_in_words
from questionnaire.web.site import site
from questionnaire.web.work import working


@click.command()
@click.option("--workers", default=1, show_default=True, help="How many at the same time.")
@with_appcontext
def work(workers: int) -> None:
    """Do long work, as it comes, until stopped; the site itself does it too unless WORKERS is 0."""
    logs.set_up(current_app, site().settings)
    must_be_current()
    stop_when_told()
    with stopping_in_words(), forgetting(site()), working(site(), workers):
        logs.say(site().settings, "Working; stop it with Ctrl+C. What is left then is done next time.")
        Event().wait()


@click.command()
@with_appcontext
def tick() -> None:
    """Do what has fallen due: end what nobody used for long. To be run once a day."""
    must_be_current()
    today = site().today()
    with in_words():
        closed = site().close_due()
        site().forget_attempts()
    with writing() as connection:
        ended = organizations.end_idle(connection, on=today)
        sessions.forget_expired(connection, on=today)
        access.forget_expired(connection, on=today)
        charts.forget_old(connection, on=today)
        batches.forget_old(connection, on=today)
        closing.forget_words(connection, on=today)
        left = closing.needless_keys(connection, site().keys)
        for reference, what in mishaps.take(connection):  # told first: cut short, it is told again
            said = f"{reference}, where peer workers answer, since the last tick: {what}"
            logs.say(site().settings, said, level="error", request=reference)
    database.scrub(site().engine)  # also of what was deleted while somebody read
    click.echo(f"Closed {closed} rounds of peer workers’ voices.")
    click.echo(f"Ended {ended} unclaimed organizations that nobody used for {organizations.IDLE_DAYS} days.")
    if left:
        sys.exit(f"Keys of {len(left)} closed rounds could not be destroyed: look after {site().keys.folder}.")
