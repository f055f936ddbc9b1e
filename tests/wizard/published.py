"""The wizard beside a real BIND that takes what it publishes."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial

import dns.query
import dns.tsigkeyring
import dns.update
from dns.name import Name
from dns.rdatatype import RdataType
from textual.pilot import Pilot

from mailcow_dns_tui.demo import DemoPolicies
from mailcow_dns_tui.engine.local import LocalEngine, MakeNetwork
from mailcow_dns_tui.lookup.network import Network
from mailcow_dns_tui.model.answer import Lookup
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.plan_file import KeptPlan
from mailcow_dns_tui.wizard.app import WizardApp
from mailcow_dns_tui.wizard.screens.guide import GuideScreen
from mailcow_dns_tui.wizard.screens.publish_connect import ConnectScreen
from mailcow_dns_tui.wizard.screens.publishing import PublishScreen, Stage
from mailcow_dns_tui.wizard.terminal import Terminal
from tests.publish.published import ADDRESS, ZONE, Published, setup_of_one
from tests.signing import PROBES
from tests.wizard.conftest import settle
from tests.wizard.screens.test_guide import text


def at_own_server(published: Published) -> None:
    """Let the plan say that the zone is at a name server of the user's own."""
    setup = setup_of_one()
    published.setup = replace(setup, server=replace(setup.server, panel="any"))


class Held(LocalEngine):
    """Tells nobody what a name server has of a change, before it is released."""

    def __init__(self, connect: MakeNetwork) -> None:
        super().__init__(connect)
        self.is_asked = False
        self.release = asyncio.Event()

    async def ask_servers(self, setup: Setup, name: Name, rdtype: RdataType) -> Lookup:
        self.is_asked = True
        await self.release.wait()
        return await super().ask_servers(setup, name, rdtype)


@asynccontextmanager
async def in_the_guide(
    published: Published, make: Callable[[MakeNetwork], LocalEngine] = LocalEngine
) -> AsyncIterator[tuple[WizardApp, Pilot[None]]]:
    """The wizard with the guide open, once all was asked."""
    asked = [published.resolver.endpoint], published.port
    engine = make(partial(Network, *asked, probes=PROBES, fetcher=DemoPolicies()))
    plan = KeptPlan(published.plan)
    app = WizardApp(plan.read(), engine=engine, save=plan.save, terminal=Terminal({}))
    app.plan_path, app.animation_level = published.plan, "none"
    try:
        async with app.run_test(size=(80, 24), notifications=True) as pilot:
            await settle(pilot, lambda: app.report.all_asked)
            await pilot.press("alt+5", "g")
            await settle(pilot, lambda: isinstance(app.screen, GuideScreen))
            await settle(pilot, lambda: "Where" in text(app, "#step"))
            yield app, pilot
    finally:
        await engine.close()


async def connect(pilot: Pilot[None], published: Published, secret: str) -> None:
    """Fill in what the dialog asks for, as somebody who types it, and press Enter."""
    await settle(pilot, lambda: isinstance(pilot.app.screen, ConnectScreen))
    given = (ADDRESS, str(published.port), published.bind.key_name, secret, "hmac-sha256")
    for answer in given:
        for character in answer:
            await pilot.press(character)
        await pilot.press("enter")


def publish_screen(app: WizardApp) -> PublishScreen:
    assert isinstance(app.screen, PublishScreen)
    return app.screen


async def is_asked(app: WizardApp, pilot: Pilot[None]) -> bool:
    """Whether something is asked next, once that can be answered; else it has ended."""

    def is_at_rest() -> bool:
        screen = app.screen
        if not isinstance(screen, PublishScreen):
            return False
        return screen.stage is Stage.ENDED or (screen.stage is Stage.ASKED and not screen.is_new)

    await settle(pilot, is_at_rest)
    return publish_screen(app).stage is Stage.ASKED


async def agree(app: WizardApp, pilot: Pilot[None]) -> bool:
    """Say yes, and to what is asked by itself as well; whether something is asked after that."""
    await pilot.press("y")
    while (asked := await is_asked(app, pilot)) and "This is asked by itself" in shown(app):
        await pilot.press("y")
    return asked


def shown(app: WizardApp) -> str:
    """What is asked or told, and below it the lines, as they read."""
    return f"{text(app, '#asked')}\n{text(app, '#lines')}"


def change(published: Published, owner: str, rdtype: str, data: str) -> None:
    """What somebody else adds meanwhile."""
    keyring = dns.tsigkeyring.from_text({published.bind.key_name: published.bind.secret})
    update = dns.update.UpdateMessage(ZONE, keyring=keyring)
    update.add(owner, 300, rdtype, data)
    dns.query.tcp(update, ADDRESS, 5, published.port)
