"""Which servers have a record, and the list of the public resolvers that may be asked."""

from collections.abc import Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from datetime import timedelta
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.reactive import var
from textual.widget import Widget
from textual.widgets import OptionList, Static, TextArea

from mailcow_dns_tui.engine.protocol import Engine
from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.propagation import (
    Observation,
    PropagationRow,
    Unasked,
    Vantage,
    VantageKind,
    headline,
    sentence,
    table,
)
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.report import Report
from mailcow_dns_tui.model.resolvers import BUILT_IN, PublicResolver, resolver_problem
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.model.text import brief
from mailcow_dns_tui.wizard.checker import notify_if_worker_died
from mailcow_dns_tui.wizard.command import bindings
from mailcow_dns_tui.wizard.messages import Edited
from mailcow_dns_tui.wizard.screen_commands import PROPAGATION
from mailcow_dns_tui.wizard.screens.base import Dialog, OwnScreen
from mailcow_dns_tui.wizard.screens.propagation_table import (
    PropagationTable,
    head,
    view_cell,
    viewer_text,
)
from mailcow_dns_tui.wizard.widgets.inputs import LinesInput
from mailcow_dns_tui.wizard.widgets.keys import KeyFooter, without_in_footer
from mailcow_dns_tui.wizard.widgets.text import SteadyText, status_content

TICK = 1.0
PAUSE_BETWEEN_LOOKS = timedelta(seconds=10)
"""At least, where nobody asked for the next one: a TTL may be as short as they come."""
LONGEST = 600
EXAMPLE = "This is an example: no public resolver is asked."
OFF = "Public resolvers are off, and never asked. o switches them on."
ON = "Public resolvers are asked, too. o switches them off, l changes the list."
ASKED = "Public resolvers are asked already. r asks all again."
NOBODY_LEFT_OUT = "Nobody is left out: all who may be asked are asked. r asks all again."
NAMED = (
    "Not asked yet: {names}. They would learn this name and your address. Enter asks them, over "
    "HTTPS where UDP is blocked; o switches them off, l changes the list."
)


def name_servers(report: Report, record: Record) -> tuple[Vantage, ...]:
    """Those that the last check has asked for the record, so that their rows need not wait."""
    lookups = (finding.lookup for finding in report.findings.get(record, ()))
    answers = (answer for lookup in lookups for answer in lookup.answers)
    sources = dict.fromkeys(answer.source for answer in answers if answer.authoritative)
    return tuple(Vantage(VantageKind.NAME_SERVER, each.name, each.address) for each in sources)


class PropagationScreen(OwnScreen[None]):
    """Asks once it is opened, and again on request; public resolvers only by the user's leave."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(PROPAGATION)
    DEFAULT_CSS = """
    PropagationScreen {
        & > Static { padding: 0 1; height: auto; }
        & > #subject { background: $panel; }
        & > #head { height: 1; }
        & > #seen {
            height: 1fr; border: none; padding: 0 1; background: transparent;
            scrollbar-size-vertical: 1;
        }
        & > #seen > .option-list--option-highlighted { background: $primary-muted; }
        & > #about { height: 5; border-top: solid $panel-lighten-2; }
        & > #public { color: $text-muted; }
    }
    """

    setup: var[Setup] = var(Setup(), init=False)
    keys: var[tuple[bool, ...]] = var((), bindings=True)
    """What it depends on which keys there are."""

    def __init__(
        self,
        record: Record,
        servers: Sequence[Vantage],
        engine: Engine,
        agreed: set[PublicResolver],
        setup: Setup,
    ) -> None:
        super().__init__()
        self._record = record
        self._engine = engine
        self._agreed_resolvers = agreed
        self._observations = {viewer: Observation(viewer, None, engine.now()) for viewer in servers}
        self._choice = setup.public
        self._looked_at = engine.now()
        self.set_reactive(PropagationScreen.setup, setup)

    def compose(self) -> ComposeResult:
        name = unicode_form(self._record.owner)
        subject = Content.assemble((f"{name}  {self._record.type_text}", "bold"), "   who sees it")
        yield SteadyText(subject, id="subject")
        yield SteadyText(id="headline")
        yield SteadyText(id="head")
        yield PropagationTable(id="seen")
        yield SteadyText(id="about")
        yield SteadyText(id="public")
        yield KeyFooter()

    def on_mount(self) -> None:
        self.set_interval(TICK, self._tick)
        self._look()

    def _tick(self) -> None:
        """Let the time run, and look again once something old is over."""
        now = self._engine.now()
        rows = table(self._observations.values())
        ends = (row.gone_by for row in rows if row.from_servers is not False)
        rested = now - self._looked_at >= PAUSE_BETWEEN_LOOKS
        if rested and any(end is not None and end <= now for end in ends):
            self._look()
        self._show()

    def watch_setup(self) -> None:
        if self.is_active:
            self._ask_new_choice()

    def on_screen_resume(self) -> None:
        self._ask_new_choice()

    def _ask_new_choice(self) -> None:
        if self._choice != self.setup.public:
            self._choice = self.setup.public
            self._look()

    @property
    def _public(self) -> tuple[Vantage, ...]:
        chosen = () if self._engine.is_example else self._choice.resolvers
        return tuple(map(Vantage.public, chosen))

    @property
    def _agreed(self) -> bool:
        return self._choice.is_covered_by(self._agreed_resolvers)

    @property
    def _withheld(self) -> bool:
        unasked = Unasked.IT_WOULD_REMEMBER
        return any(each.unasked is unasked for each in self._observations.values())

    @work(exclusive=True, group="look")
    async def _look(self, *, anyway: bool = False) -> None:
        with notify_if_worker_died(self, "r asks again."):
            await self._ask(anyway=anyway)

    async def _ask(self, *, anyway: bool) -> None:
        self._begin([v for v in self._observations if not v.is_cache])
        resolvers = await self._engine.resolvers()
        caches = [*resolvers, *(self._public if self._agreed else ())]
        servers = [viewer for viewer in self._observations if not viewer.is_cache]
        self._begin([*servers, *caches])
        asking = self._engine.propagation(self.setup, self._record, caches, anyway=anyway)
        asked = set()
        async with aclosing(asking) as observations:
            async for observation in observations:
                asked.add(observation.viewer)
                self._observations[observation.viewer] = observation
                self._show()
        # A name server that has gone since the last check was not asked any more.
        gone = [viewer for viewer in servers if viewer not in asked]
        self._observations = {v: each for v, each in self._observations.items() if v not in gone}
        self._show()

    def _begin(self, asked: Sequence[Vantage]) -> None:
        """All are being asked; the public ones at least named."""
        now = self._looked_at = self._engine.now()
        self._observations = {viewer: Observation(viewer, None, now) for viewer in asked}
        for viewer in self._public:
            if viewer not in self._observations:
                unasked = None if self._agreed else Unasked.NOT_AGREED
                self._observations[viewer] = Observation(viewer, None, now, unasked=unasked)
        self._show()

    def _show(self) -> None:
        rows, now = table(self._observations.values()), self._engine.now()
        seen = self.query_one(PropagationTable)
        seen.now, seen.rows = now, rows
        self.query_one("#headline", SteadyText).show(headline(rows, now))
        self.query_one("#head", SteadyText).show(head(max(20, self.size.width - 2)))
        self.query_one("#public", SteadyText).show(self._about_public())
        self._explain()
        self.keys = (self._agreed, self._withheld, self._choice.asked)

    @on(OptionList.OptionHighlighted)
    def _explain(self) -> None:
        row = self.query_one(PropagationTable).chosen
        self.query_one("#about", SteadyText).show("" if row is None else self._about(row))

    def _about(self, row: PropagationRow) -> Content:
        viewer = row.viewer
        more = [viewer.country, viewer.url if viewer.address else ""]
        answer = row.sight.answer
        if answer is not None and viewer.url and viewer.address and answer.failure is None:
            more[1] = "asked over HTTPS" if answer.source.address == viewer.url else ""
        aside = ", ".join(filter(None, more))
        title = Content.assemble((viewer_text(viewer), "bold"), f"  {aside}" if aside else "")
        said = Content.assemble(
            view_cell(row.view).rstrip(), ": ", sentence(row, self._engine.now())
        )
        data = [Content.assemble(("What  ", "$text-muted"), brief(row.sight.data, LONGEST))]
        return Content("\n").join([title, said, *(data if row.sight.data else [])])

    def _about_public(self) -> str:
        if self._engine.is_example:
            return EXAMPLE
        if not self._choice.asked:
            return OFF
        return ON if self._agreed else NAMED.format(names=", ".join(map(viewer_text, self._public)))

    def action_again(self) -> None:
        """Ask all again."""
        self._look()

    def action_anyway(self) -> None:
        """Ask resolvers also where a name server lacks the record."""
        if not self._is_idle("anyway"):
            self._look(anyway=True)

    def action_agree(self) -> None:
        """Ask the public resolvers that are named on the screen."""
        if not self._is_idle("agree"):
            self._agreed_resolvers.update(self._choice.resolvers)
            self._look()

    def action_switch(self) -> None:
        """Switch public resolvers on or off, for good."""
        if self._is_idle("switch"):
            return
        asked = not self.setup.public.asked
        self.app.post_message(
            Edited(lambda setup: replace(setup, public=replace(setup.public, asked=asked)))
        )

    def action_list(self) -> None:
        """Edit the list of public resolvers."""
        if not self._is_idle("list"):
            self.app.push_screen(ResolverListScreen(self.setup))

    @property
    def active_bindings(self) -> dict[str, ActiveBinding]:
        """In the footer is only what works now; a key that does not says why."""
        return without_in_footer(super().active_bindings, self._idle)

    @property
    def _idle(self) -> Mapping[str, str]:
        """The actions that can do nothing now, each with why."""
        idle = {} if self._withheld else {"anyway": NOBODY_LEFT_OUT}
        if self._engine.is_example:
            return {**idle, **dict.fromkeys(("agree", "switch", "list"), EXAMPLE)}
        if not self._choice.asked:
            return {**idle, **dict.fromkeys(("agree", "list"), OFF)}
        return {**idle, "agree": ASKED} if self._agreed else idle

    def _is_idle(self, action: str) -> bool:
        """Whether it can do nothing now, which is said then."""
        why = self._idle.get(action, "")
        if why:
            self.notify(why, markup=False)
        return bool(why)


ABOUT = (
    "One a line: an IP address, or an https:// URL for DNS over HTTPS. They are asked without a "
    "further question. With nothing here, the wizard knows these, and asks you first:"
)


class ResolverListScreen(Dialog[None]):
    """Takes one resolver a line; what is typed is saved at once."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss", "Close", priority=True)]
    DEFAULT_CSS = """
    ResolverListScreen {
        & > .box { width: 76; }
        & Static { height: auto; }
        & .known { margin: 0 0 1 2; color: $text-muted; }
        & TextArea { height: 6; border: none; padding: 0; background: $background; }
        & TextArea:focus { background: $surface-lighten-2; }
        & #wrong { min-height: 1; }
    }
    """

    def __init__(self, setup: Setup) -> None:
        super().__init__("Public resolvers of your own choice", "Esc closes")
        self._listed = setup.public.listed

    def make_box(self) -> Widget:
        return Vertical()

    def compose_box(self) -> ComposeResult:
        yield Static(ABOUT, markup=False)
        known = (f"{each.operator}, {each.country}: {each.address}" for each in BUILT_IN)
        yield Static("\n".join(known), classes="known", markup=False)
        yield LinesInput("\n".join(self._listed), compact=True)
        yield Static(id="wrong", markup=False)

    @on(TextArea.Changed)
    def _take(self, event: TextArea.Changed) -> None:
        listed = tuple(filter(None, map(str.strip, event.text_area.text.splitlines())))
        wrong = next(filter(None, map(resolver_problem, listed)), None)
        said = status_content(Status.ERROR, wrong) if wrong else Content()
        self.query_one("#wrong", Static).update(said)
        if listed != self._listed:
            self._listed = listed
            self.app.post_message(Edited(lambda setup: with_listed(setup, listed)))


def with_listed(setup: Setup, listed: tuple[str, ...]) -> Setup:
    """The setup with another list of public resolvers, as typed."""
    return replace(setup, public=replace(setup.public, listed=listed))
