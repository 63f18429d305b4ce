"""What stands in the document of a report, in the order and with the words of its page."""

from collections.abc import Iterator

from questionnaire.core.comparison import DomainChange
from questionnaire.core.readable import Readable
from questionnaire.core.report import Part, grouped
from questionnaire.core.scorecard import AdviceResult, DomainResult
from questionnaire.language import Language
from questionnaire.output import pdf_voices
from questionnaire.output.pdf_letters import typed
from questionnaire.output.pdf_parts import (
    advice,
    answers,
    effort_of,
    places,
    plan,
    reason_of,
    rule_of_change,
    title_of,
    years,
)
from questionnaire.output.pdf_pieces import (
    Cell,
    Piece,
    beside,
    bold,
    bullets,
    cell,
    column,
    group,
    heading,
    muted,
    new_page,
    picture,
    points_bar,
    table,
    text,
)
from questionnaire.output.voices_words import claim, whose


def own_direction(readable: Readable) -> Readable:
    """The same report with its organization's name as typed text, which turns no sentence that names it."""
    outcome = readable.report.outcome
    named = outcome.model_copy(update={"organization": typed(outcome.organization)})
    return Readable(readable.report.model_copy(update={"outcome": named}), readable.instruments)


def case_words(say: Language) -> str:
    _ = say.gettext
    return _("Our coding of the study’s findings, to try the tool: not an organization, not a measurement.")


def left_out_words(say: Language) -> str:
    _ = say.gettext
    return _(
        "This document cannot print some characters: “[…]” stands where they are left out."
        " The JSON and XLSX files of this report hold them whole."
    )


def stamp(readable: Readable, say: Language) -> str:
    """What every page is known by: the fingerprint of the report, and the version of its questions."""
    _, outcome = say.gettext, readable.report.outcome
    fingerprint = _("Fingerprint of this report") + " " + grouped(readable.report.fingerprint)
    return f"{fingerprint} · {outcome.instrument_id} {outcome.instrument_version}"


def pieces(readable: Readable, described: str, say: Language) -> list[Piece]:
    """All of it, in order: `described` says what the radar shows."""
    _ = say.gettext
    found = [*_page_one(readable, described, say), new_page()]
    if readable.voices:
        found += pdf_voices.both(readable.voices, say)
    found += _strong(readable, say)
    if readable.holds(Part.PLAN):
        found += plan(readable, say)
    if readable.years:
        found += years(readable, readable.years, say)
    if readable.holds(Part.PLACE):
        found += places(readable, say)
    if readable.holds(Part.ADVICE):
        found += advice(readable, say)
    if readable.holds(Part.ANSWERS):
        found += answers(readable.scorecard, say)
    return [*found, *_claims(readable, say)]


def _page_one(readable: Readable, described: str, say: Language) -> Iterator[Piece]:
    """The scorecard on a page."""
    scorecard, comparison = readable.scorecard, readable.comparison
    yield from _overline(readable, say)
    for remark in scorecard.remarks:
        yield text(say.say(remark), look="remark")
    widths = (40, 60) if readable.voices else (46, 54)
    yield beside(widths, (picture(described),), tuple(_points(readable, say)))
    if comparison:
        since = say.gettext("Since %(year)s") % {"year": comparison.earlier.submission.year}
        sentence = f"{say.say(comparison.headline)}. {say.say(comparison.on_how_many)}"
        yield group((heading(2, since), text(sentence)))
    if scorecard.start_here:
        cards = [(group(_first(result, say), card=True),) for result in scorecard.start_here]
        yield heading(2, say.gettext("Start here"))
        yield beside([1] * len(cards), *cards)


def _overline(readable: Readable, say: Language) -> Iterator[Piece]:
    _, report = say.gettext, readable.report
    outcome = report.outcome
    assessed = _("Assessment of %(year)s, revision %(revision)s, submitted on %(date)s.") % {
        "year": outcome.year,
        "revision": outcome.revision,
        "date": say.date(outcome.submitted_on),
    }
    if report.is_case:
        yield text(case_words(say), look="warning")
    yield text(bold(outcome.organization), " · ", assessed, look="lede")
    yield heading(1, say.say(readable.scorecard.headline))
    made = _("Report made on %(date)s.") % {"date": say.date(report.made_on)}
    voice = "" if report.is_case else whose(readable.voices, say) + " "
    yield text(voice + made, look="lede")
    if report.imported_on:
        words = _("Imported on %(date)s from an archive of another site: it was not submitted here.")
        yield text(words % {"date": say.date(report.imported_on)}, look="remark")


def _points(readable: Readable, say: Language) -> Iterator[Piece]:
    """The table of domains, and what its figures mean."""
    _, scorecard, comparison = say.gettext, readable.scorecard, readable.comparison
    voices = readable.voices
    columns = [
        column(_("Domain"), 6 if voices else 5),
        column(_("Organization") if voices else _("Points"), 4, figure=True),
    ]
    if comparison:
        since = _("Since %(year)s") % {"year": comparison.earlier.submission.year}
        columns.append(column(since, 3, figure=True))
    if voices:
        columns += pdf_voices.columns(say)
    yield text(_("Points by domain, 0 to 100"), look="small")
    yield table(columns, [_domain(result, readable, say) for result in scorecard.domains], "figures")
    meaning = _("0: nothing is in place. 100: in place for all, and checked that it holds.")
    if scorecard.overall is not None:
        meaning += " " + _("Mean of the scored domains: %(points)s.") % {"points": scorecard.overall}
    if voices and comparison:
        meaning += " " + _("In brackets: no clear change. A dash: not comparable.")
    if voices:
        meaning += " " + pdf_voices.meaning(say)
    yield text(meaning, look="small")


def _domain(result: DomainResult, readable: Readable, say: Language) -> list[Cell]:
    voices = readable.voices
    score = (
        cell(muted(say.say(result.figure))) if result.points is None else _score(result.points, bar=voices is None)
    )
    row = [cell(bold(say.text(result.domain.name))), score]
    if readable.comparison:
        change = readable.comparison.domain(result.domain.id)
        row.append(_since(change, say, short=voices is not None))
    if voices:
        row += pdf_voices.cells(voices.difference(result.domain.id), say)
    return row


def _since(change: DomainChange | None, say: Language, *, short: bool) -> Cell:
    """A change; in little room, brackets and a dash say what words say elsewhere."""
    if change is None:
        return cell(muted(""))
    if change.is_clear or not short:
        figure = say.say(change.figure)
        return cell(bold(figure) if change.is_clear else muted(figure))
    return cell(muted(f"({change.signed})" if change.comparable else "–"))


def _score(points: int, *, bar: bool) -> Cell:
    """Points; with a bar where there is room for it."""
    return points_bar(points) if bar else cell(bold(str(points)))


def _first(result: AdviceResult, say: Language) -> Iterator[Piece]:
    """One of the three that come first, in short."""
    _, advised = say.gettext, result.advice
    yield heading(3, title_of(result, say))
    yield text(reason_of(result, say), " ", say.text(advised.why), look="card")
    yield text(bold(_("Within 30 days:")), " ", say.text(advised.first_step), look="card")
    whose = (say.text(result.domain.name), say.text(advised.leads), effort_of(advised, say))
    yield text(" · ".join(whose), look="small")


def _strong(readable: Readable, say: Language) -> list[Piece]:
    scorecard = readable.scorecard
    domains = [(bold(say.say(result.in_words)),) for result in scorecard.strong_domains]
    items = [
        (say.text(result.item.question), " ", bold(say.text(result.level.label)))
        for result in scorecard.strong_items
        if result.level
    ]
    found = [*domains, *items]
    return [heading(2, say.gettext("What is strong")), bullets(found)] if found else []


def _claims(readable: Readable, say: Language) -> Iterator[Piece]:
    """The method in plain words and its limits: in every report, whatever was chosen."""
    _, outcome, instrument = say.gettext, readable.report.outcome, readable.scorecard.instrument
    reported = _("It says what those who answered reported, on version %(version)s of these questions, on %(date)s.")
    never = _(
        "It is not validated, accredited or certified, does not represent other organizations, and does not show"
        " what caused what. Nothing should be ranked by it."
    )
    yield heading(2, _("How scores are made"))
    yield from map(text, _method(readable, say))
    yield heading(2, _("What this says, and what it does not"))
    if readable.report.is_case:
        yield text(bold(case_words(say)))
    said = reported % {"version": outcome.instrument_version, "date": say.date(outcome.submitted_on)}
    peers = [(claim(readable.voices, say),)] if readable.voices else []
    yield bullets([(said,), *peers, (say.text(instrument.limits),), (never,)])
    yield text(f"{instrument.citation} doi:{instrument.doi}", look="small")
    versions = f"{outcome.instrument_id} {outcome.instrument_version} · "
    digest = _("instrument") + f" {outcome.instrument_digest[:16]}"
    fingerprint = _("fingerprint") + f" {grouped(readable.report.fingerprint)}"
    yield text(f"{versions}{digest} · {fingerprint}", look="stamp")


def _method(readable: Readable, say: Language) -> Iterator[str]:
    _ = say.gettext
    yield _(
        "A level counts 0, 25, 50, 75 or 100 points. The score of a domain is the mean of its questions that have a"
        " level. A domain is scored when at least 80% of the questions that apply have a level, and at least three."
    )
    yield _(
        "Questions that don’t apply are left out. “We don’t know” and open questions are in no mean. No answer is"
        " made up."
    )
    if readable.scorecard.overall is not None:
        overall = _("Mean of the scored domains: %(points)s.") % {"points": readable.scorecard.overall}
        shown = _("It is shown only where at least four domains are scored, and nothing is ranked by it.")
        yield f"{overall} {shown}"
    if readable.comparison:
        yield rule_of_change(say)
        yield _("This shows what was answered in each year, not why it changed.")
