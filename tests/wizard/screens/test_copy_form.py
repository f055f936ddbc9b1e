"""Many records in the form of their panel, from one key."""

from dataclasses import replace

import dns.name
import pytest
from syrupy.assertion import SnapshotAssertion
from textual import events
from textual.pilot import Pilot
from textual.widgets import OptionList

from mailcow_dns_tui.guide.boxes import panel_of
from mailcow_dns_tui.model.answer import Answer, Failure, Source
from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.panels.sheet import INSTEAD
from mailcow_dns_tui.wizard.app import WizardApp
from mailcow_dns_tui.wizard.screens.copying import FormScreen
from mailcow_dns_tui.wizard.screens.record_list import RecordList
from tests.wizard.conftest import MakeApp, at_rest, main_screen, settle
from tests.wizard.engines import Answers
from tests.wizard.test_boxes import at
from tests.wizard.test_copying import SMALL

IONOS = "ns1045.ui-dns.de."


def without(*names: str) -> Answers:
    """All is published at IONOS, but for these."""

    def answer(record: Record) -> Answer:
        rdatas = () if record.name in names else (record.rdata,)
        return Answer(Source(IONOS, "192.0.2.53"), rdatas=rdatas, authoritative=True)

    return Answers(answer)


async def opened(app: WizardApp, pilot: Pilot[None], row: str) -> None:
    """Put the cursor on the row of this name, and open the menu."""
    pending = Status.PENDING
    await settle(pilot, lambda: bool(app.report.records) and not app.report.counts[pending])
    await pilot.press("alt+5")
    rows = main_screen(app).query_one(RecordList)
    await settle(pilot, lambda: bool(rows.count))
    rows.highlighted = next(i for i, line in enumerate(rows.lines) if f" {row} " in line)
    await pilot.pause()
    await pilot.press("f")
    await settle(pilot, lambda: isinstance(app.screen, FormScreen))


async def copied(app: WizardApp, row: str, *keys: str) -> tuple[str, str]:
    """What is on the clipboard after these keys in the menu, and what was said of it."""
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await opened(app, pilot, row)
        await pilot.press(*keys)
        await settle(pilot, lambda: len(app.screen.query("Toast")) == 1)
        return app.clipboard, str(app.screen.query_one("Toast").render())


async def test_a_second_key_of_the_menu_does_no_harm(wizard: MakeApp) -> None:
    app = wizard(SMALL, engine=at(IONOS))
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(app, pilot, "_imaps._tcp")
        for _ in range(3):
            app.post_message(events.Key("d", "d"))
        await settle(pilot, lambda: app.screen is main_screen(app) and bool(app.clipboard))


async def test_one_record(wizard: MakeApp) -> None:
    text, said = await copied(wizard(SMALL, engine=at(IONOS)), "_imaps._tcp", "r")
    assert "_imaps._tcp.example.org SRV\n  Type: SRV\n  Service: _imaps\n" in text
    assert "  Points to: mail.example.org\n" in text
    assert said.startswith("Sent _imaps._tcp.example.org SRV in the form of IONOS to your")


async def test_all_that_are_not_good_yet(wizard: MakeApp) -> None:
    app = wizard(SMALL, engine=without("_dmarc", "_imaps._tcp"))
    text, said = await copied(app, "_dmarc", "l")
    assert "_dmarc.example.org TXT" in text
    assert "_imaps._tcp.example.org SRV" in text
    assert "MX" not in text
    assert said.startswith("Sent 2 records not seen to be good yet in the form of IONOS to your")


async def test_where_all_is_good_nothing_is_offered_as_left(wizard: MakeApp) -> None:
    app = wizard(SMALL, engine=at(IONOS))
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(app, pilot, "_dmarc")
        offered = [str(option.prompt) for option in app.screen.query_one(OptionList).options]
        assert [line[0] for line in offered] == ["r", "d", "z", "a"]
        await pilot.press("l", "escape")
        await settle(pilot, lambda: app.screen is main_screen(app))
        assert app.clipboard == ""


async def test_a_domain(wizard: MakeApp) -> None:
    text, said = await copied(wizard(SMALL, engine=at(IONOS)), "_dmarc", "d")
    assert "192.0.2.10" not in text
    assert said.startswith(f"Sent {text.count('  Type: ')} records of example.org in the form")


async def test_a_zone_has_the_mail_host_too(wizard: MakeApp) -> None:
    text, _ = await copied(wizard(SMALL, engine=at(IONOS)), "_dmarc", "z")
    assert "mail.example.org A\n" in text
    assert INSTEAD not in text


async def test_everything_names_what_no_form_is_for(wizard: MakeApp) -> None:
    app = wizard(SMALL, engine=at(IONOS))
    text, said = await copied(app, "_dmarc", "end", "enter")
    assert "10.2.0.192.in-addr.arpa PTR mail.example.org." in text.partition(INSTEAD)[2]
    assert "1 of them with what to do instead" in said


async def test_where_one_could_not_be_asked_its_zone_tells_the_form(wizard: MakeApp) -> None:
    def answer(record: Record) -> Answer:
        source = Source(IONOS, "192.0.2.53")
        if record.name == "_dmarc":
            return Answer(source, failure=Failure.TIMEOUT)
        return Answer(source, rdatas=(record.rdata,), authoritative=True)

    app = wizard(SMALL, engine=Answers(answer))
    text, _ = await copied(app, "_dmarc", "l")
    assert text.startswith("example.org, in the form of IONOS")
    (record,) = (each for each in app.report.records if each.name == "_dmarc")
    assert panel_of(record, app.report, app.setup).id == "ionos"


@pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=["80x24", "120x36"])
async def test_screen(wizard: MakeApp, picture: SnapshotAssertion, size: tuple[int, int]) -> None:
    app = wizard(SMALL, engine=without("_dmarc", "_imaps._tcp"))
    async with app.run_test(size=size) as pilot:
        await opened(app, pilot, "_dmarc")
        app.clear_notifications()
        assert await at_rest(app, pilot) == picture


async def test_names_are_those_inside_the_zone_that_is_there(wizard: MakeApp) -> None:
    engine = at(IONOS)
    engine.zone = dns.name.from_text("example.org")
    sub = replace(SMALL, domains=(replace(SMALL.domains[0], name="sub.example.org"),))
    text, _ = await copied(wizard(sub, engine=engine), "_dmarc", "r")
    assert text.startswith("example.org, in the form of IONOS\n")
    assert "  Host name: _dmarc.sub\n" in text
