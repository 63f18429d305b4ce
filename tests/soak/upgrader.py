"""`python -m tests.soak.upgrader URL NUMBER` upgrades a database, and kills itself at its so-many-th change.

Before a commit counts as one: the last is where everything is done and nothing is kept yet.
"""

import os
import re
import signal
import sys

from sqlalchemy import Connection, Engine, event

from questionnaire.store import database

CHANGES_SOMETHING = re.compile(r"\s*(?:CREATE|ALTER|DROP|INSERT|UPDATE|DELETE)\b", re.IGNORECASE)


def main() -> None:
    url, last = sys.argv[1], int(sys.argv[2])
    changes = 0

    def count() -> None:
        nonlocal changes
        changes += 1
        if changes == last > 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def executed(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if CHANGES_SOMETHING.match(statement):
            count()

    def committing(connection: Connection) -> None:
        if connection.get_execution_options().get("writes"):
            count()

    event.listen(Engine, "after_cursor_execute", executed)
    event.listen(Engine, "commit", committing)
    engine = database.open_database(url)
    database.upgrade(engine)
    print(changes)


if __name__ == "__main__":
    main()
