"""Whether what was answered elsewhere fits its instrument, so that every page may trust it as if it began here.

Nothing is worked out again: a record of other rules than today's fits as well. Every function gives the places that do
not fit, by the names of the record's parts; who stops at the first one never meets what only later places guard against.
"""

from collections.abc import Iterator, Mapping

from questionnaire.core.advice import GivenAdvice
from questionnaire.core.answers import (
    MOST_PEER_WORKERS,
    NOTE_LIMIT,
    REASON_LIMIT,
    Answer,
    Answers,
    Choice,
    Profile,
    asked,
)
from questionnaire.core.instrument import Domain, Instrument, Tree, dump
from questionnaire.core.scoring import DomainScore
from questionnaire.core.submission import Submission
from questionnaire.core.text import is_keepable

# A chart of more or longer names takes many seconds to lay out; the questions that are shipped have 6 of 20 characters.
MOST_DOMAINS = 16
MOST_ITEMS = 200
LONGEST_NAME = 80
LONGEST_WORDS = 2_000
NO_ADVICE = (None, Choice.DOES_NOT_APPLY, Choice.LEVEL_4)


def misfits_of_questions(instrument: Instrument) -> Iterator[str]:
    """What in an instrument of another site is more than our pages and charts are made for."""
    if len(instrument.domains) > MOST_DOMAINS:
        yield "domains"
    if len(instrument.items) > MOST_ITEMS:
        yield "items"
    for domain in instrument.domains:
        if any(len(name) > LONGEST_NAME for name in _strings(dump(instrument.domain(domain.id))["name"])):
            yield f"{domain.id}.name"
    if any(len(words) > LONGEST_WORDS or not is_keepable(words) for words in _strings(dump(instrument))):
        yield "words"
