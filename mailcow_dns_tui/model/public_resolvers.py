"""Public resolvers, and which of them the user lets be asked."""

from __future__ import annotations

from dataclasses import dataclass, replace

from mailcow_dns_tui.model.resolver_text import resolver_problem


@dataclass(frozen=True)
class PublicResolver:
    """A resolver that anybody may ask.

    Attributes:
        operator: who runs it, and learns what is asked; empty where that is not known.
        country: where the operator has its seat.
        address: where it is asked over UDP and TCP; empty: nowhere.
        url: where it is asked over HTTPS (RFC 8484); empty: nowhere.
    """

    operator: str = ""
    country: str = ""
    address: str = ""
    url: str = ""


BUILT_IN = (
    PublicResolver("Cloudflare", "USA", "1.1.1.1", "https://cloudflare-dns.com/dns-query"),
    PublicResolver("Google", "USA", "8.8.8.8", "https://dns.google/dns-query"),
    PublicResolver("Quad9", "Switzerland", "9.9.9.9", "https://dns.quad9.net/dns-query"),
    PublicResolver("DNS4EU", "EU", "86.54.11.100", "https://unfiltered.joindns4.eu/dns-query"),
)
"""Of several operators, so that one with a filter or a fault of its own is told from the rest."""


@dataclass(frozen=True)
class PublicChoice:
    """What the user says of public resolvers.

    Attributes:
        asked: whether they may be asked at all.
        listed: the user's own list, as typed; empty: the built-in one.
    """

    asked: bool = True
    listed: tuple[str, ...] = ()

    @property
    def resolvers(self) -> tuple[PublicResolver, ...]:
        """Those that may be asked; what can't be read as a resolver is left out."""
        if not self.asked:
            return ()
        if not self.listed:
            return BUILT_IN
        good = (text.strip() for text in self.listed if resolver_problem(text) is None)
        return tuple(map(_named, dict.fromkeys(good)))


UNCHOSEN = PublicChoice()


def _named(text: str) -> PublicResolver:
    """With all that is known of the one at an address; at a URL it is asked over HTTPS only."""
    for known in BUILT_IN:
        if text == known.address:
            return known
        if text == known.url:
            return replace(known, address="")
    return PublicResolver(url=text) if "://" in text else PublicResolver(address=text)
