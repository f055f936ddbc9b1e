"""The command: the wizard, or one of the headless commands."""

from __future__ import annotations

import gc
import os
import stat
import sys
from collections.abc import Sequence

from mailcow_dns_tui import VERSION

TYPE_CHECKING = False  # typing takes as long to load as argparse
if TYPE_CHECKING:
    from mailcow_dns_tui.cli.options import Arguments

BAD_USAGE = 2
INTERRUPTED = 130
PIPE_CLOSED = 141
"""What a shell says of a command that SIGPIPE ended."""

FAILED = "The program itself has failed; standard error says where the details are."
NO_TERMINAL = """\
The wizard needs a terminal, and this is none. Without one, use
  mailcow-dns-tui check  [PLAN]   to look up and judge all records
  mailcow-dns-tui export [PLAN]   to write all records
  mailcow-dns-tui publish [PLAN]  to publish them at the DNS provider
  mailcow-dns-tui --plain [PLAN]  to answer its questions line by line, as from a pipe
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    words = sys.argv[1:] if argv is None else argv
    if [*words] == ["--version"]:
        # What reads all others takes far longer to load.
        print(VERSION)
        return 0
    from mailcow_dns_tui.cli.arguments import parse

    arguments = parse(words)
    try:
        return _run(arguments)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        return PIPE_CLOSED
    except Exception as error:  # noqa: BLE001 - told with all that is known of it
        from mailcow_dns_tui.cli.plugin import refuse
        from mailcow_dns_tui.cli.values import NAGIOS
        from mailcow_dns_tui.crash import CRASHED, tell_crash

        tell_crash(error)
        return refuse(FAILED) if arguments.format == NAGIOS else CRASHED


def _run(arguments: Arguments) -> int:
    if arguments.command == "wizard" and not arguments.completion:
        return _wizard(arguments)
    if arguments.command == "publish":
        from mailcow_dns_tui.cli.publish.command import run as run_publish

        return run_publish(arguments)
    from mailcow_dns_tui.cli import commands as headless
    from mailcow_dns_tui.gc_tuning import collect_less_often

    collect_less_often()
    return headless.run(arguments)


def _wizard(arguments: Arguments) -> int:
    if sys.stdin is None or not (arguments.plain or _can_answer()):
        from mailcow_dns_tui.files import complain

        complain(NO_TERMINAL)
        return BAD_USAGE
    if arguments.plain or not _has_screen():
        from mailcow_dns_tui.cli.plain.start import run as run_plain

        return run_plain(arguments)
    # Loading modules makes much and throws away little; the wizard looks for garbage later.
    gc.disable()
    from mailcow_dns_tui.wizard.start import run, run_demo

    if arguments.demo:
        return run_demo()
    return run(arguments.plan, arguments.mailcow, connects=arguments.connects)


def _can_answer() -> bool:
    """Whether answers may come, from a terminal, a pipe or a file; from /dev/null none will."""
    return sys.stdin.isatty() or not stat.S_ISCHR(os.fstat(sys.stdin.fileno()).st_mode)


def _has_screen() -> bool:
    """Whether the wizard can draw; Textual does it on stderr."""
    is_terminal = sys.stdin.isatty() and sys.stderr is not None and sys.stderr.isatty()
    return is_terminal and os.environ.get("TERM") != "dumb"
