"""What is to be checked or exported: the setup, its zones, and who is asked."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from dns.name import Name

from mailcow_dns_tui import plan_file
from mailcow_dns_tui.cli.options import Arguments
from mailcow_dns_tui.files import complain
from mailcow_dns_tui.lookup.cache import QueryCache
from mailcow_dns_tui.lookup.network import Network
from mailcow_dns_tui.lookup.question import ResolverAddress, parse_resolver
from mailcow_dns_tui.mailcow.conf import find_folder
from mailcow_dns_tui.mailcow.known import adopted, last_result
from mailcow_dns_tui.mailcow.secret import Access
from mailcow_dns_tui.model.names import parse_name
from mailcow_dns_tui.model.problems import problems
from mailcow_dns_tui.model.setup import Domain, Server, Setup
from mailcow_dns_tui.plan_file import unpublishable

NetworkOf = Callable[[Sequence[ResolverAddress]], Network]
"""Makes one that asks these resolvers; the system's for none."""


class UsageError(Exception):
    """Something on the command line that can't be done; the text is a sentence a line."""


def asked_setup(arguments: Arguments, connect: NetworkOf) -> Setup:
    """The plan; or a setup of the answers on the command line, or of what mailcow says."""
    if arguments.mailcow is not None:
        return asyncio.run(_learned(arguments.mailcow, connect(asked_resolvers(arguments))))
    if arguments.hostname is not None:
        return _answers(arguments, arguments.hostname)
    return plan_file.read_plan(arguments.plan or plan_file.default_plan_path())


async def _learned(folder: Path, network: Network) -> Setup:
    """What mailcow in a folder says; what could not be read goes to stderr."""
    from mailcow_dns_tui.mailcow.sources import MailcowSources

    async with network:
        mailcow = MailcowSources(find_folder(folder), network.lookups((), QueryCache()).ask)
        known = await last_result(mailcow.learn(Setup(), Access()))
    complain("".join(f"{trouble}\n" for trouble in known.troubles))
    setup = adopted(Setup(), known, is_new=True)
    lacking = [p.sentence for p in problems(setup) if p.stops_planning]
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


def asked_zones(setup: Setup, arguments: Arguments) -> tuple[Name, ...] | None:
    """The zones to keep to; None for all, as where the options name the domains themselves."""
    if arguments.hostname is not None or not arguments.domains:
        return None
    return tuple(_known(text, setup) for text in arguments.domains)


def _known(text: str, setup: Setup) -> Name:
    apex = parse_name(text)
    if apex is None or apex not in setup.zones:
        raise UsageError(f"--domain {text}: the plan has no such domain.")
    return apex


def asked_resolvers(arguments: Arguments) -> list[ResolverAddress]:
    """Those that are asked in place of the system's; empty for these."""
    try:
        return [parse_resolver(text) for text in arguments.resolvers]
    except ValueError as error:
        raise UsageError(f"--resolver {error}") from error
