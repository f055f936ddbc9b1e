"""The keys that publish say why where they can't, and are in the footer only where they can."""

import sys
from dataclasses import replace

import pytest
from textual.widgets import Input, Static

from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.wizard.screens.guide import GuideScreen
from mailcow_dns_tui.wizard.screens.publish_connect import ConnectScreen
from mailcow_dns_tui.wizard.screens.publish_keys import OWN_SERVER
from tests.wizard.conftest import BEGUN, MakeApp, settle
from tests.wizard.engines import Answers, Held
from tests.wizard.screens.test_guide import guided, no_mx, text
from tests.wizard.screens.test_guide_end import footer

KEYS = {"Publish", "All", "Connect"}
EXAMPLE = "This is an example: nothing of it can be published."
NOWHERE = "Nothing can be published at netcup: octoDNS, which does that, does not know it."
NOT_INSTALLED = "octodns-hetzner is not installed."


class Real(Answers):
    """Of a network that is no example."""

    is_example = False


def at(panel: str) -> Setup:
    return replace(BEGUN, server=replace(BEGUN.server, panel=panel))


@pytest.mark.parametrize(
    ("engine", "panel", "told"),
    [
        (Answers(no_mx), "hetzner", EXAMPLE),
        (Real(no_mx), "netcup", NOWHERE),
        (Real(no_mx), "hetzner", NOT_INSTALLED),
    ],
)
@pytest.mark.parametrize("key", ["t", "a", "k"])
async def test_where_nothing_can_be_published_it_says_why(
    wizard: MakeApp,
    monkeypatch: pytest.MonkeyPatch,
    engine: Answers,
    panel: str,
    told: str,
    key: str,
) -> None:
    if told is NOT_INSTALLED:
        monkeypatch.setitem(sys.modules, "octodns_hetzner", None)
    app = wizard(at(panel), engine)
    async with app.run_test(size=(120, 36)) as pilot:
        await guided(app, pilot)
        await settle(pilot, lambda: "Saved" in footer(app))
        assert not KEYS & {*footer(app)}
        await pilot.press(key)
        await settle(pilot, lambda: text(app, "#looked").startswith(told))
        await pilot.press("escape", "alt+5")
        await settle(pilot, lambda: "Guide" in footer(app))
        await pilot.press("end", "down", key)
        await settle(pilot, lambda: bool(app._notifications))
        assert not isinstance(app.screen, ConnectScreen)


async def test_without_octodns_no_key_is_offered(
    wizard: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "octodns", None)
    app = wizard(at("cloudflare"), Real(no_mx))
    async with app.run_test(size=(120, 36)) as pilot:
        await guided(app, pilot)
        await settle(pilot, lambda: "Saved" in footer(app))
        assert not KEYS & {*footer(app)}
        await pilot.press("t")
        await settle(pilot, lambda: "is not installed" in text(app, "#looked"))


async def test_where_it_can_be_published_the_keys_are_offered(wizard: MakeApp) -> None:
    app = wizard(at("hetzner"), Real(no_mx))
    async with app.run_test(size=(120, 36)) as pilot:
        await guided(app, pilot)
        await settle(pilot, lambda: {*footer(app)} >= KEYS)
        await pilot.press("k")
        await settle(pilot, lambda: isinstance(app.screen, ConnectScreen))
        assert "console.hetzner.com" in text(app, "#notes")
        await pilot.press("escape")
        await settle(pilot, lambda: isinstance(app.screen, GuideScreen))
        assert not app.connections.given


async def test_a_server_that_nobody_chose_is_not_offered_but_can_be_given(wizard: MakeApp) -> None:
    app = wizard(BEGUN, Real(no_mx))
    async with app.run_test(size=(120, 36)) as pilot:
        await guided(app, pilot)
        await settle(pilot, lambda: "Saved" in footer(app))
        assert not KEYS & {*footer(app)}
        await pilot.press("k")
        await settle(pilot, lambda: isinstance(app.screen, ConnectScreen))


@pytest.mark.parametrize("key", ["t", "a", "k"])
async def test_where_the_panel_is_any_other_it_says_for_what_server_that_is(
    wizard: MakeApp, key: str
) -> None:
    app = wizard(at("any"), Real(no_mx))
    async with app.run_test(size=(80, 24)) as pilot:
        guide = await guided(app, pilot)
        told = guide.query_one("#looked", Static)
        hint = "t publishes this at a name server of your own (RFC 2136), a all that is safe now."
        await settle(pilot, lambda: hint in " ".join(text(app, "#looked").split()))
        await pilot.press(key)
        await settle(pilot, lambda: isinstance(app.screen, ConnectScreen))
        await settle(pilot, lambda: OWN_SERVER in str(told.render()))


async def test_a_record_that_is_good_has_nothing_to_be_published(wizard: MakeApp) -> None:
    app = wizard(at("hetzner"), Real(no_mx))
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot, lambda: app.report.all_asked)
        await pilot.press("alt+5", "]")
        await settle(pilot, lambda: {*footer(app)} >= {"Publish", "All"})
        await pilot.press("home", "down")
        await settle(pilot, lambda: "Publish" not in footer(app))
        assert "All" in footer(app)
        await pilot.press("t")
        told = "Nothing of this row can be published now: the guide (g) says what is left."
        await settle(pilot, lambda: told in {each.message for each in app._notifications})


async def test_while_all_is_asked_anew_nothing_is_offered(wizard: MakeApp) -> None:
    engine = Held(no_mx)
    engine.is_example = False
    engine.release.set()
    app = wizard(at("hetzner"), engine)
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot, lambda: app.report.all_asked)
        await pilot.press("alt+5", "]")
        await settle(pilot, lambda: {*footer(app)} >= {"Publish", "All"})
        engine.release.clear()
        await pilot.press("ctrl+r")
        await settle(pilot, lambda: not app.report.all_asked)
        await settle(pilot, lambda: not KEYS & {*footer(app)})
        engine.release.set()
        await guided(app, pilot)
        await settle(pilot, lambda: {*footer(app)} >= {"Publish", "All"})
        engine.release.clear()
        await pilot.press("ctrl+r")
        await settle(pilot, lambda: not app.report.all_asked)
        await settle(pilot, lambda: not KEYS & {*footer(app)})


async def test_where_all_is_good_nothing_is_offered(wizard: MakeApp) -> None:
    app = wizard(at("hetzner"), Real())
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot, lambda: app.report.all_good)
        await pilot.press("alt+5", "down")
        await settle(pilot, lambda: "Guide" in footer(app))
        assert not KEYS & {*footer(app)}


async def test_from_line_to_line_it_is_down_also_where_there_is_little_room(
    wizard: MakeApp,
) -> None:
    app = wizard(at("any"), Real(no_mx))
    async with app.run_test(size=(60, 20)) as pilot:
        await guided(app, pilot)
        await pilot.press("k")
        await settle(pilot, lambda: isinstance(app.screen, ConnectScreen))
        await pilot.press("tab", "down", "down", "up", "x")
        await settle(pilot, lambda: app.screen.query_one("#give-key_name", Input).value == "x")


async def test_an_empty_credential_is_asked_for_by_its_name(
    wizard: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HCLOUD_TOKEN", raising=False)
    app = wizard(at("hetzner"), Real(no_mx))
    async with app.run_test(size=(80, 24)) as pilot:
        await guided(app, pilot)
        await pilot.press("t")
        await settle(pilot, lambda: isinstance(app.screen, ConnectScreen))
        await pilot.press("enter")
        await settle(pilot, lambda: "wants also: API token." in text(app, "#said"))
