"""Who sees a record: name servers, this machine's resolvers, and public ones once agreed to."""

from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import replace
from datetime import timedelta
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.reactive import var
from textual.widgets import Footer, OptionList

from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.seen import Kind, Seen, Sight, Unasked, Viewer, table
from mailcow_dns_tui.model.seen_words import headline, sentence
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.model.txt import brief
from mailcow_dns_tui.wizard.consent import Consent
from mailcow_dns_tui.wizard.going_on import going_on
from mailcow_dns_tui.wizard.messages import Edited
from mailcow_dns_tui.wizard.onlooker import Onlooker
from mailcow_dns_tui.wizard.own_screen import OwnScreen
from mailcow_dns_tui.wizard.report import Report
from mailcow_dns_tui.wizard.seen_list import SeenList, head, view_cell, viewer_text
from mailcow_dns_tui.wizard.steady_text import SteadyText

TICK = 1.0
PAUSE_BETWEEN_LOOKS = timedelta(seconds=10)
"""At least, where nobody asked for the next one: a TTL may be as short as they come."""
LONGEST = 600
EXAMPLE = "This is an example: no public resolver is asked."
OFF = "Public resolvers are off, and never asked. o switches them on."
ON = "Public resolvers are asked, too. o switches them off, l changes the list."
NAMED = (
    "Not asked yet: {names}. They would learn this name and your address. Enter asks them, over "
    "HTTPS where UDP is blocked; o switches them off, l changes the list."
)


def name_servers(report: Report, record: Record) -> tuple[Viewer, ...]:
    """Those that the last check has asked for the record, so that their rows need not wait."""
    lookups = (finding.lookup for finding in report.findings.get(record, ()))
    answers = (answer for lookup in lookups if lookup for answer in lookup.answers)
    sources = dict.fromkeys(answer.source for answer in answers if answer.authoritative)
    return tuple(Viewer(Kind.NAME_SERVER, each.name, each.address) for each in sources)


class EverywhereScreen(OwnScreen[None]):
    """Asks once it is opened, and again on request; public resolvers only by the user's leave."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss", "Back"),
        Binding("enter", "agree", "Ask public", priority=True),
        Binding("ctrl+r,r", "again", "Again", key_display="r", priority=True),
        Binding("a", "anyway", "Ask all the same"),
        Binding("o", "switch", "On/off"),
        Binding("l", "list", "List"),
    ]
    DEFAULT_CSS = """
    EverywhereScreen {
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
        servers: Sequence[Viewer],
        onlooker: Onlooker,
        consent: Consent,
        setup: Setup,
    ) -> None:
        super().__init__()
        self._record = record
        self._onlooker = onlooker
        self._consent = consent
        self._sights = {viewer: Sight(viewer, None, onlooker.now()) for viewer in servers}
        self._choice = setup.public
        self._looked_at = onlooker.now()
        self.set_reactive(EverywhereScreen.setup, setup)

    def compose(self) -> ComposeResult:
        name = unicode_form(self._record.owner)
        subject = Content.assemble((f"{name}  {self._record.type_text}", "bold"), "   who sees it")
        yield SteadyText(subject, id="subject")
        yield SteadyText(id="headline")
        yield SteadyText(id="head")
        yield SeenList(id="seen")
        yield SteadyText(id="about")
        yield SteadyText(id="public")
        yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        self.set_interval(TICK, self._tick)
        self._look()

    def _tick(self) -> None:
        """Let the time run, and look again once something old is over."""
        now = self._onlooker.now()
        rows = table(self._sights.values())
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
    def _public(self) -> tuple[Viewer, ...]:
        chosen = () if self._onlooker.is_example else self._choice.resolvers
        return tuple(map(Viewer.public, chosen))

    @property
    def _agreed(self) -> bool:
        return self._consent.covers(self._choice)

    @property
    def _withheld(self) -> bool:
        unasked = Unasked.IT_WOULD_REMEMBER
        return any(sight.unasked is unasked for sight in self._sights.values())

    @work(exclusive=True, group="look")
    async def _look(self, *, anyway: bool = False) -> None:
        with going_on(self, "r asks again."):
            await self._ask(anyway=anyway)

    async def _ask(self, *, anyway: bool) -> None:
        self._begin([v for v in self._sights if not v.is_cache])
        around = await self._onlooker.around()
        caches = [*around, *(self._public if self._agreed else ())]
        servers = [viewer for viewer in self._sights if not viewer.is_cache]
        self._begin([*servers, *caches])
        looking = self._onlooker.look(self.setup, self._record, caches, anyway=anyway)
        told = set()
        async with aclosing(looking) as sights:
            async for sight in sights:
                told.add(sight.viewer)
                self._sights[sight.viewer] = sight
                self._show()
        # A name server that has gone since the last check was not asked any more.
        gone = [viewer for viewer in servers if viewer not in told]
        self._sights = {v: sight for v, sight in self._sights.items() if v not in gone}
        self._show()

    def _begin(self, asked: Sequence[Viewer]) -> None:
        """All are being asked; the public ones at least named."""
        now = self._looked_at = self._onlooker.now()
        self._sights = {viewer: Sight(viewer, None, now) for viewer in asked}
        for viewer in self._public:
            if viewer not in self._sights:
                unasked = None if self._agreed else Unasked.NOT_AGREED
                self._sights[viewer] = Sight(viewer, None, now, unasked=unasked)
        self._show()

    def _show(self) -> None:
        rows, now = table(self._sights.values()), self._onlooker.now()
        seen = self.query_one(SeenList)
        seen.now, seen.rows = now, rows
        self.query_one("#headline", SteadyText).show(headline(rows, now))
        self.query_one("#head", SteadyText).show(head(max(20, self.size.width - 2)))
        self.query_one("#public", SteadyText).show(self._about_public())
        self._explain()
        self.keys = (self._agreed, self._withheld, self._choice.asked)

    @on(OptionList.OptionHighlighted)
    def _explain(self) -> None:
        row = self.query_one(SeenList).chosen
        self.query_one("#about", SteadyText).show("" if row is None else self._about(row))

    def _about(self, row: Seen) -> Content:
        viewer = row.viewer
        more = [viewer.country, viewer.url if viewer.address else ""]
        answer = row.sight.answer
        if answer is not None and viewer.url and viewer.address and answer.failure is None:
            more[1] = "asked over HTTPS" if answer.source.address == viewer.url else ""
        aside = ", ".join(filter(None, more))
        title = Content.assemble((viewer_text(viewer), "bold"), f"  {aside}" if aside else "")
        said = Content.assemble(
            view_cell(row.view).rstrip(), ": ", sentence(row, self._onlooker.now())
        )
        data = [Content.assemble(("What  ", "$text-muted"), brief(row.sight.data, LONGEST))]
        return Content("\n").join([title, said, *(data if row.sight.data else [])])

    def _about_public(self) -> str:
        if self._onlooker.is_example:
            return EXAMPLE
        if not self._choice.asked:
            return OFF
        return ON if self._agreed else NAMED.format(names=", ".join(map(viewer_text, self._public)))

    def action_again(self) -> None:
        self._look()

    def action_anyway(self) -> None:
        self._look(anyway=True)

    def action_agree(self) -> None:
        self._consent.give(self._choice)
        self._look()

    def action_switch(self) -> None:
        asked = not self.setup.public.asked
        self.app.post_message(
            Edited(lambda setup: replace(setup, public=replace(setup.public, asked=asked)))
        )

    def action_list(self) -> None:
        from mailcow_dns_tui.wizard.resolver_list import ResolverListScreen

        self.app.push_screen(ResolverListScreen(self.setup))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        public = not self._onlooker.is_example
        if action == "agree":
            return bool(public and self._choice.asked and not self._agreed)
        if action == "anyway":
            return self._withheld
        if action in {"switch", "list"}:
            return public and (action == "switch" or self._choice.asked)
        return True
