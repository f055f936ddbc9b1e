"""What is left of the server before this one, after mail has moved here."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from ipaddress import IPv4Network, IPv6Network, ip_network

from dns.rdtypes.ANY.TXT import TXT

from mailcow_dns_tui.guide.drafts_spf import spf_rdatas
from mailcow_dns_tui.guide.published import alias, is_wildcards, removal
from mailcow_dns_tui.guide.situation import Situation, is_left
from mailcow_dns_tui.guide.step import Act, GuideStep
from mailcow_dns_tui.guide.wording import put
from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.txt import txt_rdata, txt_value
from mailcow_dns_tui.topics.words import in_plan, listed

MOST_LEFT = 16
"""Of addresses that are kept in mind; the oldest are forgotten first."""
ADDRESS_TYPES = frozenset({"A", "AAAA"})
IP_WORD = re.compile(r"\+?ip[46]:(.+)", re.IGNORECASE)
WHY = (
    "That is the address of the server before this one: whoever has it next could send mail as "
    "{domain}."
)
STILL_SENDS = (
    "Does the old server still send mail for {domain}? Then leave it, and enter it {place}."
)


def left_behind(before: Sequence[str], steps: Sequence[GuideStep]) -> tuple[str, ...]:
    """The addresses that the hostname had, and that these steps take away from it, with others."""
    gone = (
        each.value
        for step in steps
        if step.finding.topic == "host"
        for each in step.removals
        if each.type_text in ADDRESS_TYPES
    )
    return tuple(dict.fromkeys((*before, *gone)))[-MOST_LEFT:]


def farewell_steps(wanted: Sequence[Record], situation: Situation) -> Iterator[GuideStep]:
    """Take the old addresses out of each SPF record that needs nothing else."""
    for record in wanted:
        found = situation.about(record) if record.topic == "spf" else ()
        if len(found) == 1 and not is_left(found[0]):
            yield from _farewell(record, found[0], situation)


def _farewell(record: Record, found: Finding, situation: Situation) -> Iterator[GuideStep]:
    there = spf_rdatas(found)
    if len(there) != 1 or alias(found) or is_wildcards(found):
        return
    words = txt_value(there[0]).split()
    planned = txt_value(record.rdata).split() if isinstance(record.rdata, TXT) else []
    gone = [word for word in words if word not in planned and _is_left(word, situation)]
    if not gone:
        return
    now = replace(record, rdata=txt_rdata(" ".join(w for w in words if w not in gone)))
    name = unicode_form(record.owner)
    yield replace(
        put(record, found, (removal(found, there[0]),), now=now),
        what=f"Change the SPF record of {name}: delete {listed(gone)} from it.",
        why=WHY.format(domain=name),
        warnings=(STILL_SENDS.format(domain=name, place=in_plan("senders")),),
    )


def _is_left(word: str, situation: Situation) -> bool:
    found = IP_WORD.fullmatch(word)
    left = {*map(_network, situation.setup.guide.left)}
    ours = {_network(str(address)) for address in situation.setup.server.addresses}
    return found is not None and _network(found[1]) in left - ours - {None}


def _network(text: str) -> IPv4Network | IPv6Network | None:
    try:
        return ip_network(text)
    except ValueError:
        return None


def takes_leave(step: GuideStep) -> bool:
    """Whether it is one of these steps, whose record is good as it is."""
    found = step.finding
    is_changed = found.topic == "spf" and step.act is Act.CHANGE
    return is_changed and not is_left(found) and found.wildcard is None
