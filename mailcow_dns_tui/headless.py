"""`check` and `export`."""

import asyncio
import sys
import tempfile
import time
from contextlib import aclosing
from pathlib import Path

from dns.name import Name

from mailcow_dns_tui import plan_file
from mailcow_dns_tui.arguments import Arguments
from mailcow_dns_tui.check_report import Checked, exit_code, in_order, write_report
from mailcow_dns_tui.export.formats import FORMATS
from mailcow_dns_tui.export.zone import zone_blocks
from mailcow_dns_tui.lookup.memory import Memory
from mailcow_dns_tui.lookup.network import Network
from mailcow_dns_tui.lookup.server import ResolverAddress, parse_resolver
from mailcow_dns_tui.model.names import ascii_form, parse_name
from mailcow_dns_tui.model.setup import Domain, Server, Setup
from mailcow_dns_tui.plan_file.reading import unpublishable
from mailcow_dns_tui.topics.run import check, plan

BAD_USAGE = 2


class UsageError(Exception):
    """Something on the command line that can't be done; the text is a sentence."""


def run(arguments: Arguments) -> int:
    """Run a command and return its exit code; what is wrong with the plan goes to stderr."""
    try:
        setup = _setup(arguments)
        if arguments.command == "check":
            return _check(setup, arguments)
        _export(setup, arguments)
    except (UsageError, plan_file.PlanError) as error:
        sys.stderr.write(f"{error}\n")
        return BAD_USAGE
    except BrokenPipeError:
        raise
    except OSError as error:
        sys.stderr.write(f"{error.filename}: {error.strerror}\n")
        return BAD_USAGE
    return 0


def _setup(arguments: Arguments) -> Setup:
    """The plan; or a setup of the answers on the command line."""
    if arguments.hostname:
        return _answers(arguments)
    return plan_file.read_plan(arguments.plan or plan_file.default_plan_path())


def _answers(arguments: Arguments) -> Setup:
    server = Server(arguments.hostname, arguments.ipv4, arguments.ipv6)
    setup = Setup(server=server, domains=tuple(map(Domain, arguments.domains)))
    for problem in unpublishable(setup):
        raise UsageError(f"{problem.key}: {problem.sentence}")
    return setup


def _zones(setup: Setup, arguments: Arguments) -> tuple[Name, ...] | None:
    """The zones to keep to; None for all, as where the options name the domains themselves."""
    if arguments.hostname or not arguments.domains:
        return None
    return tuple(_known(text, setup) for text in arguments.domains)


def _known(text: str, setup: Setup) -> Name:
    apex = parse_name(text)
    if apex is None or apex not in setup.zones:
        raise UsageError(f"--domain {text}: the plan has no such domain.")
    return apex


def _check(setup: Setup, arguments: Arguments) -> int:
    checked = asyncio.run(_checked(setup, arguments))
    write_report(checked, arguments.format, sys.stdout)
    return exit_code(checked)


async def _checked(setup: Setup, arguments: Arguments) -> Checked:
    zones, resolvers = _zones(setup, arguments), _resolvers(arguments)
    began = time.monotonic()
    async with Network(resolvers) as network:
        lookups = network.lookups(setup.zones, Memory(), arguments.timeout)
        async with aclosing(check(setup, lookups, zones)) as findings:
            found = [finding async for finding in findings]
    ordered = in_order(found, plan(setup, zones))
    return Checked(ordered, time.monotonic() - began, network.queries)


def _resolvers(arguments: Arguments) -> list[ResolverAddress]:
    try:
        return [parse_resolver(text) for text in arguments.resolvers]
    except ValueError as error:
        raise UsageError(str(error)) from error


def _export(setup: Setup, arguments: Arguments) -> None:
    records = plan(setup, _zones(setup, arguments))
    output = arguments.output
    if output is None:
        sys.stdout.write(FORMATS[arguments.format](records))
    elif not output.is_dir():
        replace_file(output, FORMATS[arguments.format](records))
    elif arguments.format == "zone":
        for block in zone_blocks(records):
            replace_file(output / f"{ascii_form(block.zone)}.zone", block.text)
    else:
        raise UsageError(f"{output} is a folder; only zone files are written into one.")


def replace_file(path: Path, text: str) -> None:
    """Write a file in place of the old one, whole or not at all.

    Raises:
        OSError: where it can't be written.
    """
    target = path.resolve()
    with tempfile.NamedTemporaryFile(
        "w", dir=target.parent, prefix=f".{target.name}.", encoding="utf-8", delete=False
    ) as file:
        file.write(text)
    Path(file.name).chmod(0o644)
    Path(file.name).replace(target)
