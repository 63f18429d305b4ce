"""Archives: all that an organization has, downloaded as one file, and loaded from one as a new organization."""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import FileField, Form

from questionnaire.core.access import Role
from questionnaire.core.archive import Archive, RefusedArchiveError
from questionnaire.core.events import Entry, Event
from questionnaire.output.archives import LARGEST, pack, unpack
from questionnaire.store import archives, organizations
from questionnaire.store import events as kept_events
from questionnaire.web import events, fields
from questionnaire.web.access import my_account, requires, signed_in
from questionnaire.web.attempts import costly
from questionnaire.web.security import takes_files
from questionnaire.web.site import gettext as _
from questionnaire.web.site import language, site, writing

blueprint = Blueprint("archives", __name__)


class LoadForm(Form):
    """The file of an archive."""

    archive = FileField()


@blueprint.route("/organizations/<organization_id>/archive", methods=["GET", "POST"])
@requires(Role.OWNER)
@costly
def show(organization_id: str) -> ResponseReturnValue:
    """What a download holds, and the download itself."""
    if request.method == "GET":
        return render_template("archives/show.html")
    today = site().today()
    with writing() as connection:
        archive = archives.gather(connection, organization_id, on=today)
        events.note(connection, Event.DOWNLOADED)
    return Response(
        pack(archive),
        mimetype="application/zip",
        headers={"Content-Disposition": f"attachment; filename=alongside-archive-{today}.zip"},
    )


@blueprint.route("/load", methods=["GET", "POST"])
@signed_in
@takes_files
@costly
def load() -> ResponseReturnValue:
    """A new organization of one's own from an archive; or the reason why not, and nothing at all."""
    form = LoadForm()
    form.archive.label.text = _("Archive")
    if request.method == "GET":
        return render_template("archives/load.html", form=form, wrong=None)
    wrong = fields.strangers(request.form, {"csrf_token"})
    sent = request.files.get("archive")
    if not wrong and sent:
        try:
            organization_id = _loaded(unpack(sent.read(LARGEST + 1)))
        except RefusedArchiveError as refused:
            form.archive.errors = [language().say(refused.in_words)]
        else:
            flash(_("All of it is loaded. You own this organization here, and can invite colleagues."))
            return redirect(url_for("organizations.show", organization_id=organization_id), 303)
    elif not wrong:
        form.archive.errors = [_("Choose the file of an archive.")]
    wrong = wrong or _("Nothing was loaded. Put this right, then choose the file again.")
    return render_template("archives/load.html", form=form, wrong=wrong), 400


def _loaded(archive: Archive) -> str:
    """The id of the new organization; raises RefusedArchiveError, and then there is none."""
    mine, today, own = my_account(), site().today(), site().instrument
    with writing() as connection:
        organization_id = archives.load(connection, archive, own, on=today)
        organizations.claim(connection, organization_id, mine.account_id)
        entry = Entry(today, Event.IMPORTED, mine.email, about=f"archive of {archive.made_on}")
        kept_events.note(connection, organization_id, entry)
    return organization_id
