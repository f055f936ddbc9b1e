"""Plans to be pasted."""

from dataclasses import replace

from mailcow_dns_tui.demo import demo_setup
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.setup import Offer
from mailcow_dns_tui.topics.registry import plan


def full_plan() -> tuple[Record, ...]:
    """Records of every type, at the apex and below, long texts and a null target among them."""
    setup = demo_setup()
    offers = tuple(
        replace(offer, offer=Offer.NOT_PROVIDED) if offer.key == "pop3" else offer
        for offer in setup.services.offers
    )
    services = replace(setup.services, offers=offers)
    return plan(replace(setup, services=services))


def pasted_plan() -> tuple[Record, ...]:
    """What of it belongs into the panel of a domain: all but reverse DNS."""
    return tuple(record for record in full_plan() if record.type_text != "PTR")


def wanted(owner: str, rdtype: str, topic: str = "") -> Record:
    """The planned record of this name inside example.org."""
    return next(
        record
        for record in full_plan()
        if (record.name, record.type_text) == (owner, rdtype)
        and str(record.zone) == "example.org."
        and topic in {"", record.topic}
    )
