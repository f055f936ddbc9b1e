"""Starts the dialogue in lines, on the user's plan or the embedded example, and ends it."""

import asyncio
import io
import sys
from contextlib import AsyncExitStack
from datetime import datetime
from functools import partial

from mailcow_dns_tui.cli.options import Arguments
from mailcow_dns_tui.cli.output import let_any_character_pass
from mailcow_dns_tui.cli.plain.asking import Asking, lacking
from mailcow_dns_tui.cli.plain.guiding import ENDS, Guide, Then
from mailcow_dns_tui.cli.plain.lines import Lines
from mailcow_dns_tui.cli.plain.session import Session
from mailcow_dns_tui.demo import DemoDns, demo_setup
from mailcow_dns_tui.engine.local import (
    LocalEngine,
    MakeNetwork,
    demo_network,
    system_network,
)
from mailcow_dns_tui.files import OutputError, complain
from mailcow_dns_tui.gc_tuning import collect_less_often
from mailcow_dns_tui.guide.end import CRON, cron_line, parting_words
from mailcow_dns_tui.guide.old_provider import still_wanted
from mailcow_dns_tui.mailcow.secret import Access
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.model.text import enumerated
from mailcow_dns_tui.plan_file import KeptPlan, PlanError, default_plan_path

BAD_PLAN, NOT_SAVED, INTERRUPTED = 2, 1, 130
INTRO = (
    "1 Questions: Enter takes the answer in brackets, ? explains, < goes back, Ctrl+D ends.",
    "2 The DNS records that mailcow needs, and what is published of them.",
    "3 What is left to do, step by step; you publish it. Each answer is saved at once.",
)
KNOWN = "The plan is of {host}, for {domains}."
GO_ON = "Enter goes on with its answers, a changes them, q quits:"


def run(arguments: Arguments, connect: MakeNetwork | None = None) -> int:
    """Ask, show, check and lead until the user ends it, and return the exit code.

    It is 2 for a plan that can't be read, 1 for one that could not be saved, and 130 after Ctrl+C.

    Args:
        arguments: those of the wizard.
        connect: makes the network; another than the real one in tests.

    Raises:
        BrokenPipeError: whoever read it has enough.
    """
    let_any_character_pass(is_data=False)
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")
    collect_less_often()
    try:
        with asyncio.Runner() as runner:
            return _run(arguments, runner, connect)
    except (PlanError, OutputError) as error:
        complain(f"{error}\n")
        return BAD_PLAN


def _run(arguments: Arguments, runner: asyncio.Runner, connect: MakeNetwork | None) -> int:
    stack = AsyncExitStack()
    try:
        if arguments.demo:
            demo = runner.run(stack.enter_async_context(DemoDns.start()))
            session = _example(demo, runner)
        else:
            session = _own(arguments, runner, connect)
        stack.push_async_callback(session.engine.close)
        return _to_the_end(session, options=" --plain" if arguments.plain else "")
    finally:
        runner.run(stack.aclose())


def _example(demo: DemoDns, runner: asyncio.Runner) -> Session:
    engine = LocalEngine(partial(demo_network, demo), is_example=True)
    return Session(Lines(sys.stdin), engine, runner, lambda setup: None, None, demo_setup())


def _own(arguments: Arguments, runner: asyncio.Runner, connect: MakeNetwork | None) -> Session:
    path = arguments.plan or default_plan_path()
    plan = KeptPlan(path)
    setup, folder = plan.read(), arguments.mailcow
    network = connect or partial(system_network, folder, connects=arguments.connects)
    engine = LocalEngine(network, folder)
    return Session(Lines(sys.stdin), engine, runner, plan.save, path, setup)


def _to_the_end(session: Session, options: str) -> int:
    guide, code = Guide(session), 0
    try:
        _talk(session, guide)
    except EOFError:
        pass
    except KeyboardInterrupt:
        session.lines.line("")
        code = INTERRUPTED
    _part(session, guide, options)
    return code or (NOT_SAVED if session.unsaved else 0)


def _talk(session: Session, guide: Guide) -> None:
    session.lines.say(*INTRO)
    session.read_mailcow(Access())
    asking = Asking(session)
    asks = session.is_new or lacking(session.setup)
    then = Then.ANSWERS if asks else _confirmed(session) or guide.walk()
    while then is not Then.QUIT:
        asking.ask_all(from_last=then is Then.LAST_ANSWER)
        then = guide.walk()


def _confirmed(session: Session) -> Then | None:
    """What the user wants in place of the guide; None where the answers stay as they are."""
    host, names = session.setup.server.hostname, [each.name for each in session.setup.domains]
    session.lines.say(KNOWN.format(host=host, domains=enumerated(names)))
    while (typed := session.lines.ask(GO_ON).lower()) and typed not in ENDS:
        pass
    return ENDS.get(typed)


def _part(session: Session, guide: Guide, options: str) -> None:
    """Where the plan is kept, how to go on, and how to hear of what gets worse."""
    plan, report = session.plan, guide.report
    if plan is None or session.setup == Setup():
        return
    also = still_wanted(session.setup.guide.moves, datetime.now().astimezone())
    words = parting_words(plan, report, options, also)
    session.lines.line("", *words.splitlines())
    if report.records:
        session.lines.line(CRON, f"  {cron_line(plan)}")
