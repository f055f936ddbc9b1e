"""What a key does, and what is said of it in the footer, the palette, the help and the README."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from textual.binding import Binding, BindingType

WRITTEN = {"escape": "Esc"}
"""How a key is written where that is not its name in Textual."""


@dataclass(frozen=True)
class Command:
    """A key, what it does, and what is said of it in each place.

    Attributes:
        action: as of a Textual binding: the method `action_…` of the screen that has the key.
        key: Textual's names, with commas; empty where a widget or Textual itself has the key.
        label: its word in the footer; empty where it is not there.
        tooltip: its sentence in the footer.
        footer: its place there, from 1 on; 0: it is not there.
        key_display: the key in the footer, where Textual's own way to write it won't do.
        priority: it acts before the field that has the focus takes the key.
        keys: the keys in the help and in the README; empty: made of `key`.
        help: what it does, on the help screen; empty: it is not there.
        column: where it stands on its line of the help screen; 0 begins a line.
        readme: what the README says; empty: what the help says.
        palette: title and sentence in the command palette; None: the help is the title, if any.
    """

    action: str
    key: str = ""
    label: str = ""
    tooltip: str = ""
    footer: int = 0
    key_display: str | None = None
    priority: bool = False
    keys: str = ""
    help: str = ""
    column: int = 0
    readme: str = ""
    palette: tuple[str, str] | None = None

    @property
    def binding(self) -> Binding:
        """The same for Textual."""
        return Binding(
            self.key,
            self.action,
            self.label,
            show=bool(self.footer),
            key_display=self.key_display,
            priority=self.priority,
            tooltip=self.tooltip,
        )

    @property
    def told(self) -> tuple[str, str]:
        """Title and sentence in the command palette; the sentence ends with the key."""
        if self.palette is None:
            return _sentence(self.help), f"Key {self.written_keys}"
        title, sentence = self.palette
        return title, f"{sentence} ({self.written_keys})" if self.key else sentence

    @property
    def written_keys(self) -> str:
        """The keys as people write them: `Ctrl+R`, `F2`."""
        if self.keys or len(self.key) == 1:
            return self.keys or self.key
        return "+".join(WRITTEN.get(part, part.title()) for part in self.key.split("+"))


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def bindings(commands: Iterable[Command]) -> list[BindingType]:
    """What a screen has as BINDINGS, in the order of its footer."""
    bound = (command for command in commands if command.key)
    return [command.binding for command in sorted(bound, key=lambda each: each.footer)]
