"""The plan: advice and own ideas become actions, with who, by when and how far; and whether the questions moved."""

from collections.abc import Iterable, Sequence
from uuid import uuid4

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from questionnaire.core.access import Role
from questionnaire.core.events import Event
from questionnaire.core.instrument import Text
from questionnaire.core.plan import (
    INVOLVEMENT_LIMIT,
    LINE_LIMIT,
    MOST_ACTIONS,
    MOST_FIRST,
    Action,
    Order,
    Status,
    Timing,
    advice_in_plan,
    arranged,
)
from questionnaire.core.scorecard import AdviceResult, Scorecard
from questionnaire.output.calendars import calendar
from questionnaire.store import assessments, instruments, plans
from questionnaire.web import actions, events, fields
from questionnaire.web.access import current, requires
from questionnaire.web.actions import ActionForm, Basis
from questionnaire.web.scorecards import heard
from questionnaire.web.site import gettext as _
from questionnaire.web.site import language, reading, site, writing

blueprint = Blueprint("plans", __name__, url_prefix="/organizations/<organization_id>/plan")


@blueprint.get("")
@requires(Role.VIEWER)
def show(organization_id: str) -> ResponseReturnValue:
    """Every action: what is still to do first, then what is done or dropped."""
    basis, today = actions.basis_of(organization_id), site().today()
    listed = plans.listed(reading(), organization_id)
    order = next((order for order in Order if order == request.args.get("sort")), Order.FIRST)
    timings = [action.timing(today) for action in listed]
    year = basis.newest.submission.year if basis.newest else 0
    return render_template(
        "plans/show.html",
        actions=arranged(listed, order),
        movements=basis.movements(listed),
        question=basis.question,
        newest=heard(basis.newest) if basis.newest else None,
        planned_advice=advice_in_plan(listed, year),
        today=today,
        overdue=timings.count(Timing.OVERDUE),
        soon=timings.count(Timing.SOON),
        order=order,
        may_edit=current().role.includes(Role.EDITOR),
    )


@blueprint.get("/actions.ics")
@requires(Role.VIEWER)
def dates(organization_id: str) -> ResponseReturnValue:
    """The days by which things are due, for a calendar."""
    listed = plans.listed(reading(), organization_id)
    content = calendar(listed, organization=current().name, address=site().settings.public_url or "", say=language())
    headers = {"Content-Disposition": "attachment; filename=alongside-plan.ics"}
    return Response(content, mimetype="text/calendar", headers=headers)


@blueprint.route("/new", methods=["GET", "POST"])
@requires(Role.EDITOR)
def new(organization_id: str) -> ResponseReturnValue:
    """An action of one's own; a plan begins with a first scorecard."""
    basis = actions.basis_of(organization_id)
    if basis.newest is None:
        return _to_plan(organization_id)
    return _edited(basis, _find(organization_id, request.form.get("key", "")))


@blueprint.route("/<action_id>", methods=["GET", "POST"])
@requires(Role.EDITOR)
def edit(organization_id: str, action_id: str) -> ResponseReturnValue:
    """One action, changed; what somebody else wrote meanwhile is shown first."""
    basis, standing = actions.basis_of(organization_id), _find(organization_id, action_id)
    if standing is not None:
        return _edited(basis, standing)
    if request.method == "GET":
        return _gone(organization_id)
    if not request.form.get("seen"):
        abort(404)
    return _deleted_meanwhile(basis, actions.form_of(basis, None), action_id)


@blueprint.route("/<action_id>/delete", methods=["GET", "POST"])
@requires(Role.EDITOR)
def delete(organization_id: str, action_id: str) -> ResponseReturnValue:
    """Delete an action that was made by mistake, as its reader saw it; a reason to drop one is kept instead."""
    action, has_changed = _find(organization_id, action_id), False
    if action is None:
        return _gone(organization_id)
    if request.method == "POST":
        try:
            with writing() as connection:
                plans.delete(connection, organization_id, action_id, seen=request.form.get("seen", ""))
                events.note(connection, Event.DELETED_ACTION, about=action.what)
        except plans.NoActionError:
            return _gone(organization_id)
        except plans.ActionChangedError as changed:
            action, has_changed = changed.current, True
        else:
            flash(_("“%(what)s” is deleted.", what=action.what))
            return _to_plan(organization_id)
    return render_template("plans/delete.html", action=action, has_changed=has_changed), 409 if has_changed else 200


@blueprint.post("/from-advice")
@requires(Role.EDITOR)
def from_advice(organization_id: str) -> ResponseReturnValue:
    """Advice becomes an action, once a year, with one press."""
    scorecard, result = _given(organization_id)
    year, title = scorecard.submission.year, language().text(result.advice.title)
    try:
        with writing() as connection:
            action = plans.find_from_advice(connection, organization_id, year, result.advice.id)
            is_new = action is None
            if action is None:
                action = _made_of(scorecard, result, plans.listed(connection, organization_id))
                plans.add(connection, organization_id, action)
                events.note(connection, Event.PLANNED, about=action.what)
    except plans.TooManyActionsError:
        flash(_("“%(what)s” was not added.", what=title) + " " + _full())
        return _to_plan(organization_id)
    if is_new:
        flash(_("“%(what)s” is in the plan. Edit it: say who sees to it, and by when.", what=action.what))
    else:
        flash(_("“%(what)s” is in the plan already.", what=action.what))
    return _to_plan(organization_id, action.id)


def _find(organization_id: str, action_id: str) -> Action | None:
    """An action as it stands; PostgreSQL refuses to look for a text with NUL in it."""
    return None if "\0" in action_id else plans.find(reading(), organization_id, action_id)


def _given(organization_id: str) -> tuple[Scorecard, AdviceResult]:
    """The advice that was pressed; no such page where that submission gave none like it."""
    year, number = (fields.whole(request.form.get(name, "")) for name in ("year", "number"))
    if year is None or number is None:
        abort(404)
    submission = assessments.find_submission(reading(), organization_id, year, number)
    if submission is None:
        abort(404)
    scorecard = heard(Scorecard(submission, instruments.recall(reading(), submission.instrument_digest)))
    result = next((one for one in scorecard.advice if one.advice.id == request.form.get("advice_id")), None)
    if result is None:
        abort(404)
    return scorecard, result


def _made_of(scorecard: Scorecard, result: AdviceResult, standing: Iterable[Action]) -> Action:
    """The action that an advice becomes; what leads there comes first here, too, where there is room."""
    advice = result.advice

    def say(text: Text) -> str:
        return " ".join(language().text(text).split())

    first = sum(action.is_first and action.is_open for action in standing)
    return Action(
        id=str(uuid4()),
        year=scorecard.submission.year,
        what=say(advice.title)[:LINE_LIMIT],
        who=say(advice.leads)[:LINE_LIMIT],
        due_on=None,
        status=Status.NOT_STARTED,
        why_dropped="",
        notes="",
        involvement=say(advice.involvement)[:INVOLVEMENT_LIMIT],
        items=tuple(item_id for item_id in advice.moves if item_id in scorecard.submission.answers),
        advice_id=advice.id,
        is_first=result.given.leads and first < MOST_FIRST,
    )


def _edited(basis: Basis, standing: Action | None) -> ResponseReturnValue:
    """The form of an action, or what came of sending it."""
    form = actions.form_of(basis, standing)
    wrong = fields.strangers(request.form, actions.known_names(form))
    if request.method == "POST" and not wrong and form.validate():
        action = form.action(standing, max(basis.scorecards, default=0))
        try:
            with writing() as connection:
                _write(connection, basis.organization_id, action, standing, seen=form.seen.data or "")
        except plans.TooManyFirstError as full:
            form.is_first.errors = [_first_taken(full.first)]
        except plans.TooManyActionsError:
            wrong = _full()
        except plans.ActionChangedError as changed:
            return _changed_meanwhile(basis, form, changed.current, action)
        except plans.NoActionError:
            return _deleted_meanwhile(basis, form, action.id)
        else:
            return _to_plan(basis.organization_id, action.id, saved=1)
    return _page(form, standing, wrong=wrong), 400 if request.method == "POST" else 200


def _write(
    connection: Connection, organization_id: str, action: Action, standing: Action | None, *, seen: str
) -> None:
    if standing is None:
        is_new, event = plans.add(connection, organization_id, action), Event.PLANNED
    else:
        is_new, event = plans.change(connection, organization_id, action, seen=seen), Event.CHANGED_ACTION
    if is_new:
        events.note(connection, event, about=action.what)


def _page(
    form: ActionForm,
    standing: Action | None,
    *,
    wrong: str | None = None,
    differences: Sequence[tuple[str, str, str]] = (),
) -> str:
    return render_template(
        "plans/edit.html",
        form=form,
        standing=standing,
        wrong=wrong,
        differences=differences,
        most_first=MOST_FIRST,
    )


def _changed_meanwhile(basis: Basis, form: ActionForm, theirs: Action, mine: Action) -> ResponseReturnValue:
    """Both versions; the form keeps what was typed, and sent again it replaces what the reader has seen by now."""
    wrong = _(
        "Somebody else changed this action while your page was open. What stands now is shown beside yours."
        " Press Save to put yours in its place."
    )
    form.seen.data = theirs.fingerprint
    stands, typed = actions.in_words(basis, theirs), actions.in_words(basis, mine)
    differences = [(label, stands[label], typed[label]) for label in stands if stands[label] != typed[label]]
    return _page(form, theirs, wrong=wrong, differences=differences), 409


def _deleted_meanwhile(basis: Basis, form: ActionForm, action_id: str) -> ResponseReturnValue:
    """The form of a new action, with what was typed for one that is gone."""
    form.key.data = action_id if actions.is_key(action_id) else form.key.data
    form.items.groups = basis.groups([item_id for item_id in form.items.data if basis.question(item_id)])
    wrong = _(
        "Somebody deleted this action while your page was open. What you typed is still here:"
        " press Save to put it in the plan again."
    )
    return _page(form, None, wrong=wrong), 409


def _first_taken(first: Iterable[Action]) -> str:
    names = ", ".join(f"“{action.what}”" for action in first)
    return _("Three come first already: %(names)s. Take the mark off one of them before.", names=names)


def _full() -> str:
    return _("A plan holds %(most)s actions at most. Delete one that is of no use any more.", most=MOST_ACTIONS)


def _gone(organization_id: str) -> ResponseReturnValue:
    flash(_("That action is not in the plan any more."))
    return _to_plan(organization_id)


def _to_plan(organization_id: str, action_id: str | None = None, *, saved: int | None = None) -> ResponseReturnValue:
    anchor = f"action-{action_id}" if action_id else None
    return redirect(url_for(".show", organization_id=organization_id, saved=saved, _anchor=anchor), 303)
