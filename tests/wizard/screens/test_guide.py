"""The guide leads from one thing to the next until nothing is left."""

from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from dataclasses import replace
from itertools import repeat

import dns.rdatatype
import pytest
from syrupy.assertion import SnapshotAssertion
from textual.pilot import Pilot
from textual.widgets import Static, Tab

from mailcow_dns_tui.model.answer import Answer
from mailcow_dns_tui.model.code import Code
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.setup import Server, Setup
from mailcow_dns_tui.model.step import GuidePlace
from mailcow_dns_tui.wizard.app import WizardApp
from mailcow_dns_tui.wizard.checker import pauses
from mailcow_dns_tui.wizard.messages import Edited
from mailcow_dns_tui.wizard.screens.guide import GuideScreen
from mailcow_dns_tui.wizard.screens.guide_card import StepView
from mailcow_dns_tui.wizard.screens.guide_looker import Pauses
from mailcow_dns_tui.wizard.widgets.status_bar import StepBar
from tests.wizard.conftest import BEGUN, SETUP, MakeApp, at_rest, settle
from tests.wizard.engines import (
    Answering,
    Answers,
    Held,
    Stuck,
    WithoutMemory,
    absent,
    published,
    silent,
)
from tests.wizard.test_pictures import SIZES


def no_mx(record: Record) -> Answer:
    return absent(record) if record.rdtype == dns.rdatatype.MX else published(record)


def never() -> Iterator[float]:
    return iter(())


async def guided(app: WizardApp, pilot: Pilot[None], pauses: Pauses = never) -> GuideScreen:
    """Opens the guide once everything was asked."""
    await settle(pilot, lambda: bool(app.report.records) and not app.report.counts[Status.PENDING])
    screen = GuideScreen(app._engine, app.setup, app.report, pauses)
    bound = screen.data_bind(
        WizardApp.setup, WizardApp.report, WizardApp.problems, WizardApp.connections
    )
    await app.push_screen(bound)
    await settle(pilot, lambda: "Asking the name" not in text(app, "#step"))
    return screen


def text(app: WizardApp, selector: str) -> str:
    shown = app.screen.query_one(selector)
    if isinstance(shown, StepView):
        return shown.text
    static = shown if isinstance(shown, Static) else shown.query_one(Static)
    return str(static.render())


async def test_what_is_done_is_told_and_the_next_thing_shown(wizard: MakeApp) -> None:
    engine = Answers(no_mx)
    app = wizard(engine=engine)
    async with app.run_test() as pilot:
        await guided(app, pilot)
        assert text(app, "#step").startswith("Add the MX record of example.org.")
        first = SETUP.domains[0].apex
        engine.answering = lambda r: published(r) if r.domain == first else no_mx(r)
        await pilot.press("r")
        await settle(pilot, lambda: "Add the MX record of bücher" in text(app, "#step"))
        said = text(app, "#looked")
        assert "MX example.org: It is there now." in said
        assert "Resolvers elsewhere may say that there is none until" in said


@pytest.mark.parametrize(
    ("engine", "is_done"),
    [
        (Held(), lambda app: app.report.counts[Status.PENDING]),
        (Stuck(), lambda app: not app.report.counts[Status.PENDING]),
    ],
    ids=["nothing", "records only"],
)
async def test_nothing_is_called_good_before_all_was_asked(
    wizard: MakeApp, engine: Answers, is_done: Callable[[WizardApp], bool]
) -> None:
    setup = replace(SETUP, guide=GuidePlace(True, "mx example.org MX 10 mail.example.org."))
    app = wizard(setup, engine)
    async with app.run_test() as pilot:
        await settle(pilot, lambda: isinstance(app.screen, GuideScreen))
        await settle(pilot, lambda: bool(app.report.records) and is_done(app))
        assert text(app, "#step") == "Asking the name servers …"
        assert text(app, "#rest") == text(app, "#looked") == ""
        assert app.setup.guide == setup.guide
        await pilot.press("escape", "alt+5")
        bar = app.screen.query_one(StepBar)
        assert str(bar.query_one("#records", Tab).label) == "5 Records …"


async def test_after_another_answer_nothing_is_called_good_that_was_not_asked(
    wizard: MakeApp,
) -> None:
    held = Held()
    held.release.set()
    app = wizard(engine=held)
    async with app.run_test() as pilot:
        await guided(app, pilot)
        assert "published and good" in text(app, "#step")
        held.release.clear()
        moved = Server("mail.example.org", "192.0.2.11")
        app.post_message(Edited(lambda setup: replace(setup, server=moved)))
        await settle(pilot, lambda: text(app, "#step") == "Asking the name servers …")
        held.release.set()
        await settle(pilot, lambda: "published and good" in text(app, "#step"))


async def test_the_name_servers_are_asked_without_a_key(wizard: MakeApp) -> None:
    engine = Answers(no_mx)
    app = wizard(engine=engine)
    async with app.run_test() as pilot:
        await guided(app, pilot, lambda: repeat(0.01))
        engine.answering = published
        await settle(pilot, lambda: "published and good" in text(app, "#step"))


async def test_what_has_not_changed_is_said(wizard: MakeApp) -> None:
    app = wizard(engine=Answers(no_mx))
    async with app.run_test() as pilot:
        await guided(app, pilot)
        await pilot.press("r")
        await settle(pilot, lambda: "Looked again: nothing new." in text(app, "#looked"))
        assert text(app, "#step").startswith("Add the MX record of example.org.")


def no_mta_sts_text(record: Record) -> Answer:
    is_text = record.topic == "mta-sts" and record.rdtype == dns.rdatatype.TXT
    return absent(record) if is_text else published(record)


WITH_MTA_STS = replace(
    SETUP, domains=tuple(replace(d, mta_sts_id="20261123000000") for d in SETUP.domains)
)


@pytest.mark.parametrize(
    ("method", "answering"), [("policies", no_mta_sts_text), ("check_topic", no_mx)]
)
async def test_where_nothing_can_be_asked_it_says_so_and_goes_on(
    wizard: MakeApp, method: str, answering: Answering
) -> None:
    engine = WithoutMemory(method, answering)
    app = wizard(WITH_MTA_STS, engine)
    async with app.run_test() as pilot:
        await guided(app, pilot)
        await pilot.press("r")
        said = "(exit code -9). r asks again."
        await settle(pilot, lambda: any(said in n.message for n in app._notifications))
        engine.ends_at = ""
        await pilot.press("r")
        await settle(pilot, lambda: "Looked again: nothing new." in text(app, "#looked"))


async def test_what_is_skipped_comes_back(wizard: MakeApp) -> None:
    app = wizard(engine=Answers(no_mx))
    async with app.run_test() as pilot:
        await guided(app, pilot)
        await pilot.press("s")
        await settle(pilot, lambda: "Add the MX record of bücher" in text(app, "#step"))
        assert "Skipped: 1" in text(app, "#rest")
        await pilot.press("s")
        await settle(pilot, lambda: "was skipped: ← leads back" in text(app, "#step"))
        await pilot.press("left", "left")
        await settle(pilot, lambda: "Add the MX record of example.org" in text(app, "#step"))


async def test_the_boxes_are_copied_one_after_the_other(wizard: MakeApp) -> None:
    app = wizard(engine=Answers(no_mx))
    async with app.run_test() as pilot:
        await guided(app, pilot)
        copied: list[str] = []
        for _ in range(1):
            await pilot.press("b")
            await settle(pilot, lambda: app.clipboard not in ["", *copied])
            copied.append(app.clipboard)
        assert copied == ["mail.example.org."]
        assert "✓ Target" in text(app, "#step")
        assert "▸ Save it there, then press Enter." in text(app, "#step")
        await pilot.press("b")
        await settle(pilot, lambda: "All its boxes are copied" in text(app, "#looked"))


async def test_reverse_dns_is_named_by_its_address_and_nothing_is_said_twice(
    wizard: MakeApp,
) -> None:
    def no_ptr(record: Record) -> Answer:
        return absent(record) if record.topic == "ptr" else published(record)

    app = wizard(engine=Answers(no_ptr))
    async with app.run_test() as pilot:
        screen = await guided(app, pilot)
        assert "PTR 2001:db8::10" in text(app, "#rest")
        step = screen.state.current
        assert step is not None
        assert text(app, "#step").count(step.finding.message) == 1


async def test_g_opens_it_and_escape_leads_back_to_the_records(wizard: MakeApp) -> None:
    app = wizard(BEGUN, engine=Answers(no_mx))
    async with app.run_test() as pilot:
        await settle(pilot, lambda: bool(app.report.records))
        main = app.screen
        await pilot.press("alt+5", "g")
        await settle(pilot, lambda: isinstance(app.screen, GuideScreen))
        await pilot.press("escape")
        await settle(pilot, lambda: app.screen is main)


def test_the_name_servers_are_asked_ever_more_seldom() -> None:
    waits = [wait for wait, _ in zip(pauses(), range(30), strict=False)]
    assert waits == sorted(waits)
    assert waits[0] >= 2


def some_faults(record: Record) -> Answer:
    if record.topic == "spf":
        return silent(record)
    return absent(record) if record.topic in {"mx", "dkim", "dmarc"} else published(record)


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
async def test_screen(wizard: MakeApp, picture: SnapshotAssertion, size: tuple[int, int]) -> None:
    app = wizard(engine=Answers(some_faults))
    async with app.run_test(size=size) as pilot:
        await guided(app, pilot)
        await pilot.press("b")
        await settle(pilot, lambda: bool(app.clipboard))
        app.clear_notifications()
        assert await at_rest(app, pilot) == picture


WITH_CAA = replace(SETUP, server=replace(SETUP.server, caa="letsencrypt.org"))
IPV6_ONLY = replace(SETUP, server=Server("mail.example.org", "", "2001:db8::10"))


async def test_what_is_optional_is_no_hindrance_at_the_end(wizard: MakeApp) -> None:
    def no_caa(record: Record) -> Answer:
        return absent(record) if record.topic == "caa" else published(record)

    app = wizard(WITH_CAA, Answers(no_caa))
    async with app.run_test() as pilot:
        await guided(app, pilot)
        assert text(app, "#step").startswith("Add the CAA record")
        await pilot.press("s")
        await settle(pilot, lambda: "What is left is optional." in text(app, "#step"))
        assert "Skipped: 1" in text(app, "#rest")


class OneFamily(Answers):
    """Says as well who has no way to the server."""

    async def check(self, setup: Setup, *, fresh: bool) -> AsyncGenerator[Sequence[Finding], None]:
        async for findings in super().check(setup, fresh=fresh):
            yield findings
        name = setup.server.name
        assert name is not None
        said = "Senders without IPv6 can't deliver."
        yield [Finding("host", Code("one-family"), Status.INFO, None, name, "A", said)]


async def test_the_end_says_who_can_not_deliver(wizard: MakeApp) -> None:
    app = wizard(IPV6_ONLY, OneFamily())
    async with app.run_test() as pilot:
        await guided(app, pilot)
        good, _, server, said = text(app, "#step").splitlines()[:4]
        assert good == "Everything that the plan wants is published and good."
        assert server.startswith("i The server: ")
        assert said.endswith("Senders without IPv6 can't deliver.")
