"""The parts of a report that stand in its document only where they were chosen: plan, years, advice, answers."""

from collections.abc import Iterator

from questionnaire.core.answers import Choice
from questionnaire.core.instrument import Advice, Effort, Kind, Source
from questionnaire.core.phrase import Phrase
from questionnaire.core.plan import Action, ItemLevels, Movement, Planned, Status
from questionnaire.core.readable import Readable
from questionnaire.core.scorecard import AdviceResult, DomainResult, ItemResult, Scorecard
from questionnaire.core.voices_years import PeerLine
from questionnaire.core.years import Line, Years
from questionnaire.language import Language
from questionnaire.output.pdf_letters import typed
from questionnaire.output.pdf_pieces import (
    Cell,
    Piece,
    Span,
    bold,
    bullets,
    cell,
    column,
    english,
    group,
    heading,
    lines,
    muted,
    table,
    text,
)
from questionnaire.output.trends import told

MOST_YEARS = 7  # beside each other


def title_of(result: AdviceResult, say: Language) -> str:
    title = say.text(result.advice.title)
    return f"{say.gettext('Check that it holds:')} {title}" if result.in_place else title


def reason_of(result: AdviceResult, say: Language) -> str:
    """Why an advice is given, and why it comes earlier where peer workers say less."""
    also = f" {say.say(result.also)}" if result.also else ""
    return f"{say.say(result.reason)}{also}"


def effort_of(advised: Advice, say: Language) -> str:
    _ = say.gettext
    words = {Effort.SMALL: _("small effort"), Effort.MEDIUM: _("medium effort"), Effort.LARGE: _("large effort")}
    return words[advised.effort]


def rule_of_change(say: Language) -> str:
    _ = say.gettext
    return _(
        "Compared are only questions that are the same in both years and have a level in both, at least three in a"
        " domain. A change is clear from 10 points, and from two levels in all."
    )


def plan(readable: Readable, say: Language) -> Iterator[Piece]:
    _ = say.gettext
    yield heading(2, _("The plan"))
    if not readable.report.plan:
        yield text(_("Nothing is in the plan yet."))
    for one in readable.report.plan:
        yield group(_planned(one, readable, say), card=True)


def _planned(one: Planned, readable: Readable, say: Language) -> Iterator[Piece]:
    _, action = say.gettext, one.action
    yield heading(3, typed(action.what))
    yield text(*_told(action, say), look="card")
    if action.why_dropped:
        yield _fact(_("Why it was dropped"), typed(action.why_dropped))
    involved = typed(action.involvement) if action.involvement else _("Not said yet")
    yield _fact(_("How peer workers are involved, and paid for it"), involved)
    if action.items:
        yield _fact(_("Questions it should move"), _moves(one.movement, say) if one.movement else "")
        levels = {level.item_id: level for level in one.movement.levels} if one.movement else {}
        yield bullets([_question(item_id, levels.get(item_id), readable, say) for item_id in action.items])
    if action.notes:
        yield _fact(_("Notes"), typed(action.notes))
    origin = _("From the advice of %(year)s") if action.advice_id else _("Your own, from %(year)s")
    yield text(origin % {"year": action.year}, look="small")


def _told(action: Action, say: Language) -> Iterator[Span]:
    """Whether it comes first, its status, its day, and who sees to it: on a line."""
    _ = say.gettext
    status = {
        Status.NOT_STARTED: _("Not started"),
        Status.UNDER_WAY: _("Under way"),
        Status.DONE: _("Done"),
        Status.DROPPED: _("Dropped"),
    }[action.status]
    day = _("By %(date)s") % {"date": say.date(action.due_on)} if action.due_on else _("Without a date")
    if action.is_first:
        yield bold(_("Comes first") + " · ")
    yield f"{status} · {day} · "
    yield muted(_("Who:") + " ")
    yield typed(action.who) if action.who else _("Nobody yet")


def _fact(name: str, words: str) -> Piece:
    return text(bold(name), "\n" if "\n" in words else "  ", words, look="card")


def _moves(movement: Movement, say: Language) -> str:
    _ = say.gettext
    whose = _("In the organization’s own answers of %(year)s:") % {"year": movement.later_year}
    return f"{whose} {'; '.join(map(say.say, movement.in_words))}."


def _question(item_id: str, level: ItemLevels | None, readable: Readable, say: Language) -> list[Span]:
    words = readable.question(item_id)
    asked = say.text(words) if words else item_id
    return [asked, " ", muted(_moved(level, say))] if level else [asked]


def _moved(level: ItemLevels, say: Language) -> str:
    if level.earlier is None or level.later is None:
        return say.gettext("Cannot be compared")
    if level.earlier == level.later:
        return say.say(Phrase("item.same", {"level": level.later}))
    return say.say(Phrase("item.moved", {"earlier": level.earlier, "later": level.later}))


def years(readable: Readable, all_years: Years, say: Language) -> Iterator[Piece]:
    _ = say.gettext
    yield heading(2, _("All years"))
    yield text(bold(say.say(all_years.headline)))
    yield text(_("Points by domain and year, 0 to 100"), look="small")
    known = [scorecard.submission.year for scorecard in all_years.scorecards]
    for start in range(0, len(known), MOST_YEARS):
        shown = slice(start, start + MOST_YEARS)
        columns = [column(_("Domain"), 3), *(column(str(year), 1, figure=True) for year in known[shown])]
        rows = (_rows(line, readable.peers(line.domain), shown, say) for line in all_years.lines)
        yield table(columns, [row for some in rows for row in some], "figures")
    yield text(rule_of_change(say), look="small")
    yield bullets([(told(line, readable.peers(line.domain), say),) for line in all_years.lines])
    yield text(_("This shows what was answered in each year, not why it changed."))


def _rows(line: Line, peers: PeerLine | None, shown: slice, say: Language) -> Iterator[list[Cell]]:
    """A domain, and under it what peer workers said."""
    figures = (
        say.say(row.figure) if row.points is not None else muted(say.say(row.figure)) for row in line.rows[shown]
    )
    yield [cell(bold(say.text(line.domain.name))), *map(cell, figures)]
    if peers and peers.is_shown:
        said = dict(peers.figures)
        found = (say.say(said[year]) if year in said else muted("–") for year in line.years[shown])
        named = say.gettext("%(domain)s: peer workers") % {"domain": say.text(line.domain.name)}
        yield [cell(muted(named)), *map(cell, found)]


def places(readable: Readable, say: Language) -> Iterator[Piece]:
    """Where the organization stood among the others of its networks."""
    _ = say.gettext
    yield heading(2, _("Place in networks"))
    if not readable.report.places:
        yield text(_("It is counted in no release of a network up to this year."))
        return
    yield text(
        _(
            "In which quarter of the other organizations this one stood, itself left out. These organizations take"
            " part of their own will and do not stand for all."
        )
    )
    withheld = _("withheld, or no score")
    for one in readable.report.places:
        yield heading(3, typed(one.network))
        rows = list(readable.stood(one))
        for start in range(0, len(one.years), MOST_YEARS):
            shown = slice(start, start + MOST_YEARS)
            columns = [column(_("Domain"), 3), *(column(str(year.year), 2) for year in one.years[shown])]
            cells = (
                [
                    cell(bold(say.text(domain.name))),
                    *(cell(say.say(each.in_words) if each else muted(withheld)) for each in quarters[shown]),
                ]
                for domain, quarters in rows
            )
            yield table(columns, list(cells), "figures")


def advice(readable: Readable, say: Language) -> Iterator[Piece]:
    _ = say.gettext
    yield heading(2, _("All advice, in order"))
    first = _("What is least in place comes first; “We don’t know” counts as level 1.")
    if readable.scorecard.promoted:
        first += " " + _("Where peer workers say clearly less than the organization does, it comes one step earlier.")
    yield text(first + " " + _("Peer workers are paid for their part in every step."))
    if not readable.scorecard.advice:
        yield text(_("No advice follows from these answers."))
    for number, result in enumerate(readable.scorecard.advice, start=1):
        yield group(_advised(number, result, readable.scorecard, say))


def _advised(number: int, result: AdviceResult, scorecard: Scorecard, say: Language) -> Iterator[Piece]:
    _, advised, next_level = say.gettext, result.advice, result.next_level
    yield heading(3, f"{number}. {title_of(result, say)}")
    whose = " · ".join((say.text(result.domain.name), say.text(advised.leads), effort_of(advised, say)))
    yield text(whose, *((" · ", bold(_("Start here"))) if result.given.leads else ()), look="small")
    reached = f" {reason_of(result, say)} {_('The next level:')} "
    upwards = (bold(f"{say.text(next_level.label)}."), f" {say.text(next_level.sees)}")
    yield text(bold(say.text(result.item.question)), reached, *upwards, look="card")
    yield _fact(_("Why"), say.text(advised.why))
    yield _fact(_("Within 30 days"), say.text(advised.first_step))
    yield _fact(_("How peer workers take part, and are paid"), say.text(advised.involvement))
    yield _fact(_("What would show that it worked"), say.text(advised.shown_by))
    if len(advised.moves) > 1:
        questions = (say.text(scorecard.instrument.items[item_id].question) for item_id in advised.moves)
        yield _fact(_("Questions it should move"), " · ".join(questions))
    yield text(*_sources(advised.source, say), look="small")


def _sources(sources: tuple[Source, ...], say: Language) -> Iterator[Span]:
    _ = say.gettext
    kinds = {
        Kind.FOUND: _("Found in the interviews:"),
        Kind.CITED: _("Cited by the study:"),
        Kind.INFERRED: _("Inferred by us from:"),
    }
    yield bold(_("Source") + "  ")
    for number, source in enumerate(sources):
        yield ("; " if number else "") + kinds[source.kind] + " "
        yield english(f"“{source.words}” ({source.section})")


def answers(scorecard: Scorecard, say: Language) -> Iterator[Piece]:
    """How every score was worked out, down to the answer."""
    yield heading(2, say.gettext("How these scores were worked out"))
    for result in scorecard.domains:
        yield from _worked_out(result, say)


def _worked_out(result: DomainResult, say: Language) -> Iterator[Piece]:
    _, score = say.gettext, result.score
    yield heading(3, say.say(result.in_words))
    with_level = _("%(with_level)s of %(applicable)s questions that apply have a level.")
    counted = with_level % {"with_level": score.with_level, "applicable": score.applicable}
    yield text(f"{counted} {_sum(result, say)}".strip(), look="card")
    if result.items:
        columns = column(_("Question"), 9), column(_("Answer"), 13), column(_("Points"), 3, figure=True)
        yield table(columns, [_answer(part, say) for part in result.items], "words")


def _sum(result: DomainResult, say: Language) -> str:
    """The points of a domain as the sum that they come from."""
    _, points = say.gettext, result.score.points
    if points is None:
        return ""
    parts = " + ".join(str(part.points) for part in result.items if part.points is not None)
    shown = ", " + _("shown as %(points)s") % {"points": result.points} if points != result.points else ""
    return f"{_('Their points:')} ({parts}) ÷ {result.score.with_level} = {round(points, 2):g}{shown}."


def _answer(part: ItemResult, say: Language) -> list[Cell]:
    _, answer = say.gettext, part.answer
    said: list[list[Span]] = [list(_in_words(part, say))]
    if answer.note:
        said.append([muted(_("Note:") + " "), typed(answer.note)])
    if answer.come_back:
        said.append([muted(_("Marked “come back to this”"))])
    counted = str(part.points) if part.points is not None else muted(_("not counted"))
    return [cell(say.text(part.item.question)), lines(said), cell(counted)]


def _in_words(part: ItemResult, say: Language) -> Iterator[Span]:
    _, answer = say.gettext, part.answer
    if part.level:
        yield bold(say.text(part.level.label))
        yield " " + say.text(part.level.sees)
    elif answer.choice is Choice.DONT_KNOW:
        yield bold(_("We don’t know"))
    elif answer.choice is Choice.DOES_NOT_APPLY:
        yield bold(_("Doesn’t apply here"))
        yield " " + typed(answer.reason)
    else:
        yield bold(_("No answer"))
