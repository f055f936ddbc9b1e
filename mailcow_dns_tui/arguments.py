"""The command line, as data; loads neither Textual nor dnspython."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NoReturn

from mailcow_dns_tui import __version__
from mailcow_dns_tui.argument_values import PACE, mistyped, pace, seconds, with_pace
from mailcow_dns_tui.export.formats import FORMATS
from mailcow_dns_tui.model.txt import safe

LEAST_TIME_LIMIT = 15.0
"""Seconds."""

DESCRIPTION = """\
Gets the DNS records of a mailcow server right: asks for what they depend on, shows them, copies
them, and looks up what is published.
"""
EPILOG = """\
commands:
  mailcow-dns-tui [PLAN]          the wizard
  mailcow-dns-tui check  [PLAN]   look up and judge all records (check --help)
  mailcow-dns-tui export [PLAN]   write all records (export --help)

A plan file that has a command's name is reached as ./check.
"""


@dataclass(frozen=True)
class Arguments:
    """What was asked for on the command line.

    Attributes:
        hostname: None where a plan is to be read.
        resolvers: as typed.
        timeout: seconds for the whole check; None: as long as the domains need.
        output: a file, or a folder; empty for standard output.
        blocklists: ask them as well.
        mailcow: its folder, to read the answers from.
        against: the JSON of an earlier check, to tell what has changed since.
        save: a file for the JSON of this check.
        pace: seconds from check to check; 0 for one check only.
        log: a file for what changes while it is watched.
        checked: look up what is published before it is exported.
        connects: to the mail server's port 25, where it has TLSA records.
    """

    command: Literal["wizard", "check", "export"]
    plan: Path | None = None
    demo: bool = False
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
    pace: float = 0.0
    log: Path | None = None
    checked: bool = False
    connects: bool = True


class Parser(argparse.ArgumentParser):
    """One whose complaints are safe for a terminal, whatever was typed."""

    def error(self, message: str) -> NoReturn:
        super().error(safe(message))


def parse(argv: Sequence[str]) -> Arguments:
    """Read the arguments; for --help, --version and bad usage the process ends (exit code 2)."""
    if argv and argv[0] == "check":
        return _check(argv[1:])
    if argv and argv[0] == "export":
        return _export(argv[1:])
    return _wizard(argv)


def _wizard(argv: Sequence[str]) -> Arguments:
    parser = Parser(
        "mailcow-dns-tui",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("plan", nargs="?", type=Path, metavar="PLAN", help=PLAN_HELP)
    parser.add_argument("--demo", action="store_true", help="try it on an example with faults")
    parser.add_argument("--mailcow", type=Path, metavar="FOLDER", help=MAILCOW_HELP)
    _add_no_connect(parser)
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    options = parser.parse_args(argv)
    if options.plan and (meant := mistyped(options.plan)):
        parser.error(f"there is no plan {options.plan}; is the command {meant} meant?")
    if options.demo and (options.plan or options.mailcow):
        parser.error("--demo takes no plan and no folder")
    return Arguments(
        "wizard",
        plan=options.plan,
        demo=options.demo,
        mailcow=options.mailcow,
        connects=options.connects,
    )


MAILCOW_HELP = "where mailcow lies; default: its usual place, /opt/mailcow-dockerized"
PLAN_HELP = "plan file; default: your own, which the wizard keeps"


def _check(argv: Sequence[str]) -> Arguments:
    parser = _headless("check", "Look up all records and judge them.")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    _add_asking(parser)
    parser.add_argument(
        "--dnsbl",
        action="store_true",
        help="also ask block lists for the server's addresses, which tells them of it",
    )
    _add_changes(parser)
    options = _parsed(parser, with_pace(argv))
    if options.watch and (options.against or options.save):
        parser.error("--watch compares with its own last check; leave out --against and --save")
    if options.log and not options.watch:
        parser.error("--log is for --watch")
    return Arguments(
        "check",
        blocklists=options.dnsbl,
        plan=options.plan,
        mailcow=options.mailcow,
        format=options.format,
        hostname=options.hostname,
        ipv4=options.ipv4,
        ipv6=options.ipv6,
        domains=tuple(options.domain),
        resolvers=tuple(options.resolver),
        timeout=options.timeout,
        connects=options.connects,
        against=options.against,
        save=options.save,
        pace=options.watch,
        log=options.log,
    )


def _add_asking(parser: Parser) -> None:
    parser.add_argument(
        "--resolver",
        action="append",
        default=[],
        metavar="ADDR[:PORT]|URL",
        help="instead of the system's; may be repeated",
    )
    parser.add_argument(
        "--timeout",
        type=seconds,
        metavar="S",
        help=f"seconds for the whole check; default {LEAST_TIME_LIMIT:g}, more for many domains",
    )
    _add_no_connect(parser)


def _add_no_connect(parser: Parser) -> None:
    parser.add_argument(
        "--no-connect",
        dest="connects",
        action="store_false",
        help="compare TLSA records with the plan only, not with what port 25 shows",
    )


def _add_changes(parser: Parser) -> None:
    group = parser.add_argument_group("what changes")
    group.add_argument(
        "--against",
        type=Path,
        metavar="LAST.json",
        help="tell what has changed since that check; the exit code is about the changes",
    )
    group.add_argument(
        "--save", type=Path, metavar="FILE", help="keep this check's JSON, for the next --against"
    )
    group.add_argument(
        "--watch",
        type=pace,
        default=0.0,
        metavar="[SECONDS]",
        help=f"check again and again, by default every {PACE:g} s, and show what changes",
    )
    group.add_argument(
        "--log", type=Path, metavar="FILE", help="with --watch: add what changes as JSON lines"
    )


def _export(argv: Sequence[str]) -> Arguments:
    parser = _headless("export", "Write all records.")
    parser.add_argument("--format", choices=tuple(FORMATS), default="zone")
    parser.add_argument(
        "-o",
        "--output",
        default="",
        metavar="FILE_OR_FOLDER",
        help="instead of standard output; into a folder/: the format's own files",
    )
    parser.add_argument(
        "--checked",
        action="store_true",
        help="look up first which zones there are, and what is published",
    )
    _add_asking(parser)
    options = _parsed(parser, argv)
    if options.resolver and not (options.checked or options.mailcow):
        parser.error("--resolver is for --checked and --mailcow: nothing else is asked")
    return Arguments(
        "export",
        plan=options.plan,
        mailcow=options.mailcow,
        format=options.format,
        hostname=options.hostname,
        ipv4=options.ipv4,
        ipv6=options.ipv6,
        domains=tuple(options.domain),
        output=options.output,
        checked=options.checked,
        resolvers=tuple(options.resolver),
        timeout=options.timeout,
        connects=options.connects,
    )


def _headless(command: str, description: str) -> Parser:
    parser = Parser(f"mailcow-dns-tui {command}", description=description, allow_abbrev=False)
    parser.add_argument("plan", nargs="?", type=Path, metavar="PLAN", help=PLAN_HELP)
    parser.add_argument(
        "--domain",
        action="append",
        default=[],
        metavar="D",
        help="keep to this domain's zone, or with --hostname: a mail domain; may be repeated",
    )
    answers = parser.add_argument_group("the answers, in place of a plan")
    answers.add_argument(
        "--mailcow", type=Path, metavar="FOLDER", help="read them from mailcow in this folder"
    )
    answers.add_argument("--hostname", metavar="NAME")
    answers.add_argument("--ipv4", default="", metavar="ADDR")
    answers.add_argument("--ipv6", default="", metavar="ADDR")
    return parser


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
