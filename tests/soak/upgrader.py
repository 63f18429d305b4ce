"""`python -m tests.soak.upgrader URL NUMBER` upgrades a database, and kills itself at its so-many-th change."""

import os
import re
import signal
import sys

from sqlalchemy import Engine, event

from questionnaire.store import database

CHANGES_SOMETHING = re.compile(r"\s*(?:CREATE|ALTER|DROP|INSERT|UPDATE|DELETE|COMMIT)\b", re.IGNORECASE)


def main() -> None:
    url, last = sys.argv[1], int(sys.argv[2])
    changes = 0

    def count(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        nonlocal changes
        changes += bool(CHANGES_SOMETHING.match(statement))
        if changes == last > 0:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "after_cursor_execute", count)
    engine = database.open_database(url)
    database.upgrade(engine)
    print(changes)


if __name__ == "__main__":
    main()
