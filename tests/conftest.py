"""Fixtures that start real servers."""

import gc
import os
import signal
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import Protocol

import pytest

from mailcow_dns_tui.demo import DemoDns
from mailcow_dns_tui.gc_tuning import collect_less_often
from mailcow_dns_tui.lookup.question import Endpoint
from tests.mailcow.database_servers import (
    DatabaseServers,
    MailcowDatabases,
    run_database_servers,
)
from tests.mailcow.docker_engine import DockerEngine, docker_engine
from tests.servers import Unbound, free_port, program_path, run_nsd, run_unbound

NAME_SERVER_ADDRESSES = tuple(f"127.0.0.{number}" for number in range(10, 30))
RESOLVER_ADDRESS = "127.0.0.1"

SLOW = {
    "battery/*",
    "cli/plain/test_dialogue.py",
    "cli/plain/test_guiding.py",
    "cli/test_check_command.py",
    "cli/test_check_process.py",
    "cli/test_hostile_output.py",
    "cli/test_mailcow_option.py",
    "cli/test_monitoring.py",
    "cli/test_notify.py",
    "cli/test_parts.py",
    "engine/test_local.py",
    "engine/test_process.py",
    "export/test_dnscontrol.py",
    "export/test_nsupdate.py",
    "export/test_octodns.py",
    "export/test_terraform.py",
    "export/test_zone.py",
    "guide/test_glance.py",
    "guide/test_walk.py",
    "mailcow/test_api_failures.py",
    "mailcow/test_api_parts.py",
    "mailcow/test_databases*.py",
    "panels/test_round_trip.py",
    "publish/test_emulated_providers.py",
    "publish/test_hard_zones.py",
    "publish/test_publish_command.py",
    "publish/test_publish_at_powerdns.py",
    "publish/test_real_servers.py",
    "publish/test_typed_credentials.py",
    "publish/test_unable_packages.py",
    "publish/test_walk.py",
    "real/*",
    "test_end_to_end.py",
    "test_layers.py",
    "test_memory_zones.py",
    "test_monkey.py",
    "test_on_a_mail_host.py",
    "test_owner.py",
    "test_panel_queue.py",
    "topics/test_plan_while_typing.py",
    "topics/test_promise.py",
    "topics/test_unfinished_plans.py",
    "wizard/screens/test_copy_form.py",
    "wizard/screens/test_dmarc_time.py",
    "wizard/screens/test_guide.py",
    "wizard/screens/test_guide_claims.py",
    "wizard/screens/test_guide_count.py",
    "wizard/screens/test_guide_end.py",
    "wizard/screens/test_guide_keys.py",
    "wizard/screens/test_guide_moving.py",
    "wizard/screens/test_guide_returned.py",
    "wizard/screens/test_guide_saved.py",
    "wizard/screens/test_mailcow.py",
    "wizard/screens/test_muting.py",
    "wizard/screens/test_panel_choice.py",
    "wizard/screens/test_propagation.py",
    "wizard/screens/test_propagation_real.py",
    "wizard/screens/test_publish_keys.py",
    "wizard/screens/test_publish_pictures.py",
    "wizard/screens/test_raw_view.py",
    "wizard/screens/test_record_detail.py",
    "wizard/screens/test_watch.py",
    "wizard/screens/test_zone_import.py",
    "wizard/steps/test_beginning.py",
    "wizard/steps/test_dkim_field.py",
    "wizard/test_ascii.py",
    "wizard/test_boxes.py",
    "wizard/test_broken_sources.py",
    "wizard/test_checking.py",
    "wizard/test_clipboard_real.py",
    "wizard/test_commands.py",
    "wizard/test_contrast.py",
    "wizard/test_copying.py",
    "wizard/test_few_colours.py",
    "wizard/test_finding_faults.py",
    "wizard/test_leaving.py",
    "wizard/test_mailcow_pictures.py",
    "wizard/test_mouse.py",
    "wizard/test_overview.py",
    "wizard/test_panes.py",
    "wizard/test_pictures.py",
    "wizard/test_pieces.py",
    "wizard/test_places.py",
    "wizard/test_preview.py",
    "wizard/test_publishing.py",
    "wizard/test_result_order.py",
    "wizard/test_shutdown.py",
    "wizard/test_sizes.py",
    "wizard/test_trouble.py",
    "wizard/test_typing.py",
    "wizard/widgets/test_glossary.py",
    "wizard/widgets/test_key_footer.py",
    "wizard/widgets/test_key_order.py",
}
"""What `-m "not slow"` leaves out, so that the rest takes less than a minute."""

StartNsd = Callable[[str, Mapping[str, str]], Endpoint]


class StartUnbound(Protocol):
    def __call__(
        self, stubs: Mapping[str, Sequence[str]], trust_anchors: Sequence[str] = ()
    ) -> Unbound: ...


def pytest_configure() -> None:
    # A shell that runs the tests in the background lets them, and all they start, ignore Ctrl+C.
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """More than there are processors: most tests wait for servers, terminals and clocks."""
    return 2 * len(os.sched_getaffinity(0)) + 1


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Read no module of which no test is wanted: that takes as long as the fast lane's tests."""
    is_fast_lane = config.getoption("markexpr") == "not slow"
    return True if is_fast_lane and collection_path in _slow_modules() else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put what takes long first: at the end all processors are done at once."""
    for item in items:
        if item.path in _slow_modules():
            item.add_marker(pytest.mark.slow)
    items.sort(key=lambda item: item.path not in _slow_modules())


@cache
def _slow_modules() -> Collection[Path]:
    here = Path(__file__).parent
    return {path for pattern in SLOW for path in _matching(here, pattern)}


def pytest_collection_finish() -> None:
    """What is there now stays: every look for garbage would go through all modules and tests."""
    gc.collect()
    gc.freeze()
    collect_less_often()


def _matching(folder: Path, pattern: str) -> Sequence[Path]:
    found = [path for path in folder.glob(pattern) if path.name.startswith("test_")]
    if not found:
        raise pytest.UsageError(f"{pattern} in SLOW is no test")
    return found


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
def database_servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DatabaseServers]:
    """mailcow's MariaDB and Redis; each test that uses them resets them."""
    need("mariadbd")
    need("redis-server")
    with run_database_servers(tmp_path_factory.mktemp("servers")) as servers:
        yield servers


@pytest.fixture
def databases(database_servers: DatabaseServers) -> MailcowDatabases:
    """mailcow's databases, with empty tables and no keys."""
    database_servers.reset()
    return MailcowDatabases(database_servers)


@pytest.fixture
def docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[DockerEngine]:
    """This machine's Docker, which runs nothing yet."""
    with docker_engine(tmp_path / "docker.sock") as engine:
        monkeypatch.setenv("DOCKER_HOST", f"unix://{engine.socket}")
        yield engine


@pytest.fixture
async def demo() -> AsyncIterator[DemoDns]:
    async with DemoDns.start() as running:
        if not running.complete:
            pytest.skip("only 127.0.0.1 can be used here")
        yield running
