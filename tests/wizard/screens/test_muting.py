"""A finding that is meant to be so, muted in the list of records."""

import dns.rdatatype
import pytest
from syrupy.assertion import SnapshotAssertion
from textual.pilot import Pilot
from textual.widgets import Input

from mailcow_dns_tui.model.answer import Answer
from mailcow_dns_tui.model.code import Code
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.report import Report
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.topics.registry import plan
from mailcow_dns_tui.wizard.app import WizardApp
from mailcow_dns_tui.wizard.screens.dialogs import ReasonScreen
from mailcow_dns_tui.wizard.screens.muting import to_mute
from mailcow_dns_tui.wizard.screens.record_list import RecordList
from tests.wizard.conftest import SETUP, MakeApp, at_rest, main_screen, settle
from tests.wizard.engines import Answering, Answers, absent, published, silent

REASON = "Mail is not here yet."


def without_mx(record: Record) -> Answer:
    return absent(record) if record.rdtype == dns.rdatatype.MX else published(record)


def row_of(app: WizardApp, glyph: str) -> int:
    lines = main_screen(app).query_one(RecordList).lines
    return next(n for n, line in enumerate(lines) if line.startswith(glyph))


def detail(app: WizardApp) -> str:
    return str(main_screen(app).query_one("#detail").render())


async def at_first(app: WizardApp, pilot: Pilot[None], glyph: str) -> None:
    """Put the cursor on the first row with this glyph, once all is judged."""
    await settle(pilot, lambda: bool(app.report.records) and not app.report.counts[Status.PENDING])
    await pilot.press("alt+5")
    rows = main_screen(app).query_one(RecordList)
    await settle(pilot, lambda: bool(rows.count))
    rows.highlighted = row_of(app, glyph)
    await pilot.pause()


async def mute(app: WizardApp, pilot: Pilot[None], reason: str = REASON) -> None:
    await pilot.press("m")
    await settle(pilot, lambda: isinstance(app.screen, ReasonScreen))
    app.screen.query_one(Input).value = reason
    await pilot.press("enter")


async def test_a_fault_is_muted_with_a_sentence_and_again_is_not(
    wizard: MakeApp, saved: list[Setup]
) -> None:
    answers = Answers(without_mx)
    app = wizard(engine=answers)
    async with app.run_test(size=(120, 36)) as pilot:
        await at_first(app, pilot, "✗")
        await mute(app, pilot)
        await settle(pilot, lambda: app.report.counts[Status.MUTED] == 1)
        assert app.report.counts[Status.ERROR] == 1
        assert "– 1" in str(app.screen.query_one("StatusLine").render())
        await settle(pilot, lambda: REASON in detail(app))
        await settle(pilot, lambda: saved[-1:] == [app.setup])
        (kept,) = saved[-1].mutes
        assert (kept.topic, kept.code, kept.status, kept.reason) == (
            "mx",
            "missing",
            "error",
            REASON,
        )
        assert len(answers.checks) == 1
        await pilot.press("m")
        await settle(pilot, lambda: any(REASON in n.message for n in app._notifications))
        assert app.report.counts[Status.MUTED] == 1
        await pilot.press("m")
        await settle(pilot, lambda: app.report.counts[Status.ERROR] == 2)
        await settle(pilot, lambda: saved[-1].mutes == ())
        await pilot.press("u")
        await settle(pilot, lambda: app.report.counts[Status.MUTED] == 1)
        await settle(pilot, lambda: saved[-1].mutes == (kept,))
        await pilot.press("u")
        said = "Nothing was taken out"
        await settle(pilot, lambda: any(said in n.message for n in app._notifications))


async def test_what_is_not_the_same_is_shown_again(wizard: MakeApp) -> None:
    answers = Answers(without_mx)
    app = wizard(engine=answers)
    async with app.run_test() as pilot:
        await at_first(app, pilot, "✗")
        await mute(app, pilot)
        await settle(pilot, lambda: app.report.counts[Status.MUTED] == 1)
        answers.answering = silent
        await pilot.press("ctrl+r")
        await settle(
            pilot, lambda: app.report.counts[Status.UNKNOWN] == len(app.report.records) > 0
        )
        assert app.report.counts[Status.MUTED] == 0
        answers.answering = without_mx
        await pilot.press("ctrl+r")
        await settle(pilot, lambda: app.report.counts[Status.MUTED] == 1)


async def test_a_mute_of_the_last_start_holds(wizard: MakeApp, saved: list[Setup]) -> None:
    app = wizard(engine=Answers(without_mx))
    async with app.run_test() as pilot:
        await at_first(app, pilot, "✗")
        await mute(app, pilot)
        await settle(pilot, lambda: bool(saved))
    app = wizard(saved[-1], engine=Answers(without_mx))
    async with app.run_test() as pilot:
        await settle(pilot, lambda: app.report.counts[Status.MUTED] == 1)


@pytest.mark.parametrize(("answering", "glyph"), [(published, "✓"), (silent, "?")])
async def test_there_is_nothing_to_mute(
    wizard: MakeApp, saved: list[Setup], answering: Answering, glyph: str
) -> None:
    app = wizard(engine=Answers(answering))
    async with app.run_test() as pilot:
        await at_first(app, pilot, glyph)
        await pilot.press("m")
        await settle(pilot, lambda: bool(app._notifications))
        assert not isinstance(app.screen, ReasonScreen)
    assert saved == []


@pytest.mark.parametrize("keys", [["escape"], ["enter", "escape"], ["space", "enter", "escape"]])
async def test_without_a_sentence_nothing_is_muted(
    wizard: MakeApp, saved: list[Setup], keys: list[str]
) -> None:
    app = wizard(engine=Answers(without_mx))
    async with app.run_test() as pilot:
        await at_first(app, pilot, "✗")
        await pilot.press("m")
        await settle(pilot, lambda: isinstance(app.screen, ReasonScreen))
        await pilot.press(*keys)
        await settle(pilot, lambda: not isinstance(app.screen, ReasonScreen))
        assert any("Say why" in n.message for n in app._notifications) == ("enter" in keys)
        assert app.report.counts[Status.ERROR] == 2
    assert saved == []


async def test_all_that_is_left_muted_is_good(wizard: MakeApp) -> None:
    app = wizard(engine=Answers(without_mx))
    async with app.run_test() as pilot:
        await at_first(app, pilot, "✗")
        await mute(app, pilot)
        await settle(pilot, lambda: app.report.counts[Status.ERROR] == 1)
        assert not app.report.all_good
        await at_first(app, pilot, "✗")
        await mute(app, pilot)
        await settle(pilot, lambda: app.report.all_good)


def a_finding(status: Status, muted: str = "") -> Finding:
    record = plan(SETUP)[0]
    name, domain = record.owner, record.domain
    return Finding(
        "host", Code(status.word), status, domain, name, "A", "x", record=record, muted=muted
    )


def test_the_key_ends_a_mute_beside_what_is_only_worth_knowing() -> None:
    info, error = a_finding(Status.INFO), a_finding(Status.ERROR)
    accepted = a_finding(Status.ERROR, REASON)
    assert to_mute([error, info]) is error
    assert to_mute([info]) is info
    assert to_mute([info, accepted]) is None
    assert to_mute([a_finding(Status.WARNING), accepted]) is not None


def test_what_is_muted_beside_something_else_is_counted() -> None:
    found = [a_finding(Status.INFO), a_finding(Status.ERROR, REASON)]
    report = Report().with_records(plan(SETUP)[:1]).with_findings(found)
    assert (report.counts[Status.INFO], report.counts[Status.MUTED]) == (1, 1)
    assert report.counts[Status.ERROR] == 0
    assert report.at_end_of_check(found, ()).all_good


@pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=["80x24", "120x36"])
@pytest.mark.parametrize("shown", ["asked", "muted"])
async def test_muting(
    wizard: MakeApp, picture: SnapshotAssertion, size: tuple[int, int], shown: str
) -> None:
    app = wizard(engine=Answers(without_mx))
    async with app.run_test(size=size) as pilot:
        await at_first(app, pilot, "✗")
        if shown == "asked":
            await pilot.press("m")
            await settle(pilot, lambda: isinstance(app.screen, ReasonScreen))
            await pilot.press(*"It is")
        else:
            await mute(app, pilot)
            await settle(pilot, lambda: REASON in detail(app))
            await pilot.press("down", "up")
        assert await at_rest(app, pilot) == picture
