"""The mail host's addresses, from the best source that has them."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING

from mailcow_dns_tui.mailcow.binding import read_address
from mailcow_dns_tui.mailcow.conf import Conf
from mailcow_dns_tui.mailcow.sourced_address import (
    VERSIONS,
    SourcedAddress,
    address_key,
    conf_addresses,
)
from mailcow_dns_tui.model.address_kinds import unroutable
from mailcow_dns_tui.model.names import parse_name
from mailcow_dns_tui.model.suggestion import DNS, Remark

if TYPE_CHECKING:
    from dns.name import Name
    from dns.rdatatype import RdataType

    from mailcow_dns_tui.model.answer import Lookup

    Ask = Callable[[Name, RdataType], Awaitable[Lookup]]

GIVEN, MACHINE = "given", "this machine's address"

FAR_AWAY = {4: (socket.AF_INET, "198.41.0.4"), 6: (socket.AF_INET6, "2001:503:ba3e::2:30")}
"""An address that is reached by the default route: a root name server's."""
ANY_PORT = 53


@dataclass(frozen=True)
class Addresses:
    """Each address once, under its best source, and these in order.

    Attributes:
        notes: what the operator should know before one is taken: NAT, or a failed look-up.
    """

    ipv4: tuple[SourcedAddress, ...] = ()
    ipv6: tuple[SourcedAddress, ...] = ()
    notes: tuple[Remark, ...] = ()


@dataclass(frozen=True)
class Asked:
    """What is known before the search.

    Attributes:
        given: addresses by option, which are taken as they are.
        conf: None where there is no mailcow.conf to read.
    """

    hostname: str = ""
    given: Sequence[str] = ()
    conf: Conf | None = None


def source_address(version: int) -> str:
    """From which address this machine reaches the internet; empty where it doesn't.

    The connecting of a UDP socket only chooses a route; nothing is sent.
    """
    family, destination = FAR_AWAY[version]
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as udp:
            udp.connect((destination, ANY_PORT))
            return str(udp.getsockname()[0])
    except OSError:
        return ""


class AddressSearch:
    """Asks the sources.

    Args:
        ask: for the hostname's own records.
        on_mail_host: elsewhere, this machine's address says nothing.
        route: another than the real one only for tests.
    """

    def __init__(
        self, ask: Ask, *, on_mail_host: bool, route: Callable[[int], str] = source_address
    ) -> None:
        self._ask = ask
        self._on_mail_host = on_mail_host
        self._route = route

    async def find(self, asked: Asked) -> Addresses:
        """All that the sources have; those outside are not among them (see `outside`)."""
        found = await asyncio.gather(*(self._of_version(asked, version) for version in VERSIONS))
        (ipv4, notes4), (ipv6, notes6) = found
        return Addresses(ipv4, ipv6, (*notes4, *notes6))

    async def _of_version(
        self, asked: Asked, version: int
    ) -> tuple[tuple[SourcedAddress, ...], tuple[Remark, ...]]:
        given = tuple(_given(asked.given, version))
        if version == 6 and asked.conf is not None and not asked.conf.enable_ipv6:
            return given, ()
        sure = (*given, *(conf_addresses(asked.conf, version) if asked.conf else ()))
        own = self._route(version) if self._on_mail_host else ""
        if own and not unroutable(ip_address(own)):
            sure = (*sure, SourcedAddress(own, MACHINE))
        published, failure = await self._published(asked.hostname, version)
        notes: tuple[Remark, ...] = ()
        if not sure:
            notes = tuple(_notes(version, own, published, failure))
        return _each_once((*sure, *published)), notes

    async def _published(
        self, hostname: str, version: int
    ) -> tuple[tuple[SourcedAddress, ...], str]:
        """The public addresses in DNS, and a sentence where it could not be asked."""
        name = parse_name(hostname)
        if name is None:
            return (), ""
        from dns.rdatatype import RdataType
        from dns.rdtypes.IN.A import A
        from dns.rdtypes.IN.AAAA import AAAA

        rdtype = RdataType.A if version == 4 else RdataType.AAAA
        lookup = await self._ask(name, rdtype)
        if lookup.unknown:
            kind = rdtype.name
            return (), f"The {kind} record of {hostname} could not be looked up{_why(lookup)}."
        texts = (r.address for r in lookup.rdatas if isinstance(r, A | AAAA))
        public = (str(a) for a in map(ip_address, texts) if not unroutable(a))
        return tuple(SourcedAddress(text, DNS) for text in public), ""


def _given(texts: Sequence[str], version: int) -> Iterator[SourcedAddress]:
    for text in texts:
        address = read_address(text.strip())
        if address is not None and address.version == version:
            yield SourcedAddress(str(address), GIVEN)


def _why(lookup: Lookup) -> str:
    from mailcow_dns_tui.model.said import said

    return f": {said(lookup.failed[0])}" if lookup.failed else ""


def _notes(
    version: int, own: str, published: Sequence[SourcedAddress], failure: str
) -> Iterator[Remark]:
    """Where DNS, and nothing better, may know the address."""
    # An IPv6 address of a private kind means no IPv6 rather than NAT.
    if own and version == 4:
        kind = unroutable(ip_address(own))
        sentence = f"This machine is behind NAT: {own} is {kind}."
        if published:
            sentence += f" Compare {published[0].address}, which DNS has, with the router's own."
        else:
            sentence += " Give the public address that its router or provider shows."
        yield Remark(address_key(version), sentence)
    if failure:
        yield Remark(address_key(version), failure)


def _each_once(found: Sequence[SourcedAddress]) -> tuple[SourcedAddress, ...]:
    by_address: dict[str, SourcedAddress] = {}
    for each in found:
        by_address.setdefault(each.address, each)
    return tuple(by_address.values())
