"""`publish`, from its arguments to its exit code."""

import asyncio
from collections.abc import Collection, Coroutine, Sequence
from contextlib import aclosing
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from dns.name import Name

from mailcow_dns_tui import plan_file
from mailcow_dns_tui.cli.asked import NetworkOf, UsageError, asked_resolvers, asked_zones
from mailcow_dns_tui.cli.options import Arguments
from mailcow_dns_tui.cli.output import let_any_character_pass, standard_output
from mailcow_dns_tui.cli.publish.answers import Answers
from mailcow_dns_tui.cli.publish.as_json import run_json
from mailcow_dns_tui.cli.publish.credentials import Credentials
from mailcow_dns_tui.cli.publish.reaching import Providers, Reach, by_octodns
from mailcow_dns_tui.cli.publish.told import told_event, told_proposal, told_rest
from mailcow_dns_tui.engine.local import LocalEngine, system_network
from mailcow_dns_tui.files import OutputError, complain
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.model.text import counted, safe
from mailcow_dns_tui.publish.changes import Change
from mailcow_dns_tui.publish.left import left_of
from mailcow_dns_tui.publish.proposal import ZoneProposal
from mailcow_dns_tui.publish.providers import publisher_of, publishers, why_not, without
from mailcow_dns_tui.publish.run import (
    Applied,
    Decision,
    Ended,
    Event,
    Publication,
    Publishing,
)
from mailcow_dns_tui.publish.snapshot import Snapshot
from mailcow_dns_tui.saver import unsaved_sentence

BAD_USAGE = 2
NOT_INSTALLED = "publish needs octoDNS: pip install 'mailcow-dns-tui[publish]'"
NO_TERMINAL = "There is no terminal to say yes on: give --dry-run or --yes."


def run(arguments: Arguments, connect: NetworkOf | None = None, reach: Reach | None = None) -> int:
    """Publish, or say what would be published; the exit code is 2 for bad usage or a bad plan.

    Args:
        arguments: those of `publish`.
        connect: makes the network that asks these resolvers; another than the real one in tests.
        reach: the same for zones at providers.

    Raises:
        BrokenPipeError: where standard output was closed.
    """
    let_any_character_pass(is_data=arguments.format == "json")
    try:
        system = partial(system_network, None, connects=arguments.connects)
        return _run(arguments, connect or system, reach or by_octodns)
    except EOFError:
        complain(f"{NO_TERMINAL}\n")
    except (UsageError, OutputError, plan_file.PlanError) as error:
        complain(f"{error}\n")
    return BAD_USAGE


def _run(arguments: Arguments, connect: NetworkOf, reach: Reach) -> int:
    if find_spec("octodns") is None:
        raise UsageError(NOT_INSTALLED)
    if arguments.provider and publisher_of(arguments.provider) is None:
        raise UsageError(_not_published_to(arguments.provider))
    path = arguments.plan or plan_file.default_plan_path()
    needs_plan = arguments.undo is None or path.exists()
    setup = plan_file.read_plan(path) if needs_plan else Setup()
    credentials = _credentials(arguments, setup)
    providers = Providers(arguments.provider, credentials, setup, reach)
    engine = LocalEngine(partial(connect, asked_resolvers(arguments)))
    if arguments.undo is not None:
        from mailcow_dns_tui.cli.publish.undo import undo

        work = undo(arguments, arguments.undo, setup, engine, providers)
        return asyncio.run(_closing(engine, work))
    zones = asked_zones(setup, arguments)
    command = Command(arguments, path, zones, providers)
    return asyncio.run(_closing(engine, command.run(engine)))


def _credentials(arguments: Arguments, setup: Setup) -> Credentials:
    """The plan's, where none are named; such a plan may have come from another machine."""
    if arguments.credentials or not setup.server.credentials:
        return Credentials(arguments.credentials)
    return Credentials(Path(setup.server.credentials), may_lack=True)


def _not_published_to(named: str) -> str:
    why = why_not(named) if named in without() else "there is no such provider."
    known = ", ".join(f"{each.id} ({each.title})" for each in publishers().values())
    return f"--provider {named}: {why} Those that can be published to: {known}."


async def _closing(engine: LocalEngine, work: Coroutine[Any, Any, int]) -> int:
    try:
        return await work
    finally:
        await engine.close()


class Command:
    """A run that is told while it goes on."""

    def __init__(
        self,
        arguments: Arguments,
        path: Path,
        zones: Collection[Name] | None,
        providers: Providers,
    ) -> None:
        self._arguments = arguments
        self._path = path
        self._plan = plan_file.KeptPlan(path)
        self._zones = zones
        self._providers = providers
        self._answers = Answers(arguments)
        self._lines = self._answers.lines
        self._done: list[tuple[Name, Sequence[Change]]] = []
        self._unknown: list[tuple[Name, Sequence[Change]]] = []
        self._kept_zones: set[Name] = set()
        self._shown: set[Name] = set()
        self._last: object = None
        self._kept = self._plan.read()

    async def run(self, engine: LocalEngine) -> int:
        """The exit code."""
        publication = Publication(
            self._kept,
            engine,
            self._providers.connect,
            self._decide,
            self._path,
            self._arguments.patience,
            self._zones,
        )
        async with aclosing(publication.run()) as events:
            async for event in events:
                if isinstance(event, Ended):
                    return self._end(event)
                self._tell(event)
        raise AssertionError("a run ends")

    async def _decide(self, proposals: Sequence[ZoneProposal]) -> Decision:
        if self._arguments.format == "text":
            self._show(proposals)
        count = sum(len(each.changes) for each in proposals)
        if self._arguments.dry_run:
            return Decision(publishes=False)
        if count and not self._answers.agree(f"Publish {counted(count, 'change')}? [y/N]"):
            return Decision(publishes=False)
        asked = (act for each in proposals for act in each.asking)
        accepted = (act for act in asked if self._answers.accept(act, "Publish it? [y/N]"))
        return Decision(True, frozenset(act.step.mark for act in accepted))

    def _show(self, proposals: Sequence[ZoneProposal]) -> None:
        for each in proposals:
            zone, title = each.zone, self._providers.titles[each.zone]
            self._lines.line(*told_proposal(each, title, is_first=zone not in self._shown))
            self._shown.add(zone)

    def _tell(self, event: Event) -> None:
        if isinstance(event, Snapshot):
            self._keep(event.setup)
        if isinstance(event, Publishing):
            self._note(event)
        if isinstance(event, Applied):
            self._done.extend([(event.zone, event.made)] if event.made else [])
            self._unknown.extend([(event.zone, event.unknown)] if event.unknown else [])
        said = told_event(event)
        if said and said != self._last:
            self._say(said)
        self._last = said

    def _note(self, event: Publishing) -> None:
        if event.zone not in self._kept_zones:
            self._say(f"What is there now is kept in {event.backup}")
        self._kept_zones.add(event.zone)

    def _say(self, text: str) -> None:
        if self._arguments.format == "text":
            self._lines.say(text)

    def _keep(self, setup: Setup) -> None:
        """What is to be remembered, such as since when a domain has p=none."""
        if setup == self._kept or self._arguments.dry_run:
            return
        self._kept = setup
        try:
            self._plan.save(setup)
        except OSError as error:
            complain(f"{unsaved_sentence(error)}\n")

    def _end(self, ended: Ended) -> int:
        self._answers.complain_of_unmatched()
        left = left_of(ended, self._zones)
        with standard_output() as file:
            if self._arguments.format == "json":
                file.write(run_json(ended, left, self._providers.titles, self._done, self._unknown))
            else:
                file.writelines(f"{safe(line)}\n" for line in told_rest(ended, left))
        return left.outcome
