"""The profile: what an organization says it is, asked when a year begins and open to change until it is submitted."""

from typing import Any

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict
from wtforms import Form, StringField

from questionnaire.core.access import Role
from questionnaire.core.answers import MOST_PEER_WORKERS, NAME_LIMIT, GateAnswer, Profile
from questionnaire.core.instrument import Instrument
from questionnaire.store import assessments, instruments
from questionnaire.web import fields
from questionnaire.web.access import requires
from questionnaire.web.fields import ChoiceField
from questionnaire.web.site import gettext as _
from questionnaire.web.site import language, reading, site, writing
from questionnaire.web.steps import PROFILE, after_saving, steps, without_draft

FIRST_YEAR = 2000

blueprint = Blueprint("profiles", __name__)


class NameForm(Form):
    """How an organization is called."""

    name = StringField(
        filters=[fields.tidy],
        validators=[fields.needed(lambda: _("Give the name of your organization.")), fields.text(NAME_LIMIT)],
    )


class ProfileForm(NameForm):
    """The questions about an organization; those about its gates are added by profile_form()."""

    year = StringField(filters=[fields.tidy])
    kind = ChoiceField()
    size = ChoiceField()
    peer_workers = StringField(filters=[fields.tidy], validators=[fields.whole_number(1, MOST_PEER_WORKERS)])
    seen = StringField()

    @property
    def gates(self) -> list[ChoiceField]:
        """The fields of the gates, in the instrument's order."""
        return [field for field in self if isinstance(field, ChoiceField) and field.name.startswith("gate:")]

    def profile(self) -> Profile:
        """What a valid form says."""
        return Profile(
            kind=self.kind.data,
            size=self.size.data,
            peer_workers=int(self.peer_workers.data or 0),
            gates={field.name.removeprefix("gate:"): GateAnswer(field.data or "") for field in self.gates},
        )


def name_form(sent: MultiDict[str, str] | None, name: str) -> NameForm:
    """The form that corrects a name."""
    form = NameForm(sent, data={} if sent else {"name": name})
    form.name.label.text = _labels()["name"]
    return form


def profile_form(
    instrument: Instrument, sent: MultiDict[str, str] | None = None, *, without: tuple[str, ...] = (), **data: Any
) -> ProfileForm:
    """The form of an instrument's profile, with what was sent or with what stands."""
    say = language().text
    gate_answers = [
        (GateAnswer.YES.value, _("Yes")),
        (GateAnswer.NO.value, _("No")),
        (GateAnswer.DONT_KNOW.value, _("We don’t know")),
    ]
    questions: dict[str, Any] = {f"gate:{gate.id}": ChoiceField(say(gate.question)) for gate in instrument.gates}
    form: ProfileForm = type("ProfileFormOfInstrument", (ProfileForm,), questions)(sent, data={} if sent else data)
    for gate in form.gates:
        gate.options = gate_answers
    form.kind.options = [(kind.id, say(kind.label)) for kind in instrument.kinds]
    form.size.options = [(size.id, say(size.label)) for size in instrument.sizes]
    form.year.validators = [fields.whole_number(FIRST_YEAR, _newest_year())]
    for name in without:
        del form[name]
    for field in form:
        field.label.text = _labels().get(field.name, field.label.text)
    return form


@blueprint.route("/organizations/<organization_id>/<int:year>/profile", methods=["GET", "POST"])
@requires(Role.EDITOR)
def edit(organization_id: str, year: int) -> ResponseReturnValue:
    """The profile of the open draft."""
    draft = assessments.find_draft(reading(), organization_id, year)
    if draft is None:
        return without_draft(organization_id, year)
    instrument = instruments.recall(reading(), draft.instrument_digest)
    form = profile_form(instrument, request.form or None, without=("name", "year"), **as_data(draft.profile))
    if request.form.get("revision", draft.mark) != draft.mark:
        return without_draft(organization_id, year)
    wrong = wrong_with(form)
    if request.method == "POST" and not wrong and form.validate():
        try:
            with writing() as connection:
                held = assessments.draft_to_write(connection, organization_id, year, draft.number)
                assessments.save_profile(connection, held, form.profile(), seen=form.seen.data or "")
        except assessments.ProfileChangedError as changed:
            wrong = _(
                "Somebody else changed this page meanwhile. They put: %(theirs)s. Press Save again to replace that.",
                theirs=_in_words(changed.current, form),
            )
            form.seen.data = changed.current.fingerprint
        except assessments.NoDraftError:
            return without_draft(organization_id, year)
        else:
            return redirect(after_saving(draft, instrument, PROFILE), 303)
    page = render_template("profiles/edit.html", form=form, wrong=wrong, draft=draft, steps=steps(draft, instrument))
    return page, 400 if request.method == "POST" else 200


def _in_words(profile: Profile, form: ProfileForm) -> str:
    """A profile on one line, by what its form offers."""
    standing = as_data(profile)
    chosen = [dict(field.options)[standing[field.name]] for field in (form.kind, form.size, *form.gates)]
    return " · ".join([*chosen, _("%(number)s peer workers", number=profile.peer_workers)])


def wrong_with(form: Form) -> str | None:
    """What is wrong with the form that was sent, as a whole."""
    return fields.strangers(request.form, {"csrf_token", "go", "revision", *(field.name for field in form)})


def _labels() -> dict[str, str]:
    """The questions that are the site's own; those of the gates are the instrument's."""
    return {
        "name": _("Name of the organization"),
        "year": _("Which year is this assessment about?"),
        "kind": _("What kind of organization are you?"),
        "size": _("How many people work for you, in all?"),
        "peer_workers": _("How many of them are peer workers?"),
    }


def as_data(profile: Profile) -> dict[str, str]:
    """A profile as its form holds it."""
    return {
        "kind": profile.kind,
        "size": profile.size,
        "peer_workers": str(profile.peer_workers),
        "seen": profile.fingerprint,
        **{f"gate:{gate_id}": answer.value for gate_id, answer in profile.gates.items()},
    }


def _newest_year() -> int:
    return site().today().year + 1
