"""Who may be asked from where the wizard runs, and what the embedded example shows."""

from functools import partial
from pathlib import Path

from mailcow_dns_tui.demo import DemoDns, demo_setup
from mailcow_dns_tui.lookup.network import Network
from mailcow_dns_tui.lookup.server import Endpoint
from mailcow_dns_tui.model.seen import Kind, View, Viewer, table
from mailcow_dns_tui.topics.run import plan
from mailcow_dns_tui.wizard.live import LiveExaminer
from mailcow_dns_tui.wizard.live_onlooker import LiveOnlooker

RESOLVER = Endpoint("127.0.0.1", 5353)
SYSTEM = Viewer(Kind.SYSTEM, "this machine", "127.0.0.1:5353")


async def around(folder: Path, *, is_example: bool = False) -> list[Viewer]:
    examiner = LiveExaminer(lambda: Network([RESOLVER]))
    onlooker = LiveOnlooker(examiner, folder, is_example=is_example)
    found = list(await onlooker.around())
    await examiner.close()
    return found


async def test_on_a_mail_host_mailcows_own_resolver_is_asked_too(tmp_path: Path) -> None:
    (tmp_path / "mailcow.conf").write_text("MAILCOW_HOSTNAME=mail.example.org\n")
    unbound = Viewer(Kind.MAILCOW, "mailcow's unbound", "172.22.1.254")
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
        examiner = LiveExaminer(connect)
        onlooker = LiveOnlooker(examiner, None, is_example=True)
        sights = {}
        record = next(record for record in plan(setup) if record.topic == "mx")
        caches = await onlooker.around()
        async for sight in onlooker.look(setup, record, caches, anyway=False):
            sights[sight.viewer] = sight
        await examiner.close()
    rows = table(sights.values())
    assert [row.viewer.name for row in rows][:2] == ["ns1.example.net.", "ns2.example.net."]
    assert rows[-1].viewer.name == "this machine"
    assert rows[-1].view is View.CURRENT
