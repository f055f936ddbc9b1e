"""Finding one's fault among many rows: counts in the headings, a search, and keys to the next."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace

from textual.pilot import Pilot

from mailcow_dns_tui.model.answer import Answer
from mailcow_dns_tui.model.code import Code
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.setup import Dmarc, Setup
from mailcow_dns_tui.model.text import txt_rdata
from mailcow_dns_tui.topics.spf.result import NO_EHLO_SPF
from mailcow_dns_tui.topics.spf.steps import ehlo_record
from mailcow_dns_tui.wizard.app import WizardApp
from mailcow_dns_tui.wizard.screens.record_list import RecordList
from mailcow_dns_tui.wizard.steps.step import Step
from mailcow_dns_tui.wizard.widgets.text_view import TextView
from tests.memory_dns import MemoryDns, World, good_zone
from tests.topics.setups import FULL
from tests.topics.setups import findings as found_in
from tests.wizard.conftest import SETUP, MakeApp, main_screen, settle
from tests.wizard.engines import Answers, Stuck, absent, published
from tests.wizard.screens.test_guide import WITH_CAA
from tests.wizard.screens.test_guide_end import footer

COPYING = {"Box", "Copy", "Value"}


def two_faults(record: Record) -> Answer:
    return absent(record) if record.topic in {"mx", "spf"} else published(record)


async def opened(app: WizardApp, pilot: Pilot[None]) -> RecordList:
    await settle(pilot, lambda: bool(app.report.records) and not app.report.counts[Status.PENDING])
    await pilot.press("alt+5")
    rows = app.screen.query_one(RecordList)
    await settle(pilot, lambda: rows.has_focus and bool(rows.count))
    return rows


def names(rows: RecordList) -> list[str]:
    return [" ".join(line.split()[:4]) for line in rows.lines]


async def test_headings_count_and_columns_have_heads(wizard: MakeApp) -> None:
    app = wizard(engine=Answers(two_faults))
    async with app.run_test(size=(80, 24)) as pilot:
        rows = await opened(app, pilot)
        assert rows.lines[0] == "Server, set once  ✓ 4"
        assert "example.org  ✓ 17  ✗ 2" in rows.lines
        heads = str(app.screen.query_one("#heads").render())
        row = next(line for line in rows.lines if " MX " in line)
        assert heads.index("Type") == row.index("MX")
        assert heads.index("Value") == row.index("10 mail")


async def test_a_search_leaves_what_has_all_the_words(wizard: MakeApp) -> None:
    app = wizard(engine=Answers(two_faults))
    async with app.run_test(size=(80, 24)) as pilot:
        rows = await opened(app, pilot)
        everything = rows.count
        await pilot.press("slash", *"TXT bücher")
        await settle(pilot, lambda: rows.count == 6)
        assert rows.lines[0].startswith("bücher.example")
        assert all(" TXT " in line for line in rows.lines[1:])
        await pilot.press("enter")
        assert rows.has_focus
        await pilot.press("escape")
        await settle(pilot, lambda: rows.count == everything)
        assert main_screen(app).step is Step.RECORDS
        await pilot.press("escape")
        await settle(pilot, lambda: main_screen(app).step is Step.SERVICES)


async def test_one_key_shows_faults_only(wizard: MakeApp) -> None:
    engine = Answers(two_faults)
    app = wizard(engine=engine)
    async with app.run_test(size=(80, 24)) as pilot:
        rows = await opened(app, pilot)
        everything = rows.count
        await pilot.press("l")
        await settle(pilot, lambda: rows.count == 6)
        assert names(rows)[1:3] == ["✗ error @ MX", "✗ error @ TXT"]
        engine.answering = published
        await pilot.press("ctrl+r")
        await settle(pilot, lambda: not rows.count)
        await pilot.press("l")
        await settle(pilot, lambda: rows.count == everything)


async def test_keys_go_to_the_fault_after_and_before(wizard: MakeApp) -> None:
    app = wizard(engine=Answers(two_faults))
    async with app.run_test(size=(80, 24)) as pilot:
        rows = await opened(app, pilot)
        found = []
        for key in ("]", "]", "]", "["):
            await pilot.press(key)
            assert rows.highlighted is not None
            found.append(rows.highlighted)
        faults = [i for i, line in enumerate(rows.lines) if line.startswith("✗")]
        assert found == [*faults[:3], faults[1]]


async def test_where_there_is_no_fault_the_keys_say_so(wizard: MakeApp) -> None:
    app = wizard()
    async with app.run_test(size=(80, 24)) as pilot:
        rows = await opened(app, pilot)
        everything = rows.count
        for key in ("]", "l"):
            await pilot.press(key)
            await settle(pilot, lambda: any("no fault" in n.message for n in app._notifications))
            app.clear_notifications()
        assert rows.count == everything


def no_caa(record: Record) -> Answer:
    return absent(record) if record.topic == "caa" else published(record)


async def test_without_a_fault_they_lead_to_what_is_only_worth_knowing(wizard: MakeApp) -> None:
    app = wizard(WITH_CAA, Answers(no_caa))
    async with app.run_test(size=(80, 24)) as pilot:
        rows = await opened(app, pilot)
        everything = rows.count
        await pilot.press("]")
        said = "There is no fault. This is only worth knowing."
        await settle(pilot, lambda: said in {n.message for n in app._notifications})
        assert rows.highlighted is not None
        assert " CAA " in rows.lines[rows.highlighted]
        await pilot.press("l")
        said = "There is no fault. What is only worth knowing is shown; l shows all."
        await settle(pilot, lambda: said in {n.message for n in app._notifications})
        assert [line.split()[:2] for line in rows.lines[1:]] == [["i", "info"]]
        await pilot.press("l")
        await settle(pilot, lambda: rows.count == everything)


async def test_before_all_was_asked_nobody_knows_that_there_is_no_fault(wizard: MakeApp) -> None:
    app = wizard(engine=Stuck())
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(app, pilot)
        told = {"No fault so far: not everything was asked yet."}
        for key in ("]", "l"):
            await pilot.press(key)
            await settle(pilot, lambda: told == {n.message for n in app._notifications})
            app.clear_notifications()


async def test_a_record_is_explained_where_the_check_ended_before_the_step_was_opened(
    wizard: MakeApp,
) -> None:
    setup = replace(SETUP, dmarc=Dmarc(rua=("me@here",)))
    app = wizard(setup, Answers(two_faults))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot, lambda: app.report.checked)
        assert main_screen(app).step is not Step.RECORDS
        await pilot.press("alt+5")
        rows = app.screen.query_one(RecordList)
        await settle(pilot, lambda: bool(rows.count))
        detail = app.screen.query_one("#detail", TextView)
        await settle(pilot, lambda: "A record of mail.example.org" in str(detail.render()))


class Proposing(Answers):
    """Finds as well that the server has no SPF record, and that a name server is dead."""

    async def check(self, setup: Setup, *, fresh: bool) -> AsyncGenerator[Sequence[Finding], None]:
        async for findings in super().check(setup, fresh=fresh):
            yield findings
        name, zone = setup.server.name, setup.host_zone
        assert name is not None
        assert zone is not None
        record = ehlo_record(name, zone, txt_rdata("v=spf1 a -all"), 3600)
        said = "mail.example.org has no SPF record of its own."
        yield [
            Finding("spf", NO_EHLO_SPF, Status.INFO, None, name, "TXT", said, remedy=record),
            Finding("delegation", Code("dead"), Status.ERROR, None, zone, "SOA", "It is dead."),
        ]


async def test_what_a_finding_proposes_can_be_copied(wizard: MakeApp) -> None:
    app = wizard(engine=Proposing())
    async with app.run_test(size=(80, 24)) as pilot:
        rows = await opened(app, pilot)
        await settle(pilot, lambda: any("no SPF" in line for line in rows.lines))
        rows.highlighted = next(i for i, line in enumerate(rows.lines) if "no SPF" in line)
        await settle(pilot, lambda: {*footer(app)} >= COPYING)
        await pilot.press("v")
        await settle(pilot, lambda: app.clipboard == "v=spf1 a -all")
        rows.highlighted = next(i for i, line in enumerate(rows.lines) if "It is dead" in line)
        await settle(pilot, lambda: COPYING.isdisjoint(footer(app)))
        for key in "bcvn":
            app.clear_notifications()
            await pilot.press(key)
            await settle(pilot, lambda: any("no record" in n.message for n in app._notifications))
        assert app.clipboard == "v=spf1 a -all"


class Heard(Answers):
    """Asks what a world in memory has."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world

    async def check(self, setup: Setup, *, fresh: bool) -> AsyncGenerator[Sequence[Finding], None]:
        yield await found_in(setup, MemoryDns(self.world))


async def test_what_was_proposed_and_is_there_keeps_its_row(wizard: MakeApp) -> None:
    engine = Heard(good_zone(FULL).without("mail.example.org.", "TXT"))
    app = wizard(FULL, engine)

    def rows_of_host() -> list[str]:
        lines = app.screen.query_one(RecordList).lines
        return [line[:10] for line in lines if "mail.example.org           TXT" in line]

    async with app.run_test(size=(80, 24)) as pilot:
        await opened(app, pilot)
        await settle(pilot, lambda: rows_of_host() == ["i info    "])
        engine.world = good_zone(FULL)
        await pilot.press("ctrl+r")
        await settle(pilot, lambda: rows_of_host() == ["✓ ok      "])
