"""What the wizard makes of lookups in the background."""

import asyncio
import time

import dns.name
import dns.rdatatype
import pytest

from mailcow_dns_tui.model.answer import Answer
from mailcow_dns_tui.model.code import Code
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.wizard import checker, updates
from mailcow_dns_tui.wizard.app import WizardApp
from mailcow_dns_tui.wizard.messages import FindingsArrived, Pasted
from mailcow_dns_tui.wizard.screens.record_list import RecordList
from mailcow_dns_tui.wizard.steps.step import Step
from tests.wizard.conftest import SETUP, MakeApp, main_screen, settle
from tests.wizard.engines import (
    Answers,
    Held,
    Stuck,
    WithoutMemory,
    absent,
    published,
    silent,
)


def without_mx(record: Record) -> Answer:
    return absent(record) if record.rdtype == dns.rdatatype.MX else published(record)


async def test_lookups_start_by_themselves_and_show_everywhere(wizard: MakeApp) -> None:
    app = wizard(engine=Answers(without_mx))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot, lambda: app.report.counts[Status.ERROR] == 2)
        assert "2 Domains ✓○" in _tabs(app)
        assert "3 Mail policy ✓" in _tabs(app)
        assert "✗ 2" in str(app.screen.query_one("StatusLine").render())
        assert sum(row.startswith("✗ error") for row in _rows(app)) == 2


def are_all(app: WizardApp, status: Status) -> bool:
    """Whether there are records, and all stand so."""
    return bool(app.report.records) and app.report.counts[status] == len(app.report.records)


async def test_could_not_ask_is_never_shown_as_missing(wizard: MakeApp) -> None:
    app = wizard(engine=Answers(silent))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot, lambda: are_all(app, Status.UNKNOWN))
        assert "5 Records ?" in _tabs(app)
        await settle(pilot, lambda: "could not be looked up" in _detail(app))
        detail = _detail(app)
    assert "no answer in time" in detail
    assert "nothing" not in detail


async def test_typing_does_not_wait_for_lookups(wizard: MakeApp) -> None:
    held = Held()
    app = wizard(engine=held)
    async with app.run_test() as pilot:
        await pilot.press("alt+1", "end", "x")
        await settle(pilot, lambda: app.setup.server.hostname == "mail.example.orgx")
        await settle(pilot, lambda: are_all(app, Status.PENDING))
        held.release.set()
        await settle(pilot, lambda: are_all(app, Status.OK))


async def test_a_late_answer_to_an_old_question_is_dropped(wizard: MakeApp) -> None:
    held = Held()
    held.release.set()
    app = wizard(engine=held)
    async with app.run_test() as pilot:
        await settle(pilot, lambda: app.report.all_good)
        old = [finding for found in app.report.findings.values() for finding in found]
        held.release.clear()
        await pilot.press("alt+1", "tab", "end", "1")
        app.post_message(FindingsArrived(old, time.monotonic()))
        await settle(pilot, lambda: "192.0.2.101" in {r.value for r in app.report.records})
        app.post_message(FindingsArrived(old, time.monotonic()))
        await pilot.pause()
        pending = {r for r in app.report.records if app.report.status(r) is Status.PENDING}
        assert {record.type_text for record in pending} == {"A", "PTR"}


async def test_what_a_check_found_that_was_given_up_is_not_mixed_with_the_next_one(
    wizard: MakeApp,
) -> None:
    stuck = Stuck()
    app = wizard(engine=stuck)
    async with app.run_test() as pilot:
        await settle(pilot, lambda: are_all(app, Status.OK))
        stuck.answering = without_mx
        main_screen(app).action_check()
        await asyncio.sleep(checker.PAUSE_BETWEEN_SHOWINGS / 3)
        assert len(stuck.checks) == 2
        stuck.answering, stuck.is_well = published, True
        main_screen(app).action_check()
        await settle(pilot, lambda: app.report.all_good)
        await pilot.pause(2 * checker.PAUSE_BETWEEN_SHOWINGS)
        assert app.report.all_good


async def test_check_again_asks_everything_anew(wizard: MakeApp) -> None:
    answers = Answers(absent)
    app = wizard(engine=answers)
    async with app.run_test() as pilot:
        await settle(pilot, lambda: bool(app.report.findings))
        answers.answering = published
        await pilot.press("ctrl+r")
        await settle(pilot, lambda: app.report.all_good)
    assert [is_fresh for _, is_fresh in answers.checks] == [False, True]


def said_at_last(app: WizardApp) -> str:
    """What stands over the screen."""
    return "\n".join(notice.message for notice in app._notifications)


async def test_a_check_whose_process_was_killed_says_so_and_can_be_repeated(
    wizard: MakeApp,
) -> None:
    killed = WithoutMemory("check")
    app = wizard(engine=killed)
    async with app.run_test() as pilot:
        await settle(pilot, lambda: "(exit code -9). Ctrl+R checks again." in said_at_last(app))
        killed.ends_at = ""
        await pilot.press("ctrl+r")
        await settle(pilot, lambda: app.report.all_good)


async def test_a_process_that_is_killed_after_the_check_spoils_nothing(wizard: MakeApp) -> None:
    app = wizard(engine=WithoutMemory("published"))
    async with app.run_test() as pilot:
        await settle(pilot, lambda: "exit code -9" in said_at_last(app))
        await settle(pilot, lambda: app.report.all_good)


async def test_a_record_is_looked_for_again_after_its_process_was_killed(
    wizard: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checker, "PAUSES", (0.1,) * 9)
    killed = WithoutMemory("check_topic", without_mx)
    app = wizard(engine=killed)
    async with app.run_test() as pilot:
        await settle(pilot, lambda: app.report.counts[Status.ERROR] == 2)
        mx = next(r for r in app.report.records if without_mx(r).absent)
        app.screen.query_one("#body").post_message(Pasted(mx))
        await settle(pilot, lambda: "exit code -9" in said_at_last(app))
        killed.ends_at, killed.answering = "", published
        await settle(pilot, lambda: app.report.status(mx) is Status.OK)
        await settle(pilot, lambda: mx not in app.report.pasted)


async def test_all_that_is_pasted_of_one_topic_is_looked_for_together(
    wizard: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checker, "PAUSES", (0.2,) * 9)
    answers = Answers(lambda r: absent(r) if r.topic == "clients" else published(r))
    app = wizard(engine=answers)
    async with app.run_test() as pilot:
        await settle(
            pilot, lambda: bool(app.report.records) and not app.report.counts[Status.PENDING]
        )
        left = {r for r in app.report.of_domain(SETUP.apexes[0]) if r.topic == "clients"}
        last = max(left, key=lambda record: record.owner)
        asked = len(answers.checks)
        for record in [*left, last]:
            app.screen.query_one("#body").post_message(Pasted(record))
        await settle(pilot, lambda: len(answers.checks) > asked)
        assert len(left) > 5
        assert len(answers.checks) == asked + 1
        assert app.report.pasted == left
        answers.answering = lambda record: absent(record) if record == last else published(record)
        await settle(pilot, lambda: app.report.pasted == {last})
        answers.answering = published
        await settle(pilot, lambda: not app.report.pasted)
        assert {app.report.status(record) for record in left} == {Status.OK}


async def test_what_is_left_to_do_is_told(wizard: MakeApp) -> None:
    app = wizard()
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot, lambda: app.report.all_good)
        await pilot.press("end")
        await settle(pilot, lambda: "✓ Nothing has to be done about any record." in _detail(app))
        for name in ("MX Toolbox", "Mail-tester", "MultiRBL", "DMARC inspector", "parsedmarc"):
            assert name in _detail(app)


async def test_an_empty_plan_checks_nothing(wizard: MakeApp) -> None:
    app = wizard(Setup())
    async with app.run_test() as pilot:
        await pilot.press("alt+5")
        await settle(pilot, lambda: "No records yet" in _detail(app))


async def test_before_the_records_are_worked_out_nothing_is_said_to_be_lacking(
    wizard: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    release, planned = asyncio.Event(), updates.planned

    async def later(setup: Setup) -> tuple[Record, ...]:
        await release.wait()
        return await planned(setup)

    monkeypatch.setattr(updates, "planned", later)
    app = wizard()
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("alt+5")
        await settle(pilot, lambda: _detail(app) == "Working the records out …")
        release.set()
        await settle(pilot, lambda: bool(app.report.records) and "Working" not in _detail(app))


def _detail(app: WizardApp) -> str:
    return str(app.screen.query_one("#detail").render())


def _tabs(app: WizardApp) -> str:
    return "  ".join(str(tab.render()) for tab in app.screen.query("Tab"))


def _rows(app: WizardApp) -> list[str]:
    return app.screen.query_one(RecordList).lines


async def test_a_finding_about_no_record_goes_when_the_answers_change(wizard: MakeApp) -> None:
    app = wizard()
    dead = Finding(
        topic="delegation",
        code=Code("dead-server"),
        status=Status.WARNING,
        domain=SETUP.domains[0].apex,
        name=dns.name.from_text("example.org"),
        rdtype="SOA",
        message="Not all name servers answer.",
    )
    async with app.run_test() as pilot:
        await settle(pilot, lambda: app.report.all_good)
        app.post_message(FindingsArrived([dead], time.monotonic()))
        await settle(pilot, lambda: app.report.counts[Status.WARNING] == 1)
        await pilot.press("alt+1", "tab", "end", "1")
        await settle(pilot, lambda: app.report.all_good)


async def test_a_tab_can_be_clicked_at_once(wizard: MakeApp) -> None:
    app = wizard()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.click("#policy")
        await settle(pilot, lambda: main_screen(app).step is Step.POLICY)
