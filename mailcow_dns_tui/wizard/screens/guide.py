"""The guide's screen: what is not good, one step at a time, until nothing is left."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from dns.name import Name
from textual import on
from textual.app import ComposeResult
from textual.binding import ActiveBinding, BindingType
from textual.containers import Container, VerticalScroll
from textual.reactive import var

from mailcow_dns_tui.engine.protocol import Engine
from mailcow_dns_tui.guide.boxes import FormProgress, is_same_job, panel_of_step
from mailcow_dns_tui.guide.plan import Guiding
from mailcow_dns_tui.guide.state import GuideState
from mailcow_dns_tui.model.policy_page import PolicyPage
from mailcow_dns_tui.model.problems import Problem
from mailcow_dns_tui.model.report import Report
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.model.step import GuidePlace, GuideStep
from mailcow_dns_tui.panels.load import generic
from mailcow_dns_tui.topics.host.topic import without_ipv6
from mailcow_dns_tui.wizard import messages
from mailcow_dns_tui.wizard.checker import pauses
from mailcow_dns_tui.wizard.command import bindings
from mailcow_dns_tui.wizard.commands import GUIDE
from mailcow_dns_tui.wizard.screens import guide_text
from mailcow_dns_tui.wizard.screens.base import OwnScreen
from mailcow_dns_tui.wizard.screens.dialogs import ask_at_once
from mailcow_dns_tui.wizard.screens.guide_card import ASKING, Card, StepView, card, drop_srv, idle
from mailcow_dns_tui.wizard.screens.guide_end import GuideEnd, end_lines, plain
from mailcow_dns_tui.wizard.screens.guide_looker import GuideLooker, Pauses, now
from mailcow_dns_tui.wizard.screens.guide_saving import Saving
from mailcow_dns_tui.wizard.screens.publish_keys import OFFERED, PublishKeys
from mailcow_dns_tui.wizard.screens.zone_import import is_offered, offer_hint, own_zone
from mailcow_dns_tui.wizard.steps.step import wrong_steps
from mailcow_dns_tui.wizard.watch import UNWATCHED, WatchState
from mailcow_dns_tui.wizard.widgets.hanging import Hanging
from mailcow_dns_tui.wizard.widgets.keys import KeyFooter, without_in_footer
from mailcow_dns_tui.wizard.widgets.status_bar import StatusLine
from mailcow_dns_tui.wizard.widgets.text import SteadyText


class GuideScreen(OwnScreen[None], PublishKeys):
    """Shows one step, copies its boxes, and goes on when the zone's own name servers have it."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-short"), (22, "-tall")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = bindings(GUIDE)
    DEFAULT_CSS = """
    GuideScreen {
        & Static { height: auto; }
        & #walk { height: 1fr; layout: vertical; }
        & VerticalScroll { padding: 0 1; scrollbar-size-vertical: 1; }
        & #step, &.-wide #step { height: 1fr; }
        & #looked { padding: 0 1; max-height: 5; background: $panel; }
        & #rest {
            height: 5; border-top: solid $panel-lighten-2;
            &:focus { border-top: $focus-line $primary; }
        }
        &.-short #rest { height: 3; }
        &.-full.-narrow #rest, & #rest.-empty { display: none; }
        &.-wide #walk { layout: horizontal; align-horizontal: center; }
        &.-wide #step { width: 3fr; max-width: 96; }
        &.-wide #rest {
            width: 2fr; height: 1fr; border: round $panel-lighten-2;
            &:focus { border: $focus-frame $primary; }
        }
    }
    """

    problems: var[tuple[Problem, ...]] = var(())
    watched: var[WatchState] = var(UNWATCHED)
    state: var[GuideState] = var(GuideState(), init=False)

    def __init__(
        self,
        engine: Engine,
        setup: Setup,
        report: Report,
        pauses: Pauses = pauses,
        plan: Path | None = None,
    ) -> None:
        super().__init__()
        self._engine = engine
        self._pauses = pauses
        self._plan = plan
        self._guiding = Guiding()
        self._policies: Mapping[Name, PolicyPage] = {}
        self._form = replace(FormProgress(generic()), copied=setup.guide.copied)
        self._looked = self._told = ""
        self._is_early = False
        self._offers: Collection[str] = ()
        self._heard = now()
        self._saving = Saving()
        self._kept = setup.guide
        self.set_reactive(GuideScreen.setup, setup)
        self.set_reactive(GuideScreen.report, report)
        self.set_reactive(GuideScreen.state, GuideState.from_place(setup.guide))

    def compose(self) -> ComposeResult:
        yield StatusLine().data_bind(
            GuideScreen.setup, GuideScreen.report, GuideScreen.problems, GuideScreen.watched
        )
        with Container(id="walk"):
            yield StepView()
            with VerticalScroll(id="rest"):
                yield SteadyText()
        yield SteadyText(id="looked")
        yield KeyFooter()
        yield GuideLooker(self._engine, self._pauses).data_bind(
            GuideScreen.setup, GuideScreen.report, GuideScreen.state
        )

    def on_mount(self) -> None:
        self._keep(replace(self.setup.guide, is_open=True))
        self._go_on()

    def watch_report(self) -> None:
        """Note when there was news, for who waits, and take what is known now."""
        self._heard = now()
        if self.is_alive:
            self._go_on()

    def watch_setup(self) -> None:
        """Take the form anew, which may be that of another panel by now."""
        if self.is_alive:
            self._note_offers()
            self._refill(self._form.copied)

    watch_connections = watch_setup

    def _note_offers(self) -> None:
        imports = is_offered(self._step, self.state.steps, self.report, self.setup)
        # Whose panel takes a file is known: the key to choose another one is in the help.
        self._offers = [*self.publishing, "import_zone" if imports else "panel"]

    def watch_problems(self) -> None:
        if self.is_alive:
            self._show()

    def _go_on(self) -> None:
        """Take what is known now, once all was asked: before that, what is safe can't be told."""
        before, copied = self.state, self._form.copied
        if self.report.all_asked and self.report.is_of(self.setup):
            self.state = before.looked(self._steps(), self.report, now())
        current = self.state.current
        # At the start the form is the one that was on the screen before, if that step is left.
        is_resumed = before.goal and current is not None and current.mark == before.goal
        same_job = is_resumed or not self.report.all_asked or is_same_job(before.current, current)
        self._refill(copied if same_job else 0)

    @property
    def _step(self) -> GuideStep | None:
        """What can be done now, as far as that is known."""
        return self.state.current if self.report.all_asked else None

    @property
    def shown_step(self) -> GuideStep | str:
        return self._step or guide_text.NO_STEP

    @property
    def known_steps(self) -> Sequence[GuideStep]:
        return self.state.steps

    def _steps(self) -> tuple[GuideStep, ...]:
        standing = tuple(self.report.standing)
        records = self.report.records
        return self._guiding.steps(self.setup, records, standing, now(), self._policies)

    def watch_state(self, before: GuideState, state: GuideState) -> None:
        """Another step begins at its top, with nothing of what was said about the one before."""
        self._keep(self._place)
        if before.shown != state.shown:
            self._looked = ""
            self._told = "" if before.shown is not None or self._is_early else self._told
            self._saving.go_on(before, state)
            self._note_offers()
            self.query_one(StepView).show_top()
            self._refill(0)

    @property
    def _place(self) -> GuidePlace:
        return replace(self.state.place, copied=self._form.copied)

    def _keep(self, place: GuidePlace) -> None:
        """For the next start, however this one ends."""
        if place != self._kept and not self.was_left:
            self._kept = place
            # To the app itself: what is on its way through a screen may arrive after it was left.
            self.app.post_message(messages.Edited(lambda setup: replace(setup, guide=place)))

    def action_leave(self) -> None:
        """Leave the guide; the next start does not open it."""
        self._keep(replace(self._kept, is_open=False))
        self.dismiss(None)

    def _refill(self, copied: int) -> None:
        """Take the form of the current step, with so many boxes copied."""
        step = self._step
        panel = panel_of_step(step, self.report, self.setup)
        form = FormProgress.of(step, panel) if step else FormProgress(panel)
        is_same = step is None or panel == self._form.panel or not self._form.forms
        self._form = replace(form, copied=copied if is_same else 0)
        if self.report.all_asked:
            self._keep(self._place)
        self._show()

    def _show(self) -> None:
        state, step, view = self.state, self._step, self.query_one(StepView)
        if step is not None:
            view.show(card(step, self._form), guide_text.announced(step))
        else:
            view.show(Card(end_lines(self._end)), "Done" if self._end.is_good else "")
        is_known, today = self.report.all_asked, now().date()
        told = guide_text.rest_content(state, self.setup, today) if is_known else Hanging(())
        self.query_one("#rest SteadyText", SteadyText).show(told)
        self.query_one("#rest").set_class(not told.lines, "-empty")
        view.show_progress(guide_text.progress_lines(state) if is_known else [""])
        self.refresh_bindings()
        hint = offer_hint(self._form.panel, self._offers)
        looked = guide_text.looked_content(state, self._looked, self._told, hint)
        self.query_one("#looked", SteadyText).show(looked)

    @property
    def _end(self) -> GuideEnd:
        known = self.state, self.setup, self.report, wrong_steps(self.problems)
        return GuideEnd(*known, plan=self._plan, seen=self._heard)

    @on(GuideLooker.Looked)
    def _note_look(self, event: GuideLooker.Looked) -> None:
        self._looked = f"{event.at:%H:%M:%S}"

    @on(GuideLooker.PoliciesRead)
    def _take_policies(self, event: GuideLooker.PoliciesRead) -> None:
        self._policies = {**self._policies, **event.pages}
        self._go_on()

    def action_copy_box(self) -> None:
        """Copy box after box."""
        form = self._form
        if box := form.next_box:
            self._refill(form.copied + 1)
            self.query_one(StepView).show_box()
            self._copy(box[1], form.said)
        else:
            self._tell_idle(guide_text.ALL_COPIED if form.boxes else guide_text.NOTHING_TO_PASTE)

    def action_save(self) -> None:
        """Take the user's word that the step is done, and go on to the next."""
        if (step := self._step) is None:
            self._tell_idle(guide_text.NO_STEP)
        elif doubt := self._saving.doubt(step, self._form):
            self.tell(doubt)
        else:
            self.state = self.state.save()

    def action_panel(self) -> None:
        """Choose whose form it is."""
        from mailcow_dns_tui.wizard.screens.panel_choice import choose_panel

        domain = self._step.finding.domain if self._step else None
        choose_panel(self, self.report.part(domain), self.setup)

    def action_copy_value(self) -> None:
        """Copy the value of the step's record, or what the end offers."""
        record = self._step.record if self._step else None
        if text := record.value if record else self._form.lone or self._end.spf[1]:
            self._copy(text, "the value")
        else:
            self._tell_idle(guide_text.NOTHING_TO_PASTE)

    def action_copy_cron(self) -> None:
        """Copy the line for a crontab, which stands at the end."""
        if line := self._end.cron:
            self._copy(line, "the line for a crontab")
        else:
            self._tell_idle(guide_text.NO_CRON)

    def _copy(self, text: str, what: str) -> None:
        self.query_one(GuideLooker).begin_anew()
        about = self.state.shown

        def tell(sentence: str) -> None:
            # A slow clipboard answers when the next step is there already.
            if self.state.shown is about:
                self.tell(sentence)

        self.post_message(messages.CopyRequested(text, what, tell))

    def tell(self, sentence: str) -> None:
        """Say it below the step, which a message would cover; in a message if it was left."""
        if self.was_left:
            self.notify(sentence, markup=False)
            return
        self._told, self._is_early = sentence, not self.report.all_asked
        if self.is_alive:
            self._show()
        if self.is_alive and self._form.copied:
            self.query_one(StepView).show_box()

    def _tell_idle(self, sentence: str) -> None:
        """Why a key does nothing; before all was asked nobody knows."""
        self.tell(sentence if self.report.all_asked else ASKING)

    def action_import_zone(self) -> None:
        """Show what can be imported now of the zone that the step is about."""
        if zone := own_zone(self._step, self.report):
            self.post_message(messages.ImportRequested(zone, self.state.steps))
        else:
            self._tell_idle(guide_text.NO_ZONE if self._step else guide_text.NO_STEP)

    def action_help(self) -> None:
        """Show how the guide works."""
        from mailcow_dns_tui.wizard.screens.help import HelpScreen

        self.app.push_screen(HelpScreen.of_guide(self.query_one(StepView).text))

    def action_plain(self) -> None:
        """Show the step as plain text."""
        self.post_message(plain(self._step, self._form, self._end))

    def action_skip(self) -> None:
        """Put the step off."""
        if self._step is None:
            self._tell_idle(guide_text.NO_STEP)
        else:
            self.state = self.state.skip()

    @property
    def active_bindings(self) -> dict[str, ActiveBinding]:
        """In the footer is only what works now; a key that does not says why."""
        aside = OFFERED - {*(self._offers if self.report.all_asked else ())}
        aside |= set() if self._end.cron else {"copy_cron"}
        aside |= {"look"} if self.state.asked or not self.report.all_asked else set()
        return without_in_footer(super().active_bindings, {*self._idle, *aside})

    @property
    def _idle(self) -> Collection[str]:
        return idle(self._step, self._form, self.state, self.setup, self._end.spf[1])

    def action_without_ipv6(self) -> None:
        """Choose not to send over IPv6; the guide goes on to what that leaves to be done."""
        self._take_out("without_ipv6", without_ipv6, "the IPv6 address")

    def action_without_services(self) -> None:
        """Answer that the panel has no SRV records; mail programs have other ways to the server."""
        self._take_out("without_services", drop_srv, "the SRV records")

    def _take_out(self, action: str, change: Callable[[Setup], Setup], what: str) -> None:
        if action in self._idle:
            self._tell_idle(guide_text.NOT_ABOUT)
        else:
            self.app.post_message(messages.Edited(change, what))

    def action_mute(self) -> None:
        """Ask why the step is not to be done; it is no fault any more then."""
        from mailcow_dns_tui.wizard.screens.muting import mute_or_unmute

        if step := self._step:
            mute_or_unmute(self, (step.finding,))
        else:
            self._tell_idle(guide_text.NO_STEP)

    def action_back(self) -> None:
        """Go to the step that the user came from."""
        if "back" in self._idle:
            self._tell_idle(guide_text.NO_WAY_BACK)
        elif self.report.all_asked:
            self.state = self.state.back()

    def action_at_once(self) -> None:
        """Ask why a stricter DMARC policy need not wait for reports."""
        here = self._step.finding.domain if self._step else None
        if not ask_at_once(self, self.setup, here):
            self._tell_idle("No DMARC policy has to wait here.")

    def action_look(self) -> None:
        """Ask the zone's name servers now: about all where nothing is waited for."""
        if self.state.asked:
            self._looked = self._told = ""
            self.query_one(GuideLooker).look_now()
        elif self.report.all_asked:
            self.action_check()
        else:
            self.tell(ASKING)

    def action_check(self) -> None:
        """Ask about everything anew."""
        self.tell(ASKING)
        self.query_one(GuideLooker).check_anew()

    @on(GuideLooker.AskedAnew)
    def _tell_news(self, event: GuideLooker.AskedAnew) -> None:
        self.tell(event.said)
