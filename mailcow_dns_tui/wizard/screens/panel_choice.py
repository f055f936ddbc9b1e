"""Whose form is open for a domain: asked by a key, and once when the guide first begins."""

from collections.abc import Callable, Sequence
from typing import Any

from dns.name import Name
from textual.app import App
from textual.widget import Widget

from mailcow_dns_tui.guide.boxes import (
    MOST_NAMED,
    choosing,
    chosen,
    seen_provider,
    to_be_asked,
    told_recognised,
    unchosen,
)
from mailcow_dns_tui.model.names import both_forms, unicode_form
from mailcow_dns_tui.model.report import DomainReport, Report
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.model.text import enumerated
from mailcow_dns_tui.panels.profile import GENERIC
from mailcow_dns_tui.wizard.messages import Edited


def choose_panel(widget: Widget, part: DomainReport, setup: Setup) -> None:
    """Ask for the provider of a domain, or for that of all that have none of their own."""
    # The list of records need not wait for it.
    from mailcow_dns_tui.wizard.screens.dialogs import PanelScreen

    domain = part.domain

    def take(panel_id: str | None) -> None:
        if panel_id is not None:
            widget.post_message(Edited(choosing([domain], panel_id)))

    what = "all domains that have no choice of their own" if domain is None else both_forms(domain)
    widget.app.push_screen(PanelScreen(what, chosen(domain, setup), seen_provider(part)), take)


def settle_panels(app: App[Any], report: Report, setup: Setup, tell: Callable[[str], None]) -> None:
    """Say which providers were recognised, and ask once for all that were not."""
    seen = unchosen(report, setup)
    if said := told_recognised(seen):
        tell(said)
    zones, places = to_be_asked(seen)
    if zones:
        _ask(app, zones, places)


def _ask(app: App[Any], zones: Sequence[Name], places: Sequence[Name | None]) -> None:
    from mailcow_dns_tui.wizard.screens.dialogs import PanelScreen

    def take(panel_id: str | None) -> None:
        if panel_id:
            app.post_message(Edited(choosing(places, panel_id)))

    what = enumerated([*map(unicode_form, zones)], MOST_NAMED)
    app.push_screen(PanelScreen(what, GENERIC, None, is_known=False), take)
