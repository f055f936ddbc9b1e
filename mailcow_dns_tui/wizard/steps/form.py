"""A step that is a form: sections of questions, one below the other."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from mailcow_dns_tui.wizard.field import Field
from mailcow_dns_tui.wizard.question import Question
from mailcow_dns_tui.wizard.steps.step_content import StepContent


@dataclass(frozen=True)
class Section:
    """Questions under one heading, with a line of introduction."""

    title: str
    intro: str
    questions: Sequence[Question]


class Form(VerticalScroll, StepContent, can_focus=False):
    """Shows sections of questions."""

    def __init__(self, sections: Sequence[Section], *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self._sections = sections

    def compose(self) -> ComposeResult:
        for section in self._sections:
            title = Static(section.title, classes="section", markup=False)
            yield title.set_class(section is self._sections[0], "-first")
            if section.intro:
                yield Static(section.intro, classes="intro", markup=False)
            for question in section.questions:
                yield Field(question, self.setup).data_bind(
                    Form.setup, Form.problems, Form.report, Form.told
                )
