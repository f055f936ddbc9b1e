"""A process of its own: puts the text on its stdin on the desktop's clipboard.

It exits with 0 only if the text could then be read back from there. pyperclip neither looks at
the exit codes of the tools that it runs, nor limits their time, nor keeps them quiet.
"""

import sys
import time

import pyperclip

TRIES = 5
PAUSE_SECONDS = 0.1


def main() -> int:
    """Put what comes on standard input onto the desktop's clipboard."""
    text = sys.stdin.buffer.read().decode()
    pyperclip.copy(text)
    if {"qtpy", "PyQt5"} & sys.modules.keys():
        return 1  # Qt's clipboard ends with the process that filled it: with this one.
    for _ in range(TRIES):
        if pyperclip.paste() == text:
            return 0
        time.sleep(PAUSE_SECONDS)
    return 1


if __name__ == "__main__":
    sys.exit(main())
