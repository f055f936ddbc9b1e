"""What a step or the guide is about, and every key."""

from typing import ClassVar, Self

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.wizard.own_screen import OwnScreen
from mailcow_dns_tui.wizard.status import status_content
from mailcow_dns_tui.wizard.steps.step import Step

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
MEANING = {
    Status.OK: "published as wanted, or in a form that works as well",
    Status.INFO: "works; something is worth knowing, or an optional record is missing",
    Status.WARNING: "works, but some receivers or clients will have trouble",
    Status.ERROR: "mail or a service fails, or will",
    Status.UNKNOWN: "could not be asked; it may be there or not",
    Status.PENDING: "being asked",
    Status.MUTED: "you have said why it is meant to be so",
}
KEYS = """\
Enter, Tab, ↓       next field            Shift+Tab, ↑   field before
← → Space           choose                Ctrl+N         next step
Alt+1 … Alt+5       that step             Esc            back a step
Ctrl+O              zone preview          Ctrl+R         check again
Ctrl+T              take what is offered  F2             mailcow's answers
Ctrl+P              all commands          Ctrl+Q         quit

In the records:
b  copy the next box of the panel's form; after the last one: look it up
f  copy many records in that form        p  choose another panel
c  copy the record    n  its name         v  its value    e  who sees it
d  the domain         z  all records      x  all as plain text
m  mute a fault       w  watch: check again and again
o  all domains at a glance (F3 in any step)
g  be led through what is left, one thing at a time

To select with the mouse hold Shift (Option in iTerm2, Fn in Terminal.app).
If the screen stays odd after a lost connection: printf '\\e[<u'; reset"""


GUIDE_KEYS = """\
b  copy the next box of the form; after the last one: ask now
v  copy the value         x  this step as plain text
y  a stricter DMARC policy at once, without waiting for reports
s  put this off           ←  back to the step before
r  ask now                g, Esc  leave, back to the records
Tab  to the list of what is left, and back; ↑ ↓ scroll
Ctrl+Q  quit"""


class HelpScreen(ModalScreen[None], OwnScreen[None]):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f1,q,enter", "dismiss", "Close"),
    ]
    DEFAULT_CSS = """
    HelpScreen {
        align: center middle;
        & > VerticalScroll {
            width: 80; max-width: 100%; height: auto; max-height: 100%;
            padding: 0 1; border: round $primary; background: $surface;
        }
    }
    """

    def __init__(self, title: str, about: str, keys: str) -> None:
        super().__init__()
        self._title = title
        self._about = about
        self._keys = keys

    @classmethod
    def of_step(cls, step: Step) -> Self:
        return cls(step.title, ABOUT[step], KEYS)

    @classmethod
    def of_guide(cls) -> Self:
        return cls("Guide", ABOUT_GUIDE, GUIDE_KEYS)

    def compose(self) -> ComposeResult:
        with VerticalScroll() as scroll:
            scroll.border_title = f"Help: {self._title}"
            scroll.border_subtitle = "Esc closes"
            yield Static(self._content(), markup=False)

    def _content(self) -> Content:
        meanings = [status_content(s, f"{s.word}: {text}") for s, text in MEANING.items()]
        return Content("\n").join([self._about, "", *meanings, "", self._keys])
