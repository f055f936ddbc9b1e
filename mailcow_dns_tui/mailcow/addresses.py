"""The mail host's addresses, each with the source that has it, the best first.

A service outside, which sees the public address, is asked only after the operator agreed.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from types import MappingProxyType
from typing import TYPE_CHECKING

from mailcow_dns_tui.lookup.https import body_within
from mailcow_dns_tui.mailcow.conf import Conf
from mailcow_dns_tui.model.names import Address, parse_name, unroutable
from mailcow_dns_tui.model.suggestion import DNS, Remark, Suggestion

if TYPE_CHECKING:
    import httpx2
    from dns.name import Name
    from dns.rdatatype import RdataType

    from mailcow_dns_tui.model.answer import Lookup

    Ask = Callable[[Name, RdataType], Awaitable[Lookup]]

VERSIONS = (4, 6)


def address_key(version: int) -> str:
    """The answer's place in the plan file."""
    return f"server.ipv{version}"


def _suggested(address: Address, source: str) -> Suggestion:
    """One that only DNS has is offered: it is to be checked."""
    return Suggestion(address_key(address.version), str(address), source, offered=source == DNS)


def conf_addresses(conf: Conf, version: int) -> Iterator[Suggestion]:
    """The public addresses in mailcow.conf, best first; none of IPv6 where that is off.

    What mail leaves from comes before what it arrives at: SPF and reverse DNS are about that.
    """
    if version == 6 and not conf.enable_ipv6:
        return
    for address, key in _named(conf):
        if address is not None and address.version == version and not unroutable(address):
            yield _suggested(address, key)


def _named(conf: Conf) -> Iterator[tuple[Address | None, str]]:
    yield conf.snat_ipv4, "SNAT_TO_SOURCE"
    yield conf.snat_ipv6, "SNAT6_TO_SOURCE"
    yield conf.ports["smtp"].public_address, "SMTP_PORT"
    yield conf.https.public_address, "HTTPS_BIND"
    yield conf.http.public_address, "HTTP_BIND"


MACHINE = "this machine's address"

FAR_AWAY = {4: "198.41.0.4", 6: "2001:503:ba3e::2:30"}
"""An address that is reached by the default route: a root name server's."""
ANY_PORT = 53


Found = tuple[Suggestion, ...]


@dataclass(frozen=True)
class Addresses:
    """Each address once, under its best source, and these in order.

    Attributes:
        notes: what the operator should know before one is taken: NAT, or a failed look-up.
    """

    ipv4: Found = ()
    ipv6: Found = ()
    notes: tuple[Remark, ...] = ()


def source_address(version: int) -> str:
    """From which address this machine reaches the internet; empty where it doesn't."""
    return begin_of_route(FAR_AWAY[version])


def begin_of_route(destination: str) -> str:
    """From which of its addresses this machine reaches another; empty where it doesn't.

    The connecting of a UDP socket only chooses a route; nothing is sent.
    """
    family = socket.AF_INET6 if ":" in destination else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as udp:
            udp.connect((destination, ANY_PORT))
            return str(udp.getsockname()[0])
    except OSError:
        return ""


async def find_addresses(
    ask: Ask, hostname: str, conf: Conf | None, route: Callable[[int], str] = source_address
) -> Addresses:
    """Of the mail host that this runs on, in all sources but those outside (see `ask_outside`).

    Args:
        ask: DNS.
        hostname: whose own records may tell; one that is not finished is not asked for.
        conf: None where mailcow.conf could not be read.
        route: another than the real one only for tests.
    """
    jobs = (_of_version(version, ask, hostname, conf, route(version)) for version in VERSIONS)
    (ipv4, notes4), (ipv6, notes6) = await asyncio.gather(*jobs)
    return Addresses(ipv4, ipv6, (*notes4, *notes6))


async def _of_version(
    version: int, ask: Ask, hostname: str, conf: Conf | None, own: str
) -> tuple[Found, tuple[Remark, ...]]:
    if version == 6 and conf is not None and not conf.enable_ipv6:
        return (), ()
    sure = tuple(conf_addresses(conf, version)) if conf else ()
    if own and not unroutable(ip_address(own)):
        sure = (*sure, _suggested(ip_address(own), MACHINE))
    published, failure = await _published(ask, hostname, version)
    notes = () if sure else tuple(_notes(version, own, published, failure))
    found = (*sure, *published)
    best = {each.value: each for each in reversed(found)}
    return tuple(dict.fromkeys(best[each.value] for each in found)), notes


async def _published(ask: Ask, hostname: str, version: int) -> tuple[Found, str]:
    """The public addresses in DNS, and a sentence where it could not be asked."""
    name = parse_name(hostname)
    if name is None:
        return (), ""
    from dns.rdatatype import RdataType
    from dns.rdtypes.IN.A import A
    from dns.rdtypes.IN.AAAA import AAAA

    rdtype = RdataType.A if version == 4 else RdataType.AAAA
    lookup = await ask(name, rdtype)
    if lookup.unknown:
        kind = rdtype.name
        return (), f"The {kind} record of {hostname} could not be looked up{_why(lookup)}."
    texts = (r.address for r in lookup.rdatas if isinstance(r, A | AAAA))
    public = (address for address in map(ip_address, texts) if not unroutable(address))
    return tuple(_suggested(address, DNS) for address in public), ""


def _why(lookup: Lookup) -> str:
    from mailcow_dns_tui.model.answer import answer_text

    return f": {answer_text(lookup.failed[0])}" if lookup.failed else ""


def _notes(
    version: int, own: str, published: Sequence[Suggestion], failure: str
) -> Iterator[Remark]:
    """Where DNS, and nothing better, may know the address."""
    # An IPv6 address of a private kind means no IPv6 rather than NAT.
    if own and version == 4:
        kind = unroutable(ip_address(own))
        sentence = f"This machine is behind NAT: {own} is {kind}."
        if published:
            sentence += f" Compare {published[0].value}, which DNS has, with the router's own."
        else:
            sentence += " Give the public address that its router or provider shows."
        yield Remark(address_key(version), sentence)
    if failure:
        yield Remark(address_key(version), failure)


MAILCOW_ECHO = MappingProxyType({4: "http://ip4.mailcow.email", 6: "http://ip6.mailcow.email"})
"""By version of IP: what mailcow itself asks. Nothing secures the way: the reply is a proposal."""

BY_HAND = "Give the address by hand, or none."
TIMEOUT = 10.0
LARGEST_REPLY = 64


async def ask_outside(
    client: httpx2.AsyncClient,
    version: int,
    services: Mapping[int, str] = MAILCOW_ECHO,
    timeout: float = TIMEOUT,
) -> Suggestion | Remark:
    """The address that a service outside sees requests come from, or why there is none.

    The client must not use a proxy: the address would be the proxy's.
    """
    import httpx2

    url = services[version]
    key, host = address_key(version), httpx2.URL(url).host
    try:
        async with asyncio.timeout(timeout):
            body = await _body(client, url)
    except (TimeoutError, httpx2.TimeoutException):
        return Remark(key, f"{host} did not answer in time. {BY_HAND}")
    except (httpx2.HTTPError, OSError):
        return Remark(key, f"{host} could not be reached over IPv{version}. {BY_HAND}")
    address = _public(body, version)
    if address is None:
        return Remark(key, f"{host} answered with no public IPv{version} address. {BY_HAND}")
    return _suggested(address, host)


async def _body(client: httpx2.AsyncClient, url: str) -> bytes | None:
    """The reply; None where it is none, or too long."""
    headers = {"accept-encoding": "identity"}
    async with client.stream("GET", url, headers=headers, follow_redirects=False) as response:
        if response.status_code != 200:
            return None
        return await body_within(response, LARGEST_REPLY)


def _public(body: bytes | None, version: int) -> Address | None:
    try:
        address = ip_address((body or b"").decode("ascii").strip())
    except ValueError:  # UnicodeDecodeError is one
        return None
    return address if address.version == version and not unroutable(address) else None
