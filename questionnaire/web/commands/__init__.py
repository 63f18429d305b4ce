"""What the operator types after `flask`: a module a feature, as for the pages."""

from flask import Flask

from questionnaire.web.commands import accounts, database, demo, instruments, networks, reports, running


def set_up(app: Flask) -> None:
    """Make the commands known."""
    for command in (
        instruments.instrument,
        database.db,
        database.backup,
        database.restore,
        database.check,
        accounts.user,
        reports.report,
        networks.network,
        running.work,
        running.tick,
        demo.demo,
    ):
        app.cli.add_command(command)
