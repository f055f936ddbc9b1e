"""Keys and pastes that come in one burst are obeyed one by one, in every form."""

import sys
from collections.abc import Callable
from dataclasses import replace

import pytest
from textual.events import Key, Paste
from textual.keys import _character_to_key
from textual.pilot import Pilot
from textual.widgets import Input

from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.model.setup import Domain, Setup
from mailcow_dns_tui.panels.load import profiles
from mailcow_dns_tui.wizard.app import WizardApp
from mailcow_dns_tui.wizard.messages import Edited
from mailcow_dns_tui.wizard.screens.guide import GuideScreen
from mailcow_dns_tui.wizard.screens.help import HelpScreen
from mailcow_dns_tui.wizard.screens.mailcow import MailcowScreen
from mailcow_dns_tui.wizard.steps.step import Step
from mailcow_dns_tui.wizard.widgets.inputs import LineInput, LinesInput
from tests.conftest import need
from tests.wizard.conftest import BEGUN, SETUP, MakeApp, main_screen, settle
from tests.wizard.engines import Answers, absent
from tests.wizard.observing import Observing
from tests.wizard.screens.test_mailcow import Says
from tests.wizard.terminal import tmux_server

ADDRESS, SECRET = "https://m.example", "4711-SECRET"


def burst(app: WizardApp, *keys: str | Paste) -> None:
    """All at once: names of keys, texts to type (with a leading =), and pastes."""
    for key in keys:
        if isinstance(key, Paste):
            app.post_message(key)
        elif key.startswith("="):
            for char in key[1:]:
                app.post_message(Key(_character_to_key(char), char))
        else:
            app.post_message(Key(key, None))


async def judged(app: WizardApp, pilot: Pilot[None]) -> None:
    def is_judged() -> bool:
        return bool(app.report.records) and not app.report.counts[Status.PENDING]

    await settle(pilot, is_judged)


async def test_a_key_typed_ahead_is_never_shown(wizard: MakeApp) -> None:
    engine = Says()
    app = wizard(engine=engine)
    async with app.run_test() as pilot:
        await settle(pilot, lambda: bool(engine.granted))
        burst(app, "f2", "end", "ctrl+u", f"={ADDRESS}", "tab", f"={SECRET}")
        await settle(pilot, lambda: _values(app, MailcowScreen) == [ADDRESS, SECRET])


def test_a_terminal_never_shows_a_key_typed_ahead() -> None:
    need("tmux")
    with tmux_server({}) as tmux:
        tmux.start([sys.executable, "-m", "mailcow_dns_tui", "--demo"], visible=False)
        assert tmux.displays("Quit")
        tmux.press("F2", "End", "C-u", ADDRESS, "Tab", SECRET)
        assert tmux.displays(f"API address      {ADDRESS}", "•" * len(SECRET))
        assert SECRET not in tmux.screen


async def test_a_pasted_key_is_never_shown(wizard: MakeApp) -> None:
    app = wizard()
    async with app.run_test() as pilot:
        keys = (Paste(ADDRESS), "tab", Paste(SECRET))
        burst(app, "f2", "end", "ctrl+u", *keys)
        await settle(pilot, lambda: _values(app, MailcowScreen) == [ADDRESS, SECRET])


async def test_the_api_is_read_with_what_stood_there_when_enter_was_pressed(
    wizard: MakeApp,
) -> None:
    engine = Says()
    app = wizard(engine=engine)
    async with app.run_test() as pilot:
        keys = (f"={ADDRESS}", "enter", f"={SECRET}", "enter", "=more")
        burst(app, "f2", "end", "ctrl+u", *keys)
        await settle(pilot, lambda: _values(app, MailcowScreen) == [ADDRESS, "more"])
        await settle(pilot, lambda: any(each.key.reveal() for each in engine.granted))
    assert (engine.granted[-1].url, engine.granted[-1].key.reveal()) == (ADDRESS, SECRET)


def _values(app: WizardApp, screen: type[MailcowScreen]) -> list[str]:
    if not isinstance(app.screen, screen):
        return []
    return [line.value for line in app.screen.query(Input)]


async def test_a_fault_is_muted_in_one_burst(wizard: MakeApp) -> None:
    app = wizard(engine=Answers(absent))
    async with app.run_test() as pilot:
        await judged(app, pilot)
        burst(app, "alt+5", "=m", "=our own", "enter", "down", "=m", "=so", "enter")
        await settle(pilot, lambda: len(app.setup.mutes) == 2)
    assert [mute.reason for mute in app.setup.mutes] == ["our own", "so"]


async def test_a_provider_is_chosen_in_one_burst(wizard: MakeApp) -> None:
    app = wizard(engine=Answers(absent))
    async with app.run_test() as pilot:
        await judged(app, pilot)
        burst(app, "alt+5", "end", "up", "up", "=p", "=cloudfl", "enter", "home", "=p")
        burst(app, "=dns", "down", "enter")
        await settle(pilot, lambda: app.setup.server.panel != "")
    listed = [profile.id for profile in profiles() if "dns" in profile.title.casefold()]
    assert app.setup.server.panel == listed[1]
    assert [domain.panel for domain in app.setup.domains] == ["", "cloudflare"]


async def test_resolvers_are_listed_in_one_burst(wizard: MakeApp) -> None:
    app = wizard(engine=Observing())
    async with app.run_test() as pilot:
        await judged(app, pilot)
        burst(app, "alt+5", "=e", "=l", "=192.0.2.1", "enter", "=192.0.2.2", "escape", "escape")
        burst(app, "=n", "alt+1", "end", "=x")
        await settle(pilot, lambda: app.setup.server.hostname.endswith("x"))
    assert app.setup.public.listed == ("192.0.2.1", "192.0.2.2")
    assert app.setup.server.hostname == SETUP.server.hostname + "x"


async def test_a_domain_is_found_in_one_burst(wizard: MakeApp) -> None:
    app = wizard()
    async with app.run_test() as pilot:
        await settle(pilot, lambda: app.report.all_good)
        burst(app, "f3", "slash", "=cher", "enter", "f1")
        await settle(pilot, lambda: isinstance(app.screen, HelpScreen))
        burst(app, "escape")
        await settle(pilot, lambda: not isinstance(app.screen, HelpScreen))
        assert main_screen(app).step is Step.RECORDS


async def test_the_guide_is_opened_left_and_opened_in_one_burst(wizard: MakeApp) -> None:
    app = wizard(BEGUN, engine=Answers(absent))
    async with app.run_test() as pilot:
        await judged(app, pilot)
        burst(app, "alt+5", "=ggggg")
        await settle(pilot, lambda: isinstance(app.screen, GuideScreen))
        await settle(pilot, lambda: app.setup.guide.is_open)


async def test_each_field_of_every_step_takes_its_own_part_of_a_burst(wizard: MakeApp) -> None:
    app = wizard(Setup())
    async with app.run_test() as pilot:
        burst(app, Paste("mail.example.org"), "enter", Paste("192.0.2.10"), "tab", Paste("::1"))
        burst(app, "alt+2", Paste("a.example\nb.example"), "tab", "=k2", "tab", Paste("KEY"))
        burst(app, "alt+4", "right", "alt+3", "end", "=x", "alt+2", "end", "=c")
        await settle(pilot, lambda: bool(app.setup.domains) and "c" in app.setup.domains[-1].name)
        await settle(pilot, lambda: app.setup.domains[-1].name == "b.examplec")
    server, domains = app.setup.server, app.setup.domains
    assert (server.hostname, server.ipv4, server.ipv6) == ("mail.example.org", "192.0.2.10", "::1")
    assert [domain.name for domain in domains] == ["a.example", "b.examplec"]
    assert [(key.selector, key.key) for key in domains[1].dkim] == [("k2", "KEY")]
    assert app.setup.services != Setup().services
    assert app.setup.spf.all.endswith("x") or app.setup.spf.mechanisms[-1].endswith("x")


async def test_what_a_widget_has_told_is_done_before_a_key_that_waits(wizard: MakeApp) -> None:
    app = wizard(Setup())

    async def key_and_news() -> None:
        await app.on_event(Key("tab", None))
        app.post_message(Edited(lambda setup: replace(setup, domains=(Domain("a.example"),))))

    async with app.run_test() as pilot:
        await pilot.press("alt+2")
        await settle(pilot, lambda: isinstance(app.focused, LinesInput))
        app.call_later(key_and_news)
        await settle(pilot, lambda: isinstance(app.focused, LineInput))


async def test_tab_finds_the_questions_of_a_domain_before_they_are_laid_out(
    wizard: MakeApp,
) -> None:
    app = wizard(Setup())
    async with app.run_test() as pilot:
        await pilot.press("alt+2")
        await settle(pilot, lambda: isinstance(app.focused, LinesInput))
        app.setup = replace(app.setup, domains=(Domain("a.example"),))
        app.screen.focus_next()
        await settle(pilot, lambda: isinstance(app.focused, LineInput))


QUITTING: list[tuple[str, tuple[str | Paste, ...], Callable[[Setup], str]]] = [
    ("a paste", (Paste("mx.example"),), lambda setup: setup.server.hostname),
    ("a paste in lines", ("alt+2", Paste("mx.example")), lambda s: s.domains[0].name),
    ("a text", ("=mx.example",), lambda setup: setup.server.hostname),
    ("a field that was left", ("=mx.example", "tab"), lambda setup: setup.server.hostname),
    ("a step that was left", ("=mx.example", "alt+4"), lambda setup: setup.server.hostname),
]


@pytest.mark.parametrize(
    ("keys", "kept"), [case[1:] for case in QUITTING], ids=lambda c: str(c)[:9]
)
async def test_what_was_entered_right_before_quitting_is_kept(
    wizard: MakeApp,
    saved: list[Setup],
    keys: tuple[str | Paste, ...],
    kept: Callable[[Setup], str],
) -> None:
    app = wizard(Setup())
    async with app.run_test() as pilot:
        burst(app, *keys, "ctrl+q")
        await settle(pilot, lambda: not app.is_running)
    assert kept(saved[-1]) == "mx.example"


async def test_a_reason_given_right_before_quitting_is_kept(
    wizard: MakeApp, saved: list[Setup]
) -> None:
    app = wizard(engine=Answers(absent))
    async with app.run_test() as pilot:
        await judged(app, pilot)
        burst(app, "alt+5", "=m", Paste("it is ours"), "enter", "ctrl+q")
        await settle(pilot, lambda: not app.is_running)
    assert [mute.reason for mute in saved[-1].mutes] == ["it is ours"]
