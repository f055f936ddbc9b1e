"""Of several answers about one record the wizard shows the one to the latest question."""

import asyncio
import time
from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace

import dns.name
import pytest
from dns.name import Name
from textual.pilot import Pilot

from mailcow_dns_tui.model.code import Code
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.setup import Setup, Spf
from mailcow_dns_tui.topics.registry import plan
from mailcow_dns_tui.wizard import checker, updates
from mailcow_dns_tui.wizard.app import WizardApp
from mailcow_dns_tui.wizard.checker import Checker
from mailcow_dns_tui.wizard.messages import FindingsArrived, Pasted, TopicChecked
from mailcow_dns_tui.wizard.updates import ResultOrder
from tests.wizard.conftest import MakeApp, main_screen, settle
from tests.wizard.engines import Answers, absent, published

APEX = dns.name.from_text("example.org")


def an_mx(app: WizardApp) -> Record:
    return next(record for record in app.report.records if record.topic == "mx")


def extra(code: str) -> Finding:
    """About something that nobody wants."""
    return Finding("mx", Code(code), Status.ERROR, APEX, APEX, "MX", "A sentence.")


class Slow(Answers):
    """Asks all at once, and judges nothing before the slowest name server was given up."""

    def __init__(self) -> None:
        super().__init__()
        self.patience = asyncio.Event()
        self.patience.set()
        self.beside: Sequence[Finding] = ()

    async def check(self, setup: Setup, *, fresh: bool) -> AsyncGenerator[Sequence[Finding], None]:
        self.checks.append((setup, fresh))
        found = [*map(self.judged, plan(setup)), *self.beside]
        await self.patience.wait()
        for finding in found:
            yield [finding]

    async def check_topic(self, setup: Setup, topic: str, domain: Name | None) -> Sequence[Finding]:
        found = [*map(self.judged, plan(setup)), *self.beside]
        return [f for f in found if (f.topic, f.domain) == (topic, domain)]


def no_mx(slow: Slow) -> None:
    """From now on there is no MX, and one that nobody wants."""
    slow.answering = lambda record: absent(record) if record.topic == "mx" else published(record)
    slow.beside = (extra("foreign"),)


async def ask(app: WizardApp, pilot: Pilot[None], slow: Slow) -> None:
    """Begin a check whose answers will come late."""
    slow.patience.clear()
    asked = len(slow.checks)
    app.screen.query_one(Checker).check_again()
    await settle(pilot, lambda: len(slow.checks) > asked)


async def test_what_was_seen_since_a_check_began_is_not_taken_back_by_it(
    wizard: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checker, "PAUSES", (0.05,))
    slow = Slow()
    app = wizard(engine=slow)
    async with app.run_test() as pilot:
        await settle(pilot, lambda: app.report.all_good)
        mx = an_mx(app)
        no_mx(slow)
        await ask(app, pilot, slow)
        slow.answering, slow.beside = published, ()
        main_screen(app).query_one("#body").post_message(Pasted(mx))
        await settle(pilot, lambda: mx in app.report.pasted)
        await settle(pilot, lambda: mx not in app.report.pasted)
        assert app.report.status(mx) is Status.OK
        slow.patience.set()
        other = next(r for r in app.report.records if r.topic == "mx" and r.domain != mx.domain)
        await settle(pilot, lambda: app.report.status(other) is Status.ERROR)
        await pilot.pause()
        assert app.report.status(mx) is Status.OK
        assert app.report.part(mx.domain).others == {}


async def test_what_a_look_saw_beside_the_records_outlives_an_older_check(wizard: MakeApp) -> None:
    slow = Slow()
    app = wizard(engine=slow)
    async with app.run_test() as pilot:
        await settle(pilot, lambda: app.report.all_good)
        await ask(app, pilot, slow)
        mx = slow.judged(an_mx(app))
        app.post_message(TopicChecked("mx", mx.domain, [mx, extra("new")], time.monotonic()))
        await settle(pilot, lambda: app.report.counts[Status.ERROR] == 1)
        slow.patience.set()
        await pilot.pause(3 * checker.PAUSE_BETWEEN_SHOWINGS)
        assert app.report.counts[Status.ERROR] == 1


async def test_a_late_look_does_not_take_back_what_a_check_has_found(wizard: MakeApp) -> None:
    slow = Slow()
    app = wizard(engine=slow)
    async with app.run_test() as pilot:
        await settle(pilot, lambda: app.report.all_good)
        record = an_mx(app)
        slow.answering = absent
        app.post_message(TopicChecked("mx", record.domain, [slow.judged(record)], asked=1.0))
        await pilot.pause()
        assert app.report.all_good


async def test_of_two_looks_while_records_are_planned_the_later_one_counts(
    wizard: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, planned = asyncio.Event(), asyncio.Event()

    async def slowly(setup: Setup) -> tuple[Record, ...]:
        begun.set()
        await planned.wait()
        return plan(setup)

    answers = Answers()
    app = wizard(engine=answers)
    async with app.run_test() as pilot:
        await settle(pilot, lambda: app.report.all_good)
        monkeypatch.setattr(updates, "planned", slowly)
        app.setup = replace(app.setup, spf=Spf(all="~all"))
        await settle(pilot, begun.is_set)
        mx = an_mx(app)
        answers.answering = absent
        app.post_message(FindingsArrived([answers.judged(mx)], time.monotonic()))
        await settle(pilot, lambda: app.report.status(mx) is Status.ERROR)
        answers.answering = published
        app.post_message(TopicChecked("mx", mx.domain, [answers.judged(mx)], time.monotonic()))
        await settle(pilot, lambda: app.report.status(mx) is Status.OK)
        planned.set()
        await settle(pilot, lambda: any("~all" in record.value for record in app.report.records))
        assert [finding.status for finding in app.report.findings[mx]] == [Status.OK]


def test_each_topic_of_each_subject_counts_for_itself() -> None:
    newest = ResultOrder()
    assert newest.counts("mx", APEX, asked=2)
    assert not newest.counts("mx", APEX, asked=1)
    assert newest.counts("mx", APEX, asked=2)
    assert newest.counts("mx", None, asked=1)
    assert newest.counts("spf", APEX, asked=1)
    assert newest.after(1) == {("mx", APEX)}
