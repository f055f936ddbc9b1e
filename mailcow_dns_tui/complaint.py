"""Sentences beside the output."""

import os
import sys


def complain(text: str) -> None:
    """Write to standard error; where that is closed or full, go on without."""
    if sys.stderr is None:
        return
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except OSError:
        # What is still buffered must not fail again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())
