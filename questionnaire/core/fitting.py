"""Whether what was answered elsewhere fits its instrument, so that every page may trust it as if it began here.

Nothing is worked out again: what other rules than today's gave fits as well. Every function gives the places that do
not fit, by their names in the record. Each place takes for granted that those before it fit: stop at the first.
"""

import re
from collections.abc import Iterator, Sequence

from questionnaire.core.advice import GivenAdvice
from questionnaire.core.answers import (
    BLANK,
    MOST_PEER_WORKERS,
    NAME_LIMIT,
    NOTE_LIMIT,
    REASON_LIMIT,
    Answers,
    Choice,
    Profile,
    asked,
)
from questionnaire.core.instrument import Domain, Instrument, Text
from questionnaire.core.plan import (
    FURTHEST_YEARS,
    INVOLVEMENT_LIMIT,
    LINE_LIMIT,
    MOST_ACTIONS,
    MOST_FIRST,
    NOTES_LIMIT,
    WHY_DROPPED_LIMIT,
    Action,
)
from questionnaire.core.scoring import DomainScore, Scores
from questionnaire.core.submission import Submission
from questionnaire.core.text import is_keepable, says_something, texts

# Our own questions have 6 domains, with names of 20 characters. A chart of more than these takes many seconds.
MOST_DOMAINS = 16
LONGEST_NAME = 80
MOST_ITEMS = 200
LONGEST_WORDS = 2_000
LONGEST_ID = 80
FIRST_YEAR, LAST_YEAR = 2000, 2100

_IDENTIFIER = re.compile(r"[a-z0-9]+([.-][a-z0-9]+)*")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

HAVE_NO_ADVICE = (Choice.DOES_NOT_APPLY, Choice.LEVEL_4)


def misfits_of_questions(instrument: Instrument) -> Iterator[str]:
    """Where another site's questions are more than our pages and charts are made for."""
    if len(instrument.domains) > MOST_DOMAINS:
        yield "domains"
    if len(instrument.items) > MOST_ITEMS:
        yield "items"
    for index, domain in enumerate(instrument.domains):
        if _longest(domain.name) > LONGEST_NAME:
            yield f"domains.{index}.name"
    for words in texts(instrument.model_dump(mode="json")):
        if len(words) > LONGEST_WORDS or not is_keepable(words):
            yield words


def misfits_of_name(name: str) -> Iterator[str]:
    """Where a name is none that an organization could have given itself here."""
    if not _is_line(name, NAME_LIMIT) or not says_something(name):
        yield "name"


def misfits_of_answers(instrument: Instrument, profile: Profile, answers: Answers) -> Iterator[str]:
    """Where a profile and answers are none that could have been given on this instrument."""
    if profile.kind not in {kind.id for kind in instrument.kinds}:
        yield "profile.kind"
    if profile.size not in {size.id for size in instrument.sizes}:
        yield "profile.size"
    if profile.gates.keys() != {gate.id for gate in instrument.gates}:
        yield "profile.gates"
    if profile.peer_workers > MOST_PEER_WORKERS:
        yield "profile.peer_workers"
    for item_id, answer in answers.items():
        where = f"answers.{item_id}"
        if item_id not in instrument.items:
            yield where
        if not _is_text(answer.note, NOTE_LIMIT):
            yield f"{where}.note"
        if not _is_text(answer.reason, REASON_LIMIT):
            yield f"{where}.reason"


def misfits_of_record(
    submission: Submission, instrument: Instrument, profile: Profile, answers: Answers
) -> Iterator[str]:
    """Where a record is none that these answers could have been frozen in, whatever rules its figures come from."""
    for part in ("id", "version", "digest"):
        if getattr(submission, f"instrument_{part}") != getattr(instrument, part):
            yield f"instrument_{part}"
    for _ in misfits_of_name(submission.organization):
        yield "organization"
    if submission.profile != profile:
        yield "profile"
    if submission.answers != {item.id: answers.get(item.id, BLANK) for item in asked(instrument, profile)}:
        yield "answers"
    yield from _misfits_of_scores(submission.scores, instrument)
    if len({given.advice_id for given in submission.advice}) < len(submission.advice):
        yield "advice"
    for index, given in enumerate(submission.advice):
        if not _could_be_given(given, instrument, submission.answers):
            yield f"advice.{index}"


def misfits_of_plan(plan: Sequence[Action]) -> Iterator[str]:
    """Where a plan is none that could have been made here.

    Its questions and its advice need not be there any more, nor its years: nothing takes them for granted.
    """
    if len(plan) > MOST_ACTIONS:
        yield "…"
    earlier, first = "", 0
    for index, action in enumerate(plan):
        if action.id <= earlier:  # each once, in order
            yield f"{index}.id"
        earlier, first = action.id, first + action.is_first
        if action.is_first and (not action.is_open or first > MOST_FIRST):
            yield f"{index}.is_first"
        for part in _misfits_of_action(action):
            yield f"{index}.{part}"


def _misfits_of_action(action: Action) -> Iterator[str]:
    due = action.due_on
    fits = {
        "id": bool(_UUID.fullmatch(action.id)),
        "year": FIRST_YEAR <= action.year <= LAST_YEAR,
        "what": _is_line(action.what, LINE_LIMIT) and says_something(action.what),
        "who": _is_line(action.who, LINE_LIMIT),
        "due_on": due is None or FIRST_YEAR <= due.year <= LAST_YEAR + FURTHEST_YEARS,
        "why_dropped": _is_text(action.why_dropped, WHY_DROPPED_LIMIT),
        "notes": _is_text(action.notes, NOTES_LIMIT),
        "involvement": _is_text(action.involvement, INVOLVEMENT_LIMIT),
        "items": len(set(action.items)) == len(action.items) <= MOST_ITEMS and all(map(_is_id, action.items)),
        "advice_id": action.advice_id is None or _is_id(action.advice_id),
    }
    yield from (part for part, is_fit in fits.items() if not is_fit)


def _misfits_of_scores(scores: Scores, instrument: Instrument) -> Iterator[str]:
    if [score.domain_id for score in scores.domains] != [domain.id for domain in instrument.domains]:
        yield "scores.domains"
    for domain, score in zip(instrument.domains, scores.domains, strict=True):
        if not _is_possible(score, domain):
            yield f"scores.domains.{domain.id}"
    if not _is_on_the_scale(scores.overall):
        yield "scores.overall"


def _is_text(text: str, limit: int) -> bool:
    return len(text) <= limit and is_keepable(text)


def _is_line(text: str, limit: int) -> bool:
    return _is_text(text, limit) and "\n" not in text and "\t" not in text


def _is_id(name: str) -> bool:
    return len(name) <= LONGEST_ID and _IDENTIFIER.fullmatch(name) is not None


def _longest(text: Text) -> int:
    return max(len(text.en), len(text.fr or ""))


def _is_on_the_scale(points: float | None) -> bool:
    return points is None or 0 <= points <= 100


def _is_possible(score: DomainScore, domain: Domain) -> bool:
    counts = (score.applicable, score.with_level, score.dont_know, score.does_not_apply, score.unanswered)
    return _is_on_the_scale(score.points) and all(0 <= count <= len(domain.items) for count in counts)


def _could_be_given(given: GivenAdvice, instrument: Instrument, answers: Answers) -> bool:
    """Whether advice belongs to its item, and to the choice that was made there."""
    if given.item_id not in answers or given.choice in HAVE_NO_ADVICE:
        return False
    belongs = given.advice_id in {advice.id for advice in instrument.items[given.item_id].advice}
    return belongs and given.choice is answers[given.item_id].choice
