"""The screen that publishes: the difference first, a yes, how far it is, and what is left."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from contextlib import aclosing
from dataclasses import replace
from enum import Enum
from functools import partial
from pathlib import Path
from typing import ClassVar

from dns.name import Name
from textual import work
from textual.app import ComposeResult
from textual.binding import ActiveBinding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.reactive import var

from mailcow_dns_tui.engine.process import WorkerDiedError
from mailcow_dns_tui.engine.protocol import Engine
from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.model.text import enumerated
from mailcow_dns_tui.panels.profile import Profile
from mailcow_dns_tui.publish.applying import in_thread
from mailcow_dns_tui.publish.changes import ProviderZone, Trouble, TroubleReason
from mailcow_dns_tui.publish.proposal import ZoneProposal
from mailcow_dns_tui.publish.providers import publisher_of
from mailcow_dns_tui.publish.run import (
    Decision,
    Ended,
    Publication,
    Publishing,
)
from mailcow_dns_tui.publish.snapshot import Snapshot
from mailcow_dns_tui.wizard.command import bindings
from mailcow_dns_tui.wizard.connections import Connections
from mailcow_dns_tui.wizard.messages import CheckEnded, CopyRequested, Edited, FindingsArrived
from mailcow_dns_tui.wizard.publishing import Places, hindrance
from mailcow_dns_tui.wizard.screen_commands import PUBLISH
from mailcow_dns_tui.wizard.screens.base import OwnScreen
from mailcow_dns_tui.wizard.screens.publish_progress import Progress
from mailcow_dns_tui.wizard.screens.publish_text import (
    KEPT,
    backup_lines,
    diff_lines,
    end_lines,
    parted,
    progress_lines,
    question_lines,
    trouble_lines,
    undo_command,
)
from mailcow_dns_tui.wizard.widgets.hanging import Hanging, Line
from mailcow_dns_tui.wizard.widgets.keys import KeyFooter, without_in_footer
from mailcow_dns_tui.wizard.widgets.text import SteadyText, status_content

LOOKING = "Asking the name servers, and reading what the provider has …"
OPENED = "This is what that opens. "
CHANGED = "Somebody changed the zone meanwhile: this is how it stands now. "
ASKED = "This is asked by itself. Publish it?"
READ_FIRST = "This was asked only just now: read it, then press y or n."
NOTHING_ASKED = "Nothing is asked now."
NOT_KEPT = "Nothing was changed, so there is no way back to be copied."
NOT_CONNECTED = "{title} was not given credentials: k in the guide connects."
STOPPING = "It stops when what is on its way now is over. Esc leaves at once."
STOPPED = "Stopped."
MOST_NAMED = 4
PATIENCE = 600.0
"""Seconds for a change to come to all name servers; Esc ends that sooner."""
JUST_NOW = 0.5
"""Seconds in which a key was meant for what was asked before."""


class Stage(Enum):
    """What the user looks at."""

    LOOKING = "looking"
    ASKED = "asked"
    RUNNING = "running"
    ENDED = "ended"


class PublishScreen(OwnScreen[None]):
    """Publishes as long as it is open; nothing without a yes.

    octoDNS runs in threads of this process: the credentials never leave it.

    Args:
        engine: who asks the name servers.
        setup: the plan to begin with.
        connections: who takes changes from the user.
        plan: its file, beside which is kept what was there.
        places: the zones.
        marks: of the steps to keep to; None for all.
    """

    BINDINGS: ClassVar[list[BindingType]] = bindings(PUBLISH)
    DEFAULT_CSS = """
    PublishScreen {
        & > Static { padding: 0 1; height: auto; }
        & > #subject { background: $panel; height: 1; }
        & > #asked { max-height: 4; border-bottom: solid $panel-lighten-2; }
        & > VerticalScroll {
            height: 1fr; padding: 0 1; scrollbar-size-vertical: 1; scrollbar-gutter: stable;
            & Static { height: auto; }
        }
    }
    """

    stage: var[Stage] = var(Stage.LOOKING, bindings=True)
    is_new: var[bool] = var(False, bindings=True)
    """Whether what is asked came just now."""

    def __init__(  # noqa: PLR0913, PLR0917 - all that a run is made of
        self,
        engine: Engine,
        setup: Setup,
        connections: Connections,
        plan: Path,
        places: Places,
        marks: Collection[str] | None = None,
    ) -> None:
        super().__init__()
        self._connections = connections
        self._places = places
        self._publication = Publication(
            setup, engine, self._connect, self._decide, plan, PATIENCE, places.keys(), marks
        )
        self.progress = Progress()
        """What was said yes to, and what has become of it."""
        self._answer: asyncio.Future[bool] | None = None
        self._refused: set[tuple[str, ...]] = set()
        self._is_stopping = False
        self._asked: Content | str = LOOKING
        self._lines: Sequence[Line] = ()

    def compose(self) -> ComposeResult:
        zones = enumerated([*map(unicode_form, self._places)], MOST_NAMED)
        yield SteadyText(Content.assemble(("Publish", "bold"), f"   {zones}"), id="subject")
        yield SteadyText(id="asked")
        with VerticalScroll():
            yield SteadyText(id="lines")
        yield KeyFooter()

    def on_mount(self) -> None:
        self._show()
        self._run()

    def _say(self, stage: Stage, asked: Content | str, lines: Iterable[Line] = ()) -> None:
        is_other = (stage, asked) != (self.stage, self._asked)
        self._asked, self._lines = asked, tuple(lines)
        self.stage = stage
        if self.is_alive:
            self._show()
            if is_other and stage in {Stage.ASKED, Stage.ENDED}:
                self.query_one(VerticalScroll).scroll_home(animate=False)

    def _show(self) -> None:
        self.query_one("#asked", SteadyText).show(self._asked)
        self.query_one("#lines", SteadyText).show(Hanging(self._lines))

    # Without a description, Textual writes out the arguments.
    @work(exclusive=True, group="publish", description="publish")
    async def _run(self) -> None:
        try:
            async with aclosing(self._publication.run()) as events:
                async for event in events:
                    if self._is_stopping and isinstance(event, Publishing):
                        break
                    self.progress = self.progress.after(event)
                    if isinstance(event, Snapshot):
                        self._note(event)
                    if isinstance(event, Ended):
                        self._end(end_lines(event, self._publication.marks))
                        return
                    if self._is_stopping:
                        break
                    self._tell_progress()
            self.progress = self.progress.settled
            self._end([Line(Content(STOPPED))])
        except WorkerDiedError as error:
            self._end([Line(status_content(Status.ERROR, str(error)), 2)])

    async def _connect(self, zone: Name, panel: Profile) -> ProviderZone | Trouble:
        publisher = publisher_of(panel.id)
        why = hindrance(zone, panel, self._connections)
        if why or publisher is None:
            return Trouble(TroubleReason.NO_PROVIDER, why)
        credentials = self._connections.of(panel.id, zone)
        if credentials is None:
            text = NOT_CONNECTED.format(title=publisher.title)
            return Trouble(TroubleReason.CREDENTIALS, text)
        from mailcow_dns_tui.publish.octodns_zone import connect

        # The first time it loads the provider's package.
        return await in_thread(partial(connect, publisher, credentials, zone))

    def _note(self, snapshot: Snapshot) -> None:
        """Let all screens know what was found, and the plan what is to be remembered of it."""
        found = [finding for part in snapshot.report.parts.values() for finding in part.all]
        guide = snapshot.setup.guide
        for message in (
            FindingsArrived(found, snapshot.asked),
            CheckEnded(snapshot.setup, found, snapshot.asked),
            Edited(
                lambda setup: replace(
                    setup, guide=replace(setup.guide, left=guide.left, moves=guide.moves)
                )
            ),
        ):
            self.app.post_message(message)

    async def _decide(self, proposals: Sequence[ZoneProposal]) -> Decision:
        has_acts = any(each.acts for each in proposals)
        if has_acts and not await self._agrees(self._headline(proposals), self._diff(proposals)):
            return Decision(publishes=False)
        accepted = frozenset([mark async for mark in self._accepted(proposals)])
        self.progress = self.progress.agreeing(proposals, accepted)
        self._tell_progress()
        return Decision(has_acts or bool(accepted), accepted)

    async def _accepted(self, proposals: Sequence[ZoneProposal]) -> AsyncIterator[str]:
        """The marks of the steps whose questions are answered by yes."""
        for each in proposals:
            for act in each.asking:
                if act.questions in self._refused:
                    continue
                if await self._agrees(ASKED, question_lines(act, each.zone)):
                    yield act.step.mark
                else:
                    self._refused.add(act.questions)

    async def _agrees(self, asked: str, lines: Iterable[Line]) -> bool:
        self._answer = asyncio.get_running_loop().create_future()
        self.is_new = True
        self._say(Stage.ASKED, Content.styled(asked, "bold"), lines)
        self.set_timer(JUST_NOW, self._let_answer)
        return await self._answer

    def _let_answer(self) -> None:
        self.is_new = False

    def _diff(self, proposals: Sequence[ZoneProposal]) -> list[Line]:
        diff = diff_lines(proposals, self._places)
        return [*parted((diff, trouble_lines(self.progress, self._places)))]

    def _headline(self, proposals: Sequence[ZoneProposal]) -> str:
        count = sum(len(act.changes) for each in proposals for act in each.acts)
        many = "this change" if count == 1 else f"these {count} changes"
        before = OPENED if self.progress.made else ""
        if any(self.progress.was_changed(each) for each in proposals):
            before = CHANGED
        return f"{before}Publish {many}?"

    def _tell_progress(self) -> None:
        progress = self.progress
        if not progress.agreed:
            self._say(Stage.LOOKING, LOOKING)
            return
        done, count = len(progress.made), len(progress.agreed)
        said = f"{done} of {count} published. "
        if progress.waits:
            names = [server.name.rstrip(".") for server in progress.waits]
            said += f"Waiting until {enumerated(names, MOST_NAMED)} "
            said += "has it." if len(names) == 1 else "have it."
        elif progress.running:
            said += "Publishing …"
        else:
            said += "Looking at what that opens …"
        stopping = Content(f"\n{STOPPING}" if self._is_stopping else "")
        lines = progress_lines(progress, self._places)
        self._say(Stage.RUNNING, Content.assemble((said, "bold"), stopping), lines)

    def _end(self, left: Iterable[Line]) -> None:
        progress = self.progress
        done = len(progress.made)
        said = {0: "Nothing was published.", 1: "1 change was published."}
        head = said.get(done, f"{done} changes were published.")
        style = "bold $text-success" if done else "bold"
        troubles = trouble_lines(progress, self._places)
        made = progress_lines(progress, self._places)
        parts = (troubles, left, backup_lines(progress.backups), made)
        self._say(Stage.ENDED, Content.styled(head, style), parted(parts))

    def action_yes(self) -> None:
        """Say yes to what is asked."""
        self._reply(yes=True)

    def action_no(self) -> None:
        """Say no to what is asked."""
        self._reply(yes=False)

    def _reply(self, *, yes: bool) -> None:
        if self.stage is not Stage.ASKED or self._answer is None:
            self.notify(NOTHING_ASKED, markup=False)
        elif self.is_new:
            self.notify(READ_FIRST, markup=False)
        else:
            self._take(self._answer, yes=yes)

    def _take(self, answer: asyncio.Future[bool], *, yes: bool) -> None:
        self.stage = Stage.RUNNING
        answer.set_result(yes)

    def action_copy(self) -> None:
        """Copy the command that takes the changes back."""
        if self.progress.backups:
            text = "\n".join(map(undo_command, self.progress.backups))
            self.app.post_message(CopyRequested(text, "the way back"))
        else:
            self.notify(NOT_KEPT, markup=False)

    def action_leave(self) -> None:
        """Leave; where something is on its way, let it come to its end first."""
        if self.stage is Stage.ASKED and self.progress.made and self._answer is not None:
            self._take(self._answer, yes=False)
        elif self.stage is Stage.RUNNING and not self._is_stopping:
            self._is_stopping = True
            self._tell_progress()
        else:
            if self.stage is Stage.RUNNING and self.progress.backups:
                # Nobody reads it at the end of the run.
                way_back = "\n".join((KEPT, *map(undo_command, self.progress.backups)))
                self.notify(way_back, timeout=30, markup=False)
            self.dismiss(None)

    @property
    def active_bindings(self) -> dict[str, ActiveBinding]:
        """In the footer is only what works now; a key that does not says why."""
        can_answer = self.stage is Stage.ASKED and not self.is_new
        idle = set() if can_answer else {"yes", "no"}
        idle |= set() if self.progress.backups and self.stage is Stage.ENDED else {"copy"}
        return without_in_footer(super().active_bindings, idle)
