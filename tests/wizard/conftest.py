"""What the tests of the wizard share."""

import re
from collections.abc import Callable

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.image import SVGImageSnapshotExtension
from textual.pilot import Pilot

from mailcow_dns_tui.demo import demo_setup
from mailcow_dns_tui.model.setup import DkimKey, Domain, Server, Setup
from mailcow_dns_tui.wizard.app import WizardApp
from mailcow_dns_tui.wizard.examiner import Examiner
from mailcow_dns_tui.wizard.learner import Learner
from mailcow_dns_tui.wizard.main_screen import MainScreen
from mailcow_dns_tui.wizard.onlooker import Onlooker
from mailcow_dns_tui.wizard.terminal import Terminal
from tests.wizard.examiners import Answers

KEY = demo_setup().domains[0].dkim[0].key
READ = "The reports of the first weeks were read."
SETUP = Setup(
    server=Server("mail.example.org", "192.0.2.10", "2001:db8::10"),
    domains=(
        Domain("example.org", dkim=(DkimKey("dkim", KEY),), dmarc_at_once=READ),
        Domain("bücher.example", dkim=(DkimKey("dkim", KEY),), dmarc_at_once=READ),
    ),
)


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
    """Makes a wizard that saves into `saved`, with no terminal or desktop around it."""

    def make(
        setup: Setup = SETUP,
        examiner: Examiner | None = None,
        learner: Learner | None = None,
        onlooker: Onlooker | None = None,
    ) -> WizardApp:
        return WizardApp(
            setup,
            examiner=examiner or Answers(),
            save=saved.append,
            learner=learner,
            onlooker=onlooker,
            terminal=Terminal({}),
        )

    return make


def main_screen(app: WizardApp) -> MainScreen:
    assert isinstance(app.screen, MainScreen)
    return app.screen


async def settle(pilot: Pilot[None], done: Callable[[], bool], *, pause: float = 0.02) -> None:
    """Let the wizard work until a condition holds; fail after a few seconds."""
    for _ in range(200):
        await pilot.pause(pause)
        if done():
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
