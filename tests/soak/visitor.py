"""A browser without scripts, on a socket of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from tests.soak.served import HOST, PATIENCE
from tests.web.client import Fields


class Visitor:
    """What it keeps while connections come and go are its cookies."""

    def __init__(self) -> None:
        self.cookies: dict[str, str] = {}
        self.connection = HTTPConnection(HOST)

    @contextmanager
    def connected(self, port: int) -> Iterator[None]:
        self.connection = HTTPConnection(HOST, port, timeout=PATIENCE)
        try:
            yield
        finally:
            self.connection.close()

    def send(self, address: str, fields: Fields | None = None) -> None:
        """Send a whole request: a form with these fields, or else the wish to see a page."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
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
