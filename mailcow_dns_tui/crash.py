"""What is said where the program itself has failed."""

import os
import platform
import tempfile
import traceback

from mailcow_dns_tui import PROGRAM, VERSION
from mailcow_dns_tui.files import complain

CRASHED = 70
"""EX_SOFTWARE of sysexits.h."""


def tell_crash(error: BaseException, *, also: str = "") -> None:
    """Report a crash in a sentence; the details go to a file that only its owner can read.

    The values of variables, which may be secrets, are in neither.

    Args:
        error: what nobody foresaw.
        also: what else the user wants to know, as a sentence.
    """
    details = "".join(traceback.format_exception(error))
    try:
        path = _written(f"{VERSION}, Python {platform.python_version()}\n{details}")
    except OSError:
        where = f"The details:\n{details}"
    else:
        where = f"The details are in {path}: please report it with them."
    said = " ".join(filter(None, (f"{PROGRAM} has failed by a fault of its own.", also, where)))
    complain(f"{said.rstrip()}\n")


def _written(text: str) -> str:
    """The path of a new file."""
    descriptor, path = tempfile.mkstemp(prefix=f"{PROGRAM}-fault-", suffix=".txt")
    with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
        file.write(text)
    return path
