"""Health: what a service manager, a proxy or an alarm asks. It says nothing of what is kept."""

import shutil
from pathlib import Path

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionError

from questionnaire.store import database
from questionnaire.store.database import UnusableDatabaseError
from questionnaire.web.access import public
from questionnaire.web.site import Site, site

OK = "ok"
LEAST_FREE = 100_000_000  # bytes

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@public
def live() -> ResponseReturnValue:
    """Whether this process answers at all; it asks nothing of the database."""
    return "ok\n", {"Content-Type": "text/plain; charset=utf-8"}


@blueprint.get("/readyz")
@public
def ready() -> ResponseReturnValue:
    """Whether people can work here: the database answers, has this version's schema, and the disks have room."""
    found = state(site())
    return jsonify(found), 200 if set(found.values()) == {OK} else 503


def state(of: Site) -> dict[str, str]:
    """What is as it should be, and what is not, each in a word or two."""
    return {**_database(of), "disk": _disk(of)}


def _database(of: Site) -> dict[str, str]:
    try:
        found = database.schema(of.engine)
    except (UnusableDatabaseError, DBAPIError, NoConnectionError):
        return {"database": "does not answer", "schema": "not known"}
    return {"database": OK, "schema": OK if found == database.newest_schema() else "of another version"}


def _disk(of: Site) -> str:
    """The folder of the database, where it is a file here, and that of the keys."""
    file = of.engine.url.database if of.engine.dialect.name == "sqlite" else None
    for folder in (Path(file).parent if file else None, of.keys.folder.parent):
        try:
            if folder is not None and shutil.disk_usage(folder).free < LEAST_FREE:
                return "nearly full"
        except OSError:
            return "cannot be looked at"
    return OK
