"""The public address as a service outside sees it; asked only after the operator agreed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from ipaddress import ip_address
from types import MappingProxyType
from typing import TYPE_CHECKING

from mailcow_dns_tui.mailcow.sourced_address import SourcedAddress, address_key
from mailcow_dns_tui.model.address_kinds import Address, unroutable
from mailcow_dns_tui.model.suggestion import Remark

if TYPE_CHECKING:
    import httpx2

MAILCOW_ECHO = MappingProxyType({4: "http://ip4.mailcow.email", 6: "http://ip6.mailcow.email"})
"""By version of IP: what mailcow itself asks. Nothing secures the way: the reply is a proposal."""

BY_HAND = "Give the address by hand, or none."
PATIENCE = 10.0
LARGEST_REPLY = 64


async def ask_outside(
    client: httpx2.AsyncClient,
    version: int,
    services: Mapping[int, str] = MAILCOW_ECHO,
    patience: float = PATIENCE,
) -> SourcedAddress | Remark:
    """The address that a service outside sees requests come from, or why there is none.

    The client must not use a proxy: the address would be the proxy's.
    """
    import httpx2

    url = services[version]
    key, host = address_key(version), httpx2.URL(url).host
    try:
        async with asyncio.timeout(patience):
            body = await _body(client, url)
    except (TimeoutError, httpx2.TimeoutException):
        return Remark(key, f"{host} did not answer in time. {BY_HAND}")
    except (httpx2.HTTPError, OSError):
        return Remark(key, f"{host} could not be reached over IPv{version}. {BY_HAND}")
    address = _public(body, version)
    if address is None:
        return Remark(key, f"{host} answered with no public IPv{version} address. {BY_HAND}")
    return SourcedAddress(str(address), host)


async def _body(client: httpx2.AsyncClient, url: str) -> bytes | None:
    """The reply; None where it is none, or too long."""
    headers = {"accept-encoding": "identity"}
    async with client.stream("GET", url, headers=headers, follow_redirects=False) as response:
        if response.status_code != 200:
            return None
        body = b""
        async for piece in response.aiter_raw():
            body += piece
            if len(body) > LARGEST_REPLY:
                return None
    return body


def _public(body: bytes | None, version: int) -> Address | None:
    try:
        address = ip_address((body or b"").decode("ascii").strip())
    except ValueError:  # UnicodeDecodeError is one
        return None
    return address if address.version == version and not unroutable(address) else None
