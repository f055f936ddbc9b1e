"""CNAMEs inside one message."""

from collections.abc import Callable
from dataclasses import dataclass

import dns.rdataclass
import dns.rdatatype
from dns.message import Message
from dns.name import Name
from dns.rdatatype import RdataType
from dns.rdtypes.ANY.CNAME import CNAME
from dns.rdtypes.ANY.SOA import SOA
from dns.rrset import RRset

from mailcow_dns_tui.lookup.question import Question
from mailcow_dns_tui.model.bounds import LONGEST_CHAIN


@dataclass(frozen=True)
class Chain:
    """Where a name leads to.

    Attributes:
        targets: of each CNAME, in order.
        ttl: the lowest of the CNAMEs, in seconds; None where there is none.
        longest_ttl: the highest of the CNAMEs.
        looped: it leads back to itself, or on and on.
    """

    end: Name
    targets: tuple[Name, ...] = ()
    ttl: int | None = None
    looped: bool = False
    longest_ttl: int = 0

    def ttl_with(self, ttl: int) -> int:
        return ttl if self.ttl is None else min(self.ttl, ttl)


def follow(message: Message, question: Question, inside: Callable[[Name], bool]) -> Chain:
    """Follow the answer's CNAMEs for as long as the server may speak for the name."""
    chain = Chain(question.name)
    if question.rdtype == RdataType.CNAME:
        return chain
    while inside(chain.end) and (cname := _cname(message, chain.end)) is not None:
        target = _target(cname)
        seen = (question.name, *chain.targets)
        looped = target in seen or len(seen) > LONGEST_CHAIN
        longest = max(chain.longest_ttl, cname.ttl)
        targets = (*chain.targets, target)
        chain = Chain(target, targets, chain.ttl_with(cname.ttl), looped, longest)
        if looped:
            break
    return chain


def answer_rrset(message: Message, name: Name, rdtype: RdataType) -> RRset | None:
    return message.get_rrset(message.answer, name, dns.rdataclass.IN, rdtype)


def _cname(message: Message, name: Name) -> RRset | None:
    return answer_rrset(message, name, RdataType.CNAME)


def _target(rrset: RRset) -> Name:
    return next(rdata.target for rdata in rrset if isinstance(rdata, CNAME))


def negative_soa(message: Message, name: Name) -> RRset | None:
    """The SOA that says which zone the name is absent from (RFC 2308 2)."""
    for rrset in message.authority:
        if rrset.rdtype == dns.rdatatype.SOA and name.is_subdomain(rrset.name):
            return rrset
    return None


def negative_ttl(message: Message, name: Name) -> int:
    """How long an absence is remembered (RFC 2308 5), in seconds; 0 where nothing says it."""
    soa = negative_soa(message, name)
    if soa is None:
        return 0
    return min([soa.ttl, *(rdata.minimum for rdata in soa if isinstance(rdata, SOA))])
