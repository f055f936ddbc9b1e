"""Addresses of the mail host, and who says so."""

from collections.abc import Iterator
from dataclasses import dataclass

from mailcow_dns_tui.mailcow.conf import Conf
from mailcow_dns_tui.model.address_kinds import Address, unroutable

VERSIONS = (4, 6)


@dataclass(frozen=True)
class SourcedAddress:
    """An address as it is shown, with the source that is shown beside it: `SNAT_TO_SOURCE`."""

    address: str
    source: str


def address_key(version: int) -> str:
    """The answer's place in the plan file."""
    return f"server.ipv{version}"


def conf_addresses(conf: Conf, version: int) -> Iterator[SourcedAddress]:
    """The public addresses in mailcow.conf, best first; none of IPv6 where that is off.

    What mail leaves from comes before what it arrives at: SPF and reverse DNS are about that.
    """
    if version == 6 and not conf.enable_ipv6:
        return
    for address, key in _named(conf):
        if address is not None and address.version == version and not unroutable(address):
            yield SourcedAddress(str(address), key)


def _named(conf: Conf) -> Iterator[tuple[Address | None, str]]:
    yield conf.snat_ipv4, "SNAT_TO_SOURCE"
    yield conf.snat_ipv6, "SNAT6_TO_SOURCE"
    yield conf.ports["smtp"].public_address, "SMTP_PORT"
    yield conf.https.public_address, "HTTPS_BIND"
    yield conf.http.public_address, "HTTP_BIND"
