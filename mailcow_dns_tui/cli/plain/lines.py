"""Lines that are written and read: without a cursor, colours, or anything drawn twice."""

import getpass
import shutil
import textwrap
from collections.abc import Callable
from typing import TextIO

from mailcow_dns_tui.cli.output import standard_output
from mailcow_dns_tui.model.text import safe

LEAST_WIDTH = 20
YES = frozenset({"y", "yes"})
BACK = frozenset({"<", "back"})
EXPLAIN = frozenset({"?", "help"})
GO_ON = "There is more of it, or an empty line ends it: "


class Lines:
    """A dialogue on standard output, answered by whatever lines come in.

    Each method but `say` and `line` raises an EOFError where no more come.
    """

    def __init__(self, source: TextIO) -> None:
        self._source = source

    @property
    def width(self) -> int:
        """In columns; 80 where nobody knows."""
        return max(LEAST_WIDTH, shutil.get_terminal_size().columns)

    def say(self, *texts: str) -> None:
        """Write texts, each as far in as it is, and broken between words."""
        self.line(*(line for text in texts for line in self._wrapped(text) or [""]))

    def line(self, *texts: str) -> None:
        """Write what may be copied, each on a line: the terminal breaks it, if anybody."""
        self._write("".join(f"{safe(text)}\n" for text in texts))

    def _wrapped(self, text: str) -> list[str]:
        indent = len(text) - len(text.lstrip())
        return textwrap.wrap(
            safe(text),
            self.width,
            subsequent_indent=" " * (indent and indent + 2),
            break_long_words=False,
            break_on_hyphens=False,
        )

    def ask(self, prompt: str) -> str:
        """What is typed behind a prompt, without the blanks around it."""
        self._write("\n".join(self._wrapped(prompt)) + " ")
        typed = self._source.readline()
        if not typed or not self._source.isatty():
            # A terminal shows what is typed, and its end of line.
            self._write(f"{safe(typed.strip())}\n")
        if not typed:
            raise EOFError
        return typed.strip()

    def ask_all(self, prompt: str, is_whole: Callable[[str], bool]) -> str:
        """What is typed or pasted, line by line until it is whole, or an empty one ends it."""
        text = self.ask(prompt)
        while text and text not in BACK | EXPLAIN and not is_whole(text):
            more = self.ask(GO_ON)
            if not more or more in BACK:
                return more or text
            text += f"\n{more}"
        return text

    def ask_secret(self, prompt: str) -> str:
        """What is typed behind a prompt; a terminal does not show it."""
        if self._source.isatty():
            return getpass.getpass(f"{prompt} ").strip()
        self._write(f"{prompt}\n")
        typed = self._source.readline()
        if not typed:
            raise EOFError
        return typed.strip()

    def _write(self, text: str) -> None:
        with standard_output() as file:
            file.write(text)
