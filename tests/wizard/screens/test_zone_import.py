"""One zone file of what is safe now, from one key of step 5."""

import asyncio
import stat
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import dns.rdatatype
import pytest
from dns.name import Name, from_text
from dns.rdatatype import RdataType
from syrupy.assertion import SnapshotAssertion
from textual.pilot import Pilot

from mailcow_dns_tui.model.answer import Answer, Lookup, Source
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.policy_page import PolicyPage
from mailcow_dns_tui.model.record import Record, Tier
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.model.text import txt_rdata
from mailcow_dns_tui.topics.spf.result import NO_EHLO_SPF
from mailcow_dns_tui.topics.spf.steps import ehlo_record
from mailcow_dns_tui.wizard.app import WizardApp
from mailcow_dns_tui.wizard.clipboard import Clipboard, Copied
from mailcow_dns_tui.wizard.screens.record_list import RecordList
from mailcow_dns_tui.wizard.screens.zone_import import ImportScreen
from mailcow_dns_tui.wizard.widgets.text_view import TextView
from tests.wizard.conftest import MakeApp, at_rest, main_screen, settle
from tests.wizard.engines import Answers
from tests.wizard.screens.test_guide import WITH_MTA_STS, guided, text
from tests.wizard.test_copying import SMALL

CLOUDFLARE = "ada.ns.cloudflare.com."


class Zone(Answers):
    """One at a provider, with the host's own records; the others come when they are imported."""

    def __init__(self, name_server: str) -> None:
        super().__init__(self.answer)
        self.name_server = name_server
        self.is_imported = False

    def answer(self, record: Record) -> Answer:
        there = self.is_imported or record.topic in {"host", "ptr"}
        rdatas = (record.rdata,) if there else ()
        return Answer(Source(self.name_server, "192.0.2.53"), rdatas=rdatas, authoritative=True)


async def asked(app: WizardApp, pilot: Pilot[None], row: str = "_dmarc") -> None:
    """Press i with the cursor on the row of this name, once everything was asked."""
    await settle(pilot, lambda: app.report.all_asked)
    await pilot.press("alt+5")
    rows = main_screen(app).query_one(RecordList)
    await settle(pilot, lambda: bool(rows.count))
    rows.highlighted = next(i for i, line in enumerate(rows.lines) if f" {row} " in line)
    await pilot.pause()
    await pilot.press("i")


async def opened(app: WizardApp, pilot: Pilot[None]) -> None:
    await asked(app, pilot)
    await settle(pilot, lambda: isinstance(app.screen, ImportScreen))


def keys(app: WizardApp) -> str:
    return str(app.screen.query_one(".box").border_subtitle)


def said(app: WizardApp) -> str:
    return "\n".join(str(text.render()) for text in app.screen.query("ImportScreen Static"))


async def toast(app: WizardApp, pilot: Pilot[None]) -> str:
    await settle(pilot, lambda: len(app.screen.query("Toast")) == 1)
    return str(app.screen.query_one("Toast").render())


async def test_the_file_is_copied_and_its_records_turn_good_by_themselves(
    wizard: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mailcow_dns_tui.wizard.checker.PAUSES", (0.02,) * 5000)
    zone = Zone(CLOUDFLARE)
    app = wizard(SMALL, engine=zone)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(app, pilot)
        assert "The import adds these records" in said(app)
        assert "“Proxy imported DNS records”" in said(app)
        await pilot.press("c")
        await settle(pilot, lambda: "Sent a file of" in said(app))
        assert "autodiscover.example.org. 3600 IN CNAME mail.example.org." in app.clipboard
        assert "v=spf1" not in app.clipboard, "it refers to an MX that is not there yet"
        zone.is_imported = True
        mx = next(r for r in app.report.records if r.rdtype == dns.rdatatype.MX)
        await settle(pilot, lambda: app.report.status(mx) is Status.OK)
        await settle(pilot, lambda: "✓ example.org" in said(app))


async def test_what_is_too_long_to_be_copied_is_not_looked_for(
    wizard: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mailcow_dns_tui.wizard.clipboard.MAX_BYTES", 100)
    app = wizard(SMALL, engine=Zone(CLOUDFLARE))
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await opened(app, pilot)
        await pilot.press("c")
        assert "Not copied: terminals take at most" in await toast(app, pilot)
        assert not app.report.pasted
        assert "Import it now" not in said(app)


async def test_what_is_said_of_a_record_fits_beside_its_scroll_bar(wizard: MakeApp) -> None:
    app = wizard(SMALL, engine=Zone(CLOUDFLARE))
    async with app.run_test(size=(120, 36)) as pilot:
        await opened(app, pilot)
        said = app.screen_stack[-2].query_one("#detail", TextView)
        await settle(pilot, lambda: "The form there" in str(said.render()))
        hanging = [line for line in str(said.render()).splitlines() if line.startswith("   ")]
        assert max(map(len, hanging)) <= said.size.width


@pytest.mark.parametrize("there", ["down", "pagedown"])
async def test_the_list_of_its_records_is_scrolled_by_keys(wizard: MakeApp, there: str) -> None:
    app = wizard(SMALL, engine=Zone(CLOUDFLARE))
    async with app.run_test(size=(60, 20)) as pilot:
        await opened(app, pilot)
        listed = app.screen.query_one("#records")
        await pilot.press(there)
        await settle(pilot, lambda: listed.scroll_y > 0)
        await pilot.press("up", "pageup")
        await settle(pilot, lambda: listed.scroll_y == 0)


async def test_the_file_is_saved_for_its_owner_alone(wizard: MakeApp, tmp_path: Path) -> None:
    app = wizard(SMALL, engine=Zone(CLOUDFLARE))
    app.plan_path = tmp_path / "plan.toml"
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(app, pilot)
        await pilot.press("w")
        await settle(pilot, lambda: "Saved as" in said(app))
    text, mode = read(tmp_path / "example.org.import.zone")
    assert mode == 0o600
    assert "example.org. 3600 IN MX 10 mail.example.org." in text


def read(file: Path) -> tuple[str, int]:
    return file.read_text(), stat.S_IMODE(file.stat().st_mode)


async def test_where_it_cannot_be_saved_that_is_said(wizard: MakeApp, tmp_path: Path) -> None:
    app = wizard(SMALL, engine=Zone(CLOUDFLARE))
    app.plan_path = tmp_path / "gone" / "plan.toml"
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await opened(app, pilot)
        await pilot.press("w")
        assert "can't be written" in await toast(app, pilot)
        assert not app.report.pasted, "nothing can have been imported"


async def test_the_services_are_left_out_and_taken_in_again_by_one_key(wizard: MakeApp) -> None:
    app = wizard(SMALL, engine=Zone(CLOUDFLARE))
    async with app.run_test(size=(80, 40)) as pilot:
        await opened(app, pilot)
        assert "_imaps._tcp.example.org" in said(app)
        assert "   s leaves out 11 SRV   " in keys(app)
        await pilot.press("s")
        assert "_imaps._tcp.example.org" not in said(app)
        assert "   s takes in 11 SRV   " in keys(app)
        assert "Left out: 11 SRV and 2 TXT of services." in said(app)
        await pilot.press("c")
        await settle(pilot, lambda: bool(app.clipboard))
        assert "SRV" not in app.clipboard
        await pilot.press("s")
        assert "_imaps._tcp.example.org" in said(app)


async def test_what_is_looked_for_is_what_was_copied(
    wizard: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = asyncio.Event()
    copy = Clipboard.copy

    async def slowly(clipboard: Clipboard, text: str) -> Copied:
        await written.wait()
        return await copy(clipboard, text)

    monkeypatch.setattr(Clipboard, "copy", slowly)
    app = wizard(SMALL, engine=Zone(CLOUDFLARE))
    async with app.run_test(size=(80, 40)) as pilot:
        await opened(app, pilot)
        await pilot.press("s", "c", "s")
        written.set()
        await settle(pilot, lambda: bool(app.report.pasted))
        await settle(pilot, lambda: "Sent a file" in said(app))
        assert not any(record.rdtype == dns.rdatatype.SRV for record in app.report.pasted)


async def test_where_all_else_would_be_lost_no_file_is_made(wizard: MakeApp) -> None:
    app = wizard(SMALL, engine=Zone("dns200.anycast.me."))
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await asked(app, pilot)
        assert "OVHcloud would put the file in the place of the whole zone" in await toast(
            app, pilot
        )


async def test_where_nothing_can_be_imported_that_is_said(wizard: MakeApp) -> None:
    zone = Zone(CLOUDFLARE)
    zone.is_imported = True
    app = wizard(SMALL, engine=zone)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await asked(app, pilot)
        assert await toast(app, pilot) == "Nothing of example.org can be imported now."


@pytest.mark.parametrize(
    ("name_server", "hint"),
    [
        (CLOUDFLARE, "Cloudflare imports zone files: i makes one of what is safe now."),
        ("helium.ns.hetzner.de.", "Hetzner is said to import zone files: i makes one"),
        ("dns200.anycast.me.", ""),
        ("ns1.example.net.", ""),
    ],
)
async def test_whoever_copies_all_records_is_told_of_the_file(
    wizard: MakeApp, name_server: str, hint: str
) -> None:
    app = wizard(SMALL, engine=Zone(name_server))
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settle(pilot, lambda: app.report.all_asked)
        await pilot.press("alt+5", "z")
        told = await toast(app, pilot)
        assert hint in told
        assert hint or "zone files" not in told


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 36)], ids="{0[0]}x{0[1]}".format)
async def test_picture(wizard: MakeApp, picture: SnapshotAssertion, size: tuple[int, int]) -> None:
    app = wizard(SMALL, engine=Zone(CLOUDFLARE))
    async with app.run_test(size=size) as pilot:
        await opened(app, pilot)
        assert await at_rest(app, pilot) == picture


async def test_what_is_only_proposed_is_not_said_to_be_asked_for_ever(wizard: MakeApp) -> None:
    app = wizard(SMALL, engine=Proposing(CLOUDFLARE))
    async with app.run_test(size=(80, 40)) as pilot:
        await opened(app, pilot)
        lines = [line.split() for line in said(app).splitlines()]
        (proposed,) = (line for line in lines if "a" in line and "-all" in line)
        assert proposed[:2] == ["i", "mail.example.org"]


class Proposing(Zone):
    """The server's own name has no SPF record, which is proposed and not planned."""

    async def check(self, setup: Setup, *, fresh: bool) -> AsyncGenerator[Sequence[Finding], None]:
        async for findings in super().check(setup, fresh=fresh):
            yield findings
        host, zone = from_text("mail.example.org"), from_text("example.org")
        record = ehlo_record(host, zone, txt_rdata("v=spf1 a -all"), 3600)
        told = "It has none.", "Add a TXT record."
        found = Finding("spf", NO_EHLO_SPF, Status.INFO, None, host, "TXT", *told, remedy=record)
        lookup = Lookup(host, RdataType.TXT, (self.answer(record),), zone=zone)
        yield [replace(found, tier=Tier.OPTIONAL, lookup=lookup)]


class WithPolicy(Answers):
    """All is there but the record that announces an MTA-STS policy, and that is served."""

    async def policies(self, setup: Setup, domains: Sequence[Name]) -> Mapping[Name, PolicyPage]:
        text = b"version: STSv1\nmode: enforce\nmx: mail.example.org\nmax_age: 604800\n"
        return dict.fromkeys(domains, PolicyPage(200, "text/plain", text))


def unannounced(record: Record) -> Answer:
    is_missing = record.topic == "mta-sts" and record.rdtype == dns.rdatatype.TXT
    rdatas = () if is_missing else (record.rdata,)
    return Answer(Source(CLOUDFLARE, "192.0.2.53"), rdatas=rdatas, authoritative=True)


async def test_the_policy_that_is_served_is_seen_from_the_records_as_well(wizard: MakeApp) -> None:
    app = wizard(WITH_MTA_STS, WithPolicy(unannounced))
    async with app.run_test() as pilot:
        await opened(app, pilot)
        assert "_mta-sts.example.org" in said(app)


async def test_what_the_guide_knows_to_be_safe_goes_into_its_file(wizard: MakeApp) -> None:
    app = wizard(WITH_MTA_STS, WithPolicy(unannounced))
    async with app.run_test() as pilot:
        await guided(app, pilot)
        await settle(pilot, lambda: "Add the MTA-STS record" in text(app, "#step"))
        await pilot.press("i")
        await settle(pilot, lambda: isinstance(app.screen, ImportScreen))
        assert "_mta-sts.example.org" in said(app)
