"""The questions: one section a page, saved answer by answer, and what happens when two people change the same one."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

from flask import Blueprint, abort, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from wtforms import BooleanField, Form, FormField, StringField, ValidationError

from questionnaire.core.access import Role
from questionnaire.core.answers import BLANK, NOTE_LIMIT, REASON_LIMIT, Answer, Change, Choice, asked_in
from questionnaire.core.instrument import Domain, Instrument, Item
from questionnaire.store import assessments, instruments
from questionnaire.web import fields
from questionnaire.web.access import requires
from questionnaire.web.site import gettext as _
from questionnaire.web.site import reading, writing
from questionnaire.web.steps import after_saving, known_destinations, steps, without_draft

PARTS = ("choice", "reason", "note", "come_back", "seen")
NOT_CHOSEN = ""

blueprint = Blueprint("questions", __name__)


def _known_choice(_form: Form, field: StringField) -> None:
    if field.data and field.data not in set(Choice):
        raise ValidationError(_("Choose one of the answers that this question offers."))


def _reason_given(form: Form, field: StringField) -> None:
    if form["choice"].data == Choice.DOES_NOT_APPLY and not field.data:
        raise ValidationError(_("Say in a few words why this does not apply here."))


class AnswerForm(Form):
    """What is sent for one question; the page draws it by a macro, for WTForms' widgets are slow."""

    choice = StringField(validators=[_known_choice])
    reason = StringField(filters=[fields.tidy], validators=[fields.text(REASON_LIMIT), _reason_given])
    note = StringField(filters=[fields.tidy], validators=[fields.text(NOTE_LIMIT, lines=True)])
    come_back = BooleanField()
    seen = StringField()


@dataclass(frozen=True)
class Question:
    """One question as the page shows it: with the answer that stands or was typed, and what is wrong with it."""

    number: int
    item: Item
    answer: Answer
    seen: str
    errors: Mapping[str, str]
    typed_choice: str = NOT_CHOSEN


@blueprint.get("/organizations/<organization_id>/<int:year>/questions/<domain_id>")
@requires(Role.EDITOR)
def show(organization_id: str, year: int, domain_id: str) -> ResponseReturnValue:
    """The questions of one domain, with the answers that stand."""
    section = _section(organization_id, year, domain_id)
    if section is None:
        return without_draft(organization_id, year)
    draft, instrument, domain = section
    questions = [
        Question(number, item, answer, answer.fingerprint, {}, answer.choice or NOT_CHOSEN)
        for number, item in enumerate(asked_in(domain, draft.profile), 1)
        for answer in [draft.answers.get(item.id, BLANK)]
    ]
    return _page(draft, instrument, domain, questions)


@blueprint.post("/organizations/<organization_id>/<int:year>/questions/<domain_id>")
@requires(Role.EDITOR)
def save(organization_id: str, year: int, domain_id: str) -> ResponseReturnValue:
    """Save what was sent; what somebody else changed meanwhile is shown beside it, and nothing is overwritten."""
    section = _section(organization_id, year, domain_id)
    if section is None or request.form.get("revision", section[0].mark) != section[0].mark:
        return without_draft(organization_id, year)
    draft, instrument, domain = section
    items = domain.items  # also those whose gate was closed while the page was open: what was typed there is kept
    form = _form_of(tuple(item.id for item in items))(request.form)
    wrong = fields.strangers(request.form, {"csrf_token", "go", "revision", *_names(items)})
    wrong = wrong or _wrong_destination(instrument)
    errors = {} if form.validate() else _errors(form, items)
    if wrong or (errors and not _wants_data()):
        return _refused(draft, instrument, domain, form, wrong)
    if request.form.get("revision") != draft.mark:
        return without_draft(organization_id, year)
    changes = {
        item.id: _change(form[item.id].data)
        for item in items
        if item.id not in errors and not _names((item,)).isdisjoint(request.form)
    }
    try:
        with writing() as connection:
            held = assessments.draft_to_write(connection, organization_id, year, draft.number)
            colliding = assessments.save_answers(connection, held, changes)
    except assessments.NoDraftError:
        return without_draft(organization_id, year)
    if _wants_data():
        return _told(changes, colliding, errors)
    return _saved(held, instrument, domain, changes, colliding)


def _section(organization_id: str, year: int, domain_id: str) -> tuple[assessments.Draft, Instrument, Domain] | None:
    """The open draft, if there is one, and one section of its instrument."""
    draft = assessments.find_draft(reading(), organization_id, year)
    if draft is None:
        return None
    instrument = instruments.recall(reading(), draft.instrument_digest)
    domain = instrument.domain(domain_id)
    if domain is None:
        abort(404)
    return draft, instrument, domain


@lru_cache(maxsize=64)
def _form_of(item_ids: tuple[str, ...]) -> type[Form]:
    fields_of_items: dict[str, Any] = {item_id: FormField(AnswerForm, separator=":") for item_id in item_ids}
    return type("SectionForm", (Form,), fields_of_items)


def _names(items: tuple[Item, ...]) -> set[str]:
    return {f"{item.id}:{part}" for item in items for part in PARTS}


def _change(typed: dict[str, Any]) -> Change:
    return Change(seen=typed["seen"] or "", answer=_answer(typed))


def _answer(typed: dict[str, Any]) -> Answer:
    """The answer in a valid form; a reason belongs only to what does not apply."""
    choice = Choice(typed["choice"]) if typed["choice"] else None
    return Answer(
        choice=choice,
        reason=(typed["reason"] or "") if choice is Choice.DOES_NOT_APPLY else "",
        note=typed["note"] or "",
        come_back=typed["come_back"],
    )


def _wrong_destination(instrument: Instrument) -> str | None:
    if request.form.get("go", "stay") in known_destinations(instrument):
        return None
    return _("This form asks for a page that does not exist. Nothing was saved; check it and save again.")


def _page(
    draft: assessments.Draft, instrument: Instrument, domain: Domain, questions: list[Question], **more: Any
) -> str:
    return render_template(
        "questions/section.html",
        draft=draft,
        domain=domain,
        number=instrument.domains.index(domain) + 1,
        sections=len(instrument.domains),
        questions=questions,
        steps=steps(draft, instrument),
        **{"wrong": None, **more},
    )


def _refused(
    draft: assessments.Draft, instrument: Instrument, domain: Domain, form: Form, wrong: str | None
) -> ResponseReturnValue:
    """The same page, with all that was typed and what is wrong with it; nothing was saved."""
    questions = []
    errors = _errors(form, asked_in(domain, draft.profile))
    for number, item in enumerate(asked_in(domain, draft.profile), 1):
        entry = cast("FormField[AnswerForm]", form[item.id]).form
        typed = Answer(
            choice=None,
            reason=entry.reason.data or "",
            note=entry.note.data or "",
            come_back=entry.come_back.data,
        )
        questions.append(
            Question(
                number, item, typed, entry.seen.data or "", errors.get(item.id, {}), entry.choice.data or NOT_CHOSEN
            )
        )
    return _page(draft, instrument, domain, questions, wrong=wrong), 400


def _errors(form: Form, items: tuple[Item, ...]) -> dict[str, dict[str, str]]:
    """What is wrong with each answer, by the part it is wrong with."""
    entries = {item.id: cast("FormField[AnswerForm]", form[item.id]).form for item in items}
    return {
        item_id: {field.short_name: str(field.errors[0]) for field in entry if field.errors}
        for item_id, entry in entries.items()
        if entry.errors
    }


def _told(
    changes: Mapping[str, Change], colliding: tuple[str, ...], errors: Mapping[str, Mapping[str, str]]
) -> ResponseReturnValue:
    """What the page's script must know: what it has seen now, and which answers were not saved and why."""
    seen = {item_id: change.answer.fingerprint for item_id, change in changes.items() if item_id not in colliding}
    return jsonify(seen=seen, colliding=colliding, errors=errors), 409 if colliding else 200


def _saved(
    draft: assessments.Draft,
    instrument: Instrument,
    domain: Domain,
    changes: Mapping[str, Change],
    colliding: tuple[str, ...],
) -> ResponseReturnValue:
    if colliding:
        pairs = [
            (instrument.items[item_id], draft.answers.get(item_id, BLANK), changes[item_id].answer)
            for item_id in colliding
        ]
        page = render_template("questions/collision.html", draft=draft, domain=domain, pairs=pairs)
        return page, 409
    return redirect(after_saving(draft, instrument, domain.id), 303)


def _wants_data() -> bool:
    """Whether the page's script asks, which shows what came of it without leaving the page."""
    return request.accept_mimetypes.best == "application/json"
