"""Steps about who may issue certificates (RFC 8659)."""

from dataclasses import replace

from dns.rdtypes.ANY.CAA import CAA

from mailcow_dns_tui.guide.published import alias, broken, has, own, removal
from mailcow_dns_tui.guide.situation import Situation
from mailcow_dns_tui.guide.step import GuideStep
from mailcow_dns_tui.guide.wording import add, put, take_away
from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.record import Record, Tier
from mailcow_dns_tui.model.setup import DEFAULT_TTL
from mailcow_dns_tui.topics import rdatas
from mailcow_dns_tui.topics.caa_opinion import LETS_ENCRYPT
from mailcow_dns_tui.topics.caa_property import blocks, tag_of

ALL_OF_THEM = (
    "No other authority issues certificates for {name} from then on: do all of them come from "
    "{authority}?"
)


def caa_step(record: Record, found: Finding, situation: Situation) -> GuideStep:
    """Beside the others: one that allows the authority is enough, whatever else stands there."""
    here = found.lookup is not None and found.lookup.name == record.owner and not alias(found)
    critical = [r for r in own(found) if isinstance(r, CAA) and blocks(r)] if here else []
    gone = (*(removal(found, rdata) for rdata in critical), *(broken(found) if here else ()))
    if gone:
        # An alias of its own takes its target's set: only what stands here can be changed here.
        return take_away(record, found, gone) if _allows(found) else put(record, found, gone)
    if here and has(found, record):
        return take_away(record, found, tuple(removal(found, r) for r in own(found)))
    cname = alias(found) if found.lookup and found.lookup.name == record.owner else None
    if cname is not None and found.code == "cname-in-the-way":
        return put(record, found, (cname,), also=situation.beside(record))
    step = add(record, found)
    if found.code != "missing":
        return step
    name, authority = unicode_form(record.owner), situation.setup.server.caa
    return replace(step, warnings=(ALL_OF_THEM.format(name=name, authority=authority),))


def _allows(found: Finding) -> bool:
    return any(isinstance(rdata, CAA) and tag_of(rdata) == "issue" for rdata in own(found))


def unplanned_caa_step(found: Finding, situation: Situation) -> GuideStep | None:
    """Where the plan has no CAA of its own, and what is published forbids the certificate."""
    if found.lookup is None:
        return None
    owner = found.lookup.aliases[-1] if found.lookup.aliases else found.lookup.name
    zones = [zone for zone in situation.setup.zones if owner.is_subdomain(zone)]
    if not zones or found.code == "critical-property":
        critical = [r for r in own(found) if isinstance(r, CAA) and blocks(r)]
        gone = tuple(removal(found, rdata) for rdata in critical)
        return take_away(None, found, gone) if zones and gone else None
    authority = situation.setup.server.caa.partition(";")[0].strip() or LETS_ENCRYPT
    record = Record(
        "caa",
        owner,
        rdatas.caa(0, "issue", authority),
        situation.setup.server.ttl or DEFAULT_TTL,
        Tier.OPTIONAL,
        found.domain,
        max(zones, key=len),
        "Without it the server gets no certificate for its names.",
    )
    return replace(add(record, found), wanted=None)
