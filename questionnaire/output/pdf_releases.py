"""What stands in the document of a release, in the order and with the words of its page; never a name."""

from collections.abc import Iterator

from questionnaire.core.benchmark import Distribution
from questionnaire.core.release_years import Cell as YearCell
from questionnaire.core.release_years import DomainYears, ReleaseYears, counted_in_words, signed_in_words
from questionnaire.core.releases import Grouping
from questionnaire.core.report import grouped
from questionnaire.language import Language
from questionnaire.output.pdf_letters import typed
from questionnaire.output.pdf_parts import MOST_YEARS
from questionnaire.output.pdf_pieces import (
    Cell,
    Piece,
    beside,
    bold,
    bullets,
    cell,
    column,
    heading,
    muted,
    picture,
    table,
    text,
)
from questionnaire.output.releases_words import limits, quartiles_withheld


def stamp(years: ReleaseYears, say: Language) -> str:
    """What every page is known by: the digest of the release, and the version of its questions."""
    release = years.release
    digest = say.gettext("Release %(digest)s") % {"digest": grouped(release.digest[:32])}
    return f"{digest} · {release.instrument_id} {release.instrument_version}"


def left_out_words(say: Language) -> str:
    return say.gettext(
        "This document cannot print some characters: “[…]” stands where they are left out."
        " The JSON and XLSX files of this release hold them whole."
    )


def pieces(years: ReleaseYears, described: str, say: Language) -> list[Piece]:
    """All of it, in order: `described` says what the chart shows."""
    found = [*_page_one(years, described, say), *_years(years, say), *_apart(years, say)]
    if years.values:
        found += _groups(years, say)
    return [*found, *_claims(years, say)]


def _page_one(years: ReleaseYears, described: str, say: Language) -> Iterator[Piece]:
    _, release = say.gettext, years.release
    frozen = _("Release of %(year)s, frozen on %(date)s.") % {
        "year": release.year,
        "date": say.date(release.frozen_on),
    }
    yield text(bold(typed(release.network.name)), " · ", frozen, look="lede")
    yield heading(1, say.say(years.headline))
    yield text(
        _("Voluntary, and not representative. Peer workers may work for several of these organizations."),
        look="remark",
    )
    columns = [
        column(_("Domain"), 5),
        column(_("Of how many"), 4, figure=True),
        column(_("Median"), 3, figure=True),
    ]
    if years.has_quartiles:
        columns.append(column(_("Middle half"), 4, figure=True))
    figures = [text(_("Points of the organizations, by domain"), look="small")]
    figures.append(table(columns, [_domain(one, years, say) for one in years.asked], "figures"))
    figures += [text(words, look="small") for words in _notes(years, say)]
    yield beside((50, 50), (picture(described),), tuple(figures))


def _domain(one: DomainYears, years: ReleaseYears, say: Language) -> list[Cell]:
    figure = one.now.figure if one.now else None
    row = [cell(bold(say.text(one.domain.name)))]
    if not isinstance(figure, Distribution):
        words = say.say(figure.in_words) if figure else ""
        return [*row, cell(muted("–")), cell(muted(words)), *([cell(muted("–"))] if years.has_quartiles else [])]
    row += [cell(str(figure.organizations)), cell(bold(str(figure.median)))]
    if years.has_quartiles:
        if figure.quartiles:
            low, high = figure.quartiles
            row.append(cell(f"{low}–{high}"))
        else:
            row.append(cell(muted(quartiles_withheld(say))))
    return row


def _notes(years: ReleaseYears, say: Language) -> Iterator[str]:
    """What is withheld of the spread, and why."""
    _ = say.gettext
    if not years.has_quartiles:
        yield quartiles_withheld(say)
    elif years.withholds_dots:
        yield _(
            "Where a domain has no dots they are withheld: they would tell of a few organizations, as when one joined"
            " or left."
        )
    if years.leaves_out:
        yield _("Not everybody counts in every domain: some answered another version of its questions.")


def _years(years: ReleaseYears, say: Language) -> Iterator[Piece]:
    _, release = say.gettext, years.release
    yield heading(2, _("Over the years"))
    yield text(_("Median points of each domain, by year"), look="small")
    for start in range(0, len(years.releases), MOST_YEARS):
        shown = slice(start, start + MOST_YEARS)
        is_last = start + MOST_YEARS >= len(years.releases)
        columns = [column(_("Domain"), 4)]
        columns += [column(str(one.year), 2, figure=True) for one in years.releases[shown]]
        if years.has_change and is_last:
            columns.append(column(_("Change since %(year)s") % {"year": release.earlier_year}, 4, figure=True))
        rows = []
        for one in years.domains:
            row = [cell(bold(say.text(one.domain.name))), *(_median(each, say) for each in one.cells[shown])]
            if years.has_change and is_last:
                words = say.say(signed_in_words(one.now.change)) if one.now else _("Not asked")
                row.append(cell(words))
            rows.append(row)
        yield table(columns, rows, "figures")
    if years.has_change:
        yield text(
            _(
                "The change is the middle of how far each organization moved, of those alone that are in both"
                " releases, and on the questions they answered with a level in both years. In brackets: of how many."
            ),
            look="small",
        )
    if years.has_breaks:
        yield text(
            _("A star: other questions than in the release before, so the two medians are not compared."),
            look="small",
        )


def _median(one: YearCell, say: Language) -> Cell:
    words = say.say(one.in_words) + ("*" if one.is_break else "")
    return cell(words) if one.median is not None else cell(muted(words))


def _apart(years: ReleaseYears, say: Language) -> Iterator[Piece]:
    _ = say.gettext
    yield heading(2, _("How far both voices lie apart"))
    yield text(
        _(
            "An organization’s points minus those of its peer workers, on the questions that both were asked: above 0"
            " the organization sees itself higher than its peer workers do. Only rounds count whose peer workers"
            " agreed to it beforehand, and only what is certain of each difference."
        )
    )
    columns = [column(_("Domain"), 3), column(_("Median of the differences"), 4, figure=True)]
    rows = [
        [cell(bold(say.text(one.domain.name))), cell(say.say(signed_in_words(one.now.apart)))]
        for one in years.asked
        if one.now
    ]
    yield table(columns, rows, "figures")


def _groups(years: ReleaseYears, say: Language) -> Iterator[Piece]:
    _ = say.gettext
    is_kind = years.release.grouping is Grouping.KIND
    yield heading(2, _("By kind of organization") if is_kind else _("By size"))
    yield text(_("Medians, and of how many organizations"), look="small")
    columns = [column(_("Domain"), 4), *(column(say.text(value.label), 4) for value in years.values)]
    rows = [
        [
            cell(bold(say.text(one.domain.name))),
            *(cell(say.say(counted_in_words(group.figure))) for group in one.now.groups),
        ]
        for one in years.asked
        if one.now
    ]
    yield table(columns, rows, "figures")


def _claims(years: ReleaseYears, say: Language) -> Iterator[Piece]:
    _, release, instrument = say.gettext, years.release, years.instrument
    yield heading(2, _("What this says, and what it does not"))
    yield bullets([(words,) for words in limits(say)])
    counted = _(
        "%(number)s organizations count, of %(members)s that were members. Of each the newest submission of the year"
        " counts. A release is never changed: who has left since stays counted in it."
    )
    yield text(counted % {"number": release.organizations, "members": release.members})
    yield text(bold(_("Who stands behind it")), "  ", typed(release.network.behind), look="card")
    yield text(bold(_("How decisions are made")), "  ", typed(release.network.decisions), look="card")
    yield text(say.text(instrument.limits))
    yield text(f"{instrument.citation} doi:{instrument.doi}", look="small")
    digest = _("instrument") + f" {release.instrument_digest[:16]}"
    yield text(f"{digest} · {_('release')} {grouped(release.digest)}", look="stamp")
