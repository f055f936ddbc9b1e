"""A provider's API on loopback, which keeps a zone and answers as the provider documents."""

import json
import threading
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum, auto
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import dns.rdatatype
import dns.zone
import pytest
import requests.adapters

from tests.publish.zones import APEX, FOREIGN, NAME_SERVER, records, rrset
from tests.servers import zone_text

RIGHT, NARROW, WRONG = "token-that-is-right", "token-that-only-reads", "token-of-nobody"
ZONE = "example.org"
TTL = 3600
"""Of all its records; some take no shorter one."""


class Fault(Enum):
    """What is wrong with an answer."""

    RATE_LIMIT = auto()
    ERROR = auto()
    HALF = auto()


@dataclass(frozen=True)
class Row:
    """One record: its name below the apex, empty for that, and its data as in a zone file."""

    id: int
    name: str
    rdtype: str
    ttl: int
    text: str
    remarks: Mapping[str, Any] = field(default_factory=dict)
    """What the provider has besides DNS."""

    @property
    def words(self) -> list[str]:
        return self.text.split(" ")

    @property
    def joined(self) -> str:
        """The text of a TXT."""
        data = rrset("@", "TXT", self.text).rdatas[0]
        return b"".join(data.strings).decode()  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body or b"null")


@dataclass(frozen=True)
class Reply:
    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def data(self) -> bytes:
        if isinstance(self.body, bytes):
            return self.body
        return b"" if self.status == 204 else json.dumps(self.body).encode()


class Emulated(ABC):
    """One provider with one zone.

    Attributes:
        panel: the id of its panel.
        holds: the types of record that it can have.
        good_answers: how many there are before the fault.
        published: what its name servers had after each write, the last one last.
    """

    panel: str
    holds: str = "A AAAA CAA CNAME DS MX NS SRV TLSA TXT"

    def __init__(self) -> None:
        self.rows = [row for row in _rows() if row.rdtype in self.holds.split()]
        self.fault: Fault | None = None
        self.good_answers = 0
        self.writes_left: int | None = None
        self.published = [self.records]

    @property
    def records(self) -> Counter[str]:
        """All that is kept, as `zones.transfer` gives it."""
        return records([rrset(r.name or "@", r.rdtype, r.text, ttl=r.ttl) for r in self.rows])

    def credentials(self, token: str) -> dict[str, str]:
        return {"token": token}

    def answer(self, request: Request) -> Reply:
        """What the provider says, and does."""
        token = self.token_of(request)
        if token not in {RIGHT, NARROW}:
            return self.unknown()
        if self.fault is Fault.RATE_LIMIT:
            return self.throttled()
        if not self.writes(request):
            return self.served(request)
        if token == NARROW:
            return self.forbidden()
        if self.writes_left == 0:
            return Reply(500, b"Internal Server Error")
        if self.writes_left is not None:
            self.writes_left -= 1
        reply = self.served(request)
        self.published.append(self.shown(request))
        return reply

    def shown(self, request: Request) -> Counter[str]:
        """What the name servers have after a write."""
        return self.records

    def writes(self, request: Request) -> bool:
        return request.method != "GET"

    def token_of(self, request: Request) -> str:
        return request.headers.get("Authorization", "").partition(" ")[2]

    def of(self, name: str, rdtype: str) -> list[Row]:
        return [row for row in self.rows if (row.name, row.rdtype) == (name, rdtype)]

    def add(self, name: str, rdtype: str, ttl: int, text: str, **remarks: Any) -> Row:
        number = max((row.id for row in self.rows), default=0) + 1
        self.rows.append(Row(number, name, rdtype, ttl, text, remarks))
        return self.rows[-1]

    def remove(self, *rows: Row) -> None:
        self.rows = [row for row in self.rows if row not in rows]

    def with_id(self, number: object) -> Row:
        return next(row for row in self.rows if str(row.id) == str(number))

    @abstractmethod
    def served(self, request: Request) -> Reply: ...
    @abstractmethod
    def unknown(self) -> Reply: ...
    @abstractmethod
    def forbidden(self) -> Reply: ...
    @abstractmethod
    def throttled(self) -> Reply: ...


def _rows() -> Iterator[Row]:
    text = zone_text(*FOREIGN, apex=ZONE, servers=[NAME_SERVER])
    zone = dns.zone.from_text(text, APEX, relativize=False)
    for number, (owner, _, rdata) in enumerate(zone.iterate_rdatas()):
        name = owner.relativize(APEX).to_text().replace("@", "")
        yield Row(number, name, dns.rdatatype.to_text(rdata.rdtype), TTL, rdata.to_text())


@contextmanager
def running(provider: Emulated, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Lead all that is sent by HTTPS to the provider."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(provider))
    send = requests.adapters.HTTPAdapter.send

    def led(self: Any, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        # A copy: cookies are kept for the host that was asked.
        here, url = request.copy(), urlsplit(request.url or "")
        address = f"127.0.0.1:{server.server_address[1]}"
        here.url = url._replace(scheme="http", netloc=address).geturl()
        return send(self, here, **{**options, "proxies": None})

    with monkeypatch.context() as patch:
        patch.setattr(requests.adapters.HTTPAdapter, "send", led)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


def _handler(provider: Emulated) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            url = urlsplit(self.path)
            length = int(self.headers.get("Content-Length") or 0)
            query = dict(parse_qsl(url.query, keep_blank_values=True))
            body = self.rfile.read(length)
            asked = Request(self.command, url.path, query, dict(self.headers.items()), body)
            self.give(provider.answer(asked))

        def give(self, reply: Reply) -> None:
            data, status = reply.data, reply.status
            fault = None if provider.good_answers > 0 else provider.fault
            provider.good_answers -= 1
            if fault is Fault.ERROR:
                data, status = b"<h1>Internal Server Error</h1>", 500
            self.send_response(status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            half = fault is Fault.HALF
            self.wfile.write(data[: len(data) // 2] if half else data)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    return Handler
