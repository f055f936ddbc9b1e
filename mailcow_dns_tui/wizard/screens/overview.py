"""All domains at a glance, the worst first."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import ActiveBinding, BindingType
from textual.content import Content
from textual.reactive import var
from textual.widgets import Input

from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.model.problems import Problem
from mailcow_dns_tui.model.report import Report
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.questions.suggestions import NO_SUGGESTIONS, Suggestions
from mailcow_dns_tui.topics.registry import columns_meanings
from mailcow_dns_tui.wizard.command import bindings
from mailcow_dns_tui.wizard.screen_commands import OVERVIEW
from mailcow_dns_tui.wizard.screens.base import OwnScreen
from mailcow_dns_tui.wizard.screens.overview_rows import (
    NONE,
    Overviewed,
    chosen_of,
    head_content,
    overview,
    row_content,
)
from mailcow_dns_tui.wizard.watch import UNWATCHED, WatchState
from mailcow_dns_tui.wizard.widgets.hanging import Hanging, packed_line
from mailcow_dns_tui.wizard.widgets.inputs import LineInput
from mailcow_dns_tui.wizard.widgets.keys import KeyFooter, without_in_footer
from mailcow_dns_tui.wizard.widgets.row_list import RowList
from mailcow_dns_tui.wizard.widgets.status_bar import StatusLine
from mailcow_dns_tui.wizard.widgets.text import STYLES, SteadyText

SEARCH = "/ searches: a part of the name, error, alias, muted …"
ONLY_BAD = "Only those with faults are shown; f shows all.  / searches"
NONE_LIKE_THAT = "No domain is like that: Esc shows all."
NO_ROW = "There is no domain here that could be chosen."
PAUSE_BETWEEN_SHOWINGS = 0.2


class OverviewList(RowList):
    """The rows that are left of a search; the cursor stays on its domain."""

    def __init__(self, *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self._rows: tuple[Overviewed, ...] = ()

    @property
    def chosen(self) -> Overviewed | None:
        """The row at the cursor; None in an empty list."""
        return None if self.highlighted is None else self._rows[self.highlighted]

    @property
    def count(self) -> int:
        return len(self._rows)

    def is_heading(self, index: int) -> bool:
        return False

    def content(self, index: int, width: int) -> Content:
        return row_content(self._rows[index], width)

    def show(self, rows: tuple[Overviewed, ...]) -> None:
        """Take other rows; the cursor follows its domain."""
        if rows == self._rows:
            return
        at = self.chosen.domain if self.chosen else None
        had = self.chosen is not None and self.highlighted != 0
        self._rows = rows
        # Whoever has not moved looks at what is worst.
        place = next((i for i, row in enumerate(rows) if had and row.domain == at), 0)
        self.fill(place if rows else None)


class OverviewScreen(OwnScreen[Overviewed | None]):
    """One row a domain; ends with the one that is to be shown, or with None."""

    AUTO_FOCUS = "#domains"
    BINDINGS: ClassVar[list[BindingType]] = bindings(OVERVIEW)
    DEFAULT_CSS = """
    OverviewScreen {
        & #search { border: none; height: 1; padding: 0 1; background: $panel; }
        & #heads { height: 1; padding: 0 1; text-style: bold; }
        & #domains { height: 1fr; padding: 0 1; background: transparent; }
        & #nothing { height: 1fr; padding: 0 1; display: none; }
        & #legend { height: auto; padding: 0 1; border-top: solid $panel-lighten-2; }
    }
    """

    setup: var[Setup] = var(Setup())
    report: var[Report] = var(Report())
    problems: var[tuple[Problem, ...]] = var(())
    watched: var[WatchState] = var(UNWATCHED)
    suggestions: var[Suggestions] = var(NO_SUGGESTIONS)

    def __init__(self) -> None:
        super().__init__()
        self._only_bad = False
        self._rows: tuple[Overviewed, ...] = ()
        self._is_due = True
        """Whether there is news that the rows do not have yet."""

    def compose(self) -> ComposeResult:
        yield StatusLine().data_bind(
            OverviewScreen.setup,
            OverviewScreen.report,
            OverviewScreen.problems,
            OverviewScreen.watched,
        )
        yield LineInput(placeholder=SEARCH, id="search", compact=True)
        yield SteadyText(id="heads")
        yield OverviewList(id="domains")
        yield SteadyText(id="nothing")
        yield SteadyText(_legend(), id="legend")
        yield KeyFooter()

    def _show_soon(self) -> None:
        self.call_after_refresh(self._show)

    def _show_later(self) -> None:
        """Rows that jumped with each answer could not be read."""
        if self.is_mounted and not self._is_due:
            self._is_due = True
            self.set_timer(PAUSE_BETWEEN_SHOWINGS, self._show)

    on_mount = on_resize = _show_soon
    watch_report = watch_setup = watch_suggestions = _show_later

    @on(Input.Changed)
    def _show(self) -> None:
        if self._is_due:
            self._rows = overview(self.report, self.setup, self.suggestions)
            self._is_due = False
        domains, search = self.query_one(OverviewList), self.query_one(Input)
        search.placeholder = ONLY_BAD if self._only_bad else SEARCH
        left = chosen_of(self._rows, search.value, only_bad=self._only_bad)
        domains.display = bool(left)
        nothing = self.query_one("#nothing", SteadyText)
        nothing.display = not left
        nothing.show(NONE_LIKE_THAT if self._rows else "No records yet.")
        domains.show(left)
        self.refresh_bindings()
        self.query_one("#heads", SteadyText).show(head_content(max(20, self.size.width - 4)))

    @on(Input.Submitted)
    def action_choose(self) -> None:
        """End with the row at the cursor."""
        chosen = self.query_one(OverviewList).chosen
        if chosen is not None:
            self.dismiss(chosen)
        else:
            self.notify(NO_ROW, markup=False)

    @property
    def active_bindings(self) -> dict[str, ActiveBinding]:
        """In the footer is only what works now; a key that does not says why."""
        known = super().active_bindings
        is_empty = self.is_alive and self.query_one(OverviewList).chosen is None
        return without_in_footer(known, {"choose"}) if is_empty else known

    def action_back(self) -> None:
        """Show all domains again; where all are shown, leave."""
        search = self.query_one(Input)
        if search.has_focus or search.value or self._only_bad:
            self._only_bad = False
            search.value = ""
            self._show()
            self.query_one(OverviewList).focus()
        else:
            self.dismiss(None)

    def action_search(self) -> None:
        """Go to the search."""
        self.set_focus(self.query_one(Input))

    def action_only_bad(self) -> None:
        """Show the domains with faults only, or all again."""
        self._only_bad = not self._only_bad
        self._show()

    def action_move(self, step: int) -> None:
        """Move the cursor, also while the search has the focus."""
        if self.query_one(OverviewList).count:
            self.query_one(OverviewList).action_move(step)


def _legend() -> Hanging:
    """Each glyph with its word, so that no colour is needed to tell them apart."""
    glyphs = [Content.styled(f"{s.glyph} {s.word}", STYLES[s]) for s in Status]
    heads = [Content.styled(meaning, "$text-muted") for meaning in columns_meanings()]
    return Hanging(map(packed_line, ([*glyphs, Content(f"{NONE} nothing")], heads)))
