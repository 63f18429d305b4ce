"""The database as commands use it: what goes wrong ends in a line, not in a traceback."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from flask import g
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from questionnaire.store import database
from questionnaire.store.database import UnusableDatabaseError
from questionnaire.web.site import site


@contextmanager
def in_words() -> Iterator[None]:
    """End with a line where the database cannot be used, or was never made, instead of a traceback."""
    try:
        yield
    except DBAPIError as error:
        sys.exit(f"The database cannot be used: {database.reason(error)}. A new one is made by: flask db upgrade")


def must_be_current() -> None:
    """End with a line where the database has another schema than this version works with, a newer or an older one."""
    if "is_current" not in g:
        try:
            database.refuse_other(site().engine)
        except UnusableDatabaseError as error:
            sys.exit(str(error))
        g.is_current = True


@contextmanager
def writing() -> Iterator[Connection]:
    must_be_current()
    with in_words(), database.writing(site().engine) as connection:
        yield connection


@contextmanager
def reading() -> Iterator[Connection]:
    must_be_current()
    with in_words(), database.reading(site().engine) as connection:
        yield connection
