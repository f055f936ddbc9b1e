"""Step 4: what clients find by SRV records."""

from dataclasses import replace

from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.model.problems import Problem
from mailcow_dns_tui.model.services import DEFAULT_SERVICES, DESCRIPTIONS, Offer
from mailcow_dns_tui.model.setup import DEFAULT_DAV_PATH, Setup
from mailcow_dns_tui.wizard.control import Control
from mailcow_dns_tui.wizard.field import Field
from mailcow_dns_tui.wizard.question import Question
from mailcow_dns_tui.wizard.report import Report
from mailcow_dns_tui.wizard.status import status_content

INTRO = "On: clients find it. Off: told that there is none (0 0 0 .). Skip: no record at all."
CHOICES = (
    (Offer.PROVIDED.name, "on"),
    (Offer.NOT_PROVIDED.name, "off"),
    (Offer.OMITTED.name, "skip"),
)
DEFAULT_PORTS = {service.key: service.port for service in DEFAULT_SERVICES}


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
        port = int(answer) if answer.isdecimal() else DEFAULT_PORTS[key]
        service = replace(setup.services.of(key), port=port)
        return replace(setup, services=setup.services.with_service(service))

    placeholder = str(DEFAULT_PORTS[key])
    return Question(
        f"services.{key}", key, "", read, write, placeholder=placeholder, restrict=r"\d{0,5}"
    )


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

    setup: reactive[Setup] = reactive(Setup())
    problems: reactive[tuple[Problem, ...]] = reactive(())

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
        yield Static(DESCRIPTIONS[self.key], classes="note", markup=False)

    def watch_problems(self, problems: tuple[Problem, ...]) -> None:
        wrong = [p.sentence for p in problems if p.key == f"services.{self.key}"]
        text = Content(DESCRIPTIONS[self.key])
        for note in self.query(".note").results(Static):
            note.update(status_content(Status.ERROR, wrong[0]) if wrong else text)


class ServicesForm(VerticalScroll, can_focus=False):
    """All services, one row each, and the path of calendars and contacts."""

    setup: reactive[Setup] = reactive(Setup())
    problems: reactive[tuple[Problem, ...]] = reactive(())
    report: reactive[Report] = reactive(Report())

    def __init__(self, setup: Setup, *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self.set_reactive(ServicesForm.setup, setup)

    def compose(self) -> ComposeResult:
        yield Static(
            "Services that clients find by SRV records", classes="section -first", markup=False
        )
        yield Static(INTRO, classes="intro", markup=False)
        for service in self.setup.services.offers:
            row = ServiceRow(service.key, self.setup)
            yield row.data_bind(ServicesForm.setup, ServicesForm.problems)
        yield Field(PATH, self.setup).data_bind(
            ServicesForm.setup, ServicesForm.problems, ServicesForm.report
        )
