"""What the bytes of a terminal mean, in whatever pieces they come."""

import pytest
from textual.events import Key, Paste
from textual.messages import TerminalSupportsSynchronizedOutput

from mailcow_dns_tui.wizard.terminal import TerminalInput

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
        ([b"\x1b[?1;2cx"], ["x"]),
        ([b"\x1b[>0;276", b";0c", b"x"], ["x"]),
        ([b"\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\x", b"\x1b]11;rgb:0/0/0\x07"], ["x"]),
        ([b"\x1bP>|XTerm(390)\x1b\\x"], ["x"]),
        ([b"\x1b[55296u", b"x"], ["x"]),
        ([b"\x1b[1114112u", b"x"], ["x"]),
    ],
    ids=[
        "halves",
        "Latin-1",
        "paste",
        "mouse",
        "mouse as text",
        "attributes",
        "half the attributes",
        "colours",
        "name",
        "half a key",
        "no such key",
    ],
)
def test_bytes(pieces: list[bytes], texts: list[str]) -> None:
    assert meant(*pieces) == texts


@pytest.mark.parametrize("digit", "12345")
@pytest.mark.parametrize("pieces", [["\x1b{}"], ["\x1b", "{}"]])
def test_alt_and_a_digit_is_that_key(pieces: list[str], digit: str) -> None:
    terminal = TerminalInput()
    data = (piece.format(digit).encode() for piece in pieces)
    (key,) = (message for piece in data for message in terminal.read(piece))
    assert isinstance(key, Key)
    assert (key.key, key.character) == (f"alt+{digit}", None)


@pytest.mark.parametrize("typed", "¡™£¢∞")
def test_a_sign_that_a_keyboard_has_is_typed(typed: str) -> None:
    assert meant(typed.encode()) == [typed]


@pytest.mark.parametrize("pieces", [[b"\x1b[?2026;2$y"], [b"\x1b[?2026;", b"2$y"]])
def test_an_answer_that_was_asked_for_is_heard(pieces: list[bytes]) -> None:
    terminal = TerminalInput()
    (answer,) = (message for piece in pieces for message in terminal.read(piece))
    assert isinstance(answer, TerminalSupportsSynchronizedOutput)
