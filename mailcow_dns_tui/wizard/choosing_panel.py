"""What the key that chooses a provider does to the domain under the cursor."""

from collections.abc import Callable
from dataclasses import replace

from dns.name import Name
from textual.widget import Widget

from mailcow_dns_tui.model.names import both_forms
from mailcow_dns_tui.model.setup import Domain, Setup
from mailcow_dns_tui.wizard.messages import Edited
from mailcow_dns_tui.wizard.panel_of import seen_provider
from mailcow_dns_tui.wizard.report import Part


def choose_panel(widget: Widget, part: Part, setup: Setup) -> None:
    """Ask for the provider of a domain, or for that of all that have none of their own."""
    from mailcow_dns_tui.wizard.panel_screen import PanelScreen

    domain = part.domain

    def take(panel_id: str | None) -> None:
        if panel_id is not None:
            widget.post_message(Edited(choosing(domain, panel_id)))

    what = "all domains that have no choice of their own" if domain is None else both_forms(domain)
    widget.app.push_screen(PanelScreen(what, chosen(domain, setup), seen_provider(part)), take)


def chosen(domain: Name | None, setup: Setup) -> str:
    """What was chosen for the domain itself, or for all (None)."""
    if domain is None:
        return setup.server.panel
    return next((each.panel for each in setup.domains if each.apex == domain), "")


def choosing(domain: Name | None, panel_id: str) -> Callable[[Setup], Setup]:
    """The change that keeps a choice in the plan."""

    def chosen_for(each: Domain) -> Domain:
        return replace(each, panel=panel_id) if each.apex == domain else each

    def change(setup: Setup) -> Setup:
        if domain is None:
            return replace(setup, server=replace(setup.server, panel=panel_id))
        return replace(setup, domains=tuple(map(chosen_for, setup.domains)))

    return change
