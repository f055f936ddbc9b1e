"""Docker's engine: where mailcow's containers are reached.

It is asked at its socket, where only root may; whoever may ask it can do everything.
"""

from __future__ import annotations

import asyncio
import json
import os
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mailcow_dns_tui.lookup.https import body_within, failure_of
from mailcow_dns_tui.mailcow.conf import Conf, read_address
from mailcow_dns_tui.mailcow.databases import DATABASE, REDIS, Databases
from mailcow_dns_tui.mailcow.server import (
    COULD_NOT,
    LIMIT_BYTES,
    TIMEOUT,
    LocalServer,
    said_briefly,
)
from mailcow_dns_tui.mailcow.source_error import SourceError, Why
from mailcow_dns_tui.model.policy_page import FetchFailure

SOCKET = "/var/run/docker.sock"
SOURCE = "mailcow's containers"
PROJECT = "com.docker.compose.project"
URL = "http://docker/containers/json"
CONTAINERS = {DATABASE: ("mysql-mailcow", 3306), REDIS: ("redis-mailcow", 6379)}
"""Each with its service and its port."""

NOT_FOUND = (
    "Docker was not found here either: start this on the mail host itself, in a container with the "
    "host's network, or use mailcow's API."
)
NOT_RUNNING = "Docker is not running: start it, as with systemctl start docker."
NOT_UNDERSTOOD = "Docker answered what can't be understood: use mailcow's API instead."


def _socket() -> str:
    return os.environ.get("DOCKER_HOST", SOCKET).removeprefix("unix://")


@dataclass(frozen=True)
class Docker:
    """Docker's engine on this machine.

    Attributes:
        socket: its path; by default that of DOCKER_HOST, or the usual one.
        timeout: seconds for its answer, and then for the databases'.
    """

    socket: str = field(default_factory=_socket)
    timeout: float = TIMEOUT

    async def databases(self, conf: Conf, folder: Path) -> Databases:
        """Where the running containers of the project are reached; it is started in the folder."""
        addresses = await self._addresses(conf.project)

        def server(what: str) -> LocalServer | SourceError:
            if isinstance(addresses, SourceError):
                return addresses
            service, port = CONTAINERS[what]
            if service in addresses:
                return LocalServer(what, addresses[service], port, timeout=self.timeout)
            return SourceError(
                f"{what} is not running: start it in {said_briefly(str(folder))} with docker "
                "compose up -d."
            )

        return Databases(SOURCE, server(DATABASE), server(REDIS))

    async def _addresses(self, project: str) -> Mapping[str, str] | SourceError:
        """The address of each running container, by its service."""
        import httpx2

        try:
            async with asyncio.timeout(self.timeout):
                return await self._asked(project)
        except TimeoutError:
            return SourceError(
                f"Docker gave no answer within {self.timeout:g} seconds: see whether docker ps "
                "works."
            )
        except (httpx2.HTTPError, OSError) as error:
            return self._failure(error)

    async def _asked(self, project: str) -> Mapping[str, str] | SourceError:
        import httpx2

        filters = json.dumps({"label": [f"{PROJECT}={project}"]})
        # There is no TLS at a socket of this machine: nobody need be trusted.
        trust = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        transport = httpx2.AsyncHTTPTransport(uds=self.socket, verify=trust)
        async with (
            httpx2.AsyncClient(transport=transport, timeout=None, trust_env=False) as client,
            client.stream("GET", URL, params={"filters": filters}) as response,
        ):
            body = await body_within(response, LIMIT_BYTES)
        if response.status_code != 200 and body is not None:
            said = said_briefly(body.decode(errors="replace"))
            return SourceError(f"Docker {COULD_NOT}. It said: {said}")
        return _read(body)

    def _failure(self, error: Exception) -> SourceError:
        if not Path(self.socket).exists():
            return SourceError(NOT_FOUND, Why.NO_SERVER)
        if failure_of(error) is FetchFailure.REFUSED:
            return SourceError(NOT_RUNNING)
        return SourceError(
            f"Docker could not be asked at {said_briefly(self.socket)}: see whether docker ps "
            "works."
        )


def _read(body: bytes | None) -> Mapping[str, str] | SourceError:
    try:
        containers = json.loads(body or b"")
    except (ValueError, RecursionError):
        return SourceError(NOT_UNDERSTOOD)
    if not isinstance(containers, list):
        return SourceError(NOT_UNDERSTOOD)
    # The newest comes first, and may be somebody's `docker compose run` beside the service.
    return {name: address for each in containers for name, address in _service(each)}


def _service(container: object) -> Iterator[tuple[str, str]]:
    match container:
        case {
            "Labels": {"com.docker.compose.service": str(service)},
            "NetworkSettings": {"Networks": dict(networks)},
        }:
            for network in networks.values():
                if address := _address(network):
                    yield service, address


def _address(network: object) -> str:
    match network:
        case {"IPAddress": str(address)} if read_address(address):
            return address
    return ""
