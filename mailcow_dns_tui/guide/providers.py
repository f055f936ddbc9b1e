"""Where each zone is edited: as its name servers tell, or as the user chooses."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from dns.name import Name

from mailcow_dns_tui.guide.boxes import seen_provider
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.report import Report
from mailcow_dns_tui.model.setup import Domain, Setup
from mailcow_dns_tui.model.text import listed
from mailcow_dns_tui.panels.profile import Profile

MOST_NAMED = 3
RECOGNISED = "The name servers show: {zones}. p chooses another panel."
Providers = Mapping[Name, Profile | None]


def chosen(domain: Name | None, setup: Setup) -> str:
    """What was chosen for the domain itself, or for all (None)."""
    if domain is None:
        return setup.server.panel
    return next((each.panel for each in setup.domains if each.apex == domain), "")


def choosing(domains: Iterable[Name | None], panel_id: str) -> Callable[[Setup], Setup]:
    """The change that keeps a choice in the plan."""
    zones = frozenset(domains)

    def chosen_for(each: Domain) -> Domain:
        is_one = each.apex is not None and each.apex in zones
        return replace(each, panel=panel_id) if is_one else each

    def change(setup: Setup) -> Setup:
        server = replace(setup.server, panel=panel_id) if None in zones else setup.server
        return replace(setup, server=server, domains=tuple(map(chosen_for, setup.domains)))

    return change


def unchosen(report: Report, setup: Setup) -> Providers:
    """The zones of which nobody has chosen a provider, each with the one that it is at."""
    seen: dict[Name, Profile | None] = {}
    for domain, part in report.parts.items():
        zone = domain or setup.host_zone
        is_chosen = setup.server.panel or chosen(zone, setup)
        if zone is not None and not is_chosen and any(not r.external for r in part.records):
            seen[zone] = seen.get(zone) or seen_provider(part)
    return seen


def told_recognised(seen: Providers) -> str:
    """Which were recognised; empty where none was."""
    known = (f"{unicode_form(zone)} is at {each.title}" for zone, each in seen.items() if each)
    zones = listed(known, MOST_NAMED)
    return RECOGNISED.format(zones=zones) if zones else ""


def to_be_asked(seen: Providers) -> tuple[tuple[Name, ...], tuple[Name | None, ...]]:
    """The zones that nobody recognised, and whose choice an answer is: of all (None) at best."""
    zones = tuple(zone for zone, panel in seen.items() if panel is None)
    return zones, (None,) if len(zones) == len(seen) else zones
