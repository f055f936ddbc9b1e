"""A question on the screen: its label, its control, and one line below."""

from collections.abc import Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.reactive import var
from textual.widgets import Static

from mailcow_dns_tui.model.finding import WORST_FIRST, Finding, Status
from mailcow_dns_tui.model.problems import Problem
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.wizard.control import Control
from mailcow_dns_tui.wizard.messages import Edited
from mailcow_dns_tui.wizard.offer import difference, offered
from mailcow_dns_tui.wizard.question import NO_QUESTION, Question
from mailcow_dns_tui.wizard.report import Part, Report
from mailcow_dns_tui.wizard.status import status_content
from mailcow_dns_tui.wizard.steady_text import SteadyText
from mailcow_dns_tui.wizard.told import UNTOLD, Told


class Field(Vertical):
    """Asks one question; the line below says what it does, what is wrong, or what DNS has.

    Where somebody else has another answer, it says so, and one key takes that one.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+t", "take", "Take", tooltip="Take over the answer that is shown below"),
    ]
    DEFAULT_CSS = """
    Field {
        height: auto;
        & .label { width: 17; }
        & .note { margin-left: 2; color: $text-muted; height: auto; }
        &:focus-within .label { text-style: bold; }
    }
    """

    setup: var[Setup] = var(Setup(), init=False)
    question: var[Question] = var(NO_QUESTION, init=False)
    problems: var[tuple[Problem, ...]] = var((), init=False)
    report: var[Report] = var(Report(), init=False)
    told: var[Told] = var(UNTOLD, init=False)

    def __init__(self, question: Question, setup: Setup) -> None:
        super().__init__()
        self.set_reactive(Field.question, question)
        # Most parts of a report stay as they are when another comes.
        self._known: dict[Part, Finding | None] = {}
        self._known_for = (setup, question)
        self.set_reactive(Field.setup, setup)

    def compose(self) -> ComposeResult:
        # A height that is known is not measured at every layout.
        with Horizontal() as row:
            row.styles.height = self.question.lines
            yield Static(self.question.label, classes="label", markup=False)
            yield Control(self.question, self.setup).data_bind(Field.setup, Field.question)
        yield SteadyText(self._content(), classes="note")

    def watch_question(self) -> None:
        self._note()

    def watch_setup(self) -> None:
        self._note()

    def watch_problems(self) -> None:
        self._note()

    def watch_report(self) -> None:
        self._note()

    def watch_told(self) -> None:
        self._note()
        if self.has_focus_within:
            self.refresh_bindings()

    def on_descendant_focus(self) -> None:
        self._note()
        # Textual scrolls to the control alone, and the line below it may be what is needed.
        self.call_after_refresh(self.scroll_visible, animate=False)

    def on_descendant_blur(self) -> None:
        self._note()

    def _note(self) -> None:
        if self.is_mounted:
            self.query_one(".note", SteadyText).show(self._content())

    def _content(self) -> Content:
        """An error waits until the user has left the field: half an address is not a mistake."""
        offer = difference(self.question, self.told, self.setup)
        if self.has_focus_within:
            return offer or Content(self._remark or self._hint)
        wrong = self._wrong()
        if wrong:
            return status_content(Status.ERROR, wrong)
        return offer or self._with_source(self._said())

    def _said(self) -> Content:
        finding = self._finding()
        remark = self._remark
        if finding:
            said = finding.muted or finding.message
            return status_content(finding.standing, f"{said} {remark}".rstrip())
        if remark:
            return status_content(Status.INFO, remark)
        return Content(self._hint)

    @property
    def _hint(self) -> str:
        return self.question.hint_for(self.question.read(self.setup))

    @property
    def _remark(self) -> str:
        return self.told.remark(self.question.key, self.setup)

    def _with_source(self, said: Content) -> Content:
        """Where the answer is from, after all else; what was not answered is from nowhere."""
        read = self.question.read
        source = self.told.source(self.question.key, self.setup)
        if not source or read(self.setup) in {"", read(Setup())}:
            return said
        return Content.assemble(said, f" · {source}")

    def _wrong(self) -> str:
        """What is wrong with the answer; empty where nothing is."""
        key = self.question.key
        parts = f"{key}[", f"{key}."
        wrong = (p for p in self.problems if p.key == key or p.key.startswith(parts))
        return next((problem.sentence for problem in wrong if not problem.missing), "")

    def _finding(self) -> Finding | None:
        """The worst finding about the records that depend on the answer."""
        if self.question.shows is None:
            return None
        parts = self.report.parts.values()
        if self._known_for != (self.setup, self.question):
            self._known, self._known_for = {}, (self.setup, self.question)
        self._known = {
            part: self._known[part] if part in self._known else self._worst(part) for part in parts
        }
        return _worst(filter(None, self._known.values()))

    def _worst(self, part: Part) -> Finding | None:
        shows = self.question.shows
        judged = part.findings.items()
        return _worst(found[0] for record, found in judged if shows and shows(self.setup, record))

    def action_take(self) -> None:
        suggestion = offered(self.question, self.told, self.setup)
        if suggestion is not None:
            self.post_message(Edited(suggestion.taken))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "take":
            return offered(self.question, self.told, self.setup) is not None
        return super().check_action(action, parameters)


def _worst(findings: Iterable[Finding]) -> Finding | None:
    return min(findings, key=lambda f: WORST_FIRST.index(f.standing), default=None)
