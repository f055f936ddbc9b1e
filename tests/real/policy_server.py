"""A web server with one MTA-STS policy, which comes later."""

import ssl
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from tests.https_server import LOOPBACK


class PolicyServer(ThreadingHTTPServer):
    """Serves the policy over HTTPS; an empty one is not found."""

    policy = b""

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Who hangs up in the middle is no fault of the server."""
        if not isinstance(sys.exception(), ConnectionError | ssl.SSLError):
            super().handle_error(request, client_address)


class _Answering(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, PolicyServer)
        policy = self.server.policy
        self.send_response(200 if policy else 404)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(policy)))
        self.end_headers()
        self.wfile.write(policy)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Standard error belongs to the tests."""


@contextmanager
def policy_server(context: ssl.SSLContext) -> Iterator[PolicyServer]:
    with PolicyServer((LOOPBACK, 0), _Answering) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
