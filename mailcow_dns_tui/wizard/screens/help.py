"""What a step or the guide is about, and every key."""

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar, Self

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.wizard.command import Command
from mailcow_dns_tui.wizard.commands import GUIDE, MAIN, PALETTE, QUIT, RECORDS
from mailcow_dns_tui.wizard.screens.base import Dialog
from mailcow_dns_tui.wizard.steps.step import Step
from mailcow_dns_tui.wizard.widgets.hanging import Hanging, Line
from mailcow_dns_tui.wizard.widgets.text import STYLES, SteadyText

ABOUT = {
    Step.SERVER: "The mail host itself: its name and its public addresses. Its records are set "
    "once, however many domains it serves. Reverse DNS is set where the address was rented.",
    Step.DOMAINS: "Every domain that gets mail on this server, one a line. The questions below "
    "the list are about the domain at the cursor. mailcow shows the DKIM key of each domain under "
    "System, Configuration, ARC/DKIM keys.",
    Step.POLICY: "What receivers may believe of your mail. SPF names the servers that send it; "
    "DMARC says what to do with mail that is neither signed nor sent by them.",
    Step.SERVICES: "SRV records lead mail programs to the right ports. Off publishes that the "
    "server has no such service; skip publishes nothing.",
    Step.RECORDS: "Every record that is wanted, and what the name servers have. The name servers "
    "of each zone are asked directly, so a record is good as soon as it is saved there.",
}
ABOUT_GUIDE = (
    "One thing at a time, in the order that is safe for mail. Paste what it gives into the panel "
    "of your DNS provider and save it: the zone's own name servers are asked every few seconds, "
    "and when the record is there the next thing comes. What is not safe yet says what unlocks "
    "it. The guide can be left at any time, and goes on where it was."
)
OF_GUIDE = """\

In a form: ▸ the box to copy next, ✓ copied, ? what is not verified
Above it: ! what to know before; below all: ✓ what became of a step
"""
MEANING = {
    Status.OK: "published as wanted, or in a form that works as well",
    Status.INFO: "works; worth a look, or an optional record is missing",
    Status.WARNING: "works, but some receivers or clients will have trouble",
    Status.ERROR: "mail or a service fails, or will",
    Status.UNKNOWN: "could not be asked; it may be there or not",
    Status.PENDING: "being asked",
    Status.MUTED: "you have said why it is meant to be so",
}
TABS = """\
▸ pasted: you have saved it, and it is looked for

In the tabs and below the answers:
✓ answered, · open, ✗ not valid: your answer
○ not published yet, ≠ not as wanted: what DNS has, whatever the answer
"""
AT_LAST = """\

To select with the mouse hold Shift (iTerm2: Option, Terminal.app: Fn).
If the screen stays odd after a lost connection: printf '\\e[<u'; reset"""
KEY_WIDTHS = {0: 20, 42: 15}


def step_keys() -> list[Line]:
    """What the keys do in the steps."""
    return [
        *help_lines((*MAIN, PALETTE, QUIT), KEY_WIDTHS),
        *plain_lines("\nIn the records:"),
        *help_lines(RECORDS, {}),
        *plain_lines(AT_LAST),
    ]


def plain_lines(text: str) -> list[Line]:
    """A text as it is."""
    return [Line(Content(line)) for line in text.split("\n")]


def help_lines(commands: Iterable[Command], key_widths: Mapping[int, int]) -> list[Line]:
    """The lines of the help screen about these; where one is too long each has its own.

    Args:
        commands: those without `help` are left out.
        key_widths: how wide the keys are at least in each column.
    """
    lines: list[Line] = []
    for command in (each for each in commands if each.help):
        keys = f"{command.written_keys}  ".ljust(key_widths.get(command.column, 0))
        text = Content(f"{keys}{command.help}")
        if command.column:
            lines[-1] = _beside(lines[-1], text, command.column)
        else:
            lines.append(Line(text, len(keys)))
    return lines


def _beside(line: Line, text: Content, column: int) -> Line:
    whole = line.content.pad_right(max(0, column - line.content.cell_length)) + text
    return Line(whole, line.indent, short=(line.short or line.content) + "\n" + text)


class HelpScreen(Dialog[None]):
    """What something is about, what the glyphs mean, and what every key does."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1,q,enter", "dismiss", "Close"),
    ]
    DEFAULT_CSS = """
    HelpScreen {
        & > .box { width: 80; }
        & Static { height: auto; }
        & #about { margin-bottom: 1; }
        /* What a line has no room for stands below its text, not below its glyph. */
        & Horizontal { height: auto; }
        & Horizontal Static { width: 1fr; }
        & Horizontal .glyph { width: 2; }
    }
    """

    def __init__(self, title: str, about: Sequence[Line], keys: Sequence[Line]) -> None:
        super().__init__(f"Help: {title}", "Esc closes")
        self._about = Hanging(about)
        self._keys_told = Hanging(keys)

    @classmethod
    def of_step(cls, step: Step) -> Self:
        """What a step is about, and the keys of all steps."""
        return cls(step.title, plain_lines(ABOUT[step]), [*plain_lines(TABS), *step_keys()])

    @classmethod
    def of_guide(cls, text: str = "") -> Self:
        """What the guide does, the words in a text of it that not everybody knows, and its keys."""
        from mailcow_dns_tui.wizard.screens.record_detail import explained

        words = (part for line in explained([text]) for part in (Line(Content("")), line))
        about = [*plain_lines(ABOUT_GUIDE), *words]
        return cls("Guide", about, [*plain_lines(OF_GUIDE), *help_lines(GUIDE, {})])

    def make_box(self) -> Widget:
        return VerticalScroll()

    def compose_box(self) -> ComposeResult:
        yield SteadyText(self._about, id="about")
        for status, text in MEANING.items():
            with Horizontal():
                yield Static(Content.styled(status.glyph, STYLES[status]), classes="glyph")
                yield Static(f"{status.word}: {text}", markup=False)
        yield SteadyText(self._keys_told, id="keys")
