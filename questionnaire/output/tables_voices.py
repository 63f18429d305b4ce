"""The tables of a report that hold what peer workers say, and the columns and facts that others have of it."""

from collections.abc import Iterator

from questionnaire.core.differences import Difference, Voices
from questionnaire.core.instrument import Domain, Item
from questionnaire.core.readable import Readable
from questionnaire.core.voices import Bands
from questionnaire.core.years import Line, Row
from questionnaire.language import Language
from questionnaire.output.cells import DAY, FIGURE, NAME, PROSE, SENTENCE, Cell, Filled, Table, filled, yes
from questionnaire.output.voices_words import claim, shares, whose


def facts(voices: Voices, say: Language) -> Iterator[tuple[str, Cell]]:
    """What the first sheet says of both voices."""
    title = say.gettext("Both voices")
    yield title, whose(voices, say)
    yield title, f"{say.say(voices.headline)}."
    yield title, say.say(voices.rule)
    yield title, claim(voices, say)


def voices(readable: Readable, say: Language) -> Table:
    """Every domain in both voices."""
    _ = say.gettext
    column = Filled[Difference]
    columns = (
        column("domain", _("Domain"), NAME, lambda one: say.text(one.domain.name)),
        column("organization_points", _("Organization, on the questions that both were asked"), NAME, _organization),
        column("shared", _("Shared questions"), FIGURE, lambda one: one.asked.shared),
        column("peer_workers", _("Peer workers, rounded to 5"), NAME, lambda one: _figure(one, say)),
        column("difference", _("Difference, at least"), FIGURE, lambda one: one.points),
        column("is_wide", _("Far apart"), FIGURE, lambda one: yes(say, one.is_wide)),
        column("in_words", _("In words"), PROSE, lambda one: say.say(one.in_words)),
        column("domain_id", _("Id of the domain"), DAY, lambda one: one.domain.id),
    )
    return filled(_("Both voices"), readable.voices.differences if readable.voices else (), columns)


def spread(readable: Readable, say: Language) -> Table:
    """How peer workers' answers to each question spread, where that may be shown."""
    _ = say.gettext
    column = Filled[tuple[Domain, Item, Bands]]
    columns = (
        column("domain", _("Domain"), NAME, lambda one: say.text(one[0].name)),
        column("question", _("Question"), SENTENCE, lambda one: _question(one[1], say)),
        column("low", _("Levels 0 and 1, in percent"), NAME, lambda one: shares(one[2], say)[0]),
        column("middle", _("Level 2, in percent"), NAME, lambda one: shares(one[2], say)[1]),
        column("high", _("Levels 3 and 4, in percent"), NAME, lambda one: shares(one[2], say)[2]),
        column("item_id", _("Id of the question"), DAY, lambda one: one[1].id),
    )
    return filled(_("Spread of answers"), readable.voices.spreads if readable.voices else (), columns)


def years(readable: Readable, say: Language) -> Iterator[Filled[tuple[Line, Row]]]:
    """What peer workers said in each year, and whether it changed."""
    _ = say.gettext

    def said(one: tuple[Line, Row]) -> Cell:
        peers = readable.peers(one[0].domain)
        figures = dict(peers.figures) if peers and peers.is_shown else {}
        return say.say(figures[one[1].year]) if one[1].year in figures else None

    def changed(one: tuple[Line, Row]) -> Cell:
        peers = readable.peers(one[0].domain)
        changes = peers.changes if peers and peers.is_shown else ()
        return next((say.say(change.in_words) for change in changes if change.later.year == one[1].year), None)

    yield Filled("peer_workers", _("Peer workers, rounded to 5"), NAME, said)
    yield Filled("peer_workers_in_words", _("Peer workers, in words"), PROSE, changed)


def _organization(one: Difference) -> int | None:
    return one.organization


def _figure(one: Difference, say: Language) -> str | None:
    return None if one.peers is None else say.say(one.peers_figure)


def _question(item: Item, say: Language) -> str:
    return say.text(item.peer.question if item.peer else item.question)
