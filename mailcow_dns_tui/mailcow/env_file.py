"""The syntax of docker-compose's env files, which is mailcow.conf's."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from mailcow_dns_tui.mailcow.secret import Secret

MOST_TROUBLES = 10
LONGEST_INSERTED = 256
"""A longer value does not stand in for a variable: a few lines could make it fill the memory."""

STATEMENT = re.compile(
    r"""
    [^\S\n]*
    (?:
      (?P<nothing>(?:\#[^\n]*)?)
    | (?:export[^\S\n]+)?
      (?P<name>[A-Za-z_][A-Za-z0-9_.-]*)
      [^\S\n]*=
      (?:
        [^\S\n]*
        (?: '(?P<literal>(?:[^'\\]|\\.)*+)' | "(?P<escaped>(?:[^"\\]|\\.)*+)" )
        [^\S\n]*(?:\#[^\n]*)?
      | (?P<plain>(?![^\S\n]*['"])[^\n]*)
      )
    | (?P<bad>[^\n]*)
    )
    (?:\n|\Z)
    """,
    re.VERBOSE | re.DOTALL,
)
"""A statement to the end of its last line; every line is one of the three kinds."""

VARIABLE = (
    r"\$(?:(?P<dollar>\$)|(?P<bare>[A-Za-z_]\w*)|\{(?P<name>\w+)(?P<or>:?-(?P<else>[^}]*))?\})"
)
IN_PLAIN = re.compile(rf"\\(?P<char>\$)|{VARIABLE}", re.ASCII)
IN_DOUBLE_QUOTES = re.compile(rf"\\(?P<char>.)|{VARIABLE}", re.ASCII | re.DOTALL)
ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}


@dataclass(frozen=True)
class EnvFile:
    """What a file says.

    Attributes:
        values: all of them hidden, because each may be a password.
        troubles: lines that can't be read, by their numbers alone.
    """

    values: Mapping[str, Secret]
    troubles: tuple[str, ...] = ()


def parse_env(text: str) -> EnvFile:
    """Read the assignments; of two to the same key the last one counts."""
    values: dict[str, str] = {}
    bad: list[int] = []
    line = 1
    for match in STATEMENT.finditer(text.removeprefix("\ufeff").replace("\r\n", "\n")):
        if match["name"] is not None:
            values[match["name"]] = _value(match, values)
        elif match["bad"]:
            bad.append(line)
        line += match[0].count("\n")
    hidden = {name: Secret(value) for name, value in values.items()}
    return EnvFile(MappingProxyType(hidden), _troubles(bad))


def _value(match: re.Match[str], values: Mapping[str, str]) -> str:
    if match["literal"] is not None:
        return match["literal"].replace("\\'", "'")
    if match["escaped"] is not None:
        return _expanded(IN_DOUBLE_QUOTES, match["escaped"], values)
    # A # within a word begins no comment.
    return _expanded(IN_PLAIN, re.split(r"\s#", match["plain"], maxsplit=1)[0].strip(), values)


def _expanded(special: re.Pattern[str], text: str, values: Mapping[str, str]) -> str:
    """The text with its escapes and variables replaced, these by what the file said before."""

    def replacement(match: re.Match[str]) -> str:
        if match["char"] is not None:
            return ESCAPES.get(match["char"], match["char"])
        if match["dollar"]:
            return "$"
        known = values.get(match["bare"] or match["name"])
        if len(known or "") > LONGEST_INSERTED:
            return ""
        if known or (known is not None and not (match["or"] or "").startswith(":")):
            return known
        return match["else"] or ""

    return special.sub(replacement, text)


def _troubles(bad: list[int]) -> tuple[str, ...]:
    shown = [
        f"Line {line} of mailcow.conf is not KEY=value; it is passed over."
        for line in bad[:MOST_TROUBLES]
    ]
    if len(bad) > MOST_TROUBLES:
        shown.append(f"So are {len(bad) - MOST_TROUBLES} more lines of mailcow.conf.")
    return tuple(shown)
