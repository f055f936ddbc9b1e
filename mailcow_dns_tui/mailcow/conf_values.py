"""The values of mailcow.conf, each checked on its way in."""

import re
from collections.abc import Callable
from typing import TypeVar

from mailcow_dns_tui.mailcow.env_file import EnvFile
from mailcow_dns_tui.mailcow.secret import Secret

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
