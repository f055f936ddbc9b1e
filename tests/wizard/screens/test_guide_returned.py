"""What was saved as something else: that it came back is seen, whatever else is said."""

from collections.abc import Sequence
from dataclasses import replace

from dns import rdata
from textual.geometry import Region
from textual.widgets import Static

from mailcow_dns_tui.model.answer import Answer
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.wizard.screens.guide_saving import IS_DONE, NOT_COPIED
from tests.wizard.conftest import SETUP, MakeApp, settle
from tests.wizard.engines import Answers, absent, published
from tests.wizard.screens.test_guide import guided, no_mx, text
from tests.wizard.screens.test_guide_saved import OTHER, Strict, misspelt, progress, title

WRONG = "✗ MX example.org: so far the name servers have 10 typo.example.org. Still wrong: "


def one_wrong(record: Record) -> Answer:
    return no_mx(record) if record.domain == OTHER else misspelt(record)


def wrong_and_done(record: Record) -> Answer:
    return published(record) if record.domain == OTHER else misspelt(record)


async def test_it_is_said_though_the_next_step_is_done_in_the_same_look(wizard: MakeApp) -> None:
    engine = Strict(no_mx)
    app = wizard(engine=engine)
    async with app.run_test() as pilot:
        await guided(app, pilot)
        await pilot.press("b", "enter")
        await settle(pilot, lambda: "1 saved, not seen yet" in progress(app))
        engine.answering = wrong_and_done
        await pilot.press("r")
        await settle(pilot, lambda: "MX example.org" in title(app))
        await settle(pilot, lambda: WRONG in text(app, "#looked"))


async def test_it_is_said_besides_what_was_copied(wizard: MakeApp) -> None:
    engine = Strict(no_mx)
    app = wizard(engine=engine)
    async with app.run_test(size=(60, 20)) as pilot:
        await guided(app, pilot)
        await pilot.press("b", "enter")
        await settle(pilot, lambda: title(app).endswith("MX bücher.example"))
        engine.answering = one_wrong
        await pilot.press("r")
        await settle(pilot, lambda: WRONG in text(app, "#looked"))
        await pilot.press("b")
        await settle(pilot, lambda: "Sent Target" in text(app, "#looked"))
        assert WRONG in text(app, "#looked")
        looked = app.screen.query_one("#looked", Static)
        lines = looked.render_lines(Region(0, 0, *looked.size))
        assert any("✗ MX example.org" in line.text for line in lines)


async def test_it_is_said_until_it_is_dealt_with_and_as_it_is_then(wizard: MakeApp) -> None:
    engine = Strict(no_mx)
    app = wizard(engine=engine)
    async with app.run_test() as pilot:
        await guided(app, pilot)
        await pilot.press("b", "enter")
        await settle(pilot, lambda: title(app).endswith("MX bücher.example"))
        engine.answering = one_wrong
        await pilot.press("r")
        await settle(pilot, lambda: WRONG in text(app, "#looked"))
        await pilot.press("b", "enter")
        await settle(pilot, lambda: "MX example.org" in title(app))
        assert WRONG in text(app, "#looked")
        engine.answering = no_mx
        await pilot.press("r")
        await settle(pilot, lambda: "have nothing. example.org has no" in text(app, "#looked"))
        assert "Still wrong" not in text(app, "#looked")
        await pilot.press("b", "enter")
        await settle(pilot, lambda: "2 saved, not seen yet" in progress(app))
        assert "✗" not in text(app, "#looked")


async def test_where_there_is_nothing_to_copy_enter_is_asked_for_once_more(
    wizard: MakeApp,
) -> None:
    def beside(record: Record) -> Answer:
        if record.topic != "mx":
            return published(record)
        old = rdata.from_text("IN", "MX", "5 old.example.net.")
        return _having(record, [record.rdata, old]) if record.domain != OTHER else absent(record)

    engine = Strict(beside)
    app = wizard(engine=engine)
    async with app.run_test() as pilot:
        await guided(app, pilot)
        await settle(pilot, lambda: text(app, "#step").startswith("Delete example.org MX 5 old"))
        await pilot.press("enter")
        await settle(pilot, lambda: IS_DONE in text(app, "#looked"))
        assert "done" not in progress(app)
        assert "saved, not seen" not in progress(app)
        await pilot.press("enter")
        await settle(pilot, lambda: title(app).endswith("MX bücher.example"))
        await pilot.press("enter")
        await settle(pilot, lambda: NOT_COPIED in text(app, "#looked"))


def _having(record: Record, rdatas: Sequence[rdata.Rdata]) -> Answer:
    return replace(published(record), rdatas=tuple(rdatas))


async def test_a_form_that_is_half_copied_is_asked_about(wizard: MakeApp) -> None:
    def no_dkim(record: Record) -> Answer:
        return absent(record) if record.topic == "dkim" else published(record)

    app = wizard(engine=Answers(no_dkim))
    async with app.run_test() as pilot:
        await guided(app, pilot)
        first = title(app)
        await pilot.press("b", "enter")
        await settle(pilot, lambda: NOT_COPIED in text(app, "#looked"))
        assert title(app) == first
        await pilot.press("b", "enter")
        await settle(pilot, lambda: title(app) != first)
        assert SETUP.domains[0].name in first
