"""Starts the wizard: on the user's plan, or on the embedded example."""

from __future__ import annotations

import asyncio
import os
import sys
from functools import partial

from rich.console import Console

from mailcow_dns_tui.arguments import Arguments
from mailcow_dns_tui.complaint import complain
from mailcow_dns_tui.crash import CRASHED, tell_crash
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.plan_file import KeptPlan, PlanError, default_plan_path
from mailcow_dns_tui.wizard.apart import Apart
from mailcow_dns_tui.wizard.apart_examiner import ApartExaminer
from mailcow_dns_tui.wizard.apart_onlooker import ApartOnlooker
from mailcow_dns_tui.wizard.app import WizardApp
from mailcow_dns_tui.wizard.garbage import collecting_at_rest
from mailcow_dns_tui.wizard.learner import Learner
from mailcow_dns_tui.wizard.lifeline import NOT_SAVED, Lifeline
from mailcow_dns_tui.wizard.live import Connect, LiveExaminer, system_network
from mailcow_dns_tui.wizard.live_learner import LiveLearner
from mailcow_dns_tui.wizard.onlooker import Onlooker
from mailcow_dns_tui.wizard.saver import Save
from mailcow_dns_tui.wizard.terminal import Terminal

BAD_PLAN = 2


def run(arguments: Arguments, connect: Connect | None = None) -> int:
    """Run the wizard until the user quits.

    The exit code is 2 for a plan that can't be read, and 1 for one that could not be saved.

    Args:
        arguments: of the command line.
        connect: makes the network; another than the real one in tests.
    """
    if arguments.demo:
        return asyncio.run(_run_demo())
    plan = KeptPlan(arguments.plan or default_plan_path())
    try:
        setup = plan.read()
    except (PlanError, OSError) as error:
        complain(f"{error}\n")
        return BAD_PLAN
    system = partial(system_network, arguments.mailcow, connects=arguments.connects)
    apart = Apart(partial(LiveExaminer, connect or system))
    examiner = ApartExaminer(apart)
    learner = LiveLearner(arguments.mailcow, examiner.ask)
    onlooker = ApartOnlooker(apart, arguments.mailcow)
    return asyncio.run(_run(setup, examiner, plan.save, learner, onlooker))


async def _run(
    setup: Setup,
    examiner: ApartExaminer,
    save: Save,
    learner: Learner | None,
    onlooker: Onlooker,
) -> int:
    app = WizardApp(
        setup,
        examiner=examiner,
        save=save,
        learner=learner,
        onlooker=onlooker,
        terminal=Terminal(os.environ, _few_colours()),
    )
    try:
        return await run_app(app)
    finally:
        await examiner.close()


async def run_app(app: WizardApp) -> int:
    """Run it to its end, whatever hangs, and tell on the bare terminal what is to be told."""
    with Lifeline(app):
        async with collecting_at_rest(lambda: app.touched):
            await app.run_async()
    if app.unsaved:
        complain(f"{app.unsaved}\n")
    if app.crash is not None:
        tell_crash(app.crash, also="" if app.unsaved else "What was typed is saved.")
        return CRASHED
    return app.return_code or (NOT_SAVED if app.unsaved else 0)


async def _run_demo() -> int:
    from mailcow_dns_tui.demo import DemoDns, demo_setup
    from mailcow_dns_tui.wizard.demo_network import demo_network

    async with DemoDns.start() as demo:
        apart = Apart(partial(LiveExaminer, partial(demo_network, demo)))
        onlooker = ApartOnlooker(apart, None, is_example=True)
        return await _run(demo_setup(), ApartExaminer(apart), lambda setup: None, None, onlooker)


def _few_colours() -> bool:
    """Whether the terminal's own 16 colours are to be used.

    With so few, Textual's themes draw an error and a success alike; and NO_COLOR, which otherwise
    gives greys, gives no colour at all.
    """
    system = Console(file=sys.stderr, force_terminal=True).color_system
    return "NO_COLOR" in os.environ or system == "standard"
