"""Step 2: the mail domains, as a list that is typed, and what is asked about each."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import ClassVar

from dns.name import Name
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.reactive import var
from textual.widgets import Static, TextArea

from mailcow_dns_tui.mailcow.known import KnownDomain, with_domains
from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.model.names import both_forms
from mailcow_dns_tui.model.problems import Problem
from mailcow_dns_tui.model.report import Report
from mailcow_dns_tui.model.setup import Domain, Setup
from mailcow_dns_tui.model.text import listed, safe
from mailcow_dns_tui.questions.domains import as_text, domain_questions, names_in, with_names
from mailcow_dns_tui.questions.suggestions import NO_SUGGESTIONS, Suggestions
from mailcow_dns_tui.wizard.commands import BEGIN_GUIDE, MAILCOW, TAKE
from mailcow_dns_tui.wizard.messages import Edited
from mailcow_dns_tui.wizard.steps.form import AFTER_DOMAINS, GuideOffer
from mailcow_dns_tui.wizard.steps.step import StepContent
from mailcow_dns_tui.wizard.widgets.field import Field
from mailcow_dns_tui.wizard.widgets.hanging import Hanging, Line, packed_line
from mailcow_dns_tui.wizard.widgets.inputs import LinesInput
from mailcow_dns_tui.wizard.widgets.published import PUBLISHED, published
from mailcow_dns_tui.wizard.widgets.text import SteadyText, status_content, status_lines

MOST_NAMES = 6
INTRO = "One a line, typed or pasted. The domain at the cursor is asked about below."


def also_in_mailcow(suggestions: Suggestions, setup: Setup) -> Content | None:
    """Their names, and how they come into the list; None where there are none."""
    missing = suggestions.mailcow.missing_from(setup)
    if not missing:
        return None
    names = listed(map(_name, missing), MOST_NAMES, spare=0)
    added = suggestions.domains_to_add(setup)
    return status_content(Status.INFO, f"mailcow also has {names}. {_how(added, missing)}")


def _how(added: Sequence[KnownDomain], missing: Sequence[KnownDomain]) -> str:
    if not added:
        return "Type a name to add it."
    which = "them" if len(added) == len(missing) else f"the {len(added)} that it serves"
    return f"Ctrl+T in the list adds {safe(added[0].name) if len(added) == 1 else which}."


def _name(known: KnownDomain) -> str:
    if not known.active:
        return f"{safe(known.name)} (switched off)"
    return f"{safe(known.name)} (backup MX)" if known.backup_mx else safe(known.name)


class DomainAnswers(Vertical):
    """The questions about the domain at one place of the list."""

    DEFAULT_CSS = "DomainAnswers { height: auto; }"

    setup: var[Setup] = var(Setup())
    problems: var[tuple[Problem, ...]] = var(())
    report: var[Report] = var(Report())
    suggestions: var[Suggestions] = var(NO_SUGGESTIONS)
    index: var[int] = var(0, init=False)

    @property
    def _focus_sort_key(self) -> tuple[int, int]:
        """Below the list; Tab may come before the layout that says so."""
        return sys.maxsize, 0

    def compose(self) -> ComposeResult:
        for question in domain_questions(self.index):
            yield Field(question, self.setup).data_bind(
                DomainAnswers.setup,
                DomainAnswers.problems,
                DomainAnswers.report,
                DomainAnswers.suggestions,
            )

    def watch_index(self, index: int) -> None:
        """Ask about another domain in the same fields, so that none loses the focus."""
        for field, question in zip(self.query(Field), domain_questions(index), strict=False):
            field.question = question


class DomainsForm(VerticalScroll, StepContent, can_focus=False):
    """The list of domains, and what is asked about the one at the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        replace(TAKE, tooltip="Add the domains that mailcow has").binding,
        MAILCOW.binding,
        BEGIN_GUIDE.binding,
    ]

    index: var[int] = var(0)

    def __init__(self, *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self._known: dict[str, Domain] = {}

    def compose(self) -> ComposeResult:
        yield Static("Mail domains", classes="section -first", markup=False)
        yield Static(INTRO, classes="intro", markup=False)
        names = as_text(self.setup.domains)
        yield LinesInput(names, id="names", compact=True, placeholder="example.org")
        more = SteadyText(id="more")
        more.display = False
        yield more
        yield GuideOffer(AFTER_DOMAINS).data_bind(DomainsForm.report)
        yield SteadyText(id="domain", classes="section")
        yield DomainAnswers().data_bind(
            DomainsForm.setup,
            DomainsForm.problems,
            DomainsForm.report,
            DomainsForm.suggestions,
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
        self.post_message(Edited(lambda setup: with_names(setup, names, known)))
        self._select(event.text_area)

    def _remembered(self) -> Mapping[str, Domain]:
        self._known.update({domain.name: domain for domain in self.setup.domains})
        return dict(self._known)

    def answering(self) -> Callable[[Setup], Setup]:
        """What puts these names into a setup; a domain typed again has its answers back."""
        names, known = names_in(self.query_one("#names", LinesInput).text), self._remembered()
        return lambda setup: with_names(setup, names, known)

    def _follow(self) -> None:
        self._select(self.query_one("#names", LinesInput))

    def _select(self, area: TextArea) -> None:
        above = "\n".join(area.text.split("\n")[: area.cursor_location[0] + 1])
        self.index = max(0, len(names_in(above)) - 1)

    def watch_suggestions(self) -> None:
        self._head()
        self._more()
        if self.has_focus_within:
            self.refresh_bindings()

    def watch_setup(self, setup: Setup) -> None:
        """Show domains that came otherwise than by typing; never while the list has the focus."""
        for area in self.query("#names").results(TextArea):
            if not area.has_focus and names_in(area.text) != [d.name for d in setup.domains]:
                with area.prevent(TextArea.Changed):
                    area.text = as_text(setup.domains)
        self._head()
        self._more()

    def _more(self) -> None:
        """Say which domains mailcow has that are not in the list."""
        content = also_in_mailcow(self.suggestions, self.setup)
        for more in self.query("#more").results(SteadyText):
            more.display = content is not None
            if content is not None:
                more.show(status_lines([content]))

    def action_take(self) -> None:
        """Add what mailcow serves."""
        served = self.suggestions.domains_to_add(self.setup)
        self.post_message(Edited(lambda setup: with_domains(setup, served)))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is something to take only where mailcow serves domains that the setup lacks."""
        if action == "take":
            return bool(self.suggestions.domains_to_add(self.setup))
        return super().check_action(action, parameters)

    def _head(self) -> None:
        for head in self.query("#domain").results(SteadyText):
            head.show(self._head_content())
        for answers in self.query(DomainAnswers):
            answers.display = self.index < len(self.setup.domains)

    watch_index = watch_problems = watch_report = _head

    def _head_content(self) -> Content | Hanging:
        if self.index >= len(self.setup.domains):
            return Content("No domain yet")
        domain = self.setup.domains[self.index]
        key = f"domains[{self.index}].name"
        wrong = next((problem for problem in self.problems if problem.key == key), None)
        if domain.apex is None or wrong:
            return Content(f"{domain.name}: {wrong.sentence}" if wrong else domain.name)
        title = f"{both_forms(domain.apex)}, {self.index + 1} of {len(self.setup.domains)}"
        remark = self.suggestions.remark(key, self.setup)
        note = status_content(Status.INFO, remark).stylize("$text-muted not bold", 2)
        head = packed_line([Content(title), *self._published(domain.apex)])
        return Hanging([head, *([Line(note, 2)] if remark else ())])

    def _published(self, apex: Name) -> Sequence[Content]:
        """How many of its records are how."""
        found = self.report.part(apex).findings.values()
        counts = Counter(published(findings[0]) for findings in found)
        return [
            Content.styled(f"{each.glyph} {count} {each.word}", f"{each.style} not bold")
            for each, count in sorted(
                counts.items(), key=lambda counted: PUBLISHED.index(counted[0])
            )
        ]
