"""Step 2: the mail domains."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.reactive import var
from textual.widgets import Static, TextArea

from mailcow_dns_tui.mailcow.knowledge import with_domains
from mailcow_dns_tui.model.finding import WORST_FIRST, Status
from mailcow_dns_tui.model.names import both_forms
from mailcow_dns_tui.model.problems import Problem
from mailcow_dns_tui.model.setup import Domain, Setup
from mailcow_dns_tui.wizard.field import Field
from mailcow_dns_tui.wizard.messages import Edited
from mailcow_dns_tui.wizard.report import Report
from mailcow_dns_tui.wizard.status import STYLES, status_content
from mailcow_dns_tui.wizard.steady_text import SteadyText
from mailcow_dns_tui.wizard.steps.also_in_mailcow import also_in_mailcow, to_be_added
from mailcow_dns_tui.wizard.steps.domain_list import as_text, edited, names_in
from mailcow_dns_tui.wizard.steps.domain_questions import domain_questions
from mailcow_dns_tui.wizard.steps.step_content import StepContent
from mailcow_dns_tui.wizard.text_inputs import LinesInput
from mailcow_dns_tui.wizard.told import UNTOLD, Told

INTRO = "One a line, typed or pasted. The domain at the cursor is asked about below."


class DomainAnswers(Vertical):
    """The questions about the domain at one place of the list."""

    DEFAULT_CSS = "DomainAnswers { height: auto; }"

    setup: var[Setup] = var(Setup())
    problems: var[tuple[Problem, ...]] = var(())
    report: var[Report] = var(Report())
    told: var[Told] = var(UNTOLD)
    index: var[int] = var(0, init=False)

    def compose(self) -> ComposeResult:
        for question in domain_questions(self.index):
            yield Field(question, self.setup).data_bind(
                DomainAnswers.setup,
                DomainAnswers.problems,
                DomainAnswers.report,
                DomainAnswers.told,
            )

    def watch_index(self, index: int) -> None:
        """Ask about another domain in the same fields, so that none loses the focus."""
        for field, question in zip(self.query(Field), domain_questions(index), strict=False):
            field.question = question


class DomainsForm(VerticalScroll, StepContent, can_focus=False):
    """The list of domains, and what is asked about the one at the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+t", "take", "Take", tooltip="Add the domains that mailcow has"),
    ]

    index: var[int] = var(0)

    def __init__(self, *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self._known: dict[str, Domain] = {}

    def compose(self) -> ComposeResult:
        yield Static("Mail domains", classes="section -first", markup=False)
        yield Static(INTRO, classes="intro", markup=False)
        names = as_text(self.setup.domains)
        area = LinesInput(names, id="names", compact=True, placeholder="example.org")
        area.cursor_blink = False
        yield area
        more = SteadyText(id="more")
        more.display = False
        yield more
        yield SteadyText(id="domain", classes="section")
        yield DomainAnswers().data_bind(
            DomainsForm.setup,
            DomainsForm.problems,
            DomainsForm.report,
            DomainsForm.told,
            DomainsForm.index,
        )

    def on_mount(self) -> None:
        # A message would arrive after text that is typed ahead for the next domain.
        self.watch(self.query_one("#names", LinesInput), "selection", self._follow, init=False)
        self._head()
        self._more()

    @on(TextArea.Changed, "#names")
    def _take_names(self, event: TextArea.Changed) -> None:
        event.stop()
        names = names_in(event.text_area.text)
        known = self._remembered()
        self.post_message(Edited(lambda setup: _with_names(setup, names, known)))
        self._select(event.text_area)

    def _remembered(self) -> Mapping[str, Domain]:
        self._known.update({domain.name: domain for domain in self.setup.domains})
        return dict(self._known)

    def answering(self) -> Callable[[Setup], Setup]:
        names, known = names_in(self.query_one("#names", LinesInput).text), self._remembered()
        return lambda setup: _with_names(setup, names, known)

    def _follow(self) -> None:
        self._select(self.query_one("#names", LinesInput))

    def _select(self, area: TextArea) -> None:
        above = "\n".join(area.text.split("\n")[: area.cursor_location[0] + 1])
        self.index = max(0, len(names_in(above)) - 1)

    def watch_index(self) -> None:
        self._head()

    def watch_problems(self) -> None:
        self._head()

    def watch_report(self) -> None:
        self._head()

    def watch_told(self) -> None:
        self._head()
        self._more()
        if self.has_focus_within:
            self.refresh_bindings()

    def watch_setup(self, setup: Setup) -> None:
        for area in self.query("#names").results(TextArea):
            if not area.has_focus and names_in(area.text) != [d.name for d in setup.domains]:
                with area.prevent(TextArea.Changed):
                    area.text = as_text(setup.domains)
        self._head()
        self._more()

    def _more(self) -> None:
        """Say which domains mailcow has that are not in the list."""
        content = also_in_mailcow(self.told, self.setup)
        for more in self.query("#more").results(SteadyText):
            more.display = content is not None
            if content is not None:
                more.show(content)

    def action_take(self) -> None:
        """Add what mailcow serves."""
        served = to_be_added(self.told, self.setup)
        self.post_message(Edited(lambda setup: with_domains(setup, served)))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "take":
            return bool(to_be_added(self.told, self.setup))
        return super().check_action(action, parameters)

    def _head(self) -> None:
        for head in self.query("#domain").results(SteadyText):
            head.show(self._head_content())
        for answers in self.query(DomainAnswers):
            answers.display = self.index < len(self.setup.domains)

    def _head_content(self) -> Content:
        if self.index >= len(self.setup.domains):
            return Content("No domain yet")
        domain = self.setup.domains[self.index]
        key = f"domains[{self.index}].name"
        wrong = next((problem for problem in self.problems if problem.key == key), None)
        if domain.apex is None or wrong:
            return Content(f"{domain.name}: {wrong.sentence}" if wrong else domain.name)
        title = f"{both_forms(domain.apex)}, {self.index + 1} of {len(self.setup.domains)}  "
        statuses = [self.report.status(record) for record in self.report.of_domain(domain.apex)]
        counts = [(status, statuses.count(status)) for status in WORST_FIRST]
        cells = [(f" {status.glyph} {count}", STYLES[status]) for status, count in counts if count]
        remark = self.told.remark(key, self.setup)
        note = status_content(Status.INFO, remark).stylize("$text-muted not bold", 2)
        return Content.assemble(title, *cells, *(("\n", note) if remark else ()))


def _with_names(setup: Setup, names: list[str], known: Mapping[str, Domain]) -> Setup:
    return replace(setup, domains=edited(setup.domains, names, known))
