"""A question on the screen: its label, its control, and one line below, with what is suggested."""

from dataclasses import replace
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.reactive import var
from textual.widgets import Static

from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.problems import Problem
from mailcow_dns_tui.model.report import Report
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.questions.question import NO_QUESTION, Question
from mailcow_dns_tui.questions.suggestions import (
    NO_SUGGESTIONS,
    Suggestions,
    offer_sentence,
    offered,
)
from mailcow_dns_tui.wizard.commands import TAKE
from mailcow_dns_tui.wizard.messages import Edited
from mailcow_dns_tui.wizard.widgets.inputs import Control
from mailcow_dns_tui.wizard.widgets.published import WorstFinding, published_content, wrong_content
from mailcow_dns_tui.wizard.widgets.text import SteadyText, status_content


def difference(question: Question, suggestions: Suggestions, setup: Setup) -> Content | None:
    """What it is and how it is taken, as one line."""
    suggestion = offered(question, suggestions, setup)
    if suggestion is None:
        return None
    said = offer_sentence(question, suggestion, setup)
    return status_content(Status.INFO, f"{said} Ctrl+T takes it.")


class Field(Vertical):
    """Asks one question; the line below says what it does, what is wrong, or what DNS has.

    Where somebody else has another answer, it says so, and one key takes that one.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        replace(TAKE, tooltip="Take over the answer that is shown below").binding
    ]
    DEFAULT_CSS = """
    Field {
        height: auto;
        & .label { width: 17; }
        & .note { margin-left: 2; color: $text-muted; height: auto; }
        /* Only where its own style depends on the focus, the label's is made anew as well. */
        &:focus-within { height: auto; }
        &:focus-within .label { text-style: bold; }
    }
    """

    setup: var[Setup] = var(Setup(), init=False)
    question: var[Question] = var(NO_QUESTION, init=False)
    problems: var[tuple[Problem, ...]] = var((), init=False)
    report: var[Report] = var(Report(), init=False)
    suggestions: var[Suggestions] = var(NO_SUGGESTIONS, init=False)

    def __init__(self, question: Question, setup: Setup) -> None:
        super().__init__()
        self.set_reactive(Field.question, question)
        self._worst: WorstFinding | None = None
        self._worst_about = question, question.domain(setup)
        self.set_reactive(Field.setup, setup)

    def compose(self) -> ComposeResult:
        # A height that is known is not measured at every layout.
        with Horizontal() as row:
            row.styles.height = self.question.lines
            yield Static(self.question.label, classes="label", markup=False)
            yield Control(self.question, self.setup).data_bind(Field.setup, Field.question)
        yield SteadyText(self._content(), classes="note")

    def watch_suggestions(self) -> None:
        self._note()
        if self.has_focus_within:
            self.refresh_bindings()

    def on_descendant_focus(self) -> None:
        """Bring the whole field into view."""
        self._note()
        # Textual scrolls to the control alone, and the line below it may be what is needed.
        self.call_after_refresh(self.scroll_visible, animate=False)

    def _note(self) -> None:
        # A field that is mounted while the app ends gets no widgets any more.
        if self.is_mounted and self.app.is_running:
            self.query_one(".note", SteadyText).show(self._content())

    watch_question = watch_setup = watch_problems = watch_report = on_descendant_blur = _note

    def _content(self) -> Content:
        """An error waits until the user has left the field: half an address is not a mistake.

        What is only ever pasted is answered at once.
        """
        offer, wrong = difference(self.question, self.suggestions, self.setup), self._wrong()
        if wrong and (self.question.read_as or not self.has_focus_within):
            return wrong_content(wrong)
        if self.has_focus_within:
            return offer or self._remark_or_hint(self.question.more)
        return offer or self._with_source(self._said())

    def _said(self) -> Content:
        finding = self._finding()
        remark = self._remark
        if finding:
            said = _with_domain(finding)
            return published_content(finding, f"{said} {remark}".rstrip())
        if remark:
            return status_content(Status.INFO, remark)
        return self._remark_or_hint()

    def _remark_or_hint(self, more: str = "") -> Content:
        understood = self.question.understood(self.setup)
        if understood and not self._remark:
            return status_content(Status.OK, understood)
        return Content(self._remark or f"{self._hint} {more}".rstrip())

    @property
    def _hint(self) -> str:
        return self.question.hint_for(self.question.read(self.setup))

    @property
    def _remark(self) -> str:
        return self.suggestions.remark(self.question.key, self.setup)

    def _with_source(self, said: Content) -> Content:
        """Where the answer is from, after all else; what was not answered is from nowhere."""
        read = self.question.read
        source = self.suggestions.source(self.question.key, self.setup)
        if not source or read(self.setup) in {"", read(Setup())}:
            return said
        return Content.assemble(said, f" · {source}")

    def _wrong(self) -> str:
        """What is wrong with the answer; empty where nothing is."""
        wrong = (problem for problem in self.problems if self.question.is_about(problem.key))
        return next((problem.sentence for problem in wrong if not problem.missing), "")

    def _finding(self) -> Finding | None:
        """The worst finding about the records that depend on the answer."""
        if not self.question.has_records:
            return None
        domain = self.question.domain(self.setup)
        about = self.question, domain
        if self._worst is None or self._worst_about != about:
            self._worst_about = about
            self._worst = WorstFinding(partial(self.question.shows, domain))
        return self._worst.of(self.report)

    def action_take(self) -> None:
        """Take over what is suggested."""
        suggestion = offered(self.question, self.suggestions, self.setup)
        if suggestion is not None:
            self.post_message(Edited(suggestion.apply))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is something to take only where another answer is suggested."""
        if action == "take":
            return offered(self.question, self.suggestions, self.setup) is not None
        return super().check_action(action, parameters)


def _with_domain(finding: Finding) -> str:
    """What is said of it, with the domain where the sentence does not name it."""
    said = finding.muted or finding.message
    domain = unicode_form(finding.domain) if finding.domain else ""
    return said if domain in said else f"{domain}: {said}"
