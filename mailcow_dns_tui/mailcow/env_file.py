"""The syntax of docker-compose's env files, which is mailcow.conf's, and how values are read."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeVar

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
    """The assignments in an env file.

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


T = TypeVar("T")

NOTHING = Secret("")
NO = frozenset({"n", "no"})
YES = frozenset({"y", "yes"})


class ConfValues:
    """Reads one key after the other, and keeps a sentence about each value that is wrong.

    No sentence has a value in it: what stands at a wrong key may be a password.
    """

    def __init__(self, env: EnvFile) -> None:
        self._env = env
        self.troubles = list(env.troubles)

    def secret(self, key: str) -> Secret:
        """The value, as any may be a password; empty where there is none."""
        return self._env.values.get(key, NOTHING)

    def has(self, key: str) -> bool:
        """Whether there is a value; docker-compose takes an empty one for none."""
        return bool(self.secret(key))

    def read(self, key: str, rule: Callable[[str], T | None], default: T, expected: str) -> T:
        """What the rule makes of the value; the default where it makes nothing of it.

        The sentence about a wrong one ends with what is expected: `a port, as in 143`.
        """
        if not self.has(key):
            return default
        value = rule(self.secret(key).reveal())
        if value is None:
            self.troubles.append(f"Correct {key} in mailcow.conf: it should be {expected}.")
            return default
        return value

    def matching(self, key: str, pattern: str, default: str, expected: str) -> str:
        """The value where all of it fits the pattern."""

        def rule(text: str) -> str | None:
            return text if re.fullmatch(pattern, text) else None

        return self.read(key, rule, default, expected)

    def flag(self, key: str, *, default: bool) -> bool:
        """A switch: mailcow's scripts compare with y and yes, and take all else for no."""
        if not self.has(key):
            return default
        word = self.secret(key).reveal().lower()
        if word not in YES | NO:
            sentence = f"Write y or n for {key} in mailcow.conf: mailcow takes all else for n."
            self.troubles.append(sentence)
        return word in YES
