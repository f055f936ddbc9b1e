"""What the commands take, and their help; loads next to nothing, since help takes no longer."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence

from mailcow_dns_tui import PROGRAM, VERSION
from mailcow_dns_tui.cli.values import (
    NAGIOS,
    PACE,
    PATIENCE,
    command_words,
    file_path,
    pace,
    seconds,
)
from mailcow_dns_tui.export.formats import FORMATS
from mailcow_dns_tui.model.bounds import LEAST_TIME_LIMIT

TYPE_CHECKING = False  # typing takes as long to load as argparse
if TYPE_CHECKING:
    from typing import Any, NoReturn, Protocol

    Options = dict[str, Any]

    class Container(Protocol):
        """What takes arguments: a parser, or a group of one."""

        def add_argument(self, *names: str, **options: Any) -> argparse.Action:
            """Take one more."""


CHECK_FORMATS = ("text", "json", NAGIOS, "prometheus")
SHELLS = ("bash", "zsh", "fish")

WIZARD_USAGE = f"""\
{PROGRAM} [PLAN] [--demo] [--plain] [options]
       {PROGRAM} check  [PLAN] [options]
       {PROGRAM} export [PLAN] [options]
       {PROGRAM} publish [PLAN] [options]"""
DESCRIPTION = """\
Gets the DNS records of a mailcow server right: asks for what they depend on,
shows them, copies them, and looks up what is published. Without a command the
wizard starts. A plan file that has a command's name is reached as ./check."""
COMMANDS_HELP = """\
check                 look up and judge all records (see check --help)
export                write all records (see export --help)
publish               publish them at the DNS provider (see publish --help)"""
WIZARD_EXAMPLES = f"""\
examples:
  {PROGRAM} --demo
      look around in an example with faults, without any network
  sudo {PROGRAM}
      on the mail host: mailcow answers what it knows
  {PROGRAM} check --mailcow /opt/mailcow-dockerized
      there as well: look up and judge all records, without the wizard"""
CHECK_EXAMPLES = f"""\
examples:
  {PROGRAM} check
      all records of your own plan; ends with 1 where one has an error
  {PROGRAM} check --against last.json --save last.json
      tell what has changed since last time
  {PROGRAM} check plan.toml --format nagios
      answer a monitoring system"""
EXPORT_EXAMPLES = f"""\
examples:
  {PROGRAM} export
      all records of your own plan as zone files
  {PROGRAM} export --domain example.org --format csv -o records.csv
      the records of one domain for a spreadsheet
  {PROGRAM} export --checked --format markdown
      a ticket with what is still to do, for whoever owns the domain"""
PUBLISH_EXAMPLES = f"""\
examples:
  {PROGRAM} publish --dry-run
      show what would change in each zone; ends with 1 where something would
  {PROGRAM} publish
      ask for the provider's token, show the changes, and publish after a yes
  {PROGRAM} publish --yes --credentials token.env --domain example.org
      publish in one zone without a question, with what that file says"""
PUBLISH_FORMATS = ("text", "json")
PLAN_HELP = "plan file; default: your own, which the wizard keeps"
PLAIN_HELP = (
    "ask line by line, without cursor and colours; so it does where TERM=dumb, or in a pipe"
)
MAILCOW_HELP = "where mailcow lies; default: its usual place, /opt/mailcow-dockerized"


class Parser(argparse.ArgumentParser):
    """One whose complaints are safe for a terminal, whatever was typed.

    Attributes:
        is_plugin: a monitoring system waits for the answer.
    """

    is_plugin = False

    def error(self, message: str) -> NoReturn:
        """End with exit code 2 and the message on standard error; or as a plugin has to."""
        from mailcow_dns_tui.cli.plugin import refuse
        from mailcow_dns_tui.model.text import safe

        if self.is_plugin:
            sys.exit(refuse(message))
        super().error(safe(message))


class Named(argparse.Action):
    """A path, which shells complete."""

    @property
    def complete(self) -> Mapping[str, str | dict[str, str]]:
        """How, in each shell; read by shtab only."""
        import shtab

        return shtab.FILE

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[Any] | None,
        option_string: str | None = None,
    ) -> None:
        """Keep it."""
        setattr(namespace, self.dest, values)


PATH: Options = {"action": Named, "type": file_path}
REPEATED: Options = {"action": "append", "default": []}
SWITCH: Options = {"action": "store_true"}


def wizard_parser(*, takes_plan: bool = True) -> Parser:
    """Of the bare command."""
    parser = _parser(PROGRAM, WIZARD_USAGE, DESCRIPTION, WIZARD_EXAMPLES)
    parser.add_argument_group("commands", COMMANDS_HELP)
    wizard = parser.add_argument_group("the wizard")
    if takes_plan:
        _add_plan(wizard)
    wizard.add_argument("--demo", **SWITCH, help="try it on an example with faults")
    wizard.add_argument("--plain", **SWITCH, help=PLAIN_HELP)
    wizard.add_argument("--mailcow", **PATH, metavar="FOLDER", help=MAILCOW_HELP)
    _add_no_connect(wizard)
    about = _add_about(parser)
    about.add_argument("--version", action="version", version=VERSION)
    about.add_argument(
        "--print-completion",
        dest="completion",
        choices=SHELLS,
        default="",
        metavar="SHELL",
        help="print what makes bash, zsh or fish complete the command; needs shtab",
    )
    return parser


def check_parser() -> Parser:
    """Of `check`."""
    parser = _headless("check", "Look up all records and judge them.", CHECK_EXAMPLES)
    output = parser.add_argument_group("output")
    _add_format(output, CHECK_FORMATS)
    _add_output(output, "FILE", "an old file is replaced at once and whole")
    about = "print the JSON Schema of --format json, and end"
    output.add_argument("--schema", **SWITCH, help=about)
    asking = _add_asking(parser)
    about = "also ask block lists for the server's addresses, which tells them of it"
    asking.add_argument("--dnsbl", dest="blocklists", **SWITCH, help=about)
    _add_changes(parser)
    _add_about(parser)
    return parser


def export_parser() -> Parser:
    """Of `export`."""
    parser = _headless("export", "Write all records.", EXPORT_EXAMPLES)
    output = parser.add_argument_group("output")
    _add_format(output, tuple(FORMATS))
    _add_output(output, "FILE_OR_FOLDER", "into a folder/: the format's own files")
    about = "look up first which zones there are, and what is published"
    output.add_argument("--checked", **SWITCH, help=about)
    _add_asking(parser)
    _add_about(parser)
    return parser


def publish_parser() -> Parser:
    """Of `publish`."""
    about = "Publish what the guide holds safe now, in its order, after a yes."
    parser, _ = _of_plan("publish", about, PUBLISH_EXAMPLES)
    what = parser.add_argument_group("what is done")
    about = "only show it: 0 nothing, 1 something, 3 not known"
    what.add_argument("--dry-run", **SWITCH, help=about)
    what.add_argument("--yes", **SWITCH, help="do not ask, as a script can't answer")
    about = (
        "with --yes: say yes to what has a question of its own at this name, such as a CNAME that "
        "goes; may be repeated"
    )
    what.add_argument("--confirm", **REPEATED, metavar="NAME", help=about)
    about = "take back what a run has changed, by the zone file that it has kept"
    what.add_argument("--undo", **PATH, metavar="FILE", help=about)
    what.add_argument(
        "--wait",
        dest="patience",
        type=seconds,
        default=PATIENCE,
        metavar="S",
        help=f"seconds until a name server that lacks a change is not waited for; default "
        f"{PATIENCE:g}",
    )
    _add_format(what, PUBLISH_FORMATS)
    _add_provider(parser)
    _add_no_connect(_add_resolver(parser))
    _add_about(parser)
    return parser


def _add_provider(parser: Parser) -> None:
    group = parser.add_argument_group("the DNS provider")
    about = "as in README's table; default: as chosen in the plan, or by the name servers"
    group.add_argument("--provider", default="", metavar="PANEL", help=about)
    about = "lines NAME=VALUE, for you alone (0600), also what is typed; default: as in the plan"
    group.add_argument("--credentials", **PATH, metavar="FILE", help=about)


def _parser(program: str, usage: str, description: str, examples: str) -> Parser:
    return Parser(
        program,
        usage=usage,
        description=description,
        epilog=examples,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
        add_help=False,
    )


def _headless(command: str, description: str, examples: str) -> Parser:
    parser, domains = _of_plan(command, description, examples)
    domains.help = f"{domains.help}, or with --hostname: a mail domain"
    _add_answers(parser)
    return parser


def _of_plan(command: str, description: str, examples: str) -> tuple[Parser, argparse.Action]:
    """One that takes a plan, and the option that keeps to some of its domains."""
    program = f"{PROGRAM} {command}"
    parser = _parser(program, f"{program} [PLAN] [options]", description, examples)
    records = parser.add_argument_group("the records")
    _add_plan(records)
    about = "may be repeated: keep to this domain's zone"
    return parser, records.add_argument(
        "--domain", dest="domains", **REPEATED, metavar="D", help=about
    )


def _add_answers(parser: Parser) -> None:
    answers = parser.add_argument_group("the answers, in place of a plan")
    about = "read them from mailcow in this folder"
    answers.add_argument("--mailcow", **PATH, metavar="FOLDER", help=about)
    answers.add_argument("--hostname", metavar="NAME", help="of the mail server")
    answers.add_argument("--ipv4", default="", metavar="ADDR", help="its address")
    answers.add_argument("--ipv6", default="", metavar="ADDR", help="its address; one will do")


def _add_plan(group: Container) -> None:
    group.add_argument("plan", **PATH, nargs="?", metavar="PLAN", help=PLAN_HELP)


def _add_format(group: Container, formats: Sequence[str]) -> None:
    about, default = f"{', '.join(formats)}; default: {formats[0]}", formats[0]
    group.add_argument("--format", choices=formats, default=default, metavar="FORMAT", help=about)


def _add_output(group: Container, metavar: str, also: str) -> None:
    about = f"instead of standard output; {also}"
    group.add_argument("-o", "--output", action=Named, default="", metavar=metavar, help=about)


def _add_asking(parser: Parser) -> Container:
    group = _add_resolver(parser)
    about = f"seconds for the whole check; default {LEAST_TIME_LIMIT:g}, more for many domains"
    group.add_argument("--timeout", type=seconds, metavar="S", help=about)
    _add_no_connect(group)
    return group


def _add_resolver(parser: Parser) -> Container:
    group = parser.add_argument_group("asking DNS")
    about, address = "instead of the system's; may be repeated", "ADDR[:PORT]|URL"
    group.add_argument("--resolver", dest="resolvers", **REPEATED, metavar=address, help=about)
    return group


def _add_no_connect(group: Container) -> None:
    about = "look at no certificate of port 25: TLSA records are compared with the plan only"
    group.add_argument("--no-connect", dest="connects", action="store_false", help=about)


def _add_changes(parser: Parser) -> None:
    group = parser.add_argument_group("what changes")
    about = "tell what has changed since that check; the exit code is about the changes"
    group.add_argument("--against", **PATH, metavar="LAST.json", help=about)
    about = "keep this check's JSON, for the next --against"
    group.add_argument("--save", **PATH, metavar="FILE", help=about)
    group.add_argument(
        "--notify-command",
        dest="notify",
        type=command_words,
        default=[],
        metavar="CMD",
        help="with --against: run it where something has changed, with that as JSON on its input",
    )
    group.add_argument(
        "--watch",
        dest="pace",
        type=pace,
        default=0.0,
        metavar="[SECONDS]",
        help=f"check again and again, by default every {PACE:g} s, and show what changes",
    )
    about = "with --watch: add what changes as JSON lines"
    group.add_argument("--log", **PATH, metavar="FILE", help=about)


def _add_about(parser: Parser) -> Container:
    group = parser.add_argument_group("about the program")
    group.add_argument("-h", "--help", action="help", help="show this help, and end")
    return group
