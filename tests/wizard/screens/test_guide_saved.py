"""What the user says is saved: the guide goes on at once, and looks for it."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import count, repeat

import pytest
from dns import rdata
from dns.name import Name

from mailcow_dns_tui.guide.state import LEFT_AS_IT_IS
from mailcow_dns_tui.model.answer import Answer, Lookup, Source
from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.setup import Offer, Setup
from mailcow_dns_tui.model.step import GuidePlace
from mailcow_dns_tui.topics.judge import judge
from mailcow_dns_tui.topics.mx.topic import MxTopic
from mailcow_dns_tui.wizard.app import WizardApp
from mailcow_dns_tui.wizard.screens.guide import GuideScreen
from mailcow_dns_tui.wizard.screens.guide_saving import NOT_COPIED
from mailcow_dns_tui.wizard.screens.guide_text import ALL_COPIED
from tests.wizard.conftest import SETUP, MakeApp, settle
from tests.wizard.engines import Answering, Answers, absent, published, published_or_not, silent
from tests.wizard.screens.test_guide import guided, no_mx, text
from tests.wizard.screens.test_guide_keys import in_footer

OTHER = SETUP.domains[1].apex


def title(app: WizardApp) -> str:
    return str(app.screen.query_one("#step").border_title)


def progress(app: WizardApp) -> str:
    return str(app.screen.query_one("#step").border_subtitle)


async def test_enter_goes_on_at_once_and_tells_when_it_is_there(wizard: MakeApp) -> None:
    engine = Answers(no_mx)
    app = wizard(engine=engine)
    async with app.run_test() as pilot:
        await guided(app, pilot)
        assert title(app) == "MX example.org"
        await pilot.press("b", "enter")
        await settle(pilot, lambda: title(app) == "MX bücher.example")
        assert "1 to do · 1 saved, not seen yet" in progress(app)
        engine.answering = lambda r: no_mx(r) if r.domain == OTHER else published(r)
        await pilot.press("r")
        await settle(pilot, lambda: "MX example.org: It is there now." in text(app, "#looked"))
        assert "MX record of bücher" in text(app, "#step")
        assert "not seen yet" not in progress(app)


async def test_what_is_saved_is_looked_for_by_itself_to_the_good_end(wizard: MakeApp) -> None:
    engine = Answers(no_mx)
    app = wizard(engine=engine)
    async with app.run_test() as pilot:
        await guided(app, pilot, lambda: repeat(0.1))
        await pilot.press("b", "enter", "b", "enter")
        await settle(pilot, lambda: "All that can be done now was saved" in text(app, "#step"))
        assert "MX example.org: so far the name servers have nothing." in text(app, "#step")
        engine.answering = published
        await settle(pilot, lambda: "published and good" in text(app, "#step"))


async def test_what_was_saved_as_something_else_is_to_be_done_again(wizard: MakeApp) -> None:
    engine = Strict(no_mx)
    app = wizard(engine=engine)
    async with app.run_test() as pilot:
        await guided(app, pilot)
        await pilot.press("b", "enter")
        await settle(pilot, lambda: "1 saved, not seen yet" in progress(app))
        engine.answering = lambda r: no_mx(r) if r.domain == OTHER else misspelt(r)
        await pilot.press("r")
        await settle(pilot, lambda: "2 to do" in progress(app))
        said = "✗ MX example.org: so far the name servers have 10 typo.example.org. Still wrong:"
        assert said in text(app, "#looked")


class Strict(Answers):
    """Judges MX records by what they say."""

    def judged(self, record: Record) -> Finding:
        if record.topic != "mx":
            return super().judged(record)
        answer = self.answering(record)
        lookup = Lookup(record.owner, record.rdtype, (answer,), answer)
        return judge(record, lookup, MxTopic().judge_answer)


def misspelt(record: Record) -> Answer:
    if record.topic != "mx":
        return published(record)
    return replace(published(record), rdatas=(rdata.from_text("IN", "MX", "10 typo.example.org."),))


async def test_a_step_of_which_nothing_was_copied_is_not_saved_by_a_slip(wizard: MakeApp) -> None:
    app = wizard(engine=Answers(no_mx))
    async with app.run_test() as pilot:
        await guided(app, pilot)
        await pilot.press("enter")
        await settle(pilot, lambda: NOT_COPIED in text(app, "#looked"))
        assert title(app) == "MX example.org"
        await pilot.press("enter")
        await settle(pilot, lambda: title(app) == "MX bücher.example")
        await pilot.press("enter")
        await settle(pilot, lambda: NOT_COPIED in text(app, "#looked"))
        await pilot.press("left")
        await settle(pilot, lambda: title(app) == "MX example.org")
        assert "not seen yet" not in progress(app)


@pytest.mark.parametrize(("just_now", "is_taken"), [(3600.0, False), (0.0, True)])
async def test_enter_is_not_taken_for_a_step_that_came_by_itself_just_now(
    wizard: MakeApp, monkeypatch: pytest.MonkeyPatch, just_now: float, *, is_taken: bool
) -> None:
    monkeypatch.setattr("mailcow_dns_tui.wizard.screens.guide_saving.JUST_NOW", just_now)
    engine = Answers(no_mx)
    app = wizard(engine=engine)
    async with app.run_test() as pilot:
        await guided(app, pilot)
        await pilot.press("b")
        engine.answering = lambda r: no_mx(r) if r.domain == OTHER else published(r)
        await pilot.press("r")
        await settle(pilot, lambda: title(app) == "MX bücher.example")
        await pilot.press("enter")
        if not is_taken:
            said = "MX example.org is dealt with, and the card shows the next step now: MX bücher."
            await settle(pilot, lambda: text(app, "#looked").startswith(said))
            await pilot.press("enter")
        await settle(pilot, lambda: NOT_COPIED in text(app, "#looked"))
        assert "not seen yet" not in progress(app)


async def test_a_look_between_two_presses_does_not_ask_once_more(wizard: MakeApp) -> None:
    ttls = count(3600, -1)
    app = wizard(engine=Strict(lambda record: replace(no_mx(record), ttl=next(ttls))))
    async with app.run_test() as pilot:
        screen = await guided(app, pilot)
        await pilot.press("enter")
        await settle(pilot, lambda: NOT_COPIED in text(app, "#looked"))
        before = screen.state.current
        await pilot.press("r")
        await settle(pilot, lambda: screen.state.current != before)
        await pilot.press("enter")
        await settle(pilot, lambda: title(app) == "MX bücher.example")


async def test_what_could_not_be_asked_once_is_saved_still(wizard: MakeApp) -> None:
    engine = Strict(no_mx)
    app = wizard(engine=engine)
    async with app.run_test() as pilot:
        await guided(app, pilot)
        await pilot.press("b", "enter")
        await settle(pilot, lambda: "1 saved, not seen yet" in progress(app))
        first = SETUP.domains[0].apex
        engine.answering = lambda r: silent(r) if r.domain == first else no_mx(r)
        await pilot.press("r")
        await settle(pilot, lambda: "1 could not be asked" in progress(app))
        assert "✗" not in text(app, "#looked")
        engine.answering = no_mx
        await pilot.press("r")
        await settle(pilot, lambda: "1 saved, not seen yet" in progress(app))
        engine.answering = lambda r: no_mx(r) if r.domain == OTHER else misspelt(r)
        await pilot.press("r")
        await settle(pilot, lambda: "typo.example.org. Still wrong:" in text(app, "#looked"))


async def test_after_the_last_box_the_key_copies_nothing_else(wizard: MakeApp) -> None:
    app = wizard(engine=Answers(no_mx))
    async with app.run_test() as pilot:
        await guided(app, pilot)
        await pilot.press("b")
        await settle(pilot, lambda: app.clipboard == "mail.example.org.")
        app.copy_to_clipboard("what the user has copied since")
        await pilot.press("b")
        await settle(pilot, lambda: ALL_COPIED in text(app, "#looked"))
        assert app.clipboard == "what the user has copied since"


async def test_what_was_skipped_and_is_published_all_the_same_is_noticed(wizard: MakeApp) -> None:
    engine = Answers(no_mx)
    app = wizard(engine=engine)
    async with app.run_test() as pilot:
        await guided(app, pilot, lambda: repeat(0.01))
        await pilot.press("s")
        await settle(pilot, lambda: "1 skipped" in progress(app))
        engine.answering = lambda r: no_mx(r) if r.domain == OTHER else published(r)
        await settle(pilot, lambda: "skipped" not in progress(app))


async def test_each_copy_begins_the_pauses_anew(wizard: MakeApp) -> None:
    begun: list[int] = []

    def pauses() -> Iterator[float]:
        begun.append(1)
        return iter([1000.0])

    app = wizard(engine=Answers(no_mx))
    async with app.run_test() as pilot:
        await guided(app, pilot, pauses)
        await settle(pilot, lambda: len(begun) >= 2)
        before = len(begun)
        await pilot.press("b")
        await settle(pilot, lambda: len(begun) == before + 1)


@pytest.mark.parametrize("keys", [["v"], ["s", "left"]], ids=["copying", "going on"])
async def test_who_works_faster_than_the_pauses_hears_all_the_same(
    wizard: MakeApp, keys: list[str]
) -> None:
    engine = Answers(no_mx)
    app = wizard(engine=engine)
    async with app.run_test() as pilot:
        await guided(app, pilot, lambda: repeat(1.0))
        engine.answering = published
        async with asyncio.timeout(20):
            while "published and good" not in text(app, "#step"):
                await pilot.press(*keys)


class SlowInPart(Strict):
    """Hears of the other domain at once, and of all else when that is released."""

    def __init__(self, answering: Answering) -> None:
        super().__init__(answering)
        self.release = asyncio.Event()

    async def check_topic(self, setup: Setup, topic: str, domain: Name | None) -> Sequence[Finding]:
        if domain != OTHER:
            await self.release.wait()
        return await super().check_topic(setup, topic, domain)


async def test_a_look_under_way_goes_on_though_another_step_comes(wizard: MakeApp) -> None:
    engine = SlowInPart(no_mx)
    app = wizard(engine=engine)
    async with app.run_test() as pilot:
        await guided(app, pilot)
        await pilot.press("b", "enter")
        await settle(pilot, lambda: "1 saved, not seen yet" in progress(app))
        engine.answering = published
        await pilot.press("r")
        await settle(pilot, lambda: "is looked for" in text(app, "#step"))
        engine.release.set()
        await settle(pilot, lambda: "published and good" in text(app, "#step"))


class HalfThere(Answers):
    """One of two name servers has what was saved."""

    is_saved = False

    def judged(self, record: Record) -> Finding:
        if record.topic != "mx" or not self.is_saved:
            return super().judged(record)
        first = replace(published(record), authoritative=True)
        second = replace(absent(record), source=Source("ns2.example.net.", "192.0.2.54"))
        lookup = Lookup(record.owner, record.rdtype, (first, second), first)
        return judge(record, lookup, published_or_not)


@pytest.mark.parametrize("keys", [["b"], ["b", "enter"]], ids=["seen first", "saved"])
async def test_a_server_that_is_late_is_waited_for_and_no_fault(
    wizard: MakeApp, keys: list[str]
) -> None:
    engine = HalfThere(no_mx)
    app = wizard(engine=engine)
    async with app.run_test() as pilot:
        await guided(app, pilot)
        await pilot.press(*keys)
        engine.is_saved = True
        await pilot.press("r")
        await settle(pilot, lambda: " waiting" in progress(app))
        assert title(app) in {"MX bücher.example", ""}
        assert "Still wrong" not in text(app, "#looked")
        await pilot.press("r")
        await settle(pilot, lambda: "2 wait: ns2.example.net" in text(app, "#step"))


async def test_what_was_copied_and_saved_is_remembered_over_a_lost_connection(
    wizard: MakeApp, saved: list[Setup]
) -> None:
    app = wizard(engine=Answers(no_mx))
    async with app.run_test() as pilot:
        await guided(app, pilot)
        await pilot.press("b", "enter", "b")
        mark = "mx example.org MX 10 mail.example.org."
        await settle(pilot, lambda: bool(saved) and saved[-1].guide.copied == 1)
        assert saved[-1].guide.saved == (mark,)
        place = saved[-1].guide
    assert place == GuidePlace(
        True, "mx bücher.example MX 10 mail.example.org.", saved=(mark,), copied=1
    )
    again = wizard(replace(SETUP, guide=place), Answers(no_mx))
    async with again.run_test() as pilot:
        await settle(pilot, lambda: isinstance(again.screen, GuideScreen))
        await settle(pilot, lambda: "✓ Target" in text(again, "#step"))
        assert "1 saved, not seen yet" in progress(again)


async def test_what_was_saved_before_the_start_and_is_there_by_now_counts_no_more(
    wizard: MakeApp,
) -> None:
    second = "mx bücher.example MX 10 mail.example.org."
    place = GuidePlace(True, second, saved=("mx example.org MX 10 mail.example.org.",))
    engine = Answers(lambda r: no_mx(r) if r.domain == OTHER else published(r))
    app = wizard(replace(SETUP, guide=place), engine)
    async with app.run_test() as pilot:
        await settle(pilot, lambda: isinstance(app.screen, GuideScreen))
        await settle(pilot, lambda: title(app) == "MX bücher.example")


def without(rdtype: str) -> Answering:
    return lambda record: absent(record) if record.type_text == rdtype else published(record)


async def test_a_panel_without_srv_records_is_an_answer(wizard: MakeApp) -> None:
    app = wizard(engine=Answers(without("SRV")))
    async with app.run_test() as pilot:
        screen = await guided(app, pilot)
        assert "SRV" in title(app)
        assert any(each.binding.key == "o" for each in screen.active_bindings.values())
        assert "Your panel has no SRV? Fine: o takes all out" in text(app, "#looked")
        await pilot.press("s")
        await settle(pilot, lambda: in_footer(app, "No SRV"))
        await pilot.press("o")
        await settle(pilot, lambda: "published and good" in text(app, "#step"))
        assert {offer.offer for offer in app.setup.services.offers} == {Offer.OMITTED}
        await pilot.press("u")
        await settle(pilot, lambda: app.setup.services == SETUP.services)
        await settle(pilot, lambda: "SRV" in title(app))


async def test_what_a_panel_refuses_is_left_for_a_reason_and_the_guide_comes_to_its_end(
    wizard: MakeApp,
) -> None:
    refused = "autodiscover.example.org"

    def answer(record: Record) -> Answer:
        is_refused = record.owner.to_text(omit_final_dot=True) == refused
        return absent(record) if is_refused else published(record)

    app = wizard(engine=Answers(answer))
    async with app.run_test() as pilot:
        await guided(app, pilot)
        assert title(app) == f"CNAME {refused}"
        await pilot.press("m", *"because", "enter")
        await settle(pilot, lambda: "published and good" in text(app, "#step"))
        assert f"CNAME {refused}: {LEFT_AS_IT_IS}" in text(app, "#looked")
        assert [mute.reason for mute in app.setup.mutes] == ["because"]


@pytest.mark.parametrize("key", ["b", "enter", "v", "s", "m", "r", "i", "y"])
async def test_where_there_is_no_step_a_key_says_so(wizard: MakeApp, key: str) -> None:
    app = wizard()
    async with app.run_test() as pilot:
        await guided(app, pilot)
        assert text(app, "#looked") == ""
        await pilot.press(key)
        await settle(pilot, lambda: text(app, "#looked").endswith("."))
