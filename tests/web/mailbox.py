"""A mail server on this machine, which keeps what it is given."""

import re
from asyncio import Server as AsyncioServer
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller

ACCEPTED = "250 OK"


class Mailbox:
    """What was sent to whom; `says` is what the server answers when a mail is named for somebody."""

    def __init__(self) -> None:
        self.taken: list[tuple[list[str], EmailMessage]] = []
        self.says = ACCEPTED
        self.url = ""

    async def handle_RCPT(  # noqa: N802  # the name is aiosmtpd's
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.says

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802  # as above
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.taken.append((list(envelope.rcpt_tos), mail))
        return ACCEPTED

    def last(self) -> EmailMessage:
        """The mail that came last."""
        return self.taken[-1][1]

    def empty(self) -> None:
        """As it was at first."""
        self.taken.clear()
        self.says = ACCEPTED


class _Server(Controller):
    """It listens where there is room: the port is known once it does."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, AsyncioServer)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


@contextmanager
def running_mailbox() -> Iterator[Mailbox]:
    """A mailbox that takes mail for as long as the block lasts."""
    mailbox = Mailbox()
    server = _Server(mailbox, hostname="127.0.0.1", port=0)
    server.start()
    mailbox.url = f"smtp://127.0.0.1:{server.port}"
    try:
        yield mailbox
    finally:
        server.stop()


def links_in(mail: EmailMessage) -> list[str]:
    """Every address of the web that a mail names."""
    return re.findall(r"https?://\S+", mail.get_content())
