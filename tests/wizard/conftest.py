"""What the tests of the wizard share."""

import asyncio
import re
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.image import SVGImageSnapshotExtension
from textual.pilot import Pilot

from mailcow_dns_tui.demo import demo_setup
from mailcow_dns_tui.engine.protocol import Engine
from mailcow_dns_tui.model.setup import DkimKey, Domain, Server, Setup
from mailcow_dns_tui.model.step import GuidePlace
from mailcow_dns_tui.wizard.app import WizardApp
from mailcow_dns_tui.wizard.screens.main import MainScreen
from mailcow_dns_tui.wizard.terminal import Terminal
from tests.wizard.engines import Answers
from tests.wizard.parsed_styles import parse_once

parse_once()

KEY = demo_setup().domains[0].dkim[0].key
KEYS = (DkimKey("dkim", KEY, since=date.today()),)
READ = "The reports of the first weeks were read."
SETUP = Setup(
    server=Server("mail.example.org", "192.0.2.10", "2001:db8::10"),
    domains=(
        Domain("example.org", dkim=KEYS, dmarc_at_once=READ),
        Domain("bücher.example", dkim=KEYS, dmarc_at_once=READ),
    ),
)

BEGUN = replace(SETUP, guide=GuidePlace(step="MX example.org"))
"""Of a user who was in the guide before, and is asked for no panel any more."""


@pytest.fixture
def picture(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """What a screen looked like when somebody last looked at it and found it good."""
    return snapshot.use_extension(SVGImageSnapshotExtension)


@pytest.fixture
def saved() -> list[Setup]:
    """Every setup that the wizard saved, in order."""
    return []


MakeApp = Callable[..., WizardApp]


@pytest.fixture
def wizard(saved: list[Setup]) -> MakeApp:
    """Makes a wizard that saves into `saved`, with no terminal or desktop around it.

    What moves on the screen is at its end at once.
    """

    def make(setup: Setup = SETUP, engine: Engine | None = None) -> WizardApp:
        app = WizardApp(setup, engine=engine or Answers(), save=saved.append, terminal=Terminal({}))
        app.animation_level = "none"
        return app

    return make


def main_screen(app: WizardApp) -> MainScreen:
    assert isinstance(app.screen, MainScreen)
    return app.screen


PATIENCE = 30.0


async def settle(pilot: Pilot[None], done: Callable[[], bool], *, pause: float = 0.02) -> None:
    """Let the wizard work until a condition holds; fail after as long as a busy machine needs.

    A screen that is on its way has no widgets yet, so that none is asked then.
    """
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        # To wait for each widget, as the pilot's pause does, would take most of a test's time.
        await asyncio.sleep(pause)
        if all(screen.is_mounted for screen in pilot.app.screen_stack[-1:]) and done():
            # What has just come to hold is drawn, too.
            await pilot.pause(0)
            return
    pytest.fail("it never came to that")


async def at_rest(app: WizardApp, pilot: Pilot[None]) -> str:
    """The screen once nothing moves on it any more."""
    shots = [""]

    def is_at_rest() -> bool:
        shots.append(re.sub(r"terminal-\d+-", "", app.export_screenshot(simplify=True)))
        return shots[-1] == shots[-2]

    await pilot.wait_for_scheduled_animations()
    await settle(pilot, is_at_rest, pause=0.2)
    return shots[-1]
