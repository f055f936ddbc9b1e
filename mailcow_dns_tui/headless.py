"""`check` and `export`."""

import asyncio
import io
import sys
import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import ExitStack, aclosing
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

from dns.name import Name

from mailcow_dns_tui import plan_file
from mailcow_dns_tui.arguments import LEAST_TIME_LIMIT, Arguments
from mailcow_dns_tui.change_report import change_code, change_json, state_json
from mailcow_dns_tui.check_report import (
    Checked,
    as_json,
    exit_code,
    in_order,
    json_text,
    write_report,
)
from mailcow_dns_tui.complaint import complain
from mailcow_dns_tui.export.formats import FORMATS
from mailcow_dns_tui.export.grouping import in_their_zones
from mailcow_dns_tui.last_check import KNOWN, LastCheckError, read_last_check
from mailcow_dns_tui.lookup.deadline import time_limit
from mailcow_dns_tui.lookup.memory import Memory
from mailcow_dns_tui.lookup.network import Network
from mailcow_dns_tui.lookup.server import ResolverAddress, parse_resolver
from mailcow_dns_tui.lookup.smtp import MailServer, Presenter
from mailcow_dns_tui.mailcow.certificate import ServerOrFile
from mailcow_dns_tui.mailcow.folder import find_folder
from mailcow_dns_tui.mailcow.knowledge import adopted
from mailcow_dns_tui.mailcow.learning import Mailcow
from mailcow_dns_tui.model.changes import Change, History, State, state_of
from mailcow_dns_tui.model.dmarc_stage import staged, waiting, when_due
from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.mute import muted
from mailcow_dns_tui.model.names import ascii_form, parse_name
from mailcow_dns_tui.model.problems import problems
from mailcow_dns_tui.model.setup import Domain, Server, Setup
from mailcow_dns_tui.model.txt import safe
from mailcow_dns_tui.output import (
    OutputError,
    private_log,
    standard_output,
    write_export,
    write_text,
)
from mailcow_dns_tui.plan_file.reading import unpublishable
from mailcow_dns_tui.topics.base import Topic
from mailcow_dns_tui.topics.dmarc_seen import about, noted
from mailcow_dns_tui.topics.dnsbl import Dnsbl
from mailcow_dns_tui.topics.registry import TOPICS
from mailcow_dns_tui.topics.run import check, plan, subjects
from mailcow_dns_tui.watch import Watch

BAD_USAGE = 2
NEEDED = frozenset({"server.hostname", "server.ipv4", "domains"})
"""What nothing can be planned without."""

Connect = Callable[[Sequence[ResolverAddress]], Network]
Examining = Callable[[], Awaitable[Checked]]


class UsageError(Exception):
    """Something on the command line that can't be done; the text is a sentence a line."""


def run(arguments: Arguments, connect: Connect | None = None) -> int:
    """Run a command and return its exit code; what is wrong with the plan goes to stderr.

    Args:
        arguments: a `check` or an `export`.
        connect: makes the network that asks these resolvers; another than the real one in tests.

    Raises:
        BrokenPipeError: where standard output was closed.
    """
    _let_any_character_pass()
    try:
        return _run(arguments, connect or partial(Network, presenter=_presenter(arguments)))
    except (UsageError, OutputError, LastCheckError, plan_file.PlanError) as error:
        complain(f"{error}\n")
        return BAD_USAGE


def _presenter(arguments: Arguments) -> Presenter | None:
    folder = find_folder(arguments.mailcow)
    return ServerOrFile(MailServer(), folder) if arguments.connects else None


def _let_any_character_pass() -> None:
    """A locale without UTF-8 must not end a check: what it lacks is written as an escape."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def _run(arguments: Arguments, connect: Connect) -> int:
    today, is_export = date.today(), arguments.command == "export"
    # Where nobody knows since when p=none is published, a check compares with the plan's policy.
    setup = staged(_setup(arguments, connect), today, unseen=is_export)
    zones = _zones(setup, arguments)
    if is_export and not arguments.checked:
        _say_what_waits(setup, today)
        _export(setup, zones, arguments)
        return 0
    resolvers = _resolvers(arguments)

    def examining() -> Awaitable[Checked]:
        return examine(setup, zones, connect(resolvers), arguments)

    if is_export:
        findings = asyncio.run(_whole(examining)).findings
        _export(staged(noted(setup, findings, today), today), zones, arguments, findings)
        return 0
    if arguments.pace:
        return _watch(examining, arguments)
    last = _last(setup, zones, arguments)
    checked = asyncio.run(_whole(examining))
    states = tuple(map(state_of, checked.findings))
    history, told = (History.beginning(states), None) if last is None else last.then(states)
    code = _report(checked, told, arguments)
    if arguments.save is not None:
        known = [state_json(state) for state in history.before_silence]
        write_text(
            arguments.save, json_text({**as_json(checked), **({KNOWN: known} if known else {})})
        )
    return code


def _say_what_waits(setup: Setup, today: date) -> None:
    for domain in waiting(setup):
        complain(f"{safe(domain.name)}: {when_due(setup, domain, today)}\n")


def _export(
    setup: Setup,
    zones: Collection[Name] | None,
    arguments: Arguments,
    findings: Sequence[Finding] | None = None,
) -> None:
    """Write the records; with the findings of a check, what these add."""
    planned, chosen = plan(setup, zones), FORMATS[arguments.format]
    said = tuple(about(planned, findings or ()))
    records = in_their_zones(planned, setup.zones, said)
    if findings is not None and chosen.checked:
        there = dict(zip(planned, records, strict=True))
        moved = (replace(f, record=there.get(f.record)) if f.record else f for f in said)
        chosen = chosen.checked(tuple(moved))
    write_export(records, chosen, arguments.output)


async def _whole(examining: Examining) -> Checked:
    return await examining()


def _watch(examining: Examining, arguments: Arguments) -> int:
    with ExitStack() as stack:
        log = stack.enter_context(private_log(arguments.log)) if arguments.log else None
        watch = Watch(examining, arguments.pace, arguments.format, standard_output, log)
        return asyncio.run(watch.run())


def _last(setup: Setup, zones: Collection[Name] | None, arguments: Arguments) -> History | None:
    """What the earlier check said of all that is asked now; None for nothing to compare with."""
    if arguments.against is None:
        return None
    last = read_last_check(arguments.against)
    if last is None:
        complain(f"{arguments.against}: there is none yet, so nothing is compared.\n")
        return None
    topics = {topic.id for topic in _topics(arguments)}
    apexes = {None if s.apex is None else ascii_form(s.apex) for s in subjects(setup, zones)}

    def is_asked(state: State) -> bool:
        is_of_zones = zones is None or state.domain in apexes
        return is_of_zones and (state.topic in topics or state.topic != Dnsbl.id)

    return History.beginning(filter(is_asked, last.states), filter(is_asked, last.known))


def _report(checked: Checked, told: Sequence[Change] | None, arguments: Arguments) -> int:
    """Print the check, or what it has changed, and return the exit code."""
    if told is None:
        with standard_output() as file:
            write_report(checked, arguments.format, file)
        return exit_code(checked)
    with standard_output() as file:
        if arguments.format == "json":
            data = {**as_json(checked), "changes": list(map(change_json, told))}
            file.write(json_text(data))
        else:
            from mailcow_dns_tui.change_table import write_changes

            write_changes(told, checked, file)
    return change_code(told)


def _setup(arguments: Arguments, connect: Connect) -> Setup:
    """The plan; or a setup of the answers on the command line, or of what mailcow says."""
    if arguments.mailcow is not None:
        return asyncio.run(_learned(arguments.mailcow, connect(_resolvers(arguments))))
    if arguments.hostname is not None:
        return _answers(arguments, arguments.hostname)
    return plan_file.read_plan(arguments.plan or plan_file.default_plan_path())


async def _learned(folder: Path, network: Network) -> Setup:
    """What mailcow in a folder says; what could not be read goes to stderr."""
    from mailcow_dns_tui.mailcow.readers import Readers

    async with network:
        mailcow = Mailcow(find_folder(folder), Readers(network.lookups((), Memory()).ask))
        known = await mailcow.all_of(Setup())
    complain("".join(f"{trouble}\n" for trouble in known.troubles))
    setup = adopted(Setup(), known, anew=True)
    lacking = [p.sentence for p in problems(setup) if p.key in NEEDED]
    if lacking:
        raise UsageError("\n".join(f"{folder}: {sentence}" for sentence in lacking))
    return setup


def _answers(arguments: Arguments, hostname: str) -> Setup:
    server = Server(hostname, arguments.ipv4, arguments.ipv6)
    setup = Setup(server=server, domains=tuple(map(Domain, arguments.domains)))
    wrong = [f"{_option(p.key, arguments)}: {p.sentence}" for p in unpublishable(setup)]
    if wrong:
        raise UsageError("\n".join(wrong))
    return setup


def _option(key: str, arguments: Arguments) -> str:
    """The option that gave an answer: `--ipv4`, `--domain example.org`."""
    table, _, name = key.partition(".")
    if table == "server":
        return f"--{name}"
    index = int(table.removeprefix("domains[").removesuffix("]"))
    return f"--domain {arguments.domains[index]}"


def _zones(setup: Setup, arguments: Arguments) -> tuple[Name, ...] | None:
    """The zones to keep to; None for all, as where the options name the domains themselves."""
    if arguments.hostname is not None or not arguments.domains:
        return None
    return tuple(_known(text, setup) for text in arguments.domains)


def _known(text: str, setup: Setup) -> Name:
    apex = parse_name(text)
    if apex is None or apex not in setup.zones:
        raise UsageError(f"--domain {text}: the plan has no such domain.")
    return apex


def _resolvers(arguments: Arguments) -> list[ResolverAddress]:
    try:
        return [parse_resolver(text) for text in arguments.resolvers]
    except ValueError as error:
        raise UsageError(f"--resolver {error}") from error


def _topics(arguments: Arguments) -> Sequence[Topic]:
    """All topics; the block lists on request only, since they learn of the server by it."""
    return (*TOPICS, Dnsbl()) if arguments.blocklists else TOPICS


async def examine(
    setup: Setup, zones: Collection[Name] | None, network: Network, arguments: Arguments
) -> Checked:
    """Check everything, or what is in these zones, and close the network."""
    began = time.monotonic()
    async with network:
        limit = arguments.timeout or time_limit(len(setup.zones), LEAST_TIME_LIMIT)
        lookups = network.lookups(setup.zones, Memory(), limit)
        async with aclosing(check(setup, lookups, zones, _topics(arguments))) as judged:
            found = [finding async for findings in judged for finding in findings]
    ordered = in_order(muted(found, setup.mutes), plan(setup, zones))
    return Checked(ordered, time.monotonic() - began, network.queries, setup)
