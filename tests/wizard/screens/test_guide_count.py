"""How far the user has come: what is done for good, and all that is left."""

import re
from dataclasses import replace

from textual.pilot import Pilot

from mailcow_dns_tui.model.answer import Answer, Lookup
from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.topics.judge import judge
from mailcow_dns_tui.wizard.app import WizardApp
from mailcow_dns_tui.wizard.checker import Checker
from mailcow_dns_tui.wizard.messages import CheckRequested
from mailcow_dns_tui.wizard.screens.guide import GuideScreen
from mailcow_dns_tui.wizard.widgets.status_bar import StatusLine
from tests.wizard.conftest import SETUP, MakeApp, settle
from tests.wizard.engines import Answers, absent, published, published_or_not, silent
from tests.wizard.screens.test_guide import guided, text
from tests.wizard.screens.test_guide_saved import progress, title

ORG, BOOKS = "example.org", "xn--bcher-kva.example"


class Filling(Answers):
    """Of the topics that lack, only what was put there; of one a topic nothing may be heard."""

    def __init__(self, *lacking: str) -> None:
        super().__init__(self.answer)
        self.lacking, self.has = lacking, set[tuple[str, str]]()
        self.silent = self.is_seen_late = ""

    def answer(self, record: Record) -> Answer:
        if record.topic == self.silent:
            return silent(record)
        domain = record.domain.to_text(omit_final_dot=True) if record.domain else ""
        lacks = record.topic in self.lacking and (record.topic, domain) not in self.has
        return absent(record) if lacks else published(record)

    def judged(self, record: Record) -> Finding:
        if record.topic != self.is_seen_late:
            return super().judged(record)
        lookup = Lookup(record.owner, record.rdtype, (published(record),), absent(record))
        return judge(record, lookup, published_or_not)


def look_at_all(app: WizardApp) -> None:
    """As by a key of the main screen, which the guide covers."""
    app.post_message(CheckRequested())
    app.screen_stack[0].query_one(Checker).check_again()


def told(app: WizardApp) -> tuple[int, int]:
    """How many steps are done, and how many are left, by what stands below the card."""
    each = {what: int(count) for count, what in re.findall(r"(\d+) ([^·]+)", progress(app))}
    done = each.pop("done ", 0) + each.pop("done", 0)
    return done, sum(each.values())


async def counts(app: WizardApp, pilot: Pilot[None], done: int, left: int) -> None:
    """Ask for everything anew, and wait until so much is said to be done, and left."""
    engine = app._engine
    assert isinstance(engine, Filling)
    before = len(engine.checks)
    look_at_all(app)
    await settle(pilot, lambda: len(engine.checks) > before)
    await settle(pilot, lambda: app.report.all_asked and bool(title(app)))
    assert told(app) == (done, left)


async def test_what_was_done_and_is_gone_again_is_one_more(wizard: MakeApp) -> None:
    engine = Filling("mx", "dkim")
    app = wizard(engine=engine)
    async with app.run_test() as pilot:
        await guided(app, pilot)
        assert told(app) == (0, 4)
        engine.has = {("mx", ORG), ("dkim", ORG)}
        await counts(app, pilot, 2, 2)
        assert "MX example.org: It is there now" in text(app, "#looked")
        engine.has = {("dkim", ORG)}
        await counts(app, pilot, 2, 3)
        assert "is there now" not in text(app, "#looked")
        engine.has = {("mx", ORG), ("dkim", ORG)}
        await counts(app, pilot, 3, 2)


async def test_what_is_skipped_or_only_called_saved_is_not_done(wizard: MakeApp) -> None:
    engine = Filling("mx", "dkim")
    app = wizard(engine=engine)
    async with app.run_test() as pilot:
        await guided(app, pilot)
        first = title(app)
        await pilot.press("s")
        await settle(pilot, lambda: title(app) != first)
        assert told(app) == (0, 4)
        await pilot.press("enter", "enter")
        await settle(pilot, lambda: "1 saved, not seen yet" in progress(app))
        assert told(app) == (0, 4)
        engine.has = {("dkim", ORG), ("mx", ORG)}
        await counts(app, pilot, 2, 2)


async def test_an_import_ends_many_at_once(wizard: MakeApp) -> None:
    engine = Filling("mx", "dkim", "clients", "dmarc")
    app = wizard(engine=engine)
    async with app.run_test() as pilot:
        await guided(app, pilot)
        done, left = told(app)
        assert (done, left > 20) == (0, True)
        engine.lacking = ("dmarc",)
        await counts(app, pilot, left - 2, 2)


async def test_a_silence_of_the_network_changes_nothing(wizard: MakeApp) -> None:
    engine = Filling("mx", "dkim")
    app = wizard(engine=engine)
    async with app.run_test() as pilot:
        await guided(app, pilot)
        for engine.silent, left in (("dkim", 4), ("spf", 4 + 2), ("", 4)):
            await counts(app, pilot, 0, left)
        engine.silent, engine.has = "dkim", {("dkim", ORG)}
        await counts(app, pilot, 0, 4)
        engine.silent = ""
        await counts(app, pilot, 1, 3)


async def test_what_is_only_waited_for_is_not_done_yet_and_counted_once(wizard: MakeApp) -> None:
    engine = Filling("mx", "dkim")
    app = wizard(engine=engine)
    async with app.run_test() as pilot:
        await guided(app, pilot)
        engine.is_seen_late = "dkim"
        await counts(app, pilot, 0, 4)
        assert progress(app) == "2 to do · 2 waiting"
        engine.is_seen_late, engine.lacking = "", ("mx",)
        await counts(app, pilot, 2, 2)


async def test_what_the_plan_wants_no_more_was_not_done(wizard: MakeApp) -> None:
    app = wizard(engine=Filling("mx", "clients"))
    async with app.run_test() as pilot:
        await guided(app, pilot)
        before = sum(told(app))
        while "SRV" not in title(app):
            await pilot.press("s")
            await pilot.pause()
        await pilot.press("o")
        await settle(pilot, lambda: "was skipped" in text(app, "#step"))
        await pilot.press("left")
        assert told(app)[0] == 0
        assert sum(told(app)) < before


async def test_it_goes_on_after_a_lost_connection(wizard: MakeApp, saved: list[Setup]) -> None:
    engine = Filling("mx", "dkim")
    app = wizard(engine=engine)
    async with app.run_test() as pilot:
        await guided(app, pilot)
        engine.has = {("mx", ORG)}
        await counts(app, pilot, 1, 3)
        await settle(pilot, lambda: bool(saved) and saved[-1].guide.done == 1)
    again = wizard(replace(SETUP, guide=saved[-1].guide), engine)
    async with again.run_test() as pilot:
        await settle(pilot, lambda: isinstance(again.screen, GuideScreen))
        await settle(pilot, lambda: told(again) == (1, 3))
        engine.lacking = ()
        look_at_all(again)
        await settle(pilot, lambda: title(again) == "Done")
        await settle(pilot, lambda: saved[-1].guide.done == 0)


async def test_what_comes_up_only_later_is_told(wizard: MakeApp) -> None:
    engine = Filling("mx", "dkim")
    app = wizard(engine=engine)
    async with app.run_test() as pilot:
        await guided(app, pilot)
        engine.lacking = ("mx", "dkim", "dmarc")
        engine.has = {("mx", ORG), ("dmarc", BOOKS)}
        await counts(app, pilot, 1, 4)
        await settle(pilot, lambda: "+ More to do: DMARC · TXT _dmarc." in text(app, "#looked"))
        await pilot.press("s")
        await settle(pilot, lambda: "More to do" not in text(app, "#looked"))


async def test_all_that_counts_says_the_same(wizard: MakeApp) -> None:
    engine = Filling("mx", "dkim")
    app = wizard(engine=engine)
    async with app.run_test(size=(120, 36)) as pilot:
        await guided(app, pilot)
        await pilot.press("s")
        await settle(pilot, lambda: progress(app) == "3 to do · 1 skipped")
        assert "To do besides this: 2" in text(app, "#rest")
        assert "Skipped: 1" in text(app, "#rest")
        engine.lacking = ()
        look_at_all(app)
        await settle(pilot, lambda: title(app) == "Done")
        good = [int(n) for n in re.findall(r"✓ .*: (\d+) ok", text(app, "#step"))]
        top = str(app.screen.query_one(StatusLine).render())
        assert (progress(app), f"✓ {sum(good)}" in top) == ("", True)
