"""The command line as data; loads neither Textual nor dnspython."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from mailcow_dns_tui.cli.parsers import (
    Parser,
    check_parser,
    export_parser,
    publish_parser,
    wizard_parser,
)
from mailcow_dns_tui.cli.plugin import NAGIOS
from mailcow_dns_tui.cli.values import mistyped, with_pace

COMMANDS = ("check", "export", "publish")
STANDING = frozenset({NAGIOS, "prometheus"})
"""The formats that only say how all stands."""

Command = Literal["wizard", "check", "export", "publish"]


@dataclass(frozen=True)
class Arguments:
    """What was asked for on the command line.

    Attributes:
        plain: asks line by line, without a screen.
        completion: a shell that wants to know how the command is completed.
        hostname: None where a plan is to be read.
        resolvers: as typed.
        timeout: seconds for the whole check; None: as long as the domains need.
        output: a file, or a folder; empty for standard output.
        blocklists: ask them as well.
        mailcow: its folder, to read the answers from.
        against: the JSON of an earlier check, to tell what has changed since.
        save: a file for the JSON of this check.
        schema: print what `--format json` looks like, and check nothing.
        notify: a command that is told what has changed, word by word.
        pace: seconds from check to check; 0 for one check only.
        log: a file for what changes while it is watched.
        checked: look up what is published before it is exported.
        connects: to the mail server's port 25, where it has TLSA records.
        dry_run: show what would be published, and publish nothing.
        yes: publish without a question.
        confirm: the names at which what has a question of its own is agreed to.
        undo: a zone file that an earlier run has kept, to take back what it changed.
        provider: the id of the panel of all zones; empty: as the plan or the name servers say.
        credentials: a file that has them.
    """

    command: Command
    plan: Path | None = None
    demo: bool = False
    plain: bool = False
    completion: str = ""
    format: str = ""
    hostname: str | None = None
    ipv4: str = ""
    ipv6: str = ""
    domains: tuple[str, ...] = ()
    resolvers: tuple[str, ...] = ()
    timeout: float | None = None
    output: str = ""
    blocklists: bool = False
    mailcow: Path | None = None
    against: Path | None = None
    save: Path | None = None
    schema: bool = False
    notify: tuple[str, ...] = ()
    pace: float = 0.0
    log: Path | None = None
    checked: bool = False
    connects: bool = True
    dry_run: bool = False
    yes: bool = False
    confirm: tuple[str, ...] = ()
    undo: Path | None = None
    provider: str = ""
    credentials: Path | None = None


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
    parser = wizard_parser()
    options = parser.parse_args(argv)
    if options.plan and (meant := mistyped(options.plan, COMMANDS)):
        parser.error(f"there is no plan {options.plan}; is the command {meant} meant?")
    if options.demo and (options.plan or options.mailcow):
        parser.error("--demo takes no plan and no folder")
    return _arguments("wizard", options)


def _check(argv: Sequence[str]) -> Arguments:
    parser = check_parser()
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
    parser = export_parser()
    options = _parsed(parser, argv)
    if options.resolvers and not (options.checked or options.mailcow):
        parser.error("--resolver is for --checked and --mailcow: nothing else is asked")
    return _arguments("export", options)


def _publish(argv: Sequence[str]) -> Arguments:
    parser = publish_parser()
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
    typed: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in vars(options).items()
    }
    return Arguments(command, **typed)


def _parsed(parser: Parser, argv: Sequence[str]) -> argparse.Namespace:
    options = parser.parse_args(argv)
    answered = options.hostname is not None
    if options.plan and (answered or options.mailcow or options.ipv4 or options.ipv6):
        parser.error("give a plan or the answers, not both")
    if options.mailcow and (answered or options.ipv4 or options.ipv6):
        parser.error("give the answers, or --mailcow to read them, not both")
    if (options.ipv4 or options.ipv6) and not answered:
        parser.error("--ipv4 and --ipv6 need --hostname")
    return options
