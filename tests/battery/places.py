"""Names and addresses of its own for each variant, so that one server can serve all at once."""

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cached_property
from typing import Any, TypeVar

import dns.name
from dns.name import Name

from mailcow_dns_tui.model.policy_page import PolicyPage
from tests.memory_dns import World

T = TypeVar("T")

NETWORKS = ("192.0.2", "198.51.100", "203.0.113", "192.0.0")
"""For documentation (RFC 5737), and one that is routed nowhere (RFC 6890 2.2.2)."""
HOSTS_IN_NETWORK = 249
"""Those above stand for servers of others."""
REVERSE_ZONES = (
    *(f"{'.'.join(reversed(net.split('.')))}.in-addr.arpa." for net in NETWORKS),
    "8.b.d.0.1.0.0.2.ip6.arpa.",
)


@dataclass(frozen=True)
class Place:
    """Renames the template of the cases."""

    number: int

    def text(self, text: str) -> str:
        return self._templates.sub(self._renamed, text)

    def name(self, name: Name) -> Name:
        return dns.name.from_text(self.text(name.to_text()))

    def everywhere(self, value: T) -> T:
        """The value with all texts in it renamed."""
        renamed = self._everywhere(value)
        assert isinstance(renamed, type(value))
        return renamed

    def world(self, world: World) -> World:
        rrsets = {
            (self.name(owner), rdtype): tuple(map(self.text, rdatas))
            for (owner, rdtype), rdatas in world.rrsets.items()
        }
        policies = {self.name(domain): self.page(p) for domain, p in world.policies.items()}
        origins = tuple(map(self.name, world.origins))
        return replace(world, origins=origins, rrsets=rrsets, policies=policies)

    def page(self, page: PolicyPage) -> PolicyPage:
        body = self.text(page.body.decode("latin-1")).encode("latin-1")
        return replace(page, body=body, detail=self.text(page.detail))

    def _everywhere(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, tuple):
            return tuple(map(self._everywhere, value))
        if is_dataclass(value) and not isinstance(value, type):
            parts = {f.name: self._everywhere(getattr(value, f.name)) for f in fields(value)}
            return replace(value, **parts)
        return value

    @cached_property
    def _texts(self) -> Mapping[str, str]:
        net = NETWORKS[self.number // HOSTS_IN_NETWORK]
        ipv4 = f"{net}.{self.number % HOSTS_IN_NETWORK + 1}"
        ipv6 = ipaddress.ip_address(f"2001:db8:{self.number + 1:x}::10")
        back = ".".join(reversed(ipv4.split(".")))
        return {
            "example.org": f"c{self.number:03}.example",
            "example.net": f"n{self.number:03}.example",
            "example.com": f"m{self.number:03}.example",
            "192.0.2.10": ipv4,
            "192-0-2-10": ipv4.replace(".", "-"),
            "10.2.0.192": back,
            "10.0-31.2.0.192.in-addr": back.replace(".", ".0-31.", 1) + ".in-addr",
            "2.0.192.in-addr": f"{back.partition('.')[2]}.in-addr",
            f"0.1{'.0' * 22}.8.b.d.0.1.0.0.2": ipv6.reverse_pointer.removesuffix(".ip6.arpa"),
            "2001:db8::": str(ipv6).removesuffix("10"),
        }

    @cached_property
    def _templates(self) -> re.Pattern[str]:
        # 192.0.2.100 is another address, and 2001:db8:: a prefix of ours.
        names = (
            re.escape(name) + ("" if name.endswith(":") else r"(?!\d)") for name in self._texts
        )
        return re.compile(rf"(?<!\w)(?:{'|'.join(names)})", re.IGNORECASE)

    def _renamed(self, match: re.Match[str]) -> str:
        old, new = match[0], self._texts[match[0].lower()]
        return new.upper() if old.isupper() else new.title() if old != old.lower() else new
