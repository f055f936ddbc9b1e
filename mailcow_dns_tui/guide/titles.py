"""What a step is called, and what is said of what is there in its place."""

from __future__ import annotations

import dns.reversename

from mailcow_dns_tui.model.code import Act
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.step import GuideStep
from mailcow_dns_tui.model.text import brief, listed
from mailcow_dns_tui.topics.context import alias, published_ttl
from mailcow_dns_tui.topics.mta_sts.policy import is_of_policy

LONGEST_FOUND = 60
OF_ZONE = {"delegation": "name servers", "dnssec": "DNSSEC"}
"""What is found there is no record's: the type that was asked for tells a reader nothing."""


def title(step: GuideStep) -> str:
    """`MX example.org`; of reverse DNS the address."""
    about = step.wanted or step.record
    if about is not None and step.lowers_ttl:
        return f"TTL of the {about.type_text} of {about.owner_text}"
    if about is not None and is_of_policy(step.finding.code):
        return f"MTA-STS policy of {unicode_form(about.domain or about.owner)}"
    if about is not None and about.is_reverse:
        return f"PTR {dns.reversename.to_address(about.owner)}"
    if about is not None:
        purpose = f"{about.label} · " if about.label else ""
        return f"{purpose}{about.type_text} {about.owner_text}"
    found = step.finding
    if of_zone := OF_ZONE.get(found.topic):
        return f"{of_zone} of {unicode_form(found.name)}"
    return f"{found.rdtype or found.topic} {unicode_form(found.name)}"


def titled(step: GuideStep, text: str = "") -> str:
    """The title of what stands in a list, or this text in its place.

    Of what is locked, which has no card, with what is wrong.
    """
    found, name = step.finding, text or title(step)
    is_wrong = bool(step.locked) and not found.status.is_good
    there = brief(listed(found.found), LONGEST_FOUND) if is_wrong else ""
    return f"{name} (published: {there.rstrip('.')})" if there else name


def so_far(step: GuideStep) -> str:
    """What is there in the place of what was saved: it may have been saved elsewhere."""
    found = step.finding
    if step.lowers_ttl:
        return f"{title(step)}: so far it is {published_ttl(found)}."
    cname = alias(found)
    there = listed([brief(text, LONGEST_FOUND) for text in found.found])
    if not there and found.lookup.absent:
        there = f"a CNAME to {cname.value}" if cname else "nothing"
    if step.act is Act.OUTSIDE or not there:
        return f"{title(step)}: {found.message}"
    return f"{title(step)}: so far the name servers have {there.rstrip('.')}."


def still_wrong(step: GuideStep, longest: int | None = None) -> str:
    """The same of what came back, and why that will not do; of long ones that alone."""
    said, message = so_far(step), step.finding.message
    if step.lowers_ttl or message in said:
        return said
    is_there = step.finding.found or step.finding.misplaced
    whole = f"{said} Still wrong: {message}" if is_there else f"{said} {message}"
    return f"{title(step)}: {message}" if longest and len(whole) > longest else whole
