"""`flask report`: whether a file or a fingerprint is of a report that this site made."""

import hashlib
import sys
from pathlib import Path
from re import fullmatch, sub

import click
from flask.cli import AppGroup

from questionnaire.core import report as core_report
from questionnaire.core.text import showable
from questionnaire.store import reports
from questionnaire.web.commands.connected import reading

report = AppGroup("report", help="Look into reports.")


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
    with reading() as connection:
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
    with reading() as connection:
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
