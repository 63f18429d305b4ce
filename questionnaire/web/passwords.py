"""Passwords: every way to one. Signing up and forgetting go one way, so that nothing tells who has an account."""

from email.errors import MessageError
from email.headerregistry import Address
from typing import TypeVar
from unicodedata import is_normalized

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection
from wtforms import Field, Form, PasswordField, StringField, ValidationError

from questionnaire.core.access import PrincipalKind
from questionnaire.store import access as kept_access
from questionnaire.store import accounts, passwords, sessions
from questionnaire.store.passwords import LONGEST, SHORTEST
from questionnaire.web import attempts, fields, mail
from questionnaire.web.access import device, inside, my_account, onward, public, remember, session_token, signed_in
from questionnaire.web.links import (
    ACCOUNT_LINK,
    INVITATION,
    address_of,
    held_account_link,
    held_invitation,
    need_address,
    no_link,
)
from questionnaire.web.site import gettext as _
from questionnaire.web.site import reading, site, writing

EMAIL_LIMIT = 254
MAILED_TO, ONWARD = "mailed_to", "onward"

F = TypeVar("F", bound=Form)

blueprint = Blueprint("passwords", __name__)


def is_address(text: str) -> bool:
    """Whether this can be an e-mail address; whether it is one only a mail can tell.

    Each in one spelling: with comments, quotes or wide letters one mailbox has thousands, each with mails of its own.
    """
    if len(accounts.same(text)) > EMAIL_LIMIT or set(text) & set('"()[] ') or not text.isprintable():
        return False
    try:
        parsed = Address(addr_spec=text)
    except (MessageError, ValueError, IndexError):
        return False
    return bool(parsed.username) and "." in parsed.domain.strip(".") and is_normalized("NFKC", text)


def _is_address(_form: Form, field: Field) -> None:
    if not is_address(field.data or ""):
        raise ValidationError(_("Give an e-mail address, like name@example.org."))


def _is_good(form: "PasswordForm", field: Field) -> None:
    """At least 12 characters, and none of those that everybody tries first."""
    password = field.data or ""
    if len(password) < SHORTEST:
        raise ValidationError(
            _(
                "Use at least %(shortest)s characters. Four or five words in a row are easy to remember.",
                shortest=SHORTEST,
            )
        )
    if len(password) > LONGEST:
        raise ValidationError(_("Use at most %(longest)s characters.", longest=LONGEST))
    whose = form["email"].data if "email" in form else form.whose
    if passwords.is_common(password) or accounts.same(password) == accounts.same(whose or ""):
        raise ValidationError(_("This is among the first that others would try. Choose another."))


class EmailForm(Form):
    """An address to send something to, and where to go afterwards."""

    email = StringField(filters=[fields.tidy], validators=[fields.text(EMAIL_LIMIT), _is_address])
    to = StringField(filters=[inside])


class PasswordForm(Form):
    """A password for an account whose address is known."""

    whose = ""
    password = PasswordField(validators=[_is_good])


class AccountForm(PasswordForm):
    """An address and a password that make an account at once."""

    email = StringField(filters=[fields.tidy], validators=[fields.text(EMAIL_LIMIT), _is_address])


class ChangeForm(PasswordForm):
    """The password until now, and the new one."""

    until_now = PasswordField()


@blueprint.route("/sign-up", methods=["GET", "POST"])
@public
def sign_up() -> ResponseReturnValue:
    """An account: confirmed by mail; made at once by who was invited where the site sends none."""
    if site().settings.sends_mail:
        return _mail_a_link("passwords/sign_up.html")
    if held_invitation():
        return _make_at_once()
    return render_template("passwords/no_mail.html", forgotten=False)


@blueprint.route("/forgotten", methods=["GET", "POST"])
@public
def forgotten() -> ResponseReturnValue:
    """A new password for who forgot theirs, by mail."""
    if site().settings.sends_mail:
        return _mail_a_link("passwords/forgotten.html")
    return render_template("passwords/no_mail.html", forgotten=True)


@blueprint.get("/check-mail")
@public
def mailed() -> ResponseReturnValue:
    """What to do next, once a mail is on its way."""
    if MAILED_TO not in session:
        return redirect(url_for(".sign_up"), 303)
    return render_template("passwords/mailed.html", email=session[MAILED_TO])


@blueprint.route("/choose-password", methods=["GET", "POST"])
@public
def choose() -> ResponseReturnValue:
    """Where a link that was mailed or printed leads: a password, and with it the account where there is none."""
    link = held_account_link()
    if link is None:
        return no_link()
    kind = PasswordForm if link.made_for else AccountForm
    form = labelled(kind(request.form or None))
    form.whose = link.made_for
    wrong = wrong_with(form)
    if request.method == "POST" and not wrong and form.validate():
        email = link.made_for or str(form["email"].data)
        try:
            return _chosen(link, email, form.password.data or "")
        except accounts.EmailTakenError:
            wrong = _taken()
    page = render_template("passwords/choose.html", form=form, wrong=wrong, email=link.made_for)
    return page, 400 if request.method == "POST" else 200


@blueprint.route("/account/password", methods=["GET", "POST"])
@signed_in
def change() -> ResponseReturnValue:
    """Another password, by who knows the one until now. All other devices are signed out."""
    mine = my_account()
    form = labelled(ChangeForm(request.form or None))
    form.whose = mine.email
    wrong, status = wrong_with(form), 200 if request.method == "GET" else 400
    if request.method == "POST" and not wrong and form.validate():
        limits = attempts.of_password(mine.email)
        wait = attempts.attempt(limits)
        found = None if wait else matching(mine.email, form.until_now.data or "")
        fresh = _changed(found, form.password.data or "") if found else None
        if fresh:
            attempts.forgive(limits)
            flash(_("Your password is changed. All other devices are signed out."))
            return attempts.know_device(remember(redirect(url_for("accounts.show"), 303), fresh), mine.email)
        status, wrong = (429, attempts.too_many(wait)) if wait else (400, _("The password until now is not right."))
    return render_template("passwords/change.html", form=form, wrong=wrong, email=mine.email), status


def matching(email: str, password: str) -> accounts.Account | None:
    """The account with this address and password. It takes as long, and reads the same, where there is none."""
    found = accounts.find(reading(), email)
    is_right = passwords.matches(found.password_hash if found else None, password)
    return found if found and is_right and found.disabled_on is None else None


def labelled(form: F) -> F:
    """The same form, with its labels in the reader's tongue."""
    labels = {
        "email": _("E-mail address"),
        "password": _("Password") if "to" in form else _("New password"),
        "until_now": _("Password until now"),
    }
    for field in form:
        field.label.text = labels.get(field.name, "")
    return form


def wrong_with(form: Form) -> str | None:
    """What is wrong with the form that was sent, as a whole."""
    return fields.strangers(request.form, {"csrf_token", *(field.name for field in form)})


def _mail_a_link(template: str) -> ResponseReturnValue:
    """Mail a link that sets a password, whether or not the address has an account: one way, one mail, one page."""
    need_address()
    form = labelled(EmailForm(request.form or None, data={"to": request.args.get("to", "")}))
    wrong, status = wrong_with(form), 200 if request.method == "GET" else 400
    if request.method == "POST" and not wrong and form.validate():
        email = accounts.same(form.email.data or "")
        limits = attempts.of_mail(email)
        wait = attempts.attempt(limits)
        if not wait:
            with writing() as connection:
                token = kept_access.make_account_link(connection, email, on=site().today())
            try:
                mail.send(email, _("Your password for Alongside"), _mail_text(token))
            except mail.MailNotSentError:
                attempts.forgive(limits[:1])  # no mail came; what counts against the place it was asked from stays
                wrong, status = _("The mail could not be sent right now. Wait a moment, then try again."), 503
            else:
                session[MAILED_TO], session[ONWARD] = email, form.to.data
                return redirect(url_for(".mailed"), 303)
        else:
            wrong, status = attempts.too_many(wait), 429
    return render_template(template, form=form, wrong=wrong), status


def _mail_text(token: str) -> str:
    return render_template("passwords/mail.txt", link=address_of(token))


def _make_at_once() -> ResponseReturnValue:
    """An account without a mail; the invitation that this browser holds stands for it."""
    form = labelled(AccountForm(request.form or None))
    wrong, status = wrong_with(form), 200 if request.method == "GET" else 400
    if request.method == "POST" and not wrong and form.validate():
        wait = attempts.attempt(attempts.of_invitation(session[INVITATION]))
        if wait:
            wrong, status = attempts.too_many(wait), 429
        else:
            email, kept = form.email.data or "", passwords.hashed(form.password.data or "")
            try:
                with writing() as connection:
                    account_id = accounts.create(connection, email, kept, on=site().today())
                    fresh = open_account(connection, account_id)
            except accounts.EmailTakenError:
                wrong = _taken()
            else:
                return attempts.know_device(remember(redirect(url_for("colleagues.accept"), 303), fresh), email)
    return render_template("passwords/make.html", form=form, wrong=wrong), status


def _chosen(link: kept_access.Link, email: str, password: str) -> ResponseReturnValue:
    """Keep the password, make the account where there is none, and sign this browser in alone."""
    kept = passwords.hashed(password)
    with writing() as connection:
        found = accounts.find(connection, email)
        if found and not link.made_for:
            raise accounts.EmailTakenError
        if found and found.disabled_on:
            return no_link()
        if link.capability_id not in kept_access.end_account_links(connection, link.made_for):
            return no_link()
        account_id = found.account_id if found else accounts.create(connection, email, kept, on=site().today())
        fresh = open_account(connection, account_id)
        accounts.set_password(connection, account_id, kept, keeping=fresh)
        if not link.made_for:
            kept_access.end_account_links(connection, accounts.same(email))
    session.pop(ACCOUNT_LINK, None)
    flash(_("Your password is set, and you are signed in."))
    return attempts.know_device(remember(redirect(onward(session.pop(ONWARD, None)), 303), fresh), email)


def _changed(found: accounts.Account, password: str) -> str | None:
    """This browser's new session; None where the account changed while its password was looked at."""
    kept = passwords.hashed(password)
    with writing() as connection:
        if not accounts.is_still(connection, found):
            return None
        fresh = open_account(connection, found.account_id)
        accounts.set_password(connection, found.account_id, kept, keeping=fresh)
    return fresh


def open_account(connection: Connection, account_id: str) -> str:
    """A session of an account for this browser: always a new one, whatever it held before."""
    principals = [(PrincipalKind.ACCOUNT, account_id)]
    return sessions.open_session(connection, principals, earlier=session_token(), device=device(), on=site().today())


def _taken() -> str:
    return _("No account can be made with this address. If it is yours, sign in with it.")
