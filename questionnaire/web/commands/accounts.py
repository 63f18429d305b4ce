"""`flask user`: accounts, where there is no mail or no page for it."""

import sys

import click
from flask.cli import AppGroup

from questionnaire.config import own_address
from questionnaire.store import access, accounts
from questionnaire.web.commands.connected import reading, writing
from questionnaire.web.passwords import is_address
from questionnaire.web.site import site

user = AppGroup("user", help="Look after accounts.")


@user.command()
@click.argument("email")
def create(email: str) -> None:
    """Print a link with which somebody makes an account for EMAIL and chooses the password."""
    with writing() as connection:
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
    with reading() as connection:
        for account in accounts.listed(connection):
            disabled = f"   disabled on {account.disabled_on}" if account.disabled_on else ""
            click.echo(f"{account.email}   made on {account.made_on}{disabled}")


@user.command()
@click.argument("email")
@click.option("--undo", is_flag=True, help="Let the account sign in again.")
def disable(email: str, *, undo: bool) -> None:
    """Sign the account of EMAIL out everywhere, and let it sign in no more."""
    account = _account(email)
    with writing() as connection:
        if undo:
            accounts.enable(connection, account.account_id)
        else:
            accounts.disable(connection, account.account_id, on=site().today())
    click.echo(f"{account.email} {'can sign in again' if undo else 'is signed out and cannot sign in any more'}.")


def _account(email: str) -> accounts.Account:
    with reading() as connection:
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
    with writing() as connection:
        token = access.make_account_link(connection, accounts.same(email), on=site().today())
    click.echo(f"{address}/in/{token}")
    click.echo("Give it to them alone. It works once, until the end of tomorrow.", err=True)
