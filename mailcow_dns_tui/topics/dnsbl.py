"""Whether block lists have the server's addresses; asked on request only (RFC 5782)."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from dns.rdatatype import RdataType

from mailcow_dns_tui.model.answer import Dns
from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.record import Record, Tier
from mailcow_dns_tui.model.txt import shown
from mailcow_dns_tui.topics.base import Subject, Topic
from mailcow_dns_tui.topics.dnsbl_lists import (
    DEFAULT_LISTS,
    LISTED,
    NOT_LISTED,
    BlockList,
    IPAddress,
)
from mailcow_dns_tui.topics.dnsbl_opinion import Proof, opinion
from mailcow_dns_tui.topics.judgement import finding_about


@dataclass(frozen=True)
class Dnsbl(Topic):
    """Plans nothing, and is no part of a usual check: it tells others of the server."""

    lists: tuple[BlockList, ...] = DEFAULT_LISTS

    id: ClassVar[str] = "dnsbl"

    def wanted(self, subject: Subject) -> Iterable[Record]:
        return ()

    async def check(self, subject: Subject, dns: Dns) -> Sequence[Finding]:
        if subject.domain is not None:
            return []
        # Nobody lists, or may ask for, what is no address in the internet.
        public = [address for address in subject.setup.server.addresses if address.is_global]
        pairs = [(a, each) for a in public for each in self.lists if a.version in each.versions]
        return await asyncio.gather(*(_of_pair(address, each, dns) for address, each in pairs))


async def _of_pair(address: IPAddress, blocklist: BlockList, dns: Dns) -> Finding:
    version = address.version
    asked = (LISTED[version], NOT_LISTED[version], address)
    names = [blocklist.name_of(each) for each in asked]
    alive, dead, lookup = await asyncio.gather(*(dns.ask(name, RdataType.A) for name in names))
    verdict = opinion(address, blocklist, Proof(alive, dead), lookup)
    found = finding_about(Dnsbl.id, lookup, verdict)
    return replace(found, tier=Tier.OPTIONAL, found=tuple(map(shown, lookup.rdatas)))
