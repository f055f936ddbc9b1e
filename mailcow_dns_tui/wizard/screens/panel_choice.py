"""Whose form is open for a domain: asked by a key, and once when the guide first begins.

Then it is asked as well how the records come there.
"""

from __future__ import annotations

from collections.abc import Sequence

from dns.name import Name
from textual.widget import Widget

from mailcow_dns_tui.guide.boxes import (
    MOST_NAMED,
    choosing,
    chosen,
    panel_of_step,
    seen_provider,
    to_be_asked,
    told_recognised,
    unchosen,
)
from mailcow_dns_tui.model.names import both_forms, unicode_form
from mailcow_dns_tui.model.report import DomainReport
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.model.text import enumerated
from mailcow_dns_tui.panels.profile import GENERIC
from mailcow_dns_tui.wizard.messages import Edited, ImportRequested
from mailcow_dns_tui.wizard.screens.publish_keys import PublishKeys


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


def settle_panels(guide: PublishKeys) -> None:
    """Say which providers were recognised, ask once for all that were not, then for the way."""
    seen = unchosen(guide.report, guide.setup)
    if said := told_recognised(seen):
        guide.tell(said)
    zones, places = to_be_asked(seen)
    if zones:
        _ask(guide, zones, places)
    else:
        # Until then it has no steps.
        guide.call_after_refresh(_offer_ways, guide)


def _ask(guide: PublishKeys, zones: Sequence[Name], places: Sequence[Name | None]) -> None:
    from mailcow_dns_tui.wizard.screens.dialogs import PanelScreen

    def take(panel_id: str | None) -> None:
        if panel_id:
            guide.app.post_message(Edited(choosing(places, panel_id)))
            # Once that is known to the guide.
            guide.app.call_later(_offer_ways, guide)

    what = enumerated([*map(unicode_form, zones)], MOST_NAMED)
    guide.app.push_screen(PanelScreen(what, GENERIC, None, is_known=False), take)


def _offer_ways(guide: PublishKeys) -> None:
    """Ask how several records come to their provider, where there is more than one way."""
    from mailcow_dns_tui.guide.zone_import import ZoneImport, can_import
    from mailcow_dns_tui.wizard.screens.dialogs import WAYS, WayScreen
    from mailcow_dns_tui.wizard.screens.zone_import import offered, own_zone

    report, setup, steps = guide.report, guide.setup, guide.known_steps
    ready = [step for step in steps if step.is_ready and (step.wanted or step.record)]
    first = ready[0] if len(ready) > 1 else None
    panel, zone = panel_of_step(first, report, setup), own_zone(first, report)
    file = offered(zone, steps, report, setup) if zone and can_import(panel) else ""
    is_worth_it = isinstance(file, ZoneImport) and len(file.records) > 1
    actions = WAYS.keys() & {*guide.publishing, *(["import_zone"] if is_worth_it else [])}

    def take(action: str | None) -> None:
        if action == "import_zone" and zone:
            guide.app.post_message(ImportRequested(zone, steps))
        elif action:
            guide.call_later(guide.run_action, action)

    # Meanwhile the user may have gone elsewhere.
    if first and panel.is_known and actions and guide.screen.is_active:
        guide.app.push_screen(WayScreen(panel, actions), take)
