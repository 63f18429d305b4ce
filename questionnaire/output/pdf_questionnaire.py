"""What stands in the blank questionnaire: every question with its levels, for a workshop, or to read before."""

from collections.abc import Iterator, Sequence

from questionnaire.core.instrument import Instrument, Item, Option
from questionnaire.language import Language
from questionnaire.output.pdf_pieces import Piece, Span, blank, bold, bullets, choices, group, heading, text

SHORT_ITEM = 4_000  # characters: a question never breaks over pages, unless it is longer than a page


def stamp(instrument: Instrument, say: Language) -> str:
    """What every page is known by."""
    _ = say.gettext
    return f"{instrument.id} {instrument.version} · " + _("instrument") + f" {instrument.digest[:16]}"


def left_out_words(say: Language) -> str:
    _ = say.gettext
    return _("This document cannot print some characters: “[…]” stands where they are left out.")


def pieces(instrument: Instrument, say: Language) -> list[Piece]:
    """All of it, in order."""
    return [
        *_opening(instrument, say),
        *_profile(instrument, say),
        *_domains(instrument, say),
        *_end(instrument, say),
    ]


def _opening(instrument: Instrument, say: Language) -> Iterator[Piece]:
    _, items = say.gettext, len(instrument.items)
    yield heading(1, say.text(instrument.title))
    asked = say.ngettext("%(num)d question", "%(num)d questions", items) % {"num": items}
    version = _("Version %(version)s of the questions") % {"version": instrument.version}
    yield text(f"{version} · {asked}", look="lede")
    yield heading(2, _("How to answer"))
    yield bullets(
        [
            (_("Choose the description closest to an ordinary month, not your best one."),),
            (_("“We don’t know” is an answer, too: a finding, counted in no score."),),
            (_("Where a question doesn’t apply to you, say why in a few words. It is then left out."),),
            (_("Some questions are asked only where peer workers do that work. Each of these says so."),),
        ]
    )


def _profile(instrument: Instrument, say: Language) -> Iterator[Piece]:
    _ = say.gettext
    yield heading(2, _("About your organization"))
    yield _chosen(_("What kind of organization are you?"), _labels(instrument.kinds, say))
    yield _chosen(_("How many people work for you, in all?"), _labels(instrument.sizes, say))
    who = _(
        "People with lived or living experience of substance use who use it in their work, paid or not."
        " Your best count."
    )
    yield group((heading(3, _("How many of them are peer workers?")), text(who, look="small"), blank("")))
    for gate in instrument.gates:
        yield _chosen(say.text(gate.question), [(_("Yes"),), (_("No"),), (_("We don’t know"),)])


def _labels(options: Sequence[Option], say: Language) -> list[Sequence[Span]]:
    return [(say.text(option.label),) for option in options]


def _chosen(question: str, options: list[Sequence[Span]]) -> Piece:
    return group((heading(3, question), choices(options)))


def _domains(instrument: Instrument, say: Language) -> Iterator[Piece]:
    _, number = say.gettext, 0
    for place, domain in enumerate(instrument.domains, start=1):
        section = _("Section %(number)s of %(sections)s.") % {"number": place, "sections": len(instrument.domains)}
        opening = (heading(2, say.text(domain.name)), text(f"{section} {say.text(domain.about)}", look="lede"))
        for first, item in enumerate(domain.items):
            number += 1
            asked = group(_item(number, item, instrument, say), short=SHORT_ITEM)
            yield group((*opening, asked), short=SHORT_ITEM) if first == 0 else asked


def _item(number: int, item: Item, instrument: Instrument, say: Language) -> Iterator[Piece]:
    """One question with all that can be answered."""
    _ = say.gettext
    yield heading(3, f"{number}. {say.text(item.question)}")
    gate = next((gate for gate in instrument.gates if gate.id == item.asked_if), None)
    if gate:
        only = _("Only if you answered “Yes” or “We don’t know” to: %(question)s")
        yield text(bold(only % {"question": say.text(gate.question)}), look="small")
    yield text(_("Why we ask:") + " " + say.text(item.why), look="small")
    levels = [(bold(say.text(level.label)), " " + say.text(level.sees)) for level in item.levels]
    yield choices([*levels, (_("We don’t know"),), (_("Doesn’t apply here"),)])
    yield blank(_("Why doesn’t it apply?"))
    yield blank(_("Note"))


def _end(instrument: Instrument, say: Language) -> Iterator[Piece]:
    _ = say.gettext
    never = _(
        "It is not validated, accredited or certified, does not represent other organizations, and does not show"
        " what caused what. Nothing should be ranked by it."
    )
    source = text(f"{instrument.citation} doi:{instrument.doi}", look="small")
    told = bullets([(say.text(instrument.limits),), (never,)])
    yield group((heading(2, _("What this says, and what it does not")), told, source))
