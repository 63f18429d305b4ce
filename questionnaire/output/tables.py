"""The tables of a report, defined once: what stands in which column. Spreadsheets and CSV files render them."""

from collections.abc import Callable, Iterator, Mapping

from questionnaire.core.answers import Choice
from questionnaire.core.benchmark import Quarter
from questionnaire.core.comparison import DomainChange
from questionnaire.core.instrument import Advice, Domain, Effort
from questionnaire.core.phrase import Phrase
from questionnaire.core.plan import ItemLevels, Movement, Planned, Status
from questionnaire.core.readable import Readable
from questionnaire.core.report import Part, YearPlace
from questionnaire.core.scorecard import AdviceResult, DomainResult, ItemResult
from questionnaire.core.years import Line, Row, years_of
from questionnaire.language import Language
from questionnaire.output import tables_voices
from questionnaire.output.cells import (
    DAY,
    FIGURE,
    NAME,
    PROSE,
    SENTENCE,
    Cell,
    Filled,
    Table,
    filled,
    yes,
)


def about(readable: Readable, say: Language) -> Table:
    """What the report is, and what it may not be taken for."""
    _ = say.gettext
    column = Filled[tuple[str, Cell]]
    return filled(
        _("About"),
        _facts(readable, say),
        (
            column("what", _("What"), NAME, lambda fact: fact[0]),
            column("says", _("What it says"), 100, lambda fact: fact[1]),
        ),
    )


def _facts(readable: Readable, say: Language) -> Iterator[tuple[str, Cell]]:
    _, report, scorecard = say.gettext, readable.report, readable.scorecard
    outcome, instrument = report.outcome, scorecard.instrument
    if report.is_case:
        yield _("Notice"), notice(readable, say)
    yield _("Organization"), outcome.organization
    yield _("Year"), outcome.year
    yield _("Revision"), outcome.revision
    yield _("Submitted on"), outcome.submitted_on
    yield _("Report made on"), report.made_on
    if report.imported_on and not report.is_case:
        yield _("Imported on"), report.imported_on
        yield _("Notice"), notice(readable, say)
    yield _("In one sentence"), say.say(scorecard.headline)
    for remark in scorecard.remarks:
        yield _("Remark"), say.say(remark)
    if scorecard.overall is not None:
        yield _("Mean of the scored domains"), scorecard.overall
    if readable.comparison:
        since = _("Since %(year)s") % {"year": readable.comparison.earlier.submission.year}
        yield since, say.say(readable.comparison.headline)
        yield since, say.say(readable.comparison.on_how_many)
    if readable.voices:
        yield from tables_voices.facts(readable.voices, say)
    yield _("Holds, beside the scorecard"), ", ".join(_part(part, say) for part in report.parts) or _("Nothing else")
    yield _("What this says, and what it does not"), _reported(readable, say)
    yield "", say.text(instrument.limits)
    yield (
        "",
        _(
            "It is not validated, accredited or certified, does not represent other organizations, and does not show"
            " what caused what. Nothing should be ranked by it."
        ),
    )
    yield _("Source"), f"{instrument.citation} doi:{instrument.doi}"
    yield _("Instrument"), f"{outcome.instrument_id} {outcome.instrument_version}"
    yield _("Digest of the instrument"), outcome.instrument_digest
    yield _("Fingerprint of this report"), report.fingerprint


def notice(readable: Readable, say: Language) -> str | None:
    """What a reader must know before anything else, if there is something."""
    _ = say.gettext
    if readable.report.is_case:
        return _("Our coding of the study’s findings, to try the tool: not an organization, not a measurement.")
    if readable.report.imported_on:
        words = _("Imported on %(date)s from an archive of another site: it was not submitted here.")
        return words % {"date": say.date(readable.report.imported_on)}
    return None


def _reported(readable: Readable, say: Language) -> str:
    words = say.gettext(
        "It says what those who answered reported, on version %(version)s of these questions, on %(date)s."
    )
    outcome = readable.report.outcome
    return words % {"version": outcome.instrument_version, "date": say.date(outcome.submitted_on)}


def _part(part: Part, say: Language) -> str:
    _ = say.gettext
    return {
        Part.ANSWERS: _("Answers"),
        Part.NOTES: _("Notes and reasons"),
        Part.ADVICE: _("All advice"),
        Part.EARLIER: _("Earlier years"),
        Part.PLAN: _("Plan"),
        Part.VOICES: _("What peer workers say"),
        Part.PLACE: _("Place in networks"),
    }[part]


def _scorecard(readable: Readable, say: Language) -> Table:
    _, comparison = say.gettext, readable.comparison
    column = Filled[DomainResult]
    columns = [
        column("domain", _("Domain"), NAME, lambda one: say.text(one.domain.name)),
        column("points", _("Points"), FIGURE, lambda one: one.points),
        column(
            "without_points",
            _("Why there are none"),
            NAME,
            lambda one: say.say(one.figure) if one.points is None else "",
        ),
        column("apply", _("Questions that apply"), FIGURE, lambda one: one.score.applicable),
        column("with_level", _("With a level"), FIGURE, lambda one: one.score.with_level),
        column("dont_know", _("We don’t know"), FIGURE, lambda one: one.score.dont_know),
        column("no_answer", _("No answer"), FIGURE, lambda one: one.score.unanswered),
        column("does_not_apply", _("Doesn’t apply here"), FIGURE, lambda one: one.score.does_not_apply),
    ]
    if comparison:
        since = _("Since %(year)s") % {"year": comparison.earlier.submission.year}
        changes = {change.domain.id: change for change in comparison.domains}
        columns += [
            column("change", since, FIGURE, lambda one: changes[one.domain.id].change),
            column("shared", _("Shared questions"), FIGURE, lambda one: changes[one.domain.id].shared),
            column("change_in_words", _("In words"), PROSE, lambda one: say.say(changes[one.domain.id].in_words)),
        ]
    columns.append(column("domain_id", _("Id of the domain"), DAY, lambda one: one.domain.id))
    return filled(_("Scorecard"), readable.scorecard.domains, columns)


def _items(readable: Readable, say: Language) -> Table:
    _ = say.gettext
    domains = readable.scorecard.instrument.domain_of
    column = Filled[ItemResult]
    columns = [
        column("domain", _("Domain"), NAME, lambda one: say.text(domains[one.item.id].name)),
        column("question", _("Question"), SENTENCE, lambda one: say.text(one.item.question)),
        column("answer", _("Answer"), NAME, lambda one: _answer(one, say)),
        column("one_sees", _("What one sees"), SENTENCE, lambda one: say.text(one.level.sees) if one.level else ""),
        column("level", _("Level"), FIGURE, lambda one: one.answer.level),
        column("points", _("Points"), FIGURE, lambda one: one.points),
    ]
    if readable.holds(Part.NOTES):
        columns += [
            column("reason", _("Why it doesn’t apply"), SENTENCE, lambda one: one.answer.reason),
            column("note", _("Note"), PROSE, lambda one: one.answer.note),
        ]
    columns.append(column("item_id", _("Id of the question"), DAY, lambda one: one.item.id))
    return filled(_("Answers"), (item for domain in readable.scorecard.domains for item in domain.items), columns)


def _answer(one: ItemResult, say: Language) -> str:
    _ = say.gettext
    if one.level:
        return say.text(one.level.label)
    if one.answer.choice is None:
        return _("No answer")
    return _("We don’t know") if one.answer.choice is Choice.DONT_KNOW else _("Doesn’t apply here")


def _advice(readable: Readable, say: Language) -> Table:
    _, text = say.gettext, say.text
    order = {one.advice.id: number for number, one in enumerate(readable.scorecard.advice, start=1)}
    column = Filled[AdviceResult]
    columns = (
        column("order", _("Order"), FIGURE, lambda one: order[one.advice.id]),
        column("title", _("Advice"), SENTENCE, lambda one: _title(one.advice, say, in_place=one.in_place)),
        column("start_here", _("Start here"), FIGURE, lambda one: yes(say, one.given.leads)),
        column("domain", _("Domain"), NAME, lambda one: text(one.domain.name)),
        column("question", _("Question"), SENTENCE, lambda one: text(one.item.question)),
        column("given_for", _("What it is given for"), SENTENCE, lambda one: _reason(one, say)),
        column("why", _("Why"), PROSE, lambda one: text(one.advice.why)),
        column("first_step", _("Within 30 days"), PROSE, lambda one: text(one.advice.first_step)),
        column("who_leads", _("Who usually leads"), NAME, lambda one: text(one.advice.leads)),
        column("effort", _("Effort"), DAY, lambda one: _effort(one.advice.effort, say)),
        column(
            "involvement",
            _("How peer workers take part, and are paid"),
            PROSE,
            lambda one: text(one.advice.involvement),
        ),
        column("shown_by", _("What would show that it worked"), PROSE, lambda one: text(one.advice.shown_by)),
        column("advice_id", _("Id of the advice"), DAY, lambda one: one.advice.id),
    )
    return filled(_("Advice"), readable.scorecard.advice, columns)


def _reason(one: AdviceResult, say: Language) -> str:
    return f"{say.say(one.reason)} {say.say(one.also)}" if one.also else say.say(one.reason)


def _title(advice: Advice, say: Language, *, in_place: bool = False) -> str:
    title = say.text(advice.title)
    return f"{say.gettext('Check that it holds:')} {title}" if in_place else title


def _effort(effort: Effort, say: Language) -> str:
    _ = say.gettext
    return {Effort.SMALL: _("small effort"), Effort.MEDIUM: _("medium effort"), Effort.LARGE: _("large effort")}[
        effort
    ]


def _plan(readable: Readable, say: Language) -> Table:
    _ = say.gettext
    column = Filled[Planned]
    columns = [
        column("what", _("What"), SENTENCE, lambda one: one.action.what),
        column("who", _("Who"), NAME, lambda one: one.action.who),
        column("due_on", _("Due on"), DAY, lambda one: one.action.due_on),
        column("status", _("Status"), DAY, lambda one: _status(one.action.status, say)),
        column("comes_first", _("Comes first"), FIGURE, lambda one: yes(say, one.action.is_first)),
        column("follows_from", _("Follows from the year"), FIGURE, lambda one: one.action.year),
        column(
            "involvement",
            _("How peer workers are involved, and paid for it"),
            PROSE,
            lambda one: one.action.involvement,
        ),
        column(
            "questions",
            _("Questions it should move"),
            PROSE,
            lambda one: "\n".join(_question(item_id, readable, say) for item_id in one.action.items),
        ),
        column("advice", _("From the advice"), SENTENCE, lambda one: _made_from(one, readable, say)),
    ]
    if readable.holds(Part.NOTES):
        columns += [
            column("notes", _("Notes"), PROSE, lambda one: one.action.notes),
            column("why_dropped", _("Why it was dropped"), SENTENCE, lambda one: one.action.why_dropped),
        ]
    if readable.holds(Part.EARLIER):
        columns += _moved(readable, say)
    columns.append(column("action_id", _("Id of the action"), DAY, lambda one: one.action.id))
    return filled(_("Plan"), readable.report.plan, columns)


def _moved(readable: Readable, say: Language) -> Iterator[Filled[Planned]]:
    """What moved since an action was planned; each question by itself only where the answers are shown."""
    _ = say.gettext

    def column(key: str, title: str, width: int, cell: Callable[[Movement], Cell]) -> Filled[Planned]:
        return Filled(key, title, width, lambda one: cell(one.movement) if one.movement else None)

    yield column("moved_since", _("Moved since"), FIGURE, lambda movement: movement.earlier_year)
    yield column("up", _("At a higher level"), FIGURE, lambda movement: movement.up)
    yield column("same", _("At the same level"), FIGURE, lambda movement: movement.same)
    yield column("down", _("At a lower level"), FIGURE, lambda movement: movement.down)
    yield column("not_comparable", _("Not comparable"), FIGURE, lambda movement: movement.not_comparable)
    if readable.holds(Part.ANSWERS):
        yield column(
            "moves",
            _("What moved"),
            PROSE,
            lambda movement: "\n".join(
                f"{_question(one.item_id, readable, say)} {say.say(_move(one))}" for one in movement.levels
            ),
        )


def _move(one: ItemLevels) -> Phrase:
    if one.earlier is None or one.later is None:
        return Phrase("figure.not-comparable")
    if one.earlier == one.later:
        return Phrase("item.same", {"level": one.later})
    return Phrase("item.moved", {"earlier": one.earlier, "later": one.later})


def _status(status: Status, say: Language) -> str:
    _ = say.gettext
    return {
        Status.NOT_STARTED: _("Not started"),
        Status.UNDER_WAY: _("Under way"),
        Status.DONE: _("Done"),
        Status.DROPPED: _("Dropped"),
    }[status]


def _question(item_id: str, readable: Readable, say: Language) -> str:
    """The words of a question; its id, where no instrument of the report has it."""
    words = readable.question(item_id)
    return say.text(words) if words else item_id


def _made_from(one: Planned, readable: Readable, say: Language) -> str | None:
    known = (readable.scorecard.instrument, *readable.instruments.values())
    advice_id = one.action.advice_id
    found = next((each.advice[advice_id] for each in known if advice_id in each.advice), None) if advice_id else None
    return _title(found, say) if found else advice_id


def _years(readable: Readable, say: Language) -> Table:
    _ = say.gettext
    years = readable.years or years_of((readable.scorecard,))

    def change(key: str, title: str, width: int, cell: Callable[[DomainChange], Cell]) -> Filled[tuple[Line, Row]]:
        return Filled(key, title, width, lambda one: cell(one[1].change) if one[1].change else None)

    column = Filled[tuple[Line, Row]]
    columns = [
        column("domain", _("Domain"), NAME, lambda one: say.text(one[0].domain.name)),
        column("year", _("Year"), FIGURE, lambda one: one[1].year),
        column("points", _("Points"), FIGURE, lambda one: one[1].points),
        column(
            "without_points",
            _("Why there are none"),
            NAME,
            lambda one: say.say(one[1].figure) if one[1].points is None else "",
        ),
        change("since", _("Compared with"), FIGURE, lambda change: change.earlier_year),
        change("change", _("Change"), FIGURE, lambda change: change.change),
        change("is_clear", _("Clear change"), FIGURE, lambda change: yes(say, change.is_clear)),
        change("shared", _("Shared questions"), FIGURE, lambda change: change.shared),
        change("change_in_words", _("In words"), PROSE, lambda change: say.say(change.in_words)),
        *(tables_voices.years(readable, say) if readable.voices else ()),
        column("domain_id", _("Id of the domain"), DAY, lambda one: one[0].domain.id),
    ]
    return filled(_("Years"), ((line, row) for line in years.lines for row in line.rows), columns)


def _places(readable: Readable, say: Language) -> Table:
    _ = say.gettext
    column = Filled[tuple[str, YearPlace, Domain, Quarter | None]]
    found = (
        (places.network, one, domain, quarters[place])
        for places in readable.report.places
        for domain, quarters in readable.stood(places)
        for place, one in enumerate(places.years)
    )
    columns = (
        column("network", _("Network"), NAME, lambda one: one[0]),
        column("domain", _("Domain"), NAME, lambda one: say.text(one[2].name)),
        column("year", _("Year"), FIGURE, lambda one: one[1].year),
        column("quarter", _("Quarter of the others"), NAME, lambda one: say.say(one[3].in_words) if one[3] else None),
        column("domain_id", _("Id of the domain"), DAY, lambda one: one[2].id),
        column("release", _("Digest of the release"), NAME, lambda one: one[1].release_digest),
    )
    return filled(_("Place in networks"), found, columns)


TABLES: Mapping[str, tuple[Part | None, Callable[[Readable, Language], Table]]] = {
    "scorecard": (None, _scorecard),
    "items": (Part.ANSWERS, _items),
    "advice": (None, _advice),
    "plan": (Part.PLAN, _plan),
    "years": (Part.EARLIER, _years),
    "voices": (Part.VOICES, tables_voices.voices),
    "spread": (Part.VOICES, tables_voices.spread),
    "places": (Part.PLACE, _places),
}


def table(readable: Readable, name: str, say: Language) -> Table:
    """One table of a report; raises KeyError where the report does not hold it."""
    if name not in held(readable):
        raise KeyError(name)
    return TABLES[name][1](readable, say)


def held(readable: Readable) -> tuple[str, ...]:
    """The names of the tables that a report holds, in their order."""
    names = (name for name, (part, _) in TABLES.items() if part is None or readable.holds(part))
    may_spread = readable.voices is not None and bool(readable.voices.spreads)
    return tuple(name for name in names if name != "spread" or may_spread)
