"""Draws the pictures of the README from the demo: `python tests/make_screenshots.py`."""

import asyncio
import re
from pathlib import Path

from textual.pilot import Pilot

from mailcow_dns_tui.demo import DemoDns, DemoPolicies, demo_setup
from mailcow_dns_tui.engine.local import LocalEngine
from mailcow_dns_tui.lookup.network import Network
from mailcow_dns_tui.lookup.question import Endpoint
from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.wizard.app import WizardApp
from mailcow_dns_tui.wizard.terminal import Terminal

FOLDER = Path(__file__).parent.parent / "screenshots"
SIZE = (120, 36)
PICTURES = {
    "server": ["alt+1"],
    "domains": ["alt+2", "down"],
    "policy": ["alt+3", "tab", "tab"],
    "services": ["alt+4"],
    "records": ["alt+5", "home", *["down"] * 34],
    "guide": ["g", *"hetzner", "enter", *"sssb"],
}


async def main() -> None:
    async with DemoDns.start() as demo:
        network = Network(
            [Endpoint(*demo.resolver)], authority_port=demo.port, fetcher=DemoPolicies()
        )
        engine = LocalEngine(lambda: network, is_example=True)
        app = WizardApp(demo_setup(), engine=engine, save=lambda setup: None, terminal=Terminal({}))
        async with app.run_test(size=SIZE) as pilot:
            await _checked(app, pilot)
            for name, keys in PICTURES.items():
                for key in keys:
                    await pilot.press(key)
                    await pilot.pause(0.2)
                svg = app.export_screenshot(simplify=True)
                FOLDER.joinpath(f"{name}.svg").write_text(_steady(svg, demo.port))
        await engine.close()


async def _checked(app: WizardApp, pilot: Pilot[None]) -> None:
    while not app.report.records or app.report.counts[Status.PENDING]:
        await pilot.pause(0.1)


def _steady(svg: str, port: int) -> str:
    """Without what would change in every run: Rich's ids, and the demo's port."""
    return re.sub(rf":{port}\b", "", re.sub(r"terminal-\d+-", "terminal-", svg))


if __name__ == "__main__":
    asyncio.run(main())
