"""`check` and `export`."""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import ExitStack, aclosing
from dataclasses import replace
from datetime import date
from functools import partial

from dns.name import Name

from mailcow_dns_tui import plan_file
from mailcow_dns_tui.cli import output, report
from mailcow_dns_tui.cli.arguments import all_commands
from mailcow_dns_tui.cli.asked import (
    NetworkOf,
    UsageError,
    asked_resolvers,
    asked_setup,
    asked_zones,
)
from mailcow_dns_tui.cli.options import Arguments
from mailcow_dns_tui.cli.parts import KEPT, Gathered, Job, ProcessEndedError, gather
from mailcow_dns_tui.cli.plugin import refuse
from mailcow_dns_tui.cli.values import NAGIOS
from mailcow_dns_tui.cli.watch import Watch
from mailcow_dns_tui.engine.local import system_network
from mailcow_dns_tui.export.formats import load
from mailcow_dns_tui.export.grouping import in_their_zones
from mailcow_dns_tui.files import OutputError, complain, private_log, write_text
from mailcow_dns_tui.lookup.cache import QueryCache
from mailcow_dns_tui.lookup.network import Network
from mailcow_dns_tui.model.changes import Change, FindingState, History
from mailcow_dns_tui.model.dmarc_stage import staged, waiting, when_due
from mailcow_dns_tui.model.finding import Finding, muted
from mailcow_dns_tui.model.groups import grouped
from mailcow_dns_tui.model.names import ascii_form
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.model.text import listed, safe
from mailcow_dns_tui.topics.base import Topic
from mailcow_dns_tui.topics.dmarc.topic import about, noted
from mailcow_dns_tui.topics.dnsbl import DnsblTopic
from mailcow_dns_tui.topics.registry import TOPICS, check, plan, subjects

BAD_USAGE = 2
Examining = Callable[[], Awaitable[report.Checked]]


def run(arguments: Arguments, connect: NetworkOf | None = None) -> int:
    """Run a command and return its exit code; what is wrong with the plan goes to stderr.

    Args:
        arguments: all but those of the wizard.
        connect: makes the network that asks these resolvers; another than the real one in tests.

    Raises:
        BrokenPipeError: where standard output was closed.
    """
    output.let_any_character_pass(is_data=arguments.command == "export")
    try:
        system = partial(system_network, arguments.mailcow, connects=arguments.connects)
        return _run(arguments, connect or system)
    except (
        UsageError,
        OutputError,
        report.LastCheckError,
        ProcessEndedError,
        plan_file.PlanError,
    ) as error:
        return _refused(str(error), arguments)


def _refused(said: str, arguments: Arguments) -> int:
    if arguments.format == NAGIOS:
        return refuse(said)
    complain(f"{said}\n")
    return BAD_USAGE


def _run(arguments: Arguments, connect: NetworkOf) -> int:
    if arguments.schema or arguments.completion:
        _describe(arguments)
        return 0
    today, is_export = date.today(), arguments.command == "export"
    # Where nobody knows since when p=none is published, a check compares with the plan's policy.
    setup = staged(asked_setup(arguments, connect), today, unseen=is_export)
    zones = asked_zones(setup, arguments)
    if is_export and not arguments.checked:
        _say_what_waits(setup, today)
        _export(setup, zones, arguments)
        return 0
    resolvers = asked_resolvers(arguments)

    def examining() -> Awaitable[report.Checked]:
        return examine(setup, zones, connect(resolvers), arguments)

    if is_export:
        findings = _whole(examining).findings
        _export(staged(noted(setup, findings, today), today), zones, arguments, findings)
        return 0
    if arguments.pace:
        return _watch(examining, arguments)
    return _check(setup, zones, partial(connect, resolvers), arguments)


def _check(
    setup: Setup,
    zones: Collection[Name] | None,
    connect: Callable[[], Network],
    arguments: Arguments,
) -> int:
    last = _last(setup, zones, arguments)
    formats = [] if last and arguments.format == "text" else [arguments.format]
    formats += ["json"] if arguments.save is not None else []
    terminal = None if arguments.output else sys.stdout
    writers = {name: output.part_writer(name, terminal) for name in formats}
    topics, limit, compared = _topics(arguments), arguments.timeout, last is not None
    with gather(Job(setup, zones, topics, connect, limit, writers, compared)) as found:
        history, told = last.then(found.states) if last else (None, None)
        _report(found, told, arguments)
        if told and arguments.notify:
            output.notify(arguments.notify, report.notice(found.outcome, told))
        if arguments.save is not None:
            more = report.known_json(history.before_silence) if history else {}
            write_text(arguments.save, report.json_whole(found.outcome, found.spools["json"], more))
    if told is not None:
        return report.change_code(told)
    return output.report_code(found.outcome, arguments.format)


def _report(found: Gathered, told: Sequence[Change] | None, arguments: Arguments) -> None:
    """Write the check, or what it has changed."""
    with output.output_to(arguments.output) as file:
        if told is None or arguments.format == "json":
            more = {} if told is None else report.changes_json(told)
            parts = found.spools[arguments.format]
            output.write_parts(found.outcome, parts, arguments.format, file, more)
            return
        from mailcow_dns_tui.cli.table import write_changes

        write_changes(told, found.outcome, file)


def _describe(arguments: Arguments) -> None:
    """Print what is known of the program itself."""
    if arguments.schema:
        output.write_schema(arguments.output)
        return
    try:
        script = completion(arguments.completion)
    except ImportError:
        raise UsageError("--print-completion needs shtab: pip install shtab") from None
    with output.standard_output() as file:
        file.write(script)


def _say_what_waits(setup: Setup, today: date) -> None:
    due = grouped(waiting(setup), lambda domain: when_due(setup, domain, today))
    for sentence, domains in due.items():
        complain(f"{listed([safe(each.name) for each in domains])}: {sentence}\n")


def _export(
    setup: Setup,
    zones: Collection[Name] | None,
    arguments: Arguments,
    findings: Sequence[Finding] | None = None,
) -> None:
    """Write the records; with the findings of a check, what these add."""
    planned, chosen = plan(setup, zones), load(arguments.format)
    said = tuple(about(planned, findings or ()))
    records = in_their_zones(planned, setup.zones, said)
    if findings is not None and chosen.checked:
        there = dict(zip(planned, records, strict=True))
        moved = (replace(f, record=there.get(f.record)) if f.record else f for f in said)
        chosen = chosen.checked(tuple(moved))
    output.write_export(records, chosen, arguments.output)


def _whole(examining: Examining) -> report.Checked:
    found: list[report.Checked] = []

    async def keep() -> None:
        # At its end, asyncio.run of Python 3.11 writes out what its task has returned: megabytes.
        found.append(await examining())

    asyncio.run(keep())
    return found[0]


def _watch(examining: Examining, arguments: Arguments) -> int:
    with ExitStack() as stack:
        log = stack.enter_context(private_log(arguments.log)) if arguments.log else None
        watch = Watch(examining, arguments.pace, arguments.format, output.standard_output, log)
        return asyncio.run(watch.run())


def _last(setup: Setup, zones: Collection[Name] | None, arguments: Arguments) -> History | None:
    """What the earlier check said of all that is asked now; None for nothing to compare with."""
    if arguments.against is None:
        return None
    last = report.read_last_check(arguments.against)
    if last is None:
        complain(f"{arguments.against}: there is none yet, so nothing is compared.\n")
        return None
    topics = {topic.id for topic in _topics(arguments)}
    apexes = {None if s.apex is None else ascii_form(s.apex) for s in subjects(setup, zones)}

    def is_asked(state: FindingState) -> bool:
        is_of_zones = zones is None or state.domain in apexes
        return is_of_zones and (state.topic in topics or state.topic != DnsblTopic.id)

    return History.beginning(filter(is_asked, last.states), filter(is_asked, last.known))


def _topics(arguments: Arguments) -> tuple[Topic, ...]:
    """All topics; the block lists on request only, since they learn of the server by it."""
    return (*TOPICS, DnsblTopic()) if arguments.blocklists else TOPICS


async def examine(
    setup: Setup, zones: Collection[Name] | None, network: Network, arguments: Arguments
) -> report.Checked:
    """Check everything, or what is in these zones, and close the network."""
    began = time.monotonic()
    async with network:
        lookups = network.lookups(setup.zones, QueryCache(KEPT), arguments.timeout)
        async with aclosing(check(setup, lookups, zones, _topics(arguments))) as judged:
            found = [finding async for findings in judged for finding in findings]
    ordered = report.in_order(muted(found, setup.mutes), plan(setup, zones))
    return report.Checked(ordered, time.monotonic() - began, network.queries, setup)


def completion(shell: str) -> str:
    """The script for one of the shells.

    Raises:
        ImportError: where shtab, which is optional, is not installed.
    """
    import shtab

    # A shell can offer one thing as the first word: the commands, in the place of a plan.
    return shtab.complete(all_commands(takes_plan=False), shell)
