"""What a server's reply says about the question."""

from dataclasses import dataclass, replace

import dns.name
from dns.name import Name
from dns.rcode import Rcode
from dns.rdatatype import RdataType

from mailcow_dns_tui.lookup.chain import (
    Chain,
    answer_rrset,
    follow,
    negative_soa,
    negative_ttl,
)
from mailcow_dns_tui.lookup.delegation import Delegation, referral_of
from mailcow_dns_tui.lookup.question import Question
from mailcow_dns_tui.lookup.reply import Heard, Reply
from mailcow_dns_tui.model.answer import Answer, Failure


@dataclass(frozen=True)
class Alias:
    """An answer that ends at a CNAME; its last target is still to be asked."""

    answer: Answer


@dataclass(frozen=True)
class Referral:
    """The name is in a zone further down."""

    delegation: Delegation


Said = Answer | Alias | Referral


def read_name_server(heard: Heard, question: Question, zone: Name) -> Said:
    """Judge what a name server that should serve the zone sent back."""
    reply = heard.reply
    if heard.failure is not None or not isinstance(reply, Reply):
        return heard.failed(heard.failure or Failure.ERROR)
    if (
        not (reply.message.answer or reply.bad)
        and negative_soa(reply.message, question.name) is None
    ):
        referral = referral_of(reply.message, zone, question.name)
        if referral is not None:
            return Referral(referral)
    if not reply.authoritative:
        return heard.failed(Failure.LAME)
    chain = follow(reply.message, question, lambda name: name.is_subdomain(zone))
    return _end(heard, reply, chain, question, zone)


def read_resolver(heard: Heard, question: Question) -> Answer | Alias:
    """Judge what a recursive resolver sent back."""
    reply = heard.reply
    if heard.failure is not None or not isinstance(reply, Reply):
        return heard.failed(heard.failure or Failure.ERROR)
    chain = follow(reply.message, question, lambda name: True)
    said = _end(heard, reply, chain, question, dns.name.root)
    return replace(said, authoritative=False) if isinstance(said, Answer) else said


def is_recursive(reply: Reply) -> bool:
    """Whether a resolver's work was done: what only refers elsewhere is no absence."""
    if not (reply.recursion_available or reply.authoritative):
        return False
    # Neither an answer nor a SOA, but NS: a referral (RFC 2308 2.2).
    authority = {rrset.rdtype for rrset in reply.message.authority}
    return bool(reply.message.answer or reply.bad) or authority != {RdataType.NS}


def _end(
    heard: Heard, reply: Reply, chain: Chain, question: Question, zone: Name
) -> Answer | Alias:
    """Judge what is at the end of the chain."""
    answer = Answer(
        heard.source,
        rcode=reply.rcode,
        aliases=chain.targets,
        ttl=chain.ttl or 0,
        longest_ttl=chain.longest_ttl,
        authoritative=reply.authoritative,
        seconds=reply.seconds,
    )
    if chain.looped:
        return replace(answer, failure=Failure.LOOP)
    if not chain.end.is_subdomain(zone):
        return Alias(answer)
    found = _found(answer, reply, chain, question.rdtype)
    if found is not None:
        return found
    if _unreadable_alias(reply, chain.end):
        return replace(answer, failure=Failure.GARBLED)
    soa = negative_soa(reply.message, chain.end)
    if chain.targets and not (soa or reply.rcode == Rcode.NXDOMAIN):
        return Alias(answer)
    apex = soa.name if soa and not chain.targets else None
    ttl = chain.ttl_with(negative_ttl(reply.message, chain.end))
    return replace(answer, ttl=ttl, apex=apex)


def _found(answer: Answer, reply: Reply, chain: Chain, rdtype: RdataType) -> Answer | None:
    rrset = answer_rrset(reply.message, chain.end, rdtype)
    bad = [b for b in reply.bad if b.owner == chain.end and b.malformed.rdtype == rdtype]
    ttls = [*([rrset.ttl] if rrset else []), *(b.ttl for b in bad)]
    if not ttls:
        return None
    malformed = tuple(b.malformed for b in bad)
    rdatas = tuple(rrset or ())
    return replace(answer, rdatas=rdatas, malformed=malformed, ttl=chain.ttl_with(min(ttls)))


def _unreadable_alias(reply: Reply, name: Name) -> bool:
    return any(b.owner == name and b.malformed.rdtype == RdataType.CNAME for b in reply.bad)
