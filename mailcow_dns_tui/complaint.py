"""Sentences beside the output."""

import os
import sys

from mailcow_dns_tui.model.txt import safe


def complain(text: str) -> None:
    """Write lines to standard error, safe for a terminal; where that is closed, go on without."""
    if sys.stderr is None:
        return
    try:
        sys.stderr.write("\n".join(map(safe, text.split("\n"))))
        sys.stderr.flush()
    except OSError:
        # What is still buffered must not fail again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())
