"""A line of the table that `make soak` prints."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One figure and what it must be; a figure without a target is only told."""

    name: str
    value: int | str
    target: int | str | None
    holds: bool


def exactly(name: str, value: int | str, target: int | str) -> Row:
    return Row(name, value, target, value == target)


def at_least(name: str, value: int, target: int) -> Row:
    return Row(name, value, f"at least {target}", value >= target)


def at_most(name: str, value: int, target: int) -> Row:
    return Row(name, value, f"at most {target}", value <= target)


def below(name: str, value: int, target: int) -> Row:
    return Row(name, value, f"below {target}", value < target)


def told(name: str, value: int | str) -> Row:
    return Row(name, value, None, holds=True)
