"""An HTTPS server on loopback that answers as mailcow's API does, and as what is in its place."""

import json
import secrets
import socketserver
import ssl
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from tests.certificates import Authority
from tests.mailcow.api_rows import Row

LOOPBACK = "127.0.0.1"
HOST = "mail.example.org"
API = "/api/v1/get/"
MIB = 1024 * 1024


@dataclass(frozen=True)
class Reply:
    """What is sent for a request.

    Attributes:
        repeat: how often the body is sent.
        hangs: nothing is sent after the head, until the server ends.
        silent: nothing is sent at all, until the server ends.
        cut: the connection ends before the last byte of the body.
    """

    body: bytes = b""
    status: int = 200
    kind: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()
    repeat: int = 1
    hangs: bool = False
    silent: bool = False
    cut: bool = False


def of_json(value: object, status: int = 200) -> Reply:
    return Reply(json.dumps(value, indent=4).encode(), status)


def error(message: str, status: int) -> Reply:
    return of_json({"type": "error", "msg": message}, status)


HTML = Reply(b"<!DOCTYPE html>\n<title>Sign in</title>", kind="text/html")
SILENCE = Reply(silent=True)
ENDLESS = Reply(b" " * MIB, repeat=50)


@dataclass(frozen=True)
class Request:
    """Attributes: path: below `/api/v1/get/`, decoded; headers: by their names in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]


@dataclass
class ApiServer:
    """A running mailcow, whose answers may be changed while it runs.

    Attributes:
        key: a new one for each server.
        instead: replies that take the place of mailcow's, by path: `dkim/example.org`; `*` is any
            other path. They come after the key has been checked.
        before: takes the place of everything; for what stands in front of mailcow.
        allows_caller: whether the address of the caller is among those that may use the key.
        requests: all that came.
        sent: bytes of bodies so far.
        most_connections: how many were open at once.
    """

    domains: Sequence[Row] = ()
    aliases: Sequence[Row] = ()
    dkim: Mapping[str, Row] = field(default_factory=dict)
    key: str = field(default_factory=lambda: "-".join(secrets.token_hex(3) for _ in range(5)))
    instead: dict[str, Reply] = field(default_factory=dict)
    before: Reply | None = None
    allows_caller: bool = True
    port: int = 0
    requests: list[Request] = field(default_factory=list)
    sent: int = 0
    most_connections: int = 0
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"https://{HOST}:{self.port}"

    @property
    def paths(self) -> list[str]:
        return [request.path for request in self.requests]

    def reply(self, request: Request) -> Reply:
        if self.before is not None:
            return self.before
        if request.headers.get("x-api-key") != self.key:
            return error("authentication failed", 401)
        if not self.allows_caller:
            return error(f"api access denied for ip {LOOPBACK}", 401)
        if (instead := self.instead.get(request.path, self.instead.get("*"))) is not None:
            return instead
        return self._known(request.path)

    def _known(self, path: str) -> Reply:
        what, _, name = path.partition("/")
        match what:
            case "domain" if name == "all":
                return of_json(self.domains or {})
            case "alias-domain" if name == "all":
                return of_json(self.aliases or {})
            case "dkim":
                return of_json(self.dkim.get(name, {}))
        return error("route not found", 404)


@contextmanager
def api_server(
    server: ApiServer | None = None, context: ssl.SSLContext | None = None
) -> Iterator[ApiServer]:
    """Runs in threads; without a context its certificate is from an authority that none knows."""
    server = server or ApiServer()
    with _Listening(server, context or _unknown_certificate()) as listening:
        server.port = listening.server_address[1]
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.over.set()
            listening.shutdown()
            thread.join()


def _unknown_certificate() -> ssl.SSLContext:
    with tempfile.TemporaryDirectory() as folder:
        return Authority.make(Path(folder)).context("mailcow.invalid")


class _Listening(ThreadingHTTPServer):
    daemon_threads = False

    def __init__(self, server: ApiServer, context: ssl.SSLContext) -> None:
        super().__init__((LOOPBACK, 0), _Handler)
        self.mailcow = server
        self._context = context
        self._open = 0
        self._counting = threading.Lock()

    def finish_request(self, request: Any, client_address: Any) -> None:
        self._count(1)
        # A client that is cancelled in its handshake may leave the socket open.
        request.settimeout(_Handler.timeout)
        try:
            with self._context.wrap_socket(request, server_side=True) as tls:
                super().finish_request(tls, client_address)
        finally:
            self._count(-1)

    def _count(self, change: int) -> None:
        with self._counting:
            self._open += change
            self.mailcow.most_connections = max(self.mailcow.most_connections, self._open)

    def handle_error(self, request: Any, client_address: Any) -> None:
        # Clients that refuse the certificate, or do not read on, are part of the tests.
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 10
    server: _Listening

    def __init__(self, request: Any, client_address: Any, server: socketserver.BaseServer) -> None:
        super().__init__(request, client_address, server)

    def do_GET(self) -> None:
        mailcow = self.server.mailcow
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, unquote(self.path.removeprefix(API)), headers)
        mailcow.requests.append(request)
        self._send(mailcow, mailcow.reply(request))

    def _send(self, mailcow: ApiServer, reply: Reply) -> None:
        if reply.silent:
            mailcow.over.wait()
            self.close_connection = True
            return
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.kind)
        self.send_header("Content-Length", str(len(reply.body) * reply.repeat + reply.cut))
        self.send_header("Set-Cookie", "MCSESSID=1; path=/; secure; HttpOnly")
        for name, value in reply.headers:
            self.send_header(name, value)
        self.end_headers()
        self.close_connection = reply.hangs or reply.cut
        if reply.hangs:
            mailcow.over.wait()
            return
        for _ in range(reply.repeat):
            self.wfile.write(reply.body)
            mailcow.sent += len(reply.body)

    def log_message(self, *_: object) -> None:
        """Nothing: tests read `requests`."""
