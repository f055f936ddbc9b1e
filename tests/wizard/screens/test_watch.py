"""The wizard's watch: repeated checks, and what has changed."""

import json
import os
import stat
from datetime import datetime
from pathlib import Path

import dns.rdatatype
import pytest
from syrupy.assertion import SnapshotAssertion
from textual.pilot import Pilot

from mailcow_dns_tui.engine.process import WorkerDiedError
from mailcow_dns_tui.model.answer import Answer
from mailcow_dns_tui.model.changes import ChangeKind
from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.wizard import checker
from mailcow_dns_tui.wizard.app import WizardApp
from mailcow_dns_tui.wizard.messages import IntervalChosen
from mailcow_dns_tui.wizard.screens.main import MainScreen
from mailcow_dns_tui.wizard.screens.watch import WatchScreen
from mailcow_dns_tui.wizard.watch import SeenChange, WatchState
from mailcow_dns_tui.wizard.widgets.inputs import Choice
from tests.wizard.conftest import MakeApp, at_rest, settle
from tests.wizard.engines import Answers, WithoutMemory, absent, published, silent
from tests.wizard.screens.test_mailcow import shown

HEAD = "12:00:00  ✗ error   example.org MX: ok → error\n          example.org has no MX"
NOON = datetime.fromisoformat("2026-11-23T12:00:00+00:00")


def without_mx(record: Record) -> Answer:
    return absent(record) if record.rdtype == dns.rdatatype.MX else published(record)


@pytest.fixture(autouse=True)
def _rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checker, "LEAST_REST", 0.2)


async def watching(app: WizardApp, pilot: Pilot[None]) -> None:
    """Watch at a pace that nobody can choose, from the first whole check on."""
    await settle(pilot, lambda: app.report.all_good)
    app.post_message(IntervalChosen(0.05))
    await settle(pilot, lambda: app.watched.checks > 0)


def kinds(app: WizardApp) -> set[ChangeKind]:
    return {entry.change.kind for entry in app.watched.entries}


async def test_what_changes_is_told_while_the_window_is_closed(wizard: MakeApp) -> None:
    answers = Answers()
    app = wizard(engine=answers)
    async with app.run_test(size=(120, 36)) as pilot:
        await watching(app, pilot)
        assert isinstance(app.screen, MainScreen)
        assert "watched" in str(app.screen.query_one("StatusLine").render())
        assert app.watched.entries == ()
        answers.answering = without_mx
        await settle(pilot, lambda: len(app.watched.entries) == 2)
        assert kinds(app) == {ChangeKind.NEW_FAULT}
        await settle(pilot, lambda: app.report.counts[Status.ERROR] == 2)
        answers.answering = silent
        await settle(pilot, lambda: ChangeKind.COULD_NOT_ASK in kinds(app))
        answers.answering = published
        await settle(pilot, lambda: ChangeKind.SOLVED in kinds(app))
        assert all(fresh for _, fresh in answers.checks[1:])
        checks = app.watched.checks
        told = len(app.watched.entries)
        await settle(pilot, lambda: app.watched.checks > checks + 1)
        assert len(app.watched.entries) == told


async def test_while_it_is_closed_each_change_is_told_and_counted(
    wizard: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[int] = []
    monkeypatch.setattr(WizardApp, "bell", lambda app: rung.append(1))
    answers = Answers()
    app = wizard(engine=answers)
    async with app.run_test(size=(80, 24)) as pilot:
        await watching(app, pilot)
        answers.answering = without_mx
        told = "error   example.org MX"
        await settle(pilot, lambda: any(told in n.message for n in app._notifications))
        await settle(pilot, lambda: "watched · 2 changes" in shown(app))
        assert not rung
        app.clear_notifications()
        await pilot.press("alt+5", "w")
        await settle(pilot, lambda: isinstance(app.screen, WatchScreen))
        await pilot.press("b")
        answers.answering = published
        await settle(pilot, lambda: len(app.watched.entries) == 4)
        await settle(pilot, lambda: "The bell rings for each" in said(app))
        assert not app._notifications
        await pilot.press("escape")
        answers.answering = without_mx
        await settle(pilot, lambda: rung == [1])


async def test_rows_stay_as_they_are_while_they_are_asked_again(wizard: MakeApp) -> None:
    app = wizard()
    async with app.run_test() as pilot:
        await watching(app, pilot)
        seen = set()
        checks = app.watched.checks

        def is_over() -> bool:
            seen.add(app.report.counts[Status.PENDING])
            return app.watched.checks > checks + 3

        await settle(pilot, is_over, pause=0.005)
        assert seen == {0}


async def test_switched_off_nothing_is_asked_any_more(wizard: MakeApp) -> None:
    answers = Answers()
    app = wizard(engine=answers)
    async with app.run_test() as pilot:
        await watching(app, pilot)
        app.post_message(IntervalChosen(0))
        await settle(pilot, lambda: app.watched.interval == 0)
        await pilot.pause(0.4)
        asked = len(answers.checks)
        await pilot.pause(0.4)
        assert len(answers.checks) == asked


async def test_a_check_whose_process_was_killed_does_not_end_the_watch(wizard: MakeApp) -> None:
    answers = WithoutMemory("")
    app = wizard(engine=answers)
    async with app.run_test() as pilot:
        await watching(app, pilot)
        answers.ends_at = "check"
        await settle(pilot, lambda: any("exit code -9" in n.message for n in app._notifications))
        answers.ends_at = ""
        checks = app.watched.checks
        await settle(pilot, lambda: app.watched.checks > checks)


class OnceKilled(WithoutMemory):
    """Its process is ended in the middle of one check, and starts again."""

    def _reach(self, method: str) -> None:
        try:
            super()._reach(method)
        except WorkerDiedError:
            self.ends_at = ""
            raise


async def test_a_check_that_had_to_begin_anew_tells_nothing_twice(wizard: MakeApp) -> None:
    answers = OnceKilled("", without_mx)
    app = wizard(engine=answers)
    async with app.run_test() as pilot:
        await settle(pilot, lambda: app.report.counts[Status.ERROR] == 2)
        app.post_message(IntervalChosen(0.05))
        await settle(pilot, lambda: app.watched.checks > 0)
        answers.ends_at = "check"
        checks = app.watched.checks
        await settle(pilot, lambda: app.watched.checks > checks + 2)
        assert answers.ends_at == ""
        assert app.watched.entries == ()
        assert not app._notifications


async def test_a_check_that_ends_when_no_screen_is_left_finds_nobody_at_the_list(
    wizard: MakeApp,
) -> None:
    app = wizard()
    assert not app.screen_stack
    assert not app.lists_changes


async def test_an_answer_that_the_user_changes_is_no_change(wizard: MakeApp) -> None:
    app = wizard()
    async with app.run_test() as pilot:
        await watching(app, pilot)
        await pilot.press("alt+1", "tab", "end", "1")
        await settle(pilot, lambda: app.setup.server.ipv4 == "192.0.2.101")
        checks = app.watched.checks
        await settle(pilot, lambda: app.watched.checks > checks + 2)
        assert app.watched.entries == ()


async def test_the_window_sets_the_pace_and_shows_the_log(wizard: MakeApp) -> None:
    answers = Answers()
    app = wizard(engine=answers)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot, lambda: app.report.all_good)
        await pilot.press("alt+5", "w")
        await settle(pilot, lambda: isinstance(app.screen, WatchScreen))
        assert "Nothing is watched now." in said(app)
        await pilot.press("right")
        await settle(pilot, lambda: app.watched.interval == 30)
        await settle(pilot, lambda: "Checked once" in said(app))
        await pilot.press("escape")
        await settle(pilot, lambda: isinstance(app.screen, MainScreen))
        assert app.watched.interval == 30
        await pilot.press("w")
        await settle(pilot, lambda: isinstance(app.screen, WatchScreen))
        assert app.screen.query_one(Choice).value == "30"


def said(app: WizardApp) -> str:
    return "\n".join(str(each.render()) for each in app.screen.query("Static"))


async def with_two_changes(app: WizardApp, pilot: Pilot[None], answers: Answers) -> None:
    """Show the window with two changes, all of noon."""
    await watching(app, pilot)
    answers.answering = without_mx
    await settle(pilot, lambda: len(app.watched.entries) == 2)
    app.post_message(IntervalChosen(60))
    await settle(pilot, lambda: app.watched.interval == 60)
    await settle(pilot, lambda: not any(worker.group == "check" for worker in app.workers))
    await pilot.pause()
    app.clear_notifications()
    noon = tuple(SeenChange(NOON, entry.change) for entry in app.watched.entries)
    app.watched = WatchState(interval=60.0, entries=noon, checks=7, last=NOON)
    await pilot.press("alt+5", "w")
    await settle(pilot, lambda: isinstance(app.screen, WatchScreen))


def saved_logs(folder: Path) -> list[Path]:
    return list(folder.iterdir())


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


async def test_the_log_is_copied_and_saved(
    wizard: MakeApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    answers = Answers()
    app = wizard(engine=answers)
    async with app.run_test(size=(80, 24)) as pilot:
        await with_two_changes(app, pilot, answers)
        await settle(pilot, lambda: HEAD in said(app))
        await pilot.press("s")
        await settle(pilot, lambda: bool(saved_logs(tmp_path)))
        (file,) = saved_logs(tmp_path)
        lines = [json.loads(line) for line in file.read_text().splitlines()]
        assert [line["kind"] for line in lines] == ["new-fault", "new-fault"]
        assert lines[0]["time"] == "2026-11-23T12:00:00+00:00"
        assert mode(file) == 0o600
        await pilot.press("c")
        await settle(pilot, lambda: "example.org MX: ok → error" in app.clipboard)


async def test_a_folder_that_takes_no_log_is_told(
    wizard: MakeApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    answers = Answers()
    app = wizard(engine=answers)
    async with app.run_test(size=(80, 24)) as pilot:
        await with_two_changes(app, pilot, answers)
        os.rmdir(gone)  # noqa: PTH106
        await pilot.press("s")
        await settle(pilot, lambda: any("can't be" in n.message for n in app._notifications))


@pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=["80x24", "120x36"])
async def test_window(wizard: MakeApp, picture: SnapshotAssertion, size: tuple[int, int]) -> None:
    answers = Answers()
    app = wizard(engine=answers)
    async with app.run_test(size=size) as pilot:
        await with_two_changes(app, pilot, answers)
        assert await at_rest(app, pilot) == picture
