"""What can be copied in the guide, and what it does by itself."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import repeat

import dns.rdatatype
import pytest
from dns.name import Name
from textual import events
from textual.widgets import Static

from mailcow_dns_tui.guide.boxes import plain_text
from mailcow_dns_tui.model.answer import Answer, Lookup
from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.policy_page import PolicyPage
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.setup import Dmarc, Setup
from mailcow_dns_tui.model.step import GuidePlace
from mailcow_dns_tui.topics.judge import judge
from mailcow_dns_tui.wizard.app import WizardApp
from mailcow_dns_tui.wizard.clipboard import Clipboard, Copied
from mailcow_dns_tui.wizard.messages import CheckRequested
from mailcow_dns_tui.wizard.screens.guide import GuideScreen
from mailcow_dns_tui.wizard.screens.guide_looker import GuideLooker
from tests.wizard.conftest import BEGUN, SETUP, MakeApp, settle
from tests.wizard.engines import (
    Answering,
    Answers,
    Held,
    absent,
    published,
    published_or_not,
    silent,
)
from tests.wizard.screens.test_guide import WITH_MTA_STS, guided, no_mta_sts_text, no_mx, text
from tests.wizard.screens.test_mailcow import shown


class Behind(Answers):
    """Of the MX records, resolvers elsewhere have nothing yet."""

    is_behind = True

    def judged(self, record: Record) -> Finding:
        old = self.is_behind and record.rdtype == dns.rdatatype.MX
        seen = absent(record) if old else published(record)
        lookup = Lookup(record.owner, record.rdtype, (published(record),), seen)
        return judge(record, lookup, published_or_not)


async def test_what_is_only_waited_for_comes_by_itself(wizard: MakeApp) -> None:
    engine = Behind()
    app = wizard(engine=engine)
    async with app.run_test() as pilot:
        await guided(app, pilot, lambda: repeat(0.01))
        assert text(app, "#step").startswith("All name servers have it. Your resolver has")
        assert "Waiting: 2" in text(app, "#rest")
        engine.is_behind = False
        await settle(pilot, lambda: "published and good" in text(app, "#step"))


async def test_what_could_not_be_asked_is_no_job_for_the_user(wizard: MakeApp) -> None:
    engine = Answers(silent)
    app = wizard(engine=engine)
    async with app.run_test() as pilot:
        await guided(app, pilot, lambda: repeat(0.01))
        assert text(app, "#step").startswith("The name servers could not be asked")
        assert "Could not be asked" in text(app, "#rest")
        assert text(app, "#step").count("Check this machine's network") == 1
        engine.answering = published
        await settle(pilot, lambda: "published and good" in text(app, "#step"))


async def test_no_wrong_answer_passes_for_a_good_end(wizard: MakeApp) -> None:
    app = wizard(replace(SETUP, dmarc=Dmarc(rua=("me@here",))))
    async with app.run_test() as pilot:
        await guided(app, pilot)
        assert "An answer is not valid" in text(app, "#step")
        assert "✗ step 3" in shown(app)


async def test_what_was_copied_is_said_below_the_step(wizard: MakeApp) -> None:
    app = wizard(engine=Answers(no_mx))
    async with app.run_test() as pilot:
        await guided(app, pilot)
        await pilot.press("b")
        await settle(
            pilot, lambda: "Sent Target: mail.example.org. (1 of 1) to" in text(app, "#looked")
        )
        assert not app._notifications


async def test_a_copy_that_is_answered_late_is_told_where_the_user_is_by_then(
    wizard: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered = asyncio.Event()
    copy = Clipboard.copy

    async def slow(self: Clipboard, text: str) -> Copied:
        await answered.wait()
        return await copy(self, text)

    monkeypatch.setattr(Clipboard, "copy", slow)
    app = wizard(engine=Answers(no_mx))
    async with app.run_test() as pilot:
        main = app.screen
        await guided(app, pilot)
        await pilot.press("b", "escape")
        await settle(pilot, lambda: app.screen is main)
        answered.set()
        await settle(pilot, lambda: bool(app._notifications))
        assert ["Sent Target" in notice.message for notice in app._notifications] == [True]


async def test_the_next_box_is_in_sight(wizard: MakeApp) -> None:
    app = wizard(engine=Answers(lambda r: absent(r) if r.topic == "dkim" else published(r)))
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await guided(app, pilot)
        await pilot.press("b")
        await pilot.pause()
        box, step = screen.query_one("#box", Static), screen.query_one("#step")
        await settle(pilot, lambda: step.region.contains_region(box.region))
        assert str(box.render()).startswith("▸ Value")
        await pilot.resize_terminal(80, 22)
        await settle(pilot, lambda: step.region.height == 17)
        await settle(pilot, lambda: step.region.contains_region(box.region))


@pytest.mark.parametrize("key", ["v", "b"])
async def test_the_hostname_of_reverse_dns_can_be_copied(wizard: MakeApp, key: str) -> None:
    app = wizard(engine=Answers(lambda r: absent(r) if r.topic == "ptr" else published(r)))
    async with app.run_test() as pilot:
        await guided(app, pilot)
        assert text(app, "#step").startswith("Set the reverse DNS of 192.0.2.10 to mail.")
        await pilot.press(key)
        await settle(pilot, lambda: app.clipboard == "mail.example.org")


def in_footer(app: WizardApp, word: str) -> bool:
    """Whether this one has room there, and what stands behind it as well."""
    line = app.screen._compositor.render_strips()[-1].text
    return word in line and line.rstrip().endswith("Quit")


async def test_ipv6_can_be_given_up_where_it_gets_no_reverse_dns(wizard: MakeApp) -> None:
    def no_ptr(record: Record) -> Answer:
        return absent(record) if record.topic == "ptr" else published(record)

    app = wizard(engine=Answers(no_ptr))
    async with app.run_test() as pilot:
        screen = await guided(app, pilot)
        await pilot.press("4")
        assert "192.0.2.10" in text(app, "#step")
        assert app.setup.server.ipv6
        await pilot.press("s")
        await settle(pilot, lambda: "Set the reverse DNS of 2001:db8::10" in text(app, "#step"))
        assert "ENABLE_IPV6=false" in text(app, "#step")
        assert any(each.binding.key == "4" for each in screen.active_bindings.values())
        await settle(pilot, lambda: in_footer(app, "No IPv6"))
        await pilot.press("4")
        await settle(pilot, lambda: not app.setup.server.ipv6)
        await settle(pilot, lambda: "2001:db8::10" not in text(app, "#step"))


async def test_a_step_can_be_copied_by_hand(wizard: MakeApp) -> None:
    app = wizard(engine=Answers(no_mx))
    async with app.run_test() as pilot:
        screen = await guided(app, pilot)
        step = screen.state.current
        assert step is not None
        assert list(plain_text(step, screen._form)) == [
            "Add the MX record of example.org.",
            "",
            "Type: MX",
            "Name: @  (type it)",
            "Priority: 10  (type it)",
            "Target: mail.example.org.",
            "TTL: as it stands (3600)",
        ]
        assert screen.active_bindings["x"].enabled


async def test_the_form_begins_anew_where_something_else_is_wrong_now(wizard: MakeApp) -> None:
    engine = Answers(no_mx)
    app = wizard(engine=engine)
    async with app.run_test() as pilot:
        await guided(app, pilot)
        await pilot.press("b")
        await settle(pilot, lambda: "✓ Target" in text(app, "#step"))
        wrong = {r for r in app.report.records if r.rdtype == dns.rdatatype.MX}
        other = next(r for r in wrong if r.domain == SETUP.domains[1].apex).rdata
        engine.answering = lambda r: (
            replace(published(r), rdatas=(other, other)) if r in wrong else published(r)
        )
        await pilot.press("r")
        await settle(pilot, lambda: "▸ Target" in text(app, "#step"))


async def test_the_place_is_saved_at_each_step(wizard: MakeApp, saved: list[Setup]) -> None:
    app = wizard(engine=Answers(no_mx))
    async with app.run_test() as pilot:
        screen = await guided(app, pilot)
        mark = "mx example.org MX 10 mail.example.org."
        await settle(pilot, lambda: bool(saved) and saved[-1].guide == GuidePlace(True, mark))
        await pilot.press("s")
        await settle(pilot, lambda: saved[-1].guide.skipped == (mark,))
        assert saved[-1].guide.step == "mx bücher.example MX 10 mail.example.org."
        place = saved[-1].guide
    again = wizard(replace(SETUP, guide=place), Answers(no_mx))
    async with again.run_test() as pilot:
        await settle(pilot, lambda: isinstance(again.screen, GuideScreen))
        await settle(pilot, lambda: "MX record of bücher" in text(again, "#step"))
        await pilot.press("escape")
        await settle(pilot, lambda: not saved[-1].guide.is_open)
        assert saved[-1].guide.skipped == (mark,)
        assert not isinstance(again.screen, GuideScreen)
    assert screen.state.place == place


async def test_keys_that_are_typed_ahead_leave_the_guide_closed(
    wizard: MakeApp, saved: list[Setup]
) -> None:
    app = wizard(engine=Answers(no_mx))
    async with app.run_test() as pilot:
        main = app.screen
        await guided(app, pilot)
        for key in ("s", "left", "escape"):
            app.post_message(events.Key(key, None))
        await settle(pilot, lambda: app.screen is main)
        await settle(pilot, lambda: bool(saved) and not saved[-1].guide.is_open)
    assert saved[-1].guide == GuidePlace(False, "mx example.org MX 10 mail.example.org.")


@pytest.mark.parametrize("key", "oe")
async def test_a_key_that_is_pressed_twice_opens_one_screen(wizard: MakeApp, key: str) -> None:
    app = wizard(BEGUN, engine=Answers(no_mx))
    async with app.run_test() as pilot:
        await settle(pilot, lambda: bool(app.report.records))
        await pilot.press("alt+5")
        for _ in range(2):
            app.post_message(events.Key(key, key))
        await settle(pilot, lambda: len(app.screen_stack) > 1)
        await pilot.press("escape")
        await settle(pilot, lambda: len(app.screen_stack) == 1)


@pytest.mark.parametrize("key", "gw")
async def test_the_key_that_opens_a_screen_closes_it(wizard: MakeApp, key: str) -> None:
    app = wizard(BEGUN, engine=Answers(no_mx))
    async with app.run_test() as pilot:
        await settle(pilot, lambda: bool(app.report.records))
        await pilot.press("alt+5", key)
        await settle(pilot, lambda: len(app.screen_stack) == 2)
        for _ in range(3):
            app.post_message(events.Key(key, key))
        await settle(pilot, lambda: not app._ahead and len(app.screen_stack) == 1)


class Pages(Answers):
    """Remembers of which domains the policy was fetched."""

    def __init__(self, answering: Answering) -> None:
        super().__init__(answering)
        self.fetched: list[Name] = []

    async def policies(self, setup: Setup, domains: Sequence[Name]) -> Mapping[Name, PolicyPage]:
        self.fetched += domains
        return {}


async def test_of_many_domains_only_the_policy_of_the_shown_step_is_fetched(
    wizard: MakeApp,
) -> None:
    engine = Pages(no_mta_sts_text)
    app = wizard(WITH_MTA_STS, engine)
    async with app.run_test() as pilot:
        await guided(app, pilot)
        await settle(pilot, lambda: engine.fetched == [SETUP.domains[0].apex])
        await pilot.press("s")
        await settle(pilot, lambda: engine.fetched[1:] == [SETUP.domains[1].apex])


async def test_a_place_that_is_no_more_is_passed_over(wizard: MakeApp) -> None:
    gone = GuidePlace(True, "mx old.example MX 10 mail.example.org.", ("spf old.example",))
    app = wizard(replace(SETUP, guide=gone), Answers(no_mx))
    async with app.run_test() as pilot:
        await settle(pilot, lambda: isinstance(app.screen, GuideScreen))
        await settle(pilot, lambda: "MX record of example.org" in text(app, "#step"))


async def test_keys_do_nothing_to_a_step_that_is_not_shown(wizard: MakeApp) -> None:
    target = "MX 10 mail.example.org."
    first, second = f"mx example.org {target}", f"mx bücher.example {target}"
    setup = replace(SETUP, guide=GuidePlace(True, second, skipped=(first,)))
    engine = Held(no_mx)
    app = wizard(setup, engine)
    async with app.run_test() as pilot:
        await settle(pilot, lambda: isinstance(app.screen, GuideScreen))
        await pilot.press("left", "s")
        assert app.setup.guide == setup.guide
        engine.release.set()
        await settle(pilot, lambda: "MX record of bücher" in text(app, "#step"))
        engine.release.clear()
        app.post_message(CheckRequested())
        await settle(pilot, lambda: "Asking the name" in text(app, "#step"))
        await pilot.press("s", "left")
        assert app.setup.guide == setup.guide


async def test_where_nothing_is_waited_for_a_look_asks_nobody(wizard: MakeApp) -> None:
    engine = Answers()
    app = wizard(engine=engine)
    async with app.run_test() as pilot:
        screen = await guided(app, pilot)
        asked = len(engine.checks)
        screen.query_one(GuideLooker).look_now()
        await settle(pilot, lambda: all(w.is_finished for w in app.workers if w.group == "look"))
        assert len(engine.checks) == asked
