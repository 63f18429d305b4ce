"""Releases: frozen once a year by the facilitator, read by members, shared by a link, and handed out as files."""

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import BooleanField, Form
from wtforms.validators import ValidationError

from questionnaire.core.access import Role, Scope
from questionnaire.core.benchmark import LEAST, QUARTILES_FROM
from questionnaire.core.freezing import TooFewMembersError, UnknownQuestionsError
from questionnaire.core.release_years import ReleaseYears
from questionnaire.core.releases import Grouping, schema, write
from questionnaire.output import sheets, tables_releases
from questionnaire.output.spreads import spreads_of, told
from questionnaire.store import access as kept_access
from questionnaire.store import freezing, instruments, releases, shares
from questionnaire.web import fields
from questionnaire.web.access import current_network, current_release, member, network_or_none, public, requires
from questionnaire.web.attempts import costly
from questionnaire.web.fields import ChoiceField
from questionnaire.web.links import address_of, keep_fresh, need_address, take_fresh
from questionnaire.web.pictures import MIMETYPES, drawn_of_release
from questionnaire.web.reports import JSON, PDF, XLSX
from questionnaire.web.shares import share_form
from questionnaire.web.site import gettext as _
from questionnaire.web.site import language, reading, site, writing

WHOLE = "whole"

blueprint = Blueprint("releases", __name__)


class FreezingForm(Form):
    """Which year is frozen, and by what it is broken down."""

    year = ChoiceField()
    grouping = ChoiceField()
    is_known = BooleanField()

    def validate_is_known(self, field: BooleanField) -> None:
        """Stands for what no program can check."""
        if not field.data:
            raise ValidationError(_("Look at the list of members first, then tick this."))


@blueprint.route("/networks/<network_id>/freeze", methods=["GET", "POST"])
@requires(Role.FACILITATOR)
def freeze(network_id: str) -> ResponseReturnValue:
    """Freeze the release of a year: once, for good."""
    years = freezing.years_to_freeze(reading(), network_id, on=site().today())
    form, wrong = _freezing_form(years)
    if request.method == "POST" and not wrong and form.validate():
        grouping = None if form.grouping.data == WHOLE else Grouping(form.grouping.data or "")
        today, limits = site().today(), site().limits
        try:
            with writing() as connection:
                year = int(form.year.data or 0)
                made = freezing.freeze_year(connection, network_id, year, grouping, on=today, limits=limits)
            flash(_("The release is frozen."))
            return redirect(url_for(".show", release_id=made), 303)
        except freezing.AlreadyReleasedError as error:
            wrong = _("Nothing was frozen: there is a release of %(year)s already.", year=error.year)
        except TooFewMembersError as error:
            wrong = _("Nothing was frozen: only %(number)s organizations would count by now.", number=error.number)
        except UnknownQuestionsError:
            wrong = _("Nothing was frozen: nobody who counts answered questions that this site knows.")
    page = render_template(
        "releases/freeze.html",
        form=form,
        wrong=wrong,
        network=current_network(network_id).network,
        years=years,
        newest=max((one.release.year for one in releases.listed(reading(), network_id)), default=None),
        least=LEAST,
    )
    return page, 400 if request.method == "POST" else 200


@blueprint.get("/releases/<release_id>")
@requires(Role.READER)
def show(release_id: str) -> ResponseReturnValue:
    """The release as its readers see it."""
    years, mine = years_of(current_release(release_id)), network_or_none()
    return render_template(
        "releases/show.html",
        release_id=release_id,
        years=years,
        release=years.release,
        in_words=" ".join(told(years, language())),
        quartiles_from=QUARTILES_FROM,
        sheets={sheet: _sheet_names()[sheet] for sheet in tables_releases.held(years)},
        mine=mine,
        has_names=mine is not None and releases.has_names(reading(), release_id),
    )


@blueprint.get("/releases/<release_id>/spread.<any(svg, png):form>")
@requires(Role.READER)
def spread(release_id: str, form: str) -> ResponseReturnValue:
    """How the points of the organizations spread, as a picture."""
    chart = spreads_of(years_of(current_release(release_id)), language())
    response = Response(drawn_of_release(chart, form), mimetype=MIMETYPES[form])
    if "download" in request.args:
        year = current_release(release_id).release.year
        response.headers["Content-Disposition"] = f"attachment; filename=alongside-network-{year}.{form}"
    return response


@blueprint.get("/releases/<release_id>/release.pdf")
@requires(Role.READER)
@costly
def document(release_id: str) -> ResponseReturnValue:
    """The release on paper."""
    from questionnaire.output.pdf import release_pdf

    return _file(release_id, release_pdf(years_of(current_release(release_id)), language()), "pdf", PDF)


@blueprint.get("/releases/<release_id>/release.xlsx")
@requires(Role.READER)
@costly
def workbook(release_id: str) -> ResponseReturnValue:
    """The release as a workbook."""
    content = sheets.release_workbook(years_of(current_release(release_id)), language())
    return _file(release_id, content, "xlsx", XLSX)


@blueprint.get("/releases/<release_id>/<sheet>.csv")
@requires(Role.READER)
def table(release_id: str, sheet: str) -> ResponseReturnValue:
    """One sheet of the workbook as a plain table."""
    years = years_of(current_release(release_id))
    if sheet not in tables_releases.held(years):
        abort(404)
    content = sheets.release_csv(years, sheet, language())
    return _file(release_id, content, "csv", "text/csv; charset=utf-8", name=f"-{sheet}")


@blueprint.get("/releases/<release_id>/release.json")
@requires(Role.READER)
def data(release_id: str) -> ResponseReturnValue:
    """The release as data, for programs."""
    return _file(release_id, write(current_release(release_id).release), "json", JSON)


@blueprint.get("/release-1.schema.json")
@public
def published_schema() -> ResponseReturnValue:
    """What the data of every release looks like."""
    return schema()


@blueprint.get("/networks/<network_id>/releases/<int:year>/names")
@member
def names(network_id: str, year: int) -> ResponseReturnValue:
    """The points of those who chose to be named, for the group alone: no share link and no file has them."""
    kept = _of_year(network_id, year)
    return render_template(
        "releases/names.html",
        kept=kept,
        years=years_of(kept),
        named=releases.named(reading(), kept.release_id).organizations,
        network=current_network(network_id).network,
    )


@blueprint.route("/networks/<network_id>/releases/<int:year>/share", methods=["GET", "POST"])
@requires(Role.FACILITATOR)
def share(network_id: str, year: int) -> ResponseReturnValue:
    """A new link to a release, for who has no account."""
    kept = _of_year(network_id, year)
    form, wrong = share_form()
    if request.method == "POST" and not wrong and form.validate():
        need_address()
        with writing() as connection:
            token = kept_access.share(
                connection, kept.release_id, on=site().today(), scope=Scope.RELEASE, **form.wish
            )
        keep_fresh(network_id, token)
        return redirect(url_for(".shared", network_id=network_id), 303)
    network = current_network(network_id).network
    page = render_template("releases/share.html", form=form, wrong=wrong, kept=kept, network=network)
    return page, 400 if request.method == "POST" else 200


@blueprint.get("/networks/<network_id>/links")
@requires(Role.FACILITATOR)
def shared(network_id: str) -> ResponseReturnValue:
    """Every link in force to a release; one that was just made, shown this once."""
    token = take_fresh(network_id)
    link = kept_access.find_link(reading(), token, on=site().today()) if token else None
    return render_template(
        "releases/links.html",
        network=current_network(network_id).network,
        link=address_of(token) if token and link else None,
        links=shares.of_network(reading(), network_id, on=site().today()),
    )


@blueprint.post("/networks/<network_id>/links/end")
@requires(Role.FACILITATOR)
def end_share(network_id: str) -> ResponseReturnValue:
    """A link that nobody is to open any more; who has its page open sees nothing from now on."""
    capability_id = request.form.get("capability_id", "").replace("\0", "")
    with writing() as connection:
        if shares.end(connection, network_id, capability_id, scope=Scope.RELEASE) is None:
            abort(404)
    flash(_("That link does not work any more."))
    return redirect(url_for(".shared", network_id=network_id), 303)


def years_of(kept: releases.Kept) -> ReleaseYears:
    """A release with those before it, and the questions of all of them."""
    listed = releases.listed(reading(), kept.network_id)
    found = tuple(one.release for one in listed if one.release.year <= kept.release.year)
    digests = {one.instrument_digest for one in found}
    return ReleaseYears(found, {digest: instruments.recall(reading(), digest) for digest in digests})


def _file(release_id: str, content: bytes, kind: str, mimetype: str, *, name: str = "") -> Response:
    release = current_release(release_id).release
    file_name = f"alongside-network-{release.year}-{release.digest[:8]}{name}.{kind}"
    headers = {"Content-Disposition": f"attachment; filename={file_name}"}
    return Response(content, content_type=mimetype, headers=headers)


def _sheet_names() -> dict[str, str]:
    return {"domains": _("Domains"), "years": _("Years"), "spread": _("Spread"), "groups": _("Groups")}


def _of_year(network_id: str, year: int) -> releases.Kept:
    found = (one for one in releases.listed(reading(), network_id) if one.release.year == year)
    kept = next(found, None)
    if kept is None:
        abort(404)
    return kept


def _freezing_form(years: dict[int, int]) -> tuple[FreezingForm, str | None]:
    form = FreezingForm(request.form or None, data={"grouping": WHOLE})
    form.year.label.text = _("Which year?")
    form.year.options = [
        (str(year), _("%(year)s: %(number)s organizations count", year=year, number=number))
        for year, number in years.items()
        if number >= LEAST
    ]
    if len(form.year.options) == 1 and request.method == "GET":
        form.year.data = form.year.options[0][0]
    form.grouping.label.text = _("Shall it also be broken down?")
    form.grouping.options = [
        (WHOLE, _("No")),
        (Grouping.KIND, _("By the kind of organization")),
        (Grouping.SIZE, _("By its size")),
    ]
    form.is_known.label.text = _("We know every organization in the list of members")
    return form, fields.strangers(request.form, {"csrf_token", *(field.name for field in form)})
