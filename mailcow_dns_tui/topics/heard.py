"""A DNS that keeps what it was told."""

from dns.name import Name
from dns.rdatatype import RdataType

from mailcow_dns_tui.model.answer import Dns, Lookup
from mailcow_dns_tui.model.certificate import Presented
from mailcow_dns_tui.model.policy_page import PolicyPage
from mailcow_dns_tui.model.security import Security


class Heard:
    """Passes every question on; the lookups are those it has led to, each question once."""

    def __init__(self, dns: Dns) -> None:
        self._dns = dns
        self._lookups: dict[tuple[Name, RdataType], Lookup] = {}

    @property
    def lookups(self) -> tuple[Lookup, ...]:
        return tuple(self._lookups.values())

    async def ask(self, name: Name, rdtype: RdataType) -> Lookup:
        return self._kept(await self._dns.ask(name, rdtype))

    async def ask_servers(self, name: Name, rdtype: RdataType) -> Lookup:
        return self._kept(await self._dns.ask_servers(name, rdtype))

    def _kept(self, lookup: Lookup) -> Lookup:
        self._lookups[lookup.name, lookup.rdtype] = lookup
        return lookup

    async def security(self, name: Name, rdtype: RdataType) -> Security:
        return await self._dns.security(name, rdtype)

    async def fetch_policy(self, domain: Name) -> PolicyPage:
        return await self._dns.fetch_policy(domain)

    async def present(self, host: Name, addresses: tuple[str, ...]) -> Presented | None:
        return await self._dns.present(host, addresses)
