"""Reads the command line; loads next to nothing before it is known that something is to be done."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from mailcow_dns_tui.cli import parsers
from mailcow_dns_tui.cli.values import NAGIOS, mistyped, with_pace

TYPE_CHECKING = False  # typing takes as long to load as argparse
if TYPE_CHECKING:
    from typing import Any

    from mailcow_dns_tui.cli.options import Arguments, Command

COMMANDS = ("check", "export", "publish")
STANDING = frozenset({NAGIOS, "prometheus"})
"""The formats that only say how all stands."""


def parse(argv: Sequence[str]) -> Arguments:
    """Read the arguments; for --help, --version and bad usage the process ends (exit code 2)."""
    if argv and argv[0] == "check":
        return _check(argv[1:])
    if argv and argv[0] == "export":
        return _export(argv[1:])
    if argv and argv[0] == "publish":
        return _publish(argv[1:])
    return _wizard(argv)


def _wizard(argv: Sequence[str]) -> Arguments:
    parser = parsers.wizard_parser()
    options = parser.parse_args(argv)
    if options.plan and (meant := mistyped(options.plan, COMMANDS)):
        parser.error(f"there is no plan {options.plan}; is the command {meant} meant?")
    if options.demo and (options.plan or options.mailcow):
        parser.error("--demo takes no plan and no folder")
    return _arguments("wizard", options)


def _check(argv: Sequence[str]) -> Arguments:
    parser = parsers.check_parser()
    parser.is_plugin = any(word.removeprefix("--format=") == NAGIOS for word in argv)
    options = _parsed(parser, with_pace(argv))
    if options.pace and (options.against or options.save):
        parser.error("--watch compares with its own last check; leave out --against and --save")
    if options.pace and options.output:
        parser.error("--watch writes as it goes; leave out -o, or add what changes to a --log")
    if options.format in STANDING and (options.pace or options.against):
        parser.error(f"--format {options.format} says how all stands, and not what has changed")
    if options.notify and not options.against:
        parser.error("--notify-command is for --against: else nothing is known to have changed")
    if options.log and not options.pace:
        parser.error("--log is for --watch")
    return _arguments("check", options)


def _export(argv: Sequence[str]) -> Arguments:
    parser = parsers.export_parser()
    options = _parsed(parser, argv)
    if options.resolvers and not (options.checked or options.mailcow):
        parser.error("--resolver is for --checked and --mailcow: nothing else is asked")
    return _arguments("export", options)


def _publish(argv: Sequence[str]) -> Arguments:
    parser = parsers.publish_parser()
    options = parser.parse_args(argv)
    if options.dry_run and (options.yes or options.confirm):
        parser.error("--dry-run publishes nothing: leave out --yes and --confirm")
    if options.confirm and not options.yes:
        parser.error("--confirm is for --yes: without it you are asked")
    if options.format == "json" and not (options.dry_run or options.yes):
        parser.error("--format json asks nothing: give --dry-run or --yes")
    return _arguments("publish", options)


def _arguments(command: Command, options: argparse.Namespace) -> Arguments:
    """Each option goes to the field of its name."""
    from mailcow_dns_tui.cli.options import Arguments

    typed: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in vars(options).items()
    }
    return Arguments(command, **typed)


def _parsed(parser: parsers.Parser, argv: Sequence[str]) -> argparse.Namespace:
    options = parser.parse_args(argv)
    answered = options.hostname is not None
    if options.plan and (answered or options.mailcow or options.ipv4 or options.ipv6):
        parser.error("give a plan or the answers, not both")
    if options.mailcow and (answered or options.ipv4 or options.ipv6):
        parser.error("give the answers, or --mailcow to read them, not both")
    if (options.ipv4 or options.ipv6) and not answered:
        parser.error("--ipv4 and --ipv6 need --hostname")
    return options


def all_commands(*, takes_plan: bool) -> parsers.Parser:
    """The wizard's options, and below them each command's: what shells and `man` are told."""
    parser = parsers.wizard_parser(takes_plan=takes_plan)
    commands = parser.add_subparsers(title="commands")
    each_parser = parsers.check_parser(), parsers.export_parser(), parsers.publish_parser()
    for name, each in zip(COMMANDS, each_parser, strict=True):
        commands.add_parser(
            name, parents=[each], add_help=False, usage=each.usage, help=each.description
        )
    return parser
