"""The socket of a Docker engine, which tells of containers as a real one does."""

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import ThreadingUnixStreamServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

DATABASE = "mysql-mailcow"
REDIS = "redis-mailcow"
PROJECT = "mailcowdockerized"


@dataclass
class DockerEngine:
    """A running engine.

    Attributes:
        containers: those that run, the newest first.
        instead: a body that takes the place of every answer.
        status: of every answer.
        paths: what was asked for.
    """

    socket: Path
    containers: list[dict[str, Any]] = field(default_factory=list)
    instead: bytes | None = None
    status: int = 200
    paths: list[str] = field(default_factory=list)

    def start(self, service: str, address: str, project: str = PROJECT) -> None:
        """Let a container run at an address."""
        labels = {"com.docker.compose.project": project, "com.docker.compose.service": service}
        networks = {f"{project}_mailcow-network": {"IPAddress": address, "GlobalIPv6Address": ""}}
        container = {"Labels": labels, "State": "running"}
        self.containers.insert(0, {**container, "NetworkSettings": {"Networks": networks}})

    def answer(self, path: str) -> bytes:
        self.paths.append(path)
        if self.instead is not None:
            return self.instead
        (filters,) = parse_qs(urlsplit(path).query)["filters"]
        wanted = [label.split("=", 1) for label in json.loads(filters)["label"]]
        told = [each for each in self.containers if _has(each["Labels"], wanted)]
        return json.dumps(told).encode()


def _has(labels: dict[str, str], wanted: list[list[str]]) -> bool:
    return all(labels.get(name) == value for name, value in wanted)


@contextmanager
def docker_engine(socket: Path) -> Iterator[DockerEngine]:
    """An engine that runs nothing yet."""
    engine = DockerEngine(socket)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = engine.answer(self.path)
            self.send_response(engine.status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with suppress(BrokenPipeError):  # whoever asks has had enough
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingUnixStreamServer(str(socket), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield engine
        finally:
            server.shutdown()
            thread.join()
