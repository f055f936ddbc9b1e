"""The command: the wizard, or one of the headless commands."""

import gc
import os
import sys
from collections.abc import Sequence
from typing import TextIO

from mailcow_dns_tui.arguments import Arguments, parse
from mailcow_dns_tui.complaint import complain

BAD_USAGE = 2
INTERRUPTED = 130
PIPE_CLOSED = 141
"""What a shell says of a command that SIGPIPE ended."""

NO_TERMINAL = """\
The wizard needs a terminal, and this is none. Without one, use
  mailcow-dns-tui check  [PLAN]   to look up and judge all records
  mailcow-dns-tui export [PLAN]   to write all records
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    arguments = parse(sys.argv[1:] if argv is None else argv)
    try:
        return _run(arguments)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        return PIPE_CLOSED
    except Exception as error:  # noqa: BLE001 - told with all that is known of it
        from mailcow_dns_tui.crash import CRASHED, tell_crash

        tell_crash(error)
        return CRASHED


def _run(arguments: Arguments) -> int:
    if arguments.command == "wizard":
        return _wizard(arguments)
    from mailcow_dns_tui import headless
    from mailcow_dns_tui.lookup.garbage import collect_less_often

    collect_less_often()
    return headless.run(arguments)


def _wizard(arguments: Arguments) -> int:
    # Textual reads from stdin and draws on stderr.
    if not (_is_terminal(sys.stdin) and _is_terminal(sys.stderr)):
        complain(NO_TERMINAL)
        return BAD_USAGE
    # Loading modules makes much and throws away little; the wizard looks for garbage later.
    gc.disable()
    from mailcow_dns_tui.wizard.start import run

    return run(arguments)


def _is_terminal(stream: TextIO | None) -> bool:
    return stream is not None and stream.isatty() and os.environ.get("TERM") != "dumb"
