"""A browser without scripts, on a socket of its own."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from tests.soak.served import HOST, PATIENCE
from tests.web.client import Fields


class Visitor:
    """What it keeps while connections come and go are its cookies."""

    def __init__(self, *, tls: bool = False) -> None:
        self.cookies: dict[str, str] = {}
        self.tls = tls
        self.connection = HTTPConnection(HOST)

    @contextmanager
    def connected(self, port: int) -> Iterator[None]:
        if self.tls:
            unverified = ssl._create_unverified_context()  # noqa: S323  # the trial made the certificate itself
            self.connection = HTTPSConnection(HOST, port, timeout=PATIENCE, context=unverified)
        else:
            self.connection = HTTPConnection(HOST, port, timeout=PATIENCE)
        try:
            yield
        finally:
            self.connection.close()

    def send(self, address: str, fields: Fields | None = None, **more: str) -> None:
        """Send a whole request: a form with these fields, or else the wish to see a page."""
        headers = {name.replace("_", "-"): value for name, value in more.items()}
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if fields is None:
            self.connection.request("GET", address, headers=headers)
            return
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request("POST", address, urlencode(list(fields.items(multi=True))), headers)

    def receive(self) -> HTTPResponse:
        """The answer to what was sent, of which the body may still be on its way."""
        response = self.connection.getresponse()
        for header in response.headers.get_all("Set-Cookie", []):
            self.cookies.update({name: morsel.value for name, morsel in SimpleCookie(header).items()})
        return response

    def read(self, address: str) -> str:
        """A page that must be there."""
        self.send(address)
        response = self.receive()
        page = response.read().decode()
        if response.status != 200:
            raise UnexpectedAnswer(f"{response.status} to GET {address}")
        return page

    def status(self, address: str, fields: Fields | None = None, **headers: str) -> int:
        """How a request is answered, whatever that is; `headers` with _ for -."""
        self.send(address, fields, **headers)
        response = self.receive()
        response.read()
        return response.status

    def go(self, address: str, fields: Fields | None = None) -> str:
        """Send what leads elsewhere; where it leads to."""
        self.send(address, fields)
        response = self.receive()
        response.read()
        if response.status != 303:
            raise UnexpectedAnswer(f"{response.status} to {'GET' if fields is None else 'POST'} {address}")
        return response.headers["Location"]


class UnexpectedAnswer(Exception):
    """The site answered something that no user should see here."""
