"""What a terminal can show of a text, and ASCII for the signs and frames that it can't."""

import codecs
import locale
import os
import sys
import unicodedata
from functools import lru_cache

UTF_8 = "utf-8"
ASCII = "ascii"
WITHOUT_SIGNS = frozenset({"linux"})
"""Values of TERM of terminals whose fonts have letters, and few signs."""
LACKING = "mailcow-dns-tui.lacking"
"""The handler of `str.encode` for what an encoding lacks: signs in ASCII, escapes for the rest."""
FRAMES = range(0x2500, 0x2580)
BARS = range(0x2580, 0x25A0)
SIGNS = {
    "✓": "+",
    "✗": "x",
    "…": "~",
    "–": "-",
    "·": ".",
    "→": ">",
    "←": "<",
    "↑": "^",
    "↓": "v",
    "▸": ">",
    "●": "*",
    "○": "o",
    "≠": "#",
    "‹": "<",
    "›": ">",
    "“": '"',
    "”": '"',
    "¹": "1",
    "²": "2",
    "¦": "/",
    "▌": "|",
    "█": "#",
}
"""Each as wide as what it stands for, and each status with one of its own."""


def terminal_encoding() -> str:
    """The encoding of what this terminal can show: that of the locale, in Python's words.

    In the C locale Python speaks UTF-8 nevertheless, unless PYTHONUTF8 says otherwise.
    """
    is_c_locale = sys.flags.utf8_mode and "PYTHONUTF8" not in os.environ
    if is_c_locale or os.environ.get("TERM") in WITHOUT_SIGNS:
        return ASCII
    return codecs.lookup(locale.getencoding()).name


def writable(text: str) -> str:
    """The text as it can be written to this terminal: signs in ASCII, escapes for the rest."""
    encoding = terminal_encoding()
    return text.encode(encoding, LACKING).decode(encoding)


def shown(text: str, encoding: str) -> str:
    """The text in what the encoding has, as wide as before."""
    return text if text.isascii() else "".join(_shown(each, encoding) for each in text)


@lru_cache(1024)
def _shown(character: str, encoding: str) -> str:
    # Whatever tells of a failure on standard error need not load it.
    from rich.cells import cell_len

    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return _in_ascii(character) or "?" * cell_len(character)
    return character


def _in_ascii(character: str) -> str:
    """What stands for a sign; empty for a letter, and whatever else has a meaning of its own."""
    if character in SIGNS:
        return SIGNS[character]
    if ord(character) in FRAMES:
        return _frame(unicodedata.name(character))
    return " " if ord(character) in BARS else ""


def _frame(name: str) -> str:
    """What stands for a part of a frame; for the end of a line a gap."""
    if " AND " in name:
        return "+"
    if "VERTICAL" in name:
        return "|"
    return ("-" if "LIGHT" in name else "=") if "HORIZONTAL" in name else " "


def _replace_lacking(error: UnicodeError) -> tuple[str | bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    escaped, end = codecs.backslashreplace_errors(error)
    lacked = error.object[error.start : error.end]
    signs = [_in_ascii(each) for each in lacked]
    return ("".join(signs) if all(signs) else escaped), end


codecs.register_error(LACKING, _replace_lacking)
