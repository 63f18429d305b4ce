"""`flask network`: what takes long for a whole network."""

import sys
from pathlib import Path
from time import sleep

import click
from flask.cli import AppGroup

from questionnaire.language import SOURCE
from questionnaire.output.archives import pack_scorecards
from questionnaire.store import batches, networks
from questionnaire.web.commands.connected import reading, writing
from questionnaire.web.site import site
from questionnaire.web.work import work_once

network = AppGroup("network", help="Look after networks.")


@network.command("report")
@click.argument("network_id")
@click.argument("year", type=int)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def network_report(network_id: str, year: int, file: Path) -> None:
    """Write the scorecards of a network's members that lend theirs, of YEAR, as PDF into the ZIP file FILE.

    It shows how far it is, and can be stopped: called again it goes on where it was, and makes nothing twice.
    """
    try:
        with writing() as connection:
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
    try:
        with reading() as connection:
            file.write_bytes(pack_scorecards(batches.contents(connection, batch_id), found.year, found.made_on))
    except OSError as error:
        sys.exit(f"{file} could not be written, and is not whole: {error.strerror}. Call this again later.")
    click.echo(f"{file} holds {found.done} scorecards.")
    if found.failed:
        sys.exit(f"{found.failed} could not be made: the log says why.")


def _batch(batch_id: str) -> batches.Batch:
    with reading() as connection:
        found = batches.find(connection, batch_id)
    if found is None:
        sys.exit("Somebody stopped this meanwhile: nothing was written.")
    return found
