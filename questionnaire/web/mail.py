"""Mail: one short text to one address, handed to the server that SMTP_URL names."""

import logging
import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from urllib.parse import unquote, urlsplit

from questionnaire.config import LOOPBACK
from questionnaire.web.site import site

SECONDS_TO_WAIT = 10


class MailNotSentError(Exception):
    """The mail server did not take it."""


def send(to: str, subject: str, text: str) -> None:
    """Send it now; raises MailNotSentError. The log says why, and not to whom."""
    settings = site().settings
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = subject, settings.mail_from, to
    message["Date"], message["Message-ID"] = formatdate(), make_msgid(domain=settings.mail_from.rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    try:
        with _server(settings.smtp_url or "") as server:
            _sign_in(server, settings.smtp_url or "")
            server.send_message(message)
    except (OSError, smtplib.SMTPException, UnicodeError) as error:
        logging.getLogger(__name__).warning("a mail was not sent: %s", type(error).__name__)
        raise MailNotSentError from error


def _server(address: str) -> smtplib.SMTP:
    parts = urlsplit(address)
    host = parts.hostname or ""
    if parts.scheme == "smtps":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(host, parts.port or 465, timeout=SECONDS_TO_WAIT, context=context)
    return smtplib.SMTP(host, parts.port or 587, timeout=SECONDS_TO_WAIT)


def _sign_in(server: smtplib.SMTP, address: str) -> None:
    """Encrypt always, but for a server on this machine; sign in where the address names a user."""
    parts = urlsplit(address)
    if parts.scheme == "smtp" and parts.hostname not in LOOPBACK:
        server.starttls(context=ssl.create_default_context())
    if parts.username:
        server.login(unquote(parts.username), unquote(parts.password or ""))
