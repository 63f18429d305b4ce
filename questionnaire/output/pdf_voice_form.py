"""Paper for peer workers: the form that one person fills in, and the sheet to count the forms of a group on."""

from collections.abc import Iterator, Sequence

from questionnaire.core.codes import GROUP, LENGTH
from questionnaire.core.instrument import Domain, Instrument, Item
from questionnaire.core.voices import mirrored
from questionnaire.language import Language
from questionnaire.output.pdf_pieces import (
    Piece,
    beside,
    bold,
    boxes,
    bullets,
    cell,
    choices,
    column,
    group,
    heading,
    table,
    text,
    to_fill,
    writing_lines,
)
from questionnaire.output.pdf_press import blank_form
from questionnaire.output.pdf_questionnaire import stamp

CODE_BOXES = (*[GROUP] * (LENGTH // GROUP), LENGTH % GROUP + 1)  # the letter that checks the others stands last
COUNT_BOXES = (3,)
WORDS_LINES = 7
ROW, SHORT_LABEL, BOX_ROOM = 80, 9, 4  # characters: of a row of labels, of the shortest, and for a box
LONG = 2_000  # characters: a question never breaks over pages


def voice_form_pdf(instrument: Instrument, *, words: bool, say: Language) -> bytes:
    """The form of one peer worker; with lines for closing words where they were agreed."""
    _ = say.gettext
    title = _("Your voice on peer work")
    pieces = [*_opening(title, instrument, say), *_gates(instrument, say), *_questions(instrument, say)]
    if words:
        pieces.append(_closing_words(say))
    return blank_form(pieces, say, title=title, stamp=stamp(instrument, say))


def totals_form_pdf(instrument: Instrument, say: Language) -> bytes:
    """The sheet on which a steward counts the forms of a whole group."""
    _ = say.gettext
    title = _("Counting sheet for paper forms")
    pieces = [*_how_to_count(title, say), *_counts(instrument, say)]
    return blank_form(pieces, say, title=title, stamp=stamp(instrument, say))


def _opening(title: str, instrument: Instrument, say: Language) -> Iterator[Piece]:
    _, asked = say.gettext, sum(len(mirrored(domain)) for domain in instrument.domains)
    yield heading(1, title)
    count = say.ngettext("This is %(num)d short question.", "These are %(num)d short questions.", asked)
    yield bullets(
        [
            (count % {"num": asked} + " " + _("You can skip any of them."),),
            (_("Tick one box for each. There is no wrong answer."),),
            (_("Do not write your name. The answers are counted, then this paper is shredded."),),
            (_("Fold it when you are done. Give it only to somebody whom the peer workers chose."),),
        ]
    )
    code = text(bold(_("The code on your slip")), " · ", _("No slip? Leave this open."))
    yield group((code, boxes(CODE_BOXES)))


def _gates(instrument: Instrument, say: Language) -> Iterator[Piece]:
    _ = say.gettext
    if instrument.gates:
        yield heading(2, _("What you do here"))
    for place, gate in enumerate(instrument.gates):
        asked = heading(3, f"{_letter(place)}. {say.text(gate.peer)}")
        yield group((asked, _ticked((_("Yes"), _("No"), *_open_answers(say)))), short=LONG)


def _questions(instrument: Instrument, say: Language) -> Iterator[Piece]:
    number = 0
    for domain, items in _asked(instrument):
        opening = heading(2, say.text(domain.name))
        for first, item in enumerate(items):
            number += 1
            asked = group(_question(number, item, instrument, say), short=LONG)
            yield group((opening, asked), short=2 * LONG) if first == 0 else asked


def _question(number: int, item: Item, instrument: Instrument, say: Language) -> Iterator[Piece]:
    """One question with its five labels in a row, and below them the ways to give none."""
    _ = say.gettext
    yield heading(3, f"{number}. {_words(item, say)}")
    gate = next((place for place, gate in enumerate(instrument.gates) if gate.id == item.asked_if), None)
    if gate is not None:
        yield text(_("Skip this one if you said “No” at %(letter)s.") % {"letter": _letter(gate)})
    yield _ticked(_labels(item, say))
    yield _ticked(_open_answers(say))


def _closing_words(say: Language) -> Piece:
    _ = say.gettext
    hint = _("Leave out names, and things that only you could know. Your steward reads it first, and may strike it.")
    asked = heading(2, _("Is there something you want to add?"))
    return group((asked, text(hint), writing_lines(WORDS_LINES)))


def _how_to_count(title: str, say: Language) -> Iterator[Piece]:
    _ = say.gettext
    yield heading(1, title)
    yield bullets(
        [
            (_("Count with somebody else whom the peer workers trust. One reads out, one writes."),),
            (_("Each question has five labels. Write below each label how many people ticked it."),),
            (_("Do not count “I don’t know”, “I’d rather not say”, or two ticks at one question."),),
            (_("Type in the numbers. Then shred the forms and this sheet."),),
        ]
    )
    yield group((text(bold(_("How many forms are there?"))), boxes(COUNT_BOXES)))


def _counts(instrument: Instrument, say: Language) -> Iterator[Piece]:
    """A row a question, with a box to write in below each of its labels."""
    _ = say.gettext
    titles = [_("Box %(number)s") % {"number": place} for place in range(1, 6)]
    columns = [column(_("Question"), 12), *(column(title, 5) for title in titles)]
    asked = [item for _domain, items in _asked(instrument) for item in items]
    rows = [
        [cell(f"{number}. {_words(item, say)}"), *(to_fill(label) for label in _labels(item, say))]
        for number, item in enumerate(asked, start=1)
    ]
    yield table(columns, rows, "words")


def _asked(instrument: Instrument) -> Iterator[tuple[Domain, tuple[Item, ...]]]:
    return ((domain, mirrored(domain)) for domain in instrument.domains if mirrored(domain))


def _words(item: Item, say: Language) -> str:
    return say.text(item.peer.question) if item.peer else ""


def _labels(item: Item, say: Language) -> list[str]:
    return [say.text(label) for label in item.peer.levels] if item.peer else []


def _open_answers(say: Language) -> tuple[str, str]:
    _ = say.gettext
    return _("I don’t know"), _("I’d rather not say")


def _letter(place: int) -> str:
    """What a gate is known by."""
    return chr(ord("A") + place)


def _ticked(labels: Sequence[str]) -> Piece:
    """Boxes to tick in a row, each with as much room as its label asks for."""
    widths = [max(SHORT_LABEL, len(label)) + BOX_ROOM for label in labels]
    row = [[choices([(label,)])] for label in labels]
    left = ROW - sum(widths)
    return beside([*widths, left], *row, []) if left > 0 else beside(widths, *row)
