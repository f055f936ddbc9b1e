"""The screen of who sees a record: what it shows, whom it asks, and whom only by leave."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from syrupy.assertion import SnapshotAssertion
from textual.pilot import Pilot
from textual.widgets import Footer, TextArea

from mailcow_dns_tui.engine.process import WorkerDiedError
from mailcow_dns_tui.model.propagation import Vantage
from mailcow_dns_tui.model.resolvers import PublicChoice
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.wizard.app import WizardApp
from mailcow_dns_tui.wizard.screens.main import MainScreen
from mailcow_dns_tui.wizard.screens.propagation import PropagationScreen
from mailcow_dns_tui.wizard.screens.propagation_table import PropagationTable
from mailcow_dns_tui.wizard.screens.record_list import RecordList
from tests.wizard.conftest import SETUP, MakeApp, at_rest, settle
from tests.wizard.observing import Observing, absent, old, silent
from tests.wizard.test_pictures import SIZES

NEAR = ["this machine", "mailcow's unbound"]
BUILT_IN = ["Cloudflare", "Google", "Quad9", "DNS4EU"]
MIXED = {
    "ns2.example.net.": silent,
    "this machine": old,
    "Google": absent,
    "Quad9": silent,
    "DNS4EU": old,
}


def with_public(choice: PublicChoice) -> Setup:
    return replace(SETUP, public=choice)


@asynccontextmanager
async def looking(
    wizard: MakeApp,
    engine: Observing,
    setup: Setup = SETUP,
    size: tuple[int, int] = (80, 24),
    at: str = "TXT",
) -> AsyncIterator[tuple[WizardApp, Pilot[None]]]:
    """The screen for the first record of a type, opened by its key."""
    app = wizard(setup, engine=engine)
    async with app.run_test(size=size) as pilot:
        await pilot.press("alt+5")
        await settle(pilot, lambda: app.report.all_good)
        records = app.screen.query_one(RecordList)
        records.highlighted = next(i for i, line in enumerate(records.lines) if f" {at} " in line)
        await pilot.pause()
        await pilot.press("e")
        await settle(pilot, lambda: isinstance(app.screen, PropagationScreen))
        await pilot.pause()
        yield app, pilot


def rows(app: WizardApp) -> list[str]:
    options = app.screen.query_one(PropagationTable).options
    return [" ".join(str(option.prompt).split()) for option in options]


def said(app: WizardApp, place: str) -> str:
    return str(app.screen.query_one(place).render())


async def test_the_record_at_the_cursor_is_looked_for(wizard: MakeApp) -> None:
    async with looking(wizard, Observing(MIXED)) as (app, _):
        assert "example.org  TXT" in said(app, "#subject")
        shown = rows(app)
    assert shown[:3] == [
        "Name servers of the zone",
        "✓ current ns1.example.net 192.0.2.53 1 h v=spf1 mx a…",
        "? could not ask ns2.example.net 198.51.100.53",
    ]
    assert "! old this machine 127.0.0.53 12 min 14:32 v=spf1 a -a…" in shown
    assert "✓ current mailcow's unbound 172.22.1.254 1 h v=spf1 mx a…" in shown


async def test_public_resolvers_are_named_before_they_are_asked(wizard: MakeApp) -> None:
    engine = Observing()
    async with looking(wizard, engine) as (app, pilot):
        assert engine.asked == [NEAR]
        shown = " ".join(rows(app))
        for operator, address in (("Cloudflare", "1.1.1.1"), ("Quad9", "9.9.9.9")):
            assert f"– not asked {operator} {address}" in shown
        named = " ".join(said(app, "#public").split())
        assert "Cloudflare 1.1.1.1, Google 8.8.8.8, Quad9 9.9.9.9, DNS4EU 86.54.11.100" in named
        assert "Enter asks them" in named
        await pilot.press("enter")
        await settle(pilot, lambda: "✓ current Quad9 9.9.9.9" in " ".join(rows(app)))
    assert engine.asked == [NEAR, [*NEAR, *BUILT_IN]]


async def test_leave_is_asked_for_once_a_run(wizard: MakeApp) -> None:
    engine = Observing()
    async with looking(wizard, engine) as (app, pilot):
        await pilot.press("enter")
        await settle(pilot, lambda: len(engine.asked) == 2)
        await pilot.press("escape")
        await settle(pilot, lambda: isinstance(app.screen, MainScreen))
        await pilot.press("down", "e")
        await settle(pilot, lambda: len(engine.asked) == 3)
    assert engine.asked[-1] == [*NEAR, *BUILT_IN]


async def test_one_switch_turns_them_off_and_is_remembered(
    wizard: MakeApp, saved: list[Setup]
) -> None:
    engine = Observing()
    async with looking(wizard, engine) as (app, pilot):
        await pilot.press("o")
        await settle(pilot, lambda: len(engine.asked) == 2)
        await settle(pilot, lambda: bool(saved) and not saved[-1].public.asked)
        assert "Quad9" not in " ".join(rows(app))
        await pilot.press("enter", "r")
        await settle(pilot, lambda: len(engine.asked) == 3)
        assert engine.asked == [NEAR] * 3
        await pilot.press("o")
        await settle(pilot, lambda: saved[-1].public.asked)


async def test_where_they_are_off_nothing_is_named_or_asked(wizard: MakeApp) -> None:
    engine = Observing()
    async with looking(wizard, engine, with_public(PublicChoice(asked=False))) as (app, pilot):
        await pilot.press("enter", "r")
        await settle(pilot, lambda: len(engine.asked) == 2)
        assert "Public" not in " ".join(rows(app))
        assert "o switches them on" in said(app, "#public")
    assert engine.asked == [NEAR] * 2


async def test_an_own_list_is_leave_enough(wizard: MakeApp) -> None:
    engine = Observing()
    choice = PublicChoice(listed=("9.9.9.9", "https://dns.example/dns-query"))
    async with looking(wizard, engine, with_public(choice)) as (app, _):
        assert engine.asked == [[*NEAR, "Quad9", ""]]
        assert "current https://dns.example/dns-query 1 h" in " ".join(rows(app))


async def test_the_list_can_be_changed(wizard: MakeApp, saved: list[Setup]) -> None:
    engine = Observing()
    async with looking(wizard, engine) as (app, pilot):
        await pilot.press("l")
        await settle(pilot, lambda: bool(app.screen.query(TextArea)))
        await pilot.press(*"192.0.2.5")
        await pilot.press("enter", *"dns.example")
        await settle(pilot, lambda: len(saved[-1:]) == 1 and len(saved[-1].public.listed) == 2)
        assert "is no resolver" in said(app, "#wrong")
        assert engine.asked == [NEAR]
        await pilot.press("ctrl+u", "backspace", "escape")
        await settle(pilot, lambda: len(engine.asked) == 2)
        only = PublicChoice(listed=("192.0.2.5",))
        await settle(pilot, lambda: saved[-1].public == only)
        assert engine.asked[-1] == [*NEAR, ""]


async def test_an_example_asks_nobody_public(wizard: MakeApp) -> None:
    engine = Observing(is_example=True, around_here=[])
    async with looking(wizard, engine) as (app, pilot):
        await pilot.press("enter", "o", "l", "r")
        await settle(pilot, lambda: len(engine.asked) == 2)
        assert "example" in said(app, "#public")
    assert engine.asked == [[], []]


async def test_rows_keep_their_place_while_answers_arrive(wizard: MakeApp) -> None:
    hold = {"ns2.example.net.": asyncio.Event(), "mailcow's unbound": asyncio.Event()}
    async with looking(wizard, Observing(hold=hold)) as (app, pilot):
        who = [row.split()[-2:] for row in rows(app)[1:3]]
        assert "✓ current ns1" in rows(app)[1]
        assert "… asking ns2" in rows(app)[2]
        assert "Asking: 3 of 8" in said(app, "#headline")
        seen = app.screen.query_one(PropagationTable)
        await pilot.press("down")
        chosen = seen.chosen
        hold["ns2.example.net."].set()
        await settle(pilot, lambda: "✓ current ns2" in rows(app)[2])
        assert "… asking mailcow's unbound" in " ".join(rows(app))
        hold["mailcow's unbound"].set()
        await settle(pilot, lambda: "✓ current mailcow's unbound" in " ".join(rows(app)))
        assert len(rows(app)) == 11
        assert seen.chosen is not None
        assert chosen is not None
        assert seen.chosen.viewer == chosen.viewer
    assert len(who) == 2


async def test_the_palette_offers_it_where_there_is_a_cursor(wizard: MakeApp) -> None:
    app = wizard(engine=Observing())
    async with app.run_test() as pilot:
        await settle(pilot, lambda: app.report.all_good)
        await pilot.press("alt+1")
        await pilot.pause()
        assert "Seen everywhere" not in [c.title for c in app.get_system_commands(app.screen)]
        await pilot.press("alt+5")
        await pilot.pause()
        commands = {c.title: c.callback for c in app.get_system_commands(app.screen)}
        commands["Seen everywhere"]()
        await settle(pilot, lambda: isinstance(app.screen, PropagationScreen))


async def test_the_time_left_runs(wizard: MakeApp) -> None:
    engine = Observing(MIXED)
    async with looking(wizard, engine) as (app, pilot):
        engine.later(300)
        await settle(pilot, lambda: "127.0.0.53 7 min 14:32" in " ".join(rows(app)))


async def test_once_an_old_answer_is_over_all_are_asked_again(wizard: MakeApp) -> None:
    engine = Observing({"this machine": old})
    async with looking(wizard, engine) as (app, pilot):
        engine.later(719)
        await settle(pilot, lambda: "127.0.0.53 1 s 14:32" in " ".join(rows(app)))
        assert len(engine.asked) == 1
        engine.says = {}
        engine.later(1)
        await settle(pilot, lambda: "✓ current this machine" in " ".join(rows(app)))
        assert len(engine.asked) == 2


async def test_where_asking_would_plant_an_absence_it_is_done_only_on_demand(
    wizard: MakeApp,
) -> None:
    engine = Observing({"ns1.example.net.": absent, "ns2.example.net.": absent}, withholding=True)
    async with looking(wizard, engine) as (app, pilot):
        assert "– not asked this machine" in " ".join(rows(app))
        assert "not published yet" in said(app, "#headline")
        await pilot.press(*["down"] * 2)
        assert "Press a to ask all the same" in " ".join(said(app, "#about").split())
        await pilot.press("a")
        await settle(pilot, lambda: "! old this machine" in " ".join(rows(app)))
        assert "name servers no longer have" not in said(app, "#headline")


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
async def test_all_keys_fit(wizard: MakeApp, size: tuple[int, int]) -> None:
    async with looking(wizard, Observing(withholding=True), size=size) as (app, _):
        footer = app.screen.query_one(Footer)
        assert footer.virtual_size.width <= size[0]


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
@pytest.mark.parametrize(
    "keys",
    [["down"], ["enter", *["down"] * 2], ["l"]],
    ids=["before leave is given", "seen", "list"],
)
async def test_picture(
    wizard: MakeApp, picture: SnapshotAssertion, size: tuple[int, int], keys: list[str]
) -> None:
    async with looking(wizard, Observing(MIXED), size=size) as (app, pilot):
        for key in keys:
            await pilot.press(key)
            await pilot.pause()
        assert await at_rest(app, pilot) == picture


class Gone(Observing):
    """Its process has ended."""

    async def resolvers(self) -> Sequence[Vantage]:
        raise WorkerDiedError("The process of the checks has ended (exit code -9).")


async def test_where_nobody_can_be_asked_it_says_so_and_goes_on(wizard: MakeApp) -> None:
    async with looking(wizard, Gone()) as (app, pilot):
        said = "(exit code -9). r asks again."
        await settle(pilot, lambda: any(said in n.message for n in app._notifications))
        assert isinstance(app.screen, PropagationScreen)
