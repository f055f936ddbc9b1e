"""Where a service of mailcow listens, as docker-compose takes it."""

import re
from dataclasses import dataclass
from ipaddress import ip_address

from mailcow_dns_tui.model import validators
from mailcow_dns_tui.model.address_kinds import Address, unroutable

PUBLISHED = re.compile(r"(?:(?P<address>\[[^\[\]]*\]|[^:\[\]]*):)?(?P<port>[0-9]{1,5})")


@dataclass(frozen=True)
class Binding:
    """A port of the machine.

    Attributes:
        address: the only one that the port is open at; None: at all of the machine's.
    """

    port: int
    address: Address | None = None

    @property
    def is_local(self) -> bool:
        """Whether nobody outside of the machine, or of its cable, can reach it."""
        address = self.address
        return address is not None and (address.is_loopback or address.is_link_local)

    @property
    def private_kind(self) -> str:
        """`a private address`, where the internet reaches the port by a router's help at best."""
        if self.address is None or self.address.is_unspecified or self.is_local:
            return ""
        return unroutable(self.address)

    @property
    def public_address(self) -> Address | None:
        """The address that it is bound to, where that is public."""
        return None if self.address is None or unroutable(self.address) else self.address

    def excludes(self, version: int) -> bool:
        """Whether nothing can come in over this version of IP.

        Docker opens an unbound port over both; one with an address only at that address.
        """
        return self.address is not None and self.address.version != version


def read_port(text: str) -> int | None:
    """A port alone, as HTTP_PORT wants it; None for what is no port."""
    if not re.fullmatch(r"[0-9]{1,5}", text) or validators.port(int(text)):
        return None
    return int(text)


def read_binding(text: str) -> Binding | None:
    """`143`, `192.0.2.10:143` or `[2001:db8::10]:143`; None for what docker-compose refuses."""
    match = PUBLISHED.fullmatch(text)
    port = read_port(match["port"]) if match else None
    if match is None or port is None:
        return None
    address = read_address(match["address"]) if match["address"] else None
    return None if match["address"] and address is None else Binding(port, address)


def read_address(text: str) -> Address | None:
    """An address, in brackets or without; None for everything else."""
    bare = text[1:-1] if text.startswith("[") and text.endswith("]") else text
    try:
        address = ip_address(bare)
    except ValueError:
        return None
    return None if address.version == 4 and bare != text else address
