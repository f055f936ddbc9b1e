"""Steps 1 and 3, forms of questions in sections; and the line by which the guide offers itself."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.reactive import var
from textual.widgets import Static

from mailcow_dns_tui.model.report import Report
from mailcow_dns_tui.questions.question import Section
from mailcow_dns_tui.wizard.commands import BEGIN_GUIDE, MAILCOW
from mailcow_dns_tui.wizard.steps.step import StepContent, is_ready
from mailcow_dns_tui.wizard.widgets.field import Field
from mailcow_dns_tui.wizard.widgets.source_banner import SourceBanner
from mailcow_dns_tui.wizard.widgets.text import SteadyText

AFTER_DOMAINS = "begins the guide now: steps 3 and 4 have defaults that serve."
IN_DEFAULTS = "begins the guide now: these defaults serve."


class GuideOffer(SteadyText):
    """One line; none before there are records, and none once all are good."""

    DEFAULT_CSS = "GuideOffer { height: auto; margin-bottom: 1; display: none; }"

    report: var[Report] = var(Report(), init=False)

    def __init__(self, text: str) -> None:
        super().__init__(Content.assemble(("→ Ctrl+G ", "bold $text-accent"), text))

    def watch_report(self, report: Report) -> None:
        """Draw it only where that changes something."""
        is_of_use = is_ready(report) and not report.all_good
        if self.display != is_of_use:
            self.display = is_of_use


class Form(VerticalScroll, StepContent, can_focus=False):
    """Shows sections of questions."""

    def __init__(self, sections: Sequence[Section], *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self._sections = sections

    def above(self) -> ComposeResult:
        """What stands above the first section."""
        yield from ()

    def compose(self) -> ComposeResult:
        yield from self.above()
        for section in self._sections:
            title = Static(section.title, classes="section", markup=False)
            yield title.set_class(section is self._sections[0], "-first")
            if section.intro:
                yield Static(section.intro, classes="intro", markup=False)
            for question in section.questions:
                yield Field(question, self.setup).data_bind(
                    Form.setup, Form.problems, Form.report, Form.suggestions
                )


class PolicyForm(Form):
    """Has defaults that serve: whoever trusts them begins with the guide."""

    BINDINGS: ClassVar[list[BindingType]] = [BEGIN_GUIDE.binding]

    def above(self) -> ComposeResult:
        yield GuideOffer(IN_DEFAULTS).data_bind(Form.report)


INTRO = (
    "Tell or confirm the server here, domains in step 2.",
    "The DNS records appear, with what is published.",
    "The guide leads through the rest, and you publish.",
)


def _intro() -> Content:
    lines = (
        Content.assemble((f"{number} ", "bold $text-accent"), line)
        for number, line in enumerate(INTRO, 1)
    )
    return Content("\n").join(lines)


class ServerForm(Form):
    """The first thing that the user sees: what will happen, what is known, and what is asked."""

    BINDINGS: ClassVar[list[BindingType]] = [MAILCOW.binding]

    def above(self) -> ComposeResult:
        yield Static(_intro(), classes="intro", markup=False)
        yield SourceBanner().data_bind(Form.suggestions)
