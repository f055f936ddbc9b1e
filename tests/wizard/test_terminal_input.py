"""What the bytes of a terminal mean, in whatever pieces they come."""

import pytest
from textual.events import Key, Paste

from mailcow_dns_tui.wizard.terminal_driver import TerminalInput

HALF = "\N{REPLACEMENT CHARACTER}"


def meant(*pieces: bytes) -> list[str]:
    """The text of each key and paste."""
    terminal = TerminalInput()
    messages = [message for piece in pieces for message in terminal.read(piece)]
    return [
        message.text if isinstance(message, Paste) else message.character or ""
        for message in messages
        if isinstance(message, Key | Paste)
    ]


@pytest.mark.parametrize(
    ("pieces", "texts"),
    [
        ([b"\xc3", b"\xbc"], ["ü"]),
        ([b"\xfc", b"x"], [HALF, "x"]),
        ([b"\x1b[200~m\xfc\xdf\x1b[201~"], [f"m{HALF}{HALF}"]),
        ([b"\x1b[M\x20\xe0", b"\xa1x"], ["x"]),
        ([b"\x1b[M\x20\xc3\xa9\x1b[M\x20\x21\x21x"], ["x"]),
        ([b"\x1b[55296u", b"x"], ["x"]),
        ([b"\x1b[1114112u", b"x"], ["x"]),
    ],
    ids=["halves", "Latin-1", "paste", "mouse", "mouse as text", "half a key", "no such key"],
)
def test_bytes(pieces: list[bytes], texts: list[str]) -> None:
    assert meant(*pieces) == texts
