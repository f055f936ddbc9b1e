"""What is told below the guide's card is about what stands there, and holds."""

import asyncio

from mailcow_dns_tui.wizard.clipboard import Clipboard, Copied
from mailcow_dns_tui.wizard.screens.guide import GuideScreen
from tests.wizard.conftest import SETUP, MakeApp, settle
from tests.wizard.engines import Answers
from tests.wizard.screens.test_guide import guided, no_mx, text
from tests.wizard.screens.test_guide_saved import title


class Slow(Clipboard):
    """As over a line that takes its time."""

    def __init__(self, texts: list[str]) -> None:
        super().__init__(texts.append, is_web=lambda: False, environ={})
        self.line = asyncio.Event()

    async def copy(self, text: str) -> Copied:
        await self.line.wait()
        return await super().copy(text)


async def test_what_was_copied_for_one_step_is_not_told_beside_the_next(wizard: MakeApp) -> None:
    app, sent = wizard(engine=Answers(no_mx)), list[str]()
    async with app.run_test() as pilot:
        await guided(app, pilot)
        slow = app._clipboards = Slow(sent)
        await pilot.press("b", "enter")
        await settle(pilot, lambda: title(app) == "MX bücher.example")
        slow.line.set()
        await settle(pilot, lambda: bool(sent))
        await pilot.pause()
        assert "Sent" not in text(app, "#looked")
        await pilot.press("b")
        await settle(pilot, lambda: "Sent" in text(app, "#looked"))


async def test_that_all_is_being_asked_is_not_said_for_longer(wizard: MakeApp) -> None:
    engine = Answers(no_mx)
    app = wizard(SETUP, engine)
    async with app.run_test() as pilot:
        await settle(pilot, lambda: bool(app.report.records))
        screen = GuideScreen(engine, app.setup, app.report.forgetting_findings())
        await app.push_screen(screen)
        await pilot.press("b")
        await settle(pilot, lambda: "Asking" in text(app, "#looked"))
        await settle(pilot, lambda: app.report.all_asked)
        screen.report = app.report
        await settle(pilot, lambda: title(app) == "MX example.org")
        assert "Asking" not in text(app, "#looked")
