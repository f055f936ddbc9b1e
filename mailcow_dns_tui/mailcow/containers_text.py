"""What other programs wrote, fit for the screen."""

import os
from collections.abc import Iterable, Sequence

from mailcow_dns_tui.mailcow.secret import Secret

LONGEST = 200


def shown(text: str) -> str:
    """The text on one line, without what steers a terminal, and cut where it is long."""
    printable = "".join(c if c.isprintable() else " " for c in text)
    line = " ".join(printable.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def shown_output(written: bytes, secrets: Iterable[Secret]) -> str:
    """What a program wrote, on one line, with each secret blotted out."""
    for secret in filter(None, secrets):
        written = written.replace(os.fsencode(secret.reveal()), b"...")
    return shown(written.decode(errors="replace"))


def listed(names: Sequence[str]) -> str:
    """`example.org`, or `example.org and 3 more`: which ones a sentence is about."""
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return shown(names[0]) + more
