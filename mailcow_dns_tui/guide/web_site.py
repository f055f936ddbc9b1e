"""What a CNAME at a mail domain brings, and is lost with it: the web site above all."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import dns.name
from dns.name import Name
from dns.rdata import Rdata
from dns.rdatatype import RdataType

from mailcow_dns_tui.guide.drafts_spf import joined
from mailcow_dns_tui.guide.published import alias
from mailcow_dns_tui.guide.situation import Situation
from mailcow_dns_tui.guide.step import GuideStep
from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.record import Record, Tier

BROUGHT = (RdataType.A, RdataType.AAAA, RdataType.MX)
WEB_SITE = (
    "The CNAME also leads to the web site of {name}. In the same go, put the A and AAAA records of "
    "{target} in its place; where the DNS provider has it, an ALIAS, ANAME or flattened CNAME to "
    "{target} does the same, and follows its changes."
)


def with_web_site(step: GuideStep, situation: Situation) -> GuideStep:
    """The step, putting in the place of the CNAME what it led to as well."""
    record, cname = step.record, alias(step.finding)
    if record is None or record.owner != record.domain or cname is None:
        return step
    if cname not in step.removals or record.rdtype == RdataType.CNAME:
        return step
    found = tuple(_brought(record.owner, situation))
    # Mail moves by the step that is about it, and by no other.
    moves = any(rdata.rdtype == RdataType.MX for rdata, _ in found)
    also = [each for each in step.also if not (moves and each.rdtype == RdataType.MX)]
    planned, warnings = _with_senders(also, situation)
    taken = {each.rdtype for each in (record, *planned)}
    brought = [(r, t) for r, t in found if r.rdtype not in taken]
    together = (*planned, *(_record(rdata, ttl, record) for rdata, ttl in brought))
    target = unicode_form(dns.name.from_text(cname.value))
    told = WEB_SITE.format(name=unicode_form(record.owner), target=target)
    return replace(step, also=together, warnings=(*step.warnings, *warnings, told))


def _with_senders(
    records: Sequence[Record], situation: Situation
) -> tuple[Sequence[Record], Sequence[str]]:
    """With all that may send by what the CNAME brings, and what to know before."""
    made = [
        joined(each, found[0], situation)
        if each.topic == "spf" and (found := situation.about(each))
        else (each, ())
        for each in records
    ]
    return [record for record, _ in made], [text for _, texts in made for text in texts]


def _brought(owner: Name, situation: Situation) -> Iterator[tuple[Rdata, int]]:
    """By what the check of the domain's MX heard, which asks for all of these."""
    found = (f for r in situation.wanted("mx", owner) for f in situation.about(r))
    first: Finding | None = next(found, None)
    for lookup in (first.lookup, *first.beside) if first else ():
        if lookup and lookup.name == owner and lookup.aliases and lookup.rdtype in BROUGHT:
            ttl = lookup.best.ttl if lookup.best else 0
            yield from ((rdata, ttl) for rdata in lookup.rdatas)


def _record(rdata: Rdata, ttl: int, instead: Record) -> Record:
    why = "The CNAME that goes leads there."
    ttl = ttl or instead.ttl
    domain, zone = instead.domain, instead.zone
    return Record("mx", instead.owner, rdata, ttl, Tier.OPTIONAL, domain, zone, why)
