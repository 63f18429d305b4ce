"""What a database holds, and what of it a backup must hold."""

from typing import Any

from sqlalchemy import Engine, select

from questionnaire.store import database, models

LEFT_OUT = {"throttle", "chart"}


def held(engine: Engine) -> dict[str, list[Any]]:
    """All that a database holds, as it is read: the same on both."""
    with database.reading(engine) as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
            for table in models.metadata.sorted_tables
        }


def as_copied(before: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """What a copy of it holds: no drafts of peer workers, and nobody works at a batch."""
    slips, parts = models.slip.c.keys(), models.batch_part.c.keys()
    blank = {"slip": (slips, {"draft"}), "batch_part": (parts, {"held_by", "held_until"})}
    return {
        name: sorted(
            (
                tuple(None if column in emptied else value for column, value in zip(columns, row, strict=True))
                for row in found
            ),
            key=repr,
        )
        if (columns := blank.get(name, ((), set()))[0]) and (emptied := blank[name][1])
        else ([] if name in LEFT_OUT else found)
        for name, found in before.items()
    }
