"""Voices: where a peer worker answers by the code of a slip, and where the result stands afterwards.

Nothing is noted: no address, no time, no browser. What one answers is sealed until it is handed in, then counted.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import ParamSpec, TypeVar
from unicodedata import normalize

from flask import Blueprint, Response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from questionnaire.core.codes import MistypedError, read
from questionnaire.core.instrument import Domain, Instrument, Item
from questionnaire.core.rounds import (
    OWN_WORD_LEAST,
    OWN_WORD_LIMIT,
    WORDS_LIMIT,
)
from questionnaire.core.text import says_something, showable
from questionnaire.core.voices import Form, GateSaid, Said, mirrored
from questionnaire.language import languages
from questionnaire.store import closing, database, instruments, rounds, slips
from questionnaire.store.keys import KeyLostError, UnsealedError
from questionnaire.web import attempts, fields
from questionnaire.web.access import public
from questionnaire.web.respondents import (
    HELD,
    MARK,
    Held,
    Respondent,
    about,
    keep,
    me,
    respondent,
    round_of,
    spent,
)
from questionnaire.web.rounds import instrument_of
from questionnaire.web.security import VOICES
from questionnaire.web.site import gettext as _
from questionnaire.web.site import language, reading, site, writing

A_PAGE = 3  # questions
PDF = "application/pdf"

P = ParamSpec("P")
R = TypeVar("R")

blueprint = Blueprint("voices", __name__, url_prefix=f"{VOICES}<handle>")


@dataclass(frozen=True)
class Page:
    """A page of questions: those of one domain, three at most; the first has the gates."""

    number: int
    domain: Domain | None
    items: tuple[Item, ...]


@blueprint.route("", methods=["GET", "POST"])
@public
def enter(handle: str) -> ResponseReturnValue:
    """The address on every slip: where a code is typed while the round is open, and where its result stands later."""
    found = round_of(handle)
    if not found.is_open(on=site().today()):
        return _result(found)
    if request.method == "POST":
        return _typed(found, request.form.get("code", ""))
    return _ask(found)


@blueprint.get("/<code>")
@public
def scan(handle: str, code: str) -> ResponseReturnValue:
    """The same by the QR code of a slip: exchanged at once, so that the code stands in no other address."""
    found = round_of(handle)
    return _typed(found, code) if found.is_open(on=site().today()) else _result(found)


@blueprint.route("/start", methods=["GET", "POST"])
@respondent
def start(handle: str) -> ResponseReturnValue:
    """What becomes of the answers, and a word of one's own: to begin, or to go on."""
    mine = me()
    begun = mine.slip().draft is not None
    if request.method == "GET":
        return _welcome(mine, begun)
    word = _as_picked(request.form.get("word", ""))
    if begun:
        return _resume(mine, word)
    if not OWN_WORD_LEAST <= len(word) <= OWN_WORD_LIMIT:
        return _welcome(mine, begun, wrong=True), 400
    draft_key = mine.key.draft_key(mine.code, word)
    with writing() as connection:
        rounds_begun = slips.begin(connection, mine.key, mine.code_hash, draft_key)
    if not rounds_begun:  # on another device, a moment ago
        return redirect(url_for(".start", handle=handle), 303)
    keep(mine.found, mine.key, Held(code=mine.code, draft_key=draft_key.secret.hex()))
    return redirect(url_for(".questions", handle=handle, number=1), 303)


@blueprint.route("/questions/<int:number>", methods=["GET", "POST"])
@respondent
def questions(handle: str, number: int) -> ResponseReturnValue:
    """One small page of questions, saved by its buttons."""
    mine = me()
    form = mine.form()
    instrument = instrument_of(mine.found)
    pages = pages_of(instrument, form)
    if not 1 <= number <= len(pages):
        return redirect(url_for(".questions", handle=handle, number=len(pages)), 303)
    page = pages[number - 1]
    if request.method == "GET":
        return _questions_page(mine, instrument, page, len(pages), form)
    wrong = fields.strangers(request.form, {"csrf_token", MARK, "go", *_names(instrument)})
    if wrong or not _is_known():
        return _questions_page(mine, instrument, page, len(pages), form, wrong or _not_offered()), 400
    if mine.draft_key is None:
        raise UnsealedError
    with writing() as connection:
        form = slips.save(connection, mine.key, mine.code_hash, mine.draft_key, _change(instrument))
    return redirect(_onward(handle, number, len(pages_of(instrument, form))), 303)


@blueprint.get("/stopped")
@respondent
def stopped(handle: str) -> ResponseReturnValue:
    """How to go on later; this browser forgets the form."""
    mine = me()
    mine.form()
    session.pop(HELD, None)
    return render_template("voices/stopped.html", handle=handle, found=mine.found)


@blueprint.route("/hand-in", methods=["GET", "POST"])
@respondent
def hand_in(handle: str) -> ResponseReturnValue:
    """The last page: closing words where they were agreed, and the button that counts the form."""
    mine = me()
    form = mine.form()
    instrument = instrument_of(mine.found)
    words = fields.tidy(request.form.get("words", form.words)) or ""
    wrong = fields.strangers(request.form, {"csrf_token", MARK, "words", "go"})
    if request.method == "GET" or wrong or _is_wrong(words):
        return _last_page(mine, instrument, form, words, wrong), 200 if request.method == "GET" else 400
    draft_key, wish = mine.draft_key, request.form.get("go")
    if draft_key is None:
        raise UnsealedError

    def with_words(before: Form) -> Form:
        return before.model_copy(update={"words": words})

    if wish in {"back", "stop"}:
        with writing() as connection:
            slips.save(connection, mine.key, mine.code_hash, draft_key, with_words)
        return redirect(_onward(handle, len(pages_of(instrument, form)) + 1, 0), 303)
    _count(mine, instrument, lambda slip: with_words(slips.read(draft_key, slip)))
    return redirect(url_for(".thanks", handle=handle), 303)


@blueprint.get("/thanks")
@public
def thanks(handle: str) -> ResponseReturnValue:
    """It is counted."""
    found = round_of(handle)
    return render_template("voices/thanks.html", **about(found))


@blueprint.route("/paper", methods=["GET", "POST"])
@respondent
def paper(handle: str) -> ResponseReturnValue:
    """A form that was filled in on paper, typed in with its code alone, and handed in at once."""
    mine = me()
    instrument = instrument_of(mine.found)
    if mine.slip().draft is not None:
        return redirect(url_for(".start", handle=handle), 303)
    words = fields.tidy(request.form.get("words", "")) or ""
    form = _change(instrument)(Form()).model_copy(update={"words": words})
    wrong = fields.strangers(request.form, {"csrf_token", MARK, "words", *_names(instrument)})
    wrong = wrong or (None if _is_known() else _not_offered())
    if request.method == "GET" or wrong or _is_wrong(words):
        status = 200 if request.method == "GET" else 400
        return _paper_page(mine, instrument, form, wrong), status

    def typed(slip: slips.Slip) -> Form:
        if slip.draft is not None:  # begun on a phone meanwhile
            raise UnsealedError
        return form

    _count(mine, instrument, typed)
    return redirect(url_for(".thanks", handle=handle), 303)


@blueprint.get("/form.pdf")
@public
def blank(handle: str) -> ResponseReturnValue:
    """The form on paper."""
    found = round_of(handle)
    content = _blank(found.instrument_digest, language().code, words=found.terms.words)
    return Response(content, mimetype=PDF, headers={"Content-Disposition": "attachment; filename=form.pdf"})


@lru_cache(maxsize=8)
def _blank(digest: str, language_code: str, *, words: bool) -> bytes:
    """The same for everybody, so made once by each process: nobody keeps it busy with this, or has to be counted."""
    from questionnaire.output.pdf_voice_form import voice_form_pdf

    return voice_form_pdf(instruments.recall(reading(), digest), words=words, say=languages()[language_code])


def pages_of(instrument: Instrument, form: Form) -> list[Page]:
    """The pages of a form, by what it asks: three questions of one domain each, as even as can be."""
    pages = [Page(1, None, ())]
    for domain in instrument.domains:
        asked = [item for item in mirrored(domain) if form.asks(item)]
        number = -(-len(asked) // A_PAGE)
        for part in range(number):
            start_at, end = part * len(asked) // number, (part + 1) * len(asked) // number
            pages.append(Page(len(pages) + 1, domain, tuple(asked[start_at:end])))
    return pages


def _ask(found: rounds.Round, typed: str = "", wrong: str = "", wait: int = 0) -> str:
    """The page for the code; `wait` in seconds."""
    minutes = -(-wait // 60)
    typed = showable(typed)[:100]
    return render_template("voices/enter.html", typed=typed, wrong=wrong, minutes=minutes, **about(found))


def _typed(found: rounds.Round, typed: str) -> ResponseReturnValue:
    """A code that was typed or scanned: a typing error, nobody's code, spent, or one to begin with."""
    try:
        code = read(typed)
        key = site().keys.find(found.round_id)
    except MistypedError as error:
        return _ask(found, typed, error.mistake), 400
    except KeyLostError:
        return _ask(found, typed, "lost"), 503
    slip = slips.find(reading(), key, key.code_hash(code))
    if slip is None:  # a right code is let in all the same: others may sit behind this address
        wait = attempts.attempt(attempts.of_code(key))
        return _ask(found, typed, "wait" if wait else "unknown", wait), 429 if wait else 400
    if slip.spent:
        return spent()
    keep(found, key, Held(code=code))
    return redirect(url_for(".start", handle=found.handle), 303)


def _welcome(mine: Respondent, begun: bool, *, wrong: bool = False) -> str:
    return render_template("voices/start.html", begun=begun, wrong=wrong, **about(mine.found))


def _resume(mine: Respondent, word: str) -> ResponseReturnValue:
    """Go on with a draft by one's own word; a wrong one is answered as a wrong code is.

    What is right leaves no count behind, not even for a moment: that would tell when somebody was here. So whoever
    guesses at one word many times at once is stopped after it was looked at, and then no answer tells what it was.
    """
    limits = attempts.of_word(mine.key, mine.code_hash)
    wait = attempts.waits(limits)
    if wait:
        return _ask(mine.found, mine.code, "wait", wait), 429
    draft_key = mine.key.draft_key(mine.code, word)
    is_right = slips.opens(draft_key, mine.slip())
    wait = attempts.waits(limits) if is_right else attempts.attempt(limits)
    if wait:
        return _ask(mine.found, mine.code, "wait", wait), 429
    if not is_right:
        session.pop(HELD, None)
        return _ask(mine.found, mine.code, "unknown"), 400
    keep(mine.found, mine.key, Held(code=mine.code, draft_key=draft_key.secret.hex()))
    return redirect(url_for(".questions", handle=mine.found.handle, number=1), 303)


def _as_picked(word: str) -> str:
    """A word however it is typed: capital letters, blanks and accents typed in two ways make no other word."""
    return " ".join(normalize("NFKC", word).casefold().split())


def _names(instrument: Instrument) -> set[str]:
    items = (item for domain in instrument.domains for item in mirrored(domain))
    return {*(f"gate:{gate.id}" for gate in instrument.gates), *(f"q:{item.id}" for item in items)}


def _is_known() -> bool:
    """Whether every answer is one that the page offers; a blank one takes an answer back."""
    return all(_is_offered(name, value) for name, value in request.form.items() if ":" in name)


def _is_offered(name: str, value: str) -> bool:
    return value in {"gate": {"", *GateSaid}, "q": {"", *Said}}[name.partition(":")[0]]


def _not_offered() -> str:
    return _("This form holds an answer that is not on this page. Nothing was saved.")


def _change(instrument: Instrument) -> Callable[[Form], Form]:
    """What the form that was sent changes: what is not on its page, or not offered there, stays as it was."""
    names = _names(instrument)
    sent = {name: value for name, value in request.form.items() if name in names and _is_offered(name, value)}

    def merged(before: Mapping[str, str], kind: str) -> dict[str, str]:
        new = {name.removeprefix(f"{kind}:"): value for name, value in sent.items() if name.startswith(f"{kind}:")}
        return {name: value for name, value in {**before, **new}.items() if value}

    def change(form: Form) -> Form:
        gates = {name: GateSaid(value) for name, value in merged(form.gates, "gate").items()}
        said = {name: Said(value) for name, value in merged(form.said, "q").items()}
        return Form(gates=gates, said=said, words=form.words)

    return change


def _onward(handle: str, number: int, pages: int) -> str:
    wish = request.form.get("go", "next")
    if wish == "stop":
        return url_for(".stopped", handle=handle)
    if wish == "back":
        return url_for(".questions", handle=handle, number=max(1, number - 1))
    if number >= pages:
        return url_for(".hand_in", handle=handle)
    return url_for(".questions", handle=handle, number=number + 1)


def _questions_page(
    mine: Respondent, instrument: Instrument, page: Page, pages: int, form: Form, wrong: str | None = None
) -> str:
    return render_template(
        "voices/questions.html",
        page=page,
        pages=pages,
        gates=instrument.gates if page.domain is None else (),
        form=form,
        wrong=wrong,
        **about(mine.found),
    )


def _last_page(mine: Respondent, instrument: Instrument, form: Form, words: str, wrong: str | None) -> str:
    asked = [item.id for domain in instrument.domains for item in mirrored(domain) if form.asks(item)]
    return render_template(
        "voices/hand_in.html",
        blank=sum(item_id not in form.said for item_id in asked),
        words=showable(words),
        wrong=wrong,
        too_long=_is_wrong(words),
        limit=WORDS_LIMIT,
        **about(mine.found),
    )


def _paper_page(mine: Respondent, instrument: Instrument, form: Form, wrong: str | None) -> str:
    return render_template(
        "voices/paper.html",
        domains=[(domain, mirrored(domain)) for domain in instrument.domains if mirrored(domain)],
        gates=instrument.gates,
        form=form,
        words=showable(form.words),
        wrong=wrong,
        too_long=_is_wrong(form.words),
        limit=WORDS_LIMIT,
        **about(mine.found),
    )


def _is_wrong(words: str) -> bool:
    """Whether closing words cannot be kept as they are."""
    return len(words) > WORDS_LIMIT or showable(words) != words or bool(words and not says_something(words))


def _count(mine: Respondent, instrument: Instrument, form: Callable[[slips.Slip], Form]) -> None:
    """Count the form. Then nothing of it is left, in this browser or in SQLite's log."""
    with writing() as connection:
        slips.hand_in(connection, mine.key, mine.found, mine.code_hash, instrument, form=form, on=site().today())
    session.pop(HELD, None)
    database.scrub(site().engine)


def _result(found: rounds.Round) -> ResponseReturnValue:
    """What peer workers said, from the day after the last; until then, when it will stand here."""
    result = closing.result_of(reading(), site().keys, found, on=site().today(), limits=site().limits)
    return render_template(
        "voices/result.html",
        result=result,
        instrument=instrument_of(found),
        words=found.words if found.words_shown else None,
        **about(found),
    )
