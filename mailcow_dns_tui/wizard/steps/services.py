"""Step 4: what clients find by SRV records."""

from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.reactive import var
from textual.widgets import Static

from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.model.problems import Problem
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.report import Report
from mailcow_dns_tui.model.setup import (
    DEFAULT_DAV_PATH,
    DEFAULT_SERVICES,
    DESCRIPTIONS,
    Offer,
    Service,
    Setup,
)
from mailcow_dns_tui.model.suggestion import Suggestion
from mailcow_dns_tui.questions.question import AnswerType, PartType, Question
from mailcow_dns_tui.questions.suggestions import NO_SUGGESTIONS, Suggestions
from mailcow_dns_tui.wizard.commands import BEGIN_GUIDE, TAKE
from mailcow_dns_tui.wizard.messages import Edited
from mailcow_dns_tui.wizard.steps.form import IN_DEFAULTS, GuideOffer
from mailcow_dns_tui.wizard.steps.step import StepContent
from mailcow_dns_tui.wizard.widgets.field import Field
from mailcow_dns_tui.wizard.widgets.inputs import Control
from mailcow_dns_tui.wizard.widgets.published import GOOD, WorstFinding, published, wrong_content
from mailcow_dns_tui.wizard.widgets.text import SteadyText, status_content, status_lines

INTRO = "On: clients find it. Off: they are told there is none. Skip: no record."
CHOICES = (
    (Offer.PROVIDED.name, "on"),
    (Offer.NOT_PROVIDED.name, "off"),
    (Offer.OMITTED.name, "skip"),
)
WIDTH_BEFORE = 45
"""Of what is entered; the sign of how it stands, and what it is, come behind it."""
LONGEST = 2 + max(map(len, DESCRIPTIONS.values()))
DEFAULTS = {service.key: service for service in DEFAULT_SERVICES}
DIFFERS = "mailcow has the ones marked i otherwise, as their rows say. Ctrl+T on a row takes it."


OFFER = PartType(
    lambda service: str(service.offer.name),
    change=lambda service, text: replace(service, offer=Offer[text]),
)


def _with_port(service: Service, text: str) -> Service:
    return replace(service, port=int(text) if text.isdecimal() else DEFAULTS[service.key].port)


PORT = PartType(lambda service: str(service.port), change=_with_port)


def offer_question(key: str) -> Question:
    """Whether the service of this key is offered."""
    return Question(f"services.{key}", key, DESCRIPTIONS[key], OFFER, choices=CHOICES)


def port_question(key: str) -> Question:
    """Where the service of this key is."""
    placeholder = str(DEFAULTS[key].port)
    return Question(f"services.{key}", key, "", PORT, placeholder=placeholder, restrict=r"\d{0,5}")


def described(service: Service) -> str:
    """`port 993`, `off` or `skip`."""
    if service.offer is Offer.PROVIDED:
        return f"port {service.port}"
    return dict(CHOICES)[service.offer.name]


PATH = Question(
    "services.dav_path",
    "DAV path",
    "Where calendars and contacts lie on the server: SOGo's path, unless you changed it.",
    AnswerType(value=lambda text: text.strip() or DEFAULT_DAV_PATH),
    placeholder=DEFAULT_DAV_PATH,
)


class ServiceRow(Horizontal):
    """One service: whether it is offered, and where."""

    DEFAULT_CSS = """
    ServiceRow {
        height: 1;
        & .label { width: 20; }
        & .offer { width: 17; }
        & .port { width: 7; margin-right: 1; }
        & .note { width: 1fr; color: $text-muted; height: 1; }
        & .note { text-wrap: nowrap; text-overflow: ellipsis; }
        /* Only where its own style depends on the focus, the label's is made anew as well. */
        &:focus-within { height: 1; }
        &.-two:focus-within { height: 2; }
        &:focus-within .label { text-style: bold; }
        &.-two {
            layout: grid; grid-size: 3 2; grid-columns: 20 17 1fr; grid-rows: 1 1; height: 2;
            & .note { column-span: 3; margin-left: 2; }
        }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        replace(TAKE, tooltip="Take over the answer that is shown beside").binding
    ]

    setup: var[Setup] = var(Setup())
    problems: var[tuple[Problem, ...]] = var(())
    report: var[Report] = var(Report())
    suggestions: var[Suggestions] = var(NO_SUGGESTIONS)

    def __init__(self, key: str, setup: Setup) -> None:
        super().__init__()
        self.key = key
        self._worst = WorstFinding(self._is_about)
        self.set_reactive(ServiceRow.setup, setup)

    def compose(self) -> ComposeResult:
        yield Static(self.setup.services.of(self.key).label, classes="label", markup=False)
        for question, name in (
            (offer_question(self.key), "offer"),
            (port_question(self.key), "port"),
        ):
            control = Control(question, self.setup).data_bind(ServiceRow.setup)
            yield control.add_class(name)
        yield SteadyText(DESCRIPTIONS[self.key], classes="note")

    def on_resize(self) -> None:
        """What has no room beside it stands below it."""
        self._fit(self._content())

    def _fit(self, said: Content) -> None:
        self.set_class(self.size.width < WIDTH_BEFORE + max(LONGEST, said.cell_length), "-two")

    def watch_suggestions(self) -> None:
        self._note()
        if self.has_focus_within:
            self.refresh_bindings()

    def _note(self) -> None:
        for note in self.query(".note").results(SteadyText):
            said = self._content()
            note.show(said)
            self._fit(said)

    watch_setup = watch_problems = watch_report = _note

    def _is_about(self, record: Record) -> bool:
        is_first = record.owner.labels[0].lower() == f"_{self.key}".encode()
        return is_first and record.type_text == "SRV"

    def _content(self) -> Content:
        key = f"services.{self.key}"
        wrong = [problem.sentence for problem in self.problems if problem.key == key]
        if wrong:
            return wrong_content(wrong[0])
        suggestion = self._offered
        if suggestion is not None:
            return status_content(Status.INFO, self._difference(suggestion))
        remark = self.suggestions.remark(key, self.setup)
        if remark:
            return status_content(Status.INFO, remark)
        return Content.assemble(*self._described(), self._source(key))

    def _described(self) -> Iterator[Content | str]:
        """What it is between how it stands in step 5, of all domains the worst, and the word."""
        finding = self._worst.of(self.report)
        found = None if finding is None else published(finding)
        if found is not None:
            yield Content.styled(f"{found.glyph} ", found.style)
        yield DESCRIPTIONS[self.key]
        if found not in {None, GOOD}:
            yield Content.styled(f" · {found.word}", found.style)

    def _source(self, key: str) -> str:
        if self.setup.services.of(self.key) == DEFAULTS[self.key]:
            return ""
        source = self.suggestions.source(key, self.setup)
        return f" · {source}" if source else ""

    @property
    def _offered(self) -> Suggestion | None:
        return self.suggestions.other_than(f"services.{self.key}", self.setup)

    def _difference(self, suggestion: Suggestion) -> str:
        service = suggestion.apply(self.setup).services.of(self.key)
        return f"{described(service)}: {suggestion.source}"

    def action_take(self) -> None:
        """Take over what is suggested for the service."""
        suggestion = self._offered
        if suggestion is not None:
            self.post_message(Edited(suggestion.apply))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is something to take only where mailcow has another port."""
        if action == "take":
            return self._offered is not None
        return super().check_action(action, parameters)


class ServicesForm(VerticalScroll, StepContent, can_focus=False):
    """All services, one row each, and the path of calendars and contacts."""

    BINDINGS: ClassVar[list[BindingType]] = [BEGIN_GUIDE.binding]

    def compose(self) -> ComposeResult:
        yield GuideOffer(IN_DEFAULTS).data_bind(ServicesForm.report)
        yield Static(
            "Services that clients find by SRV records", classes="section -first", markup=False
        )
        yield Static(INTRO, classes="intro", markup=False)
        differs = SteadyText(status_lines([status_content(Status.INFO, DIFFERS)]), id="differs")
        differs.display = False
        yield differs
        for service in self.setup.services.offers:
            row = ServiceRow(service.key, self.setup)
            yield row.data_bind(
                ServicesForm.setup,
                ServicesForm.problems,
                ServicesForm.report,
                ServicesForm.suggestions,
            )
        yield Field(PATH, self.setup).data_bind(
            ServicesForm.setup, ServicesForm.problems, ServicesForm.report, ServicesForm.suggestions
        )

    def _mark(self) -> None:
        keys = (service.key for service in self.setup.services.offers)
        differs = any(self.suggestions.other_than(f"services.{key}", self.setup) for key in keys)
        for line in self.query("#differs"):
            line.display = differs

    on_mount = watch_suggestions = watch_setup = _mark
