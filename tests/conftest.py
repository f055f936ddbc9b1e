"""Fixtures that start real servers."""

import os
import signal
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

import pytest

from mailcow_dns_tui.demo import DemoDns
from mailcow_dns_tui.lookup.server import Endpoint
from tests.mailcow.container_servers import (
    ContainerServers,
    MailcowContainers,
    mailcow_containers,
    run_container_servers,
)
from tests.servers import Unbound, free_port, program_path, run_nsd, run_unbound

NAME_SERVER_ADDRESSES = tuple(f"127.0.0.{number}" for number in range(10, 30))
RESOLVER_ADDRESS = "127.0.0.1"

StartNsd = Callable[[str, Mapping[str, str]], Endpoint]


class StartUnbound(Protocol):
    def __call__(
        self, stubs: Mapping[str, Sequence[str]], trust_anchors: Sequence[str] = ()
    ) -> Unbound: ...


def pytest_configure() -> None:
    # A shell that runs the tests in the background lets them, and all they start, ignore Ctrl+C.
    signal.signal(signal.SIGINT, signal.default_int_handler)


def need(program: str) -> None:
    if program_path(program) is None:
        pytest.skip(f"{program} is not installed")


@pytest.fixture
def authority_port() -> int:
    """The port of all of a test's name servers, as 53 is in the world."""
    return free_port(NAME_SERVER_ADDRESSES)


@pytest.fixture
def nsd(tmp_path: Path, authority_port: int) -> Iterator[StartNsd]:
    """Starts an NSD: `nsd("127.0.0.11", {"example.org": zone_text(…)})`."""
    need("nsd")
    with ExitStack() as stack:

        def start(address: str, zones: Mapping[str, str]) -> Endpoint:
            endpoint = Endpoint(address, authority_port)
            stack.enter_context(run_nsd(tmp_path / f"nsd-{address}", endpoint, zones))
            return endpoint

        yield start


@pytest.fixture
def unbound(tmp_path: Path, authority_port: int) -> Iterator[StartUnbound]:
    """Starts an Unbound that knows only these zones: `unbound({"example.org": ["127.0.0.11"]})`."""
    need("unbound")
    with ExitStack() as stack:

        def start(stubs: Mapping[str, Sequence[str]], trust_anchors: Sequence[str] = ()) -> Unbound:
            endpoint = Endpoint(RESOLVER_ADDRESS, free_port([RESOLVER_ADDRESS]))
            servers = {
                apex: [Endpoint(address, authority_port) for address in addresses]
                for apex, addresses in stubs.items()
            }
            running = run_unbound(tmp_path / "unbound", endpoint, servers, trust_anchors)
            return stack.enter_context(running)

        yield start


@pytest.fixture(scope="session")
def container_servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ContainerServers]:
    """The database and the Redis of mailcow's containers; each test that uses them resets them."""
    need("mariadbd")
    need("redis-server")
    with run_container_servers(tmp_path_factory.mktemp("servers")) as servers:
        yield servers


@pytest.fixture
def containers(
    container_servers: ContainerServers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> MailcowContainers:
    """mailcow's containers, with empty tables and no keys, and a `docker` on PATH that has them."""
    made = mailcow_containers(container_servers, tmp_path / "mailcow")
    monkeypatch.setenv("PATH", f"{made.programs}:{os.environ['PATH']}")
    return made


@pytest.fixture
async def demo() -> AsyncIterator[DemoDns]:
    async with DemoDns.start() as running:
        if not running.complete:
            pytest.skip("only 127.0.0.1 can be used here")
        yield running
