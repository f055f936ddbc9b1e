"""Who may be asked from where the wizard runs, and what the embedded example shows."""

from functools import partial
from pathlib import Path

from mailcow_dns_tui.demo import DemoDns, demo_setup
from mailcow_dns_tui.engine.local import LocalEngine
from mailcow_dns_tui.lookup.network import Network
from mailcow_dns_tui.lookup.question import Endpoint
from mailcow_dns_tui.model.propagation import ObservationState, Vantage, VantageKind, table
from mailcow_dns_tui.topics.registry import plan

RESOLVER = Endpoint("127.0.0.1", 5353)
SYSTEM = Vantage(VantageKind.SYSTEM, "this machine", "127.0.0.1:5353")


async def around(folder: Path, *, is_example: bool = False) -> list[Vantage]:
    engine = LocalEngine(lambda: Network([RESOLVER]), folder, is_example=is_example)
    found = list(await engine.resolvers())
    await engine.close()
    return found


async def test_on_a_mail_host_mailcows_own_resolver_is_asked_too(tmp_path: Path) -> None:
    (tmp_path / "mailcow.conf").write_text("MAILCOW_HOSTNAME=mail.example.org\n")
    unbound = Vantage(VantageKind.MAILCOW, "mailcow's unbound", "172.22.1.254")
    assert await around(tmp_path) == [SYSTEM, unbound]
    (tmp_path / "mailcow.conf").write_text("IPV4_NETWORK=10.9.8\n")
    assert (await around(tmp_path))[1].address == "10.9.8.254"


async def test_elsewhere_and_in_the_example_it_is_not(tmp_path: Path) -> None:
    assert await around(tmp_path) == [SYSTEM]
    (tmp_path / "mailcow.conf").write_text("MAILCOW_HOSTNAME=mail.example.org\n")
    assert await around(tmp_path, is_example=True) == [SYSTEM]


async def test_the_example_has_all_in_itself() -> None:
    setup = demo_setup()
    async with DemoDns.start() as demo:
        connect = partial(Network, [Endpoint(*demo.resolver)], authority_port=demo.port)
        engine = LocalEngine(connect, is_example=True)
        sights = {}
        record = next(record for record in plan(setup) if record.topic == "mx")
        caches = await engine.resolvers()
        async for sight in engine.propagation(setup, record, caches, anyway=False):
            sights[sight.viewer] = sight
        await engine.close()
    rows = table(sights.values())
    assert [row.viewer.name for row in rows][:2] == ["ns1.example.net.", "ns2.example.net."]
    assert rows[-1].viewer.name == "this machine"
    assert rows[-1].view is ObservationState.CURRENT
