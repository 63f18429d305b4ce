"""What peer workers say, in the document of a report: beside the organization's own answers, never one average."""

from collections.abc import Iterator

from questionnaire.core.differences import Difference, Voices
from questionnaire.language import Language
from questionnaire.output.pdf_pieces import Cell, Piece, bold, bullets, cell, column, heading, muted, table, text
from questionnaire.output.voices_words import shares


def columns(say: Language) -> list[Piece]:
    """The columns that both voices add to the table of domains."""
    _ = say.gettext
    return [column(_("Peer workers"), 4, figure=True), column(_("Difference"), 6, figure=True)]


def cells(one: Difference, say: Language) -> list[Cell]:
    """A domain in these columns."""
    peers = muted("–") if one.peers is None else bold(say.say(one.peers_figure))
    figure = say.say(one.figure)
    return [cell(peers), cell(bold(figure) if one.is_wide else muted(figure))]


def meaning(say: Language) -> str:
    """What stands in these columns."""
    _ = say.gettext
    return _(
        "Peer workers’ points are rounded to 5; a dash: no figure. Difference: organization minus peer workers, on"
        " the questions that both were asked."
    )


def both(voices: Voices, say: Language) -> Iterator[Piece]:
    """How far the voices lie apart, in sentences, and how peer workers' answers spread where that may be shown."""
    _ = say.gettext
    yield heading(2, _("Both voices"))
    yield text(bold(f"{say.say(voices.headline)}."), " ", say.say(voices.behind))
    if voices.wide:
        yield bullets([(say.say(one.in_words),) for one in voices.wide])
    elif any(one.comparable for one in voices.differences):
        yield text(_("No difference is wide enough to be sure of."))
    yield text(say.say(voices.rule), look="small")
    if voices.spreads:
        yield from _spread(voices, say)


def _spread(voices: Voices, say: Language) -> Iterator[Piece]:
    _ = say.gettext
    yield heading(3, _("Peer workers’ answers to each question, in percent, rounded to 5"))
    titles = _("Levels 0 and 1"), _("Level 2"), _("Levels 3 and 4")
    columns = [column(_("Question"), 10), *(column(title, 3, figure=True) for title in titles)]
    yield table(columns, list(_spread_rows(voices, say)), "words")
    left_out = _("A question is left out where too few answered it, or where what they said could tell who said it.")
    yield text(left_out, look="small")


def _spread_rows(voices: Voices, say: Language) -> Iterator[list[Cell]]:
    """A row a question, under one with the name of its domain."""
    above = None
    for domain, item, bands in voices.spreads:
        if domain.id != above:
            yield [cell(bold(say.text(domain.name))), cell(), cell(), cell()]
        above = domain.id
        asked = say.text(item.peer.question if item.peer else item.question)
        yield [cell(asked), *map(cell, shares(bands, say))]
