"""The sheet of slips: one page for the steward, then a slip for each code, to cut out and to draw from a bag.

A slip says nothing that tells one from another but its code: no number, no page.
"""

import unicodedata
from collections.abc import Iterator
from io import BytesIO

from questionnaire.core.codes import grouped
from questionnaire.core.rounds import PAY_LIMIT, Sheet, Terms
from questionnaire.language import Language
from questionnaire.output.pdf_letters import Printer, plain, typed
from questionnaire.output.pdf_press import pressed
from questionnaire.output.pdf_questionnaire import left_out_words

NAME_SHOWN = 70  # characters of a name; a longer one ends in an ellipsis
MARKS_SHOWN = 2  # accents on one letter: more of them would reach into the lines around
QUIET = 4  # modules around a QR code, as its standard asks

Block = tuple[str, str]  # what it is about, and what it says


def slips_pdf(sheet: Sheet, say: Language) -> bytes:
    """The sheet as a PDF. Codes stand on their slips and nowhere else in it: in no title and no description."""
    _, printer = say.gettext, Printer()
    title = f"{_('Slips')} · {_name(sheet.organization)} · {sheet.year}"
    left, right, below = words(sheet, say)
    shown = printer.all(
        {"left": left, "right": right, "below": below, "steward": steward_words(sheet, say), "heading": title}
    )
    content: dict[str, object] = {
        "title": plain(printer.printable(title)),
        "notice": left_out_words(say) if printer.left_out else "",
        "shown": shown,
        "own": way_in(sheet, say),
        "address": sheet.address,
        "slips": [{"code": grouped(code), "square": square(f"{sheet.address}/{code}")} for code in sheet.codes],
    }
    return pressed("slips", content, say, on=sheet.closes_on)


def square(address: str) -> str:
    """The QR code of an address, as an SVG picture."""
    import segno

    picture = BytesIO()
    segno.make_qr(address, error="m").save(picture, kind="svg", border=QUIET, xmldecl=False, omitsize=True)
    return picture.getvalue().decode()


def steward_words(sheet: Sheet, say: Language) -> list[str]:
    """What whoever hands out the slips must know, a paragraph each; the first says how many there are."""
    _, number = say.gettext, len(sheet.codes)
    return [
        say.ngettext("There is %(num)d slip on this sheet.", "There are %(num)d slips on this sheet.", number)
        % {"num": number}
        + " "
        + _("Print it on one side of the paper."),
        _(
            "This sheet was made once. It is the only place where the codes stand. Keep it to yourself. Then cut it"
            " along the dashed lines."
        ),
        _("Fold all the slips the same way. Mix them in a bag. Let everybody draw one."),
        _("Write no list of who has which slip."),
        _("Keep none back."),
    ]


def way_in(sheet: Sheet, say: Language) -> dict[str, str]:
    """What stands around the code: how to come in by it, how long, and how often."""
    _ = say.gettext
    until = _("You can answer until the end of %(day)s.") % {"day": say.date(sheet.closes_on)}
    return {
        "heading": _("Your voice on peer work"),
        "scan": _("Scan the square with your phone. Or go to this address:"),
        "type": _("Then type this code:"),
        "once": until + " " + _("The code works once. Show it to nobody."),
        "alternative": _("QR code of the address with the code of this slip"),
    }


def words(sheet: Sheet, say: Language) -> tuple[list[Block], list[Block], list[Block]]:
    """What stands on every slip: on the left, on the right, and below both. Long names are shortened."""
    organization, steward = _name(sheet.organization), _name(sheet.steward)
    return (
        [_who(organization, sheet.year, steward, say), _result(organization, sheet, say)],
        [_safety(say), _machine(sheet.terms, say), _phone(say)],
        [_pay(sheet.terms, say)],
    )


def _who(organization: str, year: int, steward: str, say: Language) -> Block:
    _ = say.gettext
    asks = _("%(organization)s asks its peer workers how their work goes, in %(year)s.")
    chose = _("The peer workers chose %(steward)s to run this.")
    unless = _("If you did not help choose %(steward)s, do not answer.")
    return _("Who asks"), f"{asks} {chose} {unless}" % {
        "organization": organization,
        "year": year,
        "steward": steward,
    }


def _result(organization: str, sheet: Sheet, say: Language) -> Block:
    _ = say.gettext
    first = _("You see it first, from %(day)s, at the same address.") % {"day": say.date(sheet.peers_from)}
    second = _("%(organization)s sees it from %(day)s.") % {
        "organization": organization,
        "day": say.date(sheet.organization_from),
    }
    return _("Who sees the result"), " ".join((first, second, *_others(sheet.terms, say)))


def _others(terms: Terms, say: Language) -> Iterator[str]:
    _ = say.gettext
    if terms.board:
        yield _("Then its board may see it, too, and all who get a report.")
        if terms.network:
            yield _("Its network may use it in group figures.")
    elif terms.network:
        yield _("Then its network may use it in group figures.")
        yield _("Its board will not see it.")
    else:
        yield _("Its board and its network will not see it.")


def _safety(say: Language) -> Block:
    _ = say.gettext
    said = (
        _("This site counts your answers. It keeps no name with them."),
        _("Nobody may ask you if you answered. Nobody may punish you for it."),
    )
    return _("Your answers"), " ".join(said)


def _pay(terms: Terms, say: Language) -> Block:
    _ = say.gettext
    everybody = _("Everybody gets paid for the time, if they answer or not. This is how:")
    return _("Your pay"), f"{everybody} {_short(terms.pay, PAY_LIMIT)}"


def _machine(terms: Terms, say: Language) -> Block:
    _, operator = say.gettext, _name(terms.operator)
    if terms.by_employer:
        said = _(
            "Your employer runs the machine of this site itself: %(operator)s. Do you not trust that? Then ask your"
            " steward for the paper round. You all fill in paper forms in a room."
        )
    else:
        said = _("%(operator)s runs the machine of this site.")
    return _("This site"), said % {"operator": operator}


def _phone(say: Language) -> Block:
    _ = say.gettext
    return _("Your phone"), _("Use your own phone and your own data, not the work wifi.")


def _name(words: str) -> str:
    return _short(words, NAME_SHOWN)


def _short(words: str, most: int) -> str:
    """Typed words on one line, with an ellipsis where there are more of them than that, and its own direction."""
    line = "".join(_without_towers(" ".join(plain(words).split())))
    return typed(line if len(line) <= most else line[: most - 1].rstrip() + "…")


def _without_towers(line: str) -> Iterator[str]:
    """The letters of a line, with so many accents on each as fit between lines."""
    marks = 0
    for letter in line:
        marks = marks + 1 if unicodedata.category(letter).startswith("M") else 0
        if marks <= MARKS_SHOWN:
            yield letter
