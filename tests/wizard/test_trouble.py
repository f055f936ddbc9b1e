"""The wizard over the real lookup layer, with servers that are dead, silent, broken or hostile."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial

import pytest
from textual.pilot import Pilot

from mailcow_dns_tui.engine.local import LocalEngine
from mailcow_dns_tui.lookup.network import Network
from mailcow_dns_tui.lookup.question import Endpoint
from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.setup import DkimKey, Domain, Server, Setup
from mailcow_dns_tui.topics.registry import plan
from mailcow_dns_tui.wizard.app import WizardApp
from mailcow_dns_tui.wizard.screens.record_list import RecordList
from tests.conftest import NAME_SERVER_ADDRESSES, StartNsd, StartUnbound
from tests.lookup.raw_server import raw_server
from tests.servers import free_port, zone_text
from tests.signing import PROBES, probe_zones
from tests.wizard.conftest import KEY, MakeApp, settle

FIRST, DEAD = NAME_SERVER_ADDRESSES[:2]
PROBE_ZONES = probe_zones("ns1.example.net.")
SMALL = Setup(
    server=Server("mail.example.org", "192.0.2.10"),
    domains=(Domain("example.org", dkim=(DkimKey("dkim", KEY),), dmarc_at_once="All is known."),),
)
ABSENCES = ("nothing", "missing", "There is no", "does not exist")
HOSTILE = (
    "\x1b[31mred\x1b[0m",
    "\x1b]0;owned\x07",
    "\x00\x01\x08\r\n\x7f\x9b31m",
    "[red]x[/red]",
    "[@click=app.quit]click[/]",
    "[/nothing-to-close]",
    "\u202egpj.exe\u2066",
    "\u200b\ufeff",
    "x" * 4000,
)


@asynccontextmanager
async def checking(
    wizard: MakeApp, network: Callable[[], Network], setup: Setup = SMALL
) -> AsyncIterator[tuple[WizardApp, Pilot[None]]]:
    """A wizard in the records step that asks this network."""
    engine = LocalEngine(network, is_example=True)
    app = wizard(setup, engine)
    try:
        async with app.run_test(size=(120, 36)) as pilot:
            await pilot.press("alt+5")
            yield app, pilot
    finally:
        await engine.close()


async def judged(app: WizardApp, pilot: Pilot[None]) -> None:
    await settle(pilot, lambda: bool(app.report.records) and not app.report.counts[Status.PENDING])
    await pilot.pause()


def statuses(app: WizardApp) -> set[Status]:
    return {status for status in Status if app.report.counts[status]}


def rows(app: WizardApp) -> list[str]:
    return app.screen.query_one(RecordList).lines


def detail(app: WizardApp) -> str:
    return str(app.screen.query_one("#detail").render())


async def all_details(app: WizardApp, pilot: Pilot[None]) -> str:
    """The explanation of every row, as the cursor passes, wherever its lines are broken."""
    seen: list[str] = []
    records = app.screen.query_one(RecordList)
    for index in range(records.count):
        records.highlighted = index
        await pilot.pause(0)
        seen.append(" ".join(detail(app).split()))
    return "\n".join(seen)


async def test_a_dead_resolver_is_named_and_nothing_is_called_missing(wizard: MakeApp) -> None:
    dead = Endpoint("127.0.0.1", free_port())
    async with checking(wizard, lambda: Network([dead])) as (app, pilot):
        await judged(app, pilot)
        assert statuses(app) == {Status.UNKNOWN}
        said = await all_details(app, pilot)
    assert f"resolver {dead} not reachable" in said
    assert "could not be asked" in said
    assert not any(word in said for word in ABSENCES)


async def test_typing_goes_on_while_a_resolver_is_silent_and_then_it_is_named(
    wizard: MakeApp, saved: list[Setup]
) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        resolver = Endpoint(*silent.getsockname())
        async with checking(wizard, lambda: Network([resolver])) as (app, pilot):
            await asyncio.to_thread(silent.recv, 512)
            await pilot.press("alt+1", "tab", "end", "1")
            await settle(pilot, lambda: saved[-1:] == [app.setup])
            assert app.setup.server.ipv4 == "192.0.2.101"
            assert statuses(app) <= {Status.PENDING, Status.UNKNOWN}
            await pilot.press("alt+5")
            await judged(app, pilot)
            assert statuses(app) == {Status.UNKNOWN}
            said = await all_details(app, pilot)
    assert f"resolver {resolver} no answer in time" in said
    assert not any(word in said for word in ABSENCES)


@pytest.mark.parametrize(
    "garbage",
    [
        lambda query: [query[:2] + b"\xff" * 40],
        lambda query: [query[:2] + b"\x81\x80\x00\x01\xff\xff\x00\x00\x00\x00" + query[12:]],
        lambda query: [query[:2] + b"\x1b[2J" * 1000],
    ],
    ids=["noise", "cut off", "escape sequences"],
)
async def test_garbage_is_no_absence(
    wizard: MakeApp, garbage: Callable[[bytes], Sequence[bytes]]
) -> None:
    with raw_server(garbage) as server:
        async with checking(wizard, lambda: Network([server.endpoint])) as (app, pilot):
            await judged(app, pilot)
            assert statuses(app) == {Status.UNKNOWN}
            said = await all_details(app, pilot)
    assert f"resolver {server.endpoint}" in said
    assert not any(word in said for word in ABSENCES)


def own_records(setup: Setup) -> list[str]:
    """What the setup wants, and what receivers check the server's bounces by."""
    bounces = f'{setup.server.hostname}. TXT "v=spf1 a -all"'
    return [*(zone_line(record) for record in plan(setup) if not record.external), bounces]


def zone_line(record: Record) -> str:
    return f"{record.owner} {record.ttl} IN {record.type_text} {record.rdata}"


def provider(*servers: str) -> str:
    """The zone of the name servers' names: ns1 and on, at these addresses."""
    hosts = (f"ns{number} A {address}" for number, address in enumerate(servers, start=1))
    return zone_text(*hosts, apex="example.net", servers=["ns1.example.net."])


REVERSE = zone_text(
    "10 PTR mail.example.org.", apex="2.0.192.in-addr.arpa", servers=["ns1.example.net."]
)


async def test_with_one_of_two_name_servers_dead_records_are_good_and_it_is_named(
    wizard: MakeApp, nsd: StartNsd, unbound: StartUnbound, authority_port: int
) -> None:
    two = ["ns1.example.net.", "ns2.example.net."]
    served = {
        "example.org": zone_text(*own_records(SMALL), apex="example.org", servers=two),
        "example.net": provider(FIRST, DEAD),
        "2.0.192.in-addr.arpa": REVERSE,
        **PROBE_ZONES.files,
    }
    nsd(FIRST, served)
    resolver = unbound({apex: [FIRST] for apex in served}, PROBE_ZONES.trust_anchors).endpoint
    network = partial(Network, [resolver], authority_port, probes=PROBES)
    async with checking(wizard, network) as (app, pilot):
        await judged(app, pilot)
        assert statuses(app) == {Status.OK, Status.WARNING}
        assert {app.report.status(record) for record in app.report.records} == {Status.OK}
        said = await all_details(app, pilot)
    assert "Not all name servers of example.org answer" in said
    assert f"ns2.example.net. {DEAD}" in said


def as_txt(text: str) -> str:
    """In zone-file form, every byte escaped."""
    data = text.encode()
    pieces = (data[start : start + 255] for start in range(0, len(data), 255))
    return " ".join('"' + "".join(f"\\{byte:03}" for byte in piece) + '"' for piece in pieces)


async def test_what_is_published_is_shown_and_not_obeyed(
    wizard: MakeApp, nsd: StartNsd, unbound: StartUnbound, authority_port: int
) -> None:
    names = ("@", "_dmarc", "dkim._domainkey", "_caldavs._tcp", "_carddavs._tcp")
    hostile = [f"{name} TXT {as_txt(text)}" for name in names for text in HOSTILE]
    prefixed = [
        f"@ TXT {as_txt('v=spf1 ' + HOSTILE[0] + HOSTILE[3])}",
        f"_dmarc TXT {as_txt('v=DMARC1; p=' + HOSTILE[1] + HOSTILE[5])}",
        f"dkim._domainkey TXT {as_txt('v=DKIM1; p=' + HOSTILE[2] + HOSTILE[6])}",
    ]
    served = {
        "example.org": zone_text(
            *hostile, *prefixed, apex="example.org", servers=["ns1.example.net."]
        ),
        "example.net": provider(FIRST),
        "2.0.192.in-addr.arpa": REVERSE,
    }
    nsd(FIRST, served)
    resolver = unbound({apex: [FIRST] for apex in served}).endpoint
    async with checking(wizard, lambda: Network([resolver], authority_port)) as (app, pilot):
        await judged(app, pilot)
        said = await all_details(app, pilot)
        assert app.is_running
        await pilot.press("alt+3")
        await pilot.pause()
        notes = "\n".join(str(note.render()) for note in app.screen.query(".note"))
        everything = "\n".join((said, notes, *rows(app)))
    assert "[red]x[/red]" in said
    assert "[@click=app.quit]click[/]" in said
    assert [c for c in everything if c != "\n" and not c.isprintable()] == []
