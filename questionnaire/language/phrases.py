"""The English of every phrase that the core says; `marked` makes the catalogue's tools find it."""


def marked(message: str) -> str:
    """The message itself: the name is what `make messages` looks for."""
    return message


def marked_plural(one: str, many: str) -> tuple[str, str]:
    """A message that depends on a count, both forms."""
    return one, many


PLAIN = {
    "headline.nothing-scored": marked("There are not enough answers yet to score any domain"),
    "headline.one-scored": marked("Only {domain} has enough answers to be scored: {points} of 100"),
    "headline.all-strong": marked("{organization} is strong in every domain that was scored"),
    "headline.even": marked("{organization} stands much the same in every scored domain, between {low} and {high}"),
    "headline.lower-half": marked(
        "{organization} is in the lower half in every scored domain, with furthest to go on {lowest}"
    ),
    "headline.apart": marked("{organization} is strongest on {highest}, with furthest to go on {lowest}"),
    "remark.not-scored": marked("Not scored: {domains}."),
    "domain.too-few-apply": marked("{domain}: not scored, for fewer than three questions apply"),
    "figure.too-few-apply": marked("Not scored: fewer than three questions apply"),
    "domain.scored": marked("{domain}: {points}"),
    "figure.points": marked("{points}"),
    "reason.level": marked("You answered “{label}”, level {level} of 4."),
    "reason.dont-know": marked("You answered “We don’t know”. Finding out comes first."),
}

COUNTED = {
    "remark.dont-know": (
        *marked_plural(
            "{count} of {asked} questions was answered “We don’t know”: a finding too, counted in no score.",
            "{count} of {asked} questions were answered “We don’t know”: a finding too, counted in no score.",
        ),
        "count",
    ),
    "remark.unanswered": (
        *marked_plural(
            "{count} of {asked} questions was left open.",
            "{count} of {asked} questions were left open.",
        ),
        "count",
    ),
    "domain.not-scored": (
        *marked_plural(
            "{domain}: not enough answers ({missing} more needed)",
            "{domain}: not enough answers ({missing} more needed)",
        ),
        "missing",
    ),
    "figure.missing": (
        *marked_plural(
            "Not enough answers ({missing} more needed)",
            "Not enough answers ({missing} more needed)",
        ),
        "missing",
    ),
}
