"""What other programs wrote, fit for the screen."""

import os
from collections.abc import Iterable, Sequence

from mailcow_dns_tui.mailcow.secret import Secret
from mailcow_dns_tui.model.txt import brief

LONGEST = 200


def shown_output(written: bytes, secrets: Iterable[Secret]) -> str:
    """What a program wrote, on one line, with each secret blotted out."""
    for secret in filter(None, secrets):
        written = written.replace(os.fsencode(secret.reveal()), b"...")
    return brief(" ".join(written.decode(errors="replace").split()), LONGEST)


def first_of(names: Sequence[str]) -> str:
    """`example.org`, or `example.org and 3 more`: which ones a sentence is about."""
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return brief(names[0]) + more
