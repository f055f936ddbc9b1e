"""Step 4: what clients find by SRV records."""

from dataclasses import replace
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.reactive import var
from textual.widgets import Static

from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.model.problems import Problem
from mailcow_dns_tui.model.services import DEFAULT_SERVICES, DESCRIPTIONS, Offer, Service
from mailcow_dns_tui.model.setup import DEFAULT_DAV_PATH, Setup
from mailcow_dns_tui.model.suggestion import Suggestion
from mailcow_dns_tui.wizard.control import Control
from mailcow_dns_tui.wizard.field import Field
from mailcow_dns_tui.wizard.messages import Edited
from mailcow_dns_tui.wizard.question import Question
from mailcow_dns_tui.wizard.status import status_content
from mailcow_dns_tui.wizard.steady_text import SteadyText
from mailcow_dns_tui.wizard.steps.step_content import StepContent
from mailcow_dns_tui.wizard.told import UNTOLD, Told

INTRO = "On: clients find it. Off: told that there is none (0 0 0 .). Skip: no record at all."
CHOICES = (
    (Offer.PROVIDED.name, "on"),
    (Offer.NOT_PROVIDED.name, "off"),
    (Offer.OMITTED.name, "skip"),
)
DEFAULTS = {service.key: service for service in DEFAULT_SERVICES}
DIFFERS = "mailcow has the ones marked i otherwise, as their rows say. Ctrl+T on a row takes it."


def offer_question(key: str) -> Question:
    def read(setup: Setup) -> str:
        return setup.services.of(key).offer.name

    def write(setup: Setup, answer: str) -> Setup:
        service = replace(setup.services.of(key), offer=Offer[answer])
        return replace(setup, services=setup.services.with_service(service))

    return Question(f"services.{key}", key, DESCRIPTIONS[key], read, write, choices=CHOICES)


def port_question(key: str) -> Question:
    def read(setup: Setup) -> str:
        return str(setup.services.of(key).port)

    def write(setup: Setup, answer: str) -> Setup:
        port = int(answer) if answer.isdecimal() else DEFAULTS[key].port
        service = replace(setup.services.of(key), port=port)
        return replace(setup, services=setup.services.with_service(service))

    placeholder = str(DEFAULTS[key].port)
    return Question(
        f"services.{key}", key, "", read, write, placeholder=placeholder, restrict=r"\d{0,5}"
    )


def described(service: Service) -> str:
    if service.offer is Offer.PROVIDED:
        return f"port {service.port}"
    return dict(CHOICES)[service.offer.name]


PATH = Question(
    "services.dav_path",
    "DAV path",
    "Where calendars and contacts lie on the server: SOGo's path, unless you changed it.",
    lambda setup: setup.services.dav_path,
    lambda setup, answer: replace(
        setup, services=replace(setup.services, dav_path=answer.strip() or DEFAULT_DAV_PATH)
    ),
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
        &:focus-within .label { text-style: bold; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+t", "take", "Take", tooltip="Take over the answer that is shown beside"),
    ]

    setup: var[Setup] = var(Setup())
    problems: var[tuple[Problem, ...]] = var(())
    told: var[Told] = var(UNTOLD)

    def __init__(self, key: str, setup: Setup) -> None:
        super().__init__()
        self.key = key
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

    def watch_setup(self) -> None:
        self._note()

    def watch_problems(self) -> None:
        self._note()

    def watch_told(self) -> None:
        self._note()
        if self.has_focus_within:
            self.refresh_bindings()

    def _note(self) -> None:
        for note in self.query(".note").results(SteadyText):
            note.show(self._content())

    def _content(self) -> Content:
        key = f"services.{self.key}"
        wrong = [problem.sentence for problem in self.problems if problem.key == key]
        if wrong:
            return status_content(Status.ERROR, wrong[0])
        suggestion = self._offered
        if suggestion is not None:
            return status_content(Status.INFO, self._difference(suggestion))
        remark = self.told.remark(key, self.setup)
        if remark:
            return status_content(Status.INFO, remark)
        if self.setup.services.of(self.key) == DEFAULTS[self.key]:
            return Content(DESCRIPTIONS[self.key])
        source = self.told.source(key, self.setup)
        return Content(f"{DESCRIPTIONS[self.key]}{f' · {source}' if source else ''}")

    @property
    def _offered(self) -> Suggestion | None:
        return self.told.other_than(f"services.{self.key}", self.setup)

    def _difference(self, suggestion: Suggestion) -> str:
        service = suggestion.taken(self.setup).services.of(self.key)
        return f"{described(service)}: {suggestion.source}"

    def action_take(self) -> None:
        suggestion = self._offered
        if suggestion is not None:
            self.post_message(Edited(suggestion.taken))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "take":
            return self._offered is not None
        return super().check_action(action, parameters)


class ServicesForm(VerticalScroll, StepContent, can_focus=False):
    """All services, one row each, and the path of calendars and contacts."""

    def compose(self) -> ComposeResult:
        yield Static(
            "Services that clients find by SRV records", classes="section -first", markup=False
        )
        yield Static(INTRO, classes="intro", markup=False)
        differs = Static(status_content(Status.INFO, DIFFERS), id="differs", markup=False)
        differs.display = False
        yield differs
        for service in self.setup.services.offers:
            row = ServiceRow(service.key, self.setup)
            yield row.data_bind(ServicesForm.setup, ServicesForm.problems, ServicesForm.told)
        yield Field(PATH, self.setup).data_bind(
            ServicesForm.setup, ServicesForm.problems, ServicesForm.report, ServicesForm.told
        )

    def on_mount(self) -> None:
        self._mark()

    def watch_told(self) -> None:
        self._mark()

    def watch_setup(self) -> None:
        self._mark()

    def _mark(self) -> None:
        keys = (service.key for service in self.setup.services.offers)
        differs = any(self.told.other_than(f"services.{key}", self.setup) for key in keys)
        for line in self.query("#differs"):
            line.display = differs
