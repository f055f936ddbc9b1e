"""Where the wizard can publish, and why it can't elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.util import find_spec

from dns.name import Name

from mailcow_dns_tui.guide.boxes import is_settled, panel_of_step
from mailcow_dns_tui.guide.zone_import import zone_of
from mailcow_dns_tui.model.report import Report
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.model.step import GuideStep
from mailcow_dns_tui.panels.profile import Profile
from mailcow_dns_tui.publish.acts import is_by_hand
from mailcow_dns_tui.publish.changes import TroubleReason
from mailcow_dns_tui.publish.failures import trouble
from mailcow_dns_tui.publish.proposal import ready_steps
from mailcow_dns_tui.publish.providers import Publisher, publisher_of, why_not
from mailcow_dns_tui.wizard.connections import Connections

EXAMPLE = "This is an example: nothing of it can be published."
OTHER_ZONE = "This step is about no record in a zone of your own."
BY_HAND = "This step is not done by records: follow what it says."

Places = Mapping[Name, Profile]
"""Zones, each with the panel that it is edited in."""


def hindrance(zone: Name, panel: Profile, connections: Connections) -> str:
    """Why nothing can be published in a zone, and what to do; empty where it can."""
    publisher = publisher_of(panel.id)
    if connections.is_example:
        return EXAMPLE
    if publisher is None:
        return why_not(panel.id)
    if not _is_installed(publisher):
        return trouble(TroubleReason.NOT_INSTALLED, publisher, zone).text
    return ""


def is_offered(zone: Name, panel: Profile, connections: Connections, setup: Setup) -> bool:
    """Whether it can be published in a zone, as far as is known before anybody is asked.

    Which server takes updates only the user knows, so that one has to be chosen.
    """
    return is_settled(zone, panel, setup) and not hindrance(zone, panel, connections)


def _is_installed(publisher: Publisher) -> bool:
    """Whether its package is there, and octoDNS; neither is loaded."""
    package = publisher.class_path.partition(".")[0]
    return all(find_spec(each) is not None for each in ("octodns", package))


def publishes_at(panel: Profile) -> str:
    """Who publishes for a panel, as a name in a sentence."""
    publisher = publisher_of(panel.id)
    return publisher.title if panel.is_known and publisher else "your name server"


def places_of(steps: Sequence[GuideStep], report: Report, setup: Setup) -> Places:
    """The zones in which something can be published now."""
    ready = ready_steps(steps)
    return {zone: panel_of_step(own[0], report, setup) for zone, own in ready.items()}


def not_publishable(step: GuideStep) -> str:
    """Why the step itself can't be published, wherever its zone is; empty where it can."""
    if step.locked:
        return f"Not now: {step.locked}"
    if not step.is_ready:
        return step.what
    if is_by_hand(step):
        return BY_HAND
    return "" if zone_of(step) else OTHER_ZONE
