"""Accounts: signing in and out, and the devices that are signed in."""

from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from wtforms import PasswordField

from questionnaire.core.access import PrincipalKind
from questionnaire.store import access as kept_access
from questionnaire.store import accounts, sessions
from questionnaire.web import attempts
from questionnaire.web.access import forget, my_account, onward, public, remember, session_token, signed_in
from questionnaire.web.passwords import EmailForm, labelled, matching, open_account, wrong_with
from questionnaire.web.site import gettext as _
from questionnaire.web.site import reading, site, writing

blueprint = Blueprint("accounts", __name__)


class SignInForm(EmailForm):
    """An address and its password. Whatever is wrong is said in the same words."""

    password = PasswordField()


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    """E-mail and password; from here back to where somebody wanted to go."""
    form = labelled(SignInForm(request.form or None, data={"to": request.args.get("to", "")}))
    wrong, status = wrong_with(form), 200 if request.method == "GET" else 400
    if request.method == "POST" and not wrong and form.validate():
        email = form.email.data or ""
        limits = attempts.of_password(email)
        wait = attempts.attempt(limits)
        found = None if wait else matching(email, form.password.data or "")
        fresh = _signed_in(found) if found else None
        if fresh:
            attempts.forgive(limits)
            return attempts.know_device(remember(redirect(onward(form.to.data), 303), fresh), email)
        status, wrong = (429, attempts.too_many(wait)) if wait else (400, _("The address or the password is wrong."))
    return render_template("accounts/sign_in.html", form=form, wrong=wrong), status


@blueprint.route("/sign-out", methods=["GET", "POST"])
@public
def sign_out() -> ResponseReturnValue:
    """Make this browser forget its account and every private link; on a shared computer, the way out."""
    token = session_token()
    if request.method == "GET":
        held = kept_access.all_held(reading(), token, on=site().today()) if token else []
        return render_template("accounts/sign_out.html", by_link=[one for one in held if not one.email])
    if token:
        with writing() as connection:
            sessions.close(connection, token)
    session.clear()
    return forget(redirect(url_for("organizations.home"), 303))


@blueprint.get("/account")
@signed_in
def show() -> ResponseReturnValue:
    """One's account: what it may open, and the devices that are signed in."""
    mine, token, today = my_account(), session_token() or "", site().today()
    return render_template(
        "accounts/show.html",
        email=mine.email,
        known=kept_access.all_held(reading(), token, on=today),
        devices=sessions.devices(reading(), mine.account_id, here=token, on=today),
    )


@blueprint.post("/account/devices/end")
@signed_in
def end_device() -> ResponseReturnValue:
    """Sign one device out."""
    mine = my_account()
    with writing() as connection:
        if not sessions.close_device(connection, mine.account_id, request.form.get("handle", "").replace("\0", "")):
            abort(404)
    flash(_("That device is signed out."))
    return redirect(url_for(".show"), 303)


@blueprint.post("/account/devices/end-all")
@signed_in
def end_all_devices() -> ResponseReturnValue:
    """Sign out everywhere, here too."""
    mine = my_account()
    with writing() as connection:
        sessions.close_all(connection, PrincipalKind.ACCOUNT, mine.account_id)
    session.clear()
    flash(_("You are signed out on every device."))
    return forget(redirect(url_for(".sign_in"), 303))


def _signed_in(found: accounts.Account) -> str | None:
    """This browser's new session; None where the account changed while its password was looked at."""
    with writing() as connection:
        return open_account(connection, found.account_id) if accounts.is_still(connection, found) else None
