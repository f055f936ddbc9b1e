"""Whom a question is put to: a name server or a resolver, by its address."""

from dataclasses import dataclass

from mailcow_dns_tui.model.resolver_text import DNS_PORT, read_resolver


@dataclass(frozen=True)
class Endpoint:
    """A server that speaks DNS over UDP and TCP."""

    address: str
    port: int = DNS_PORT

    def __str__(self) -> str:
        if self.port == DNS_PORT:
            return self.address
        host = f"[{self.address}]" if ":" in self.address else self.address
        return f"{host}:{self.port}"


@dataclass(frozen=True)
class DohEndpoint:
    """A resolver that speaks DNS over HTTPS (RFC 8484)."""

    url: str

    def __str__(self) -> str:
        return self.url


ResolverAddress = Endpoint | DohEndpoint


def parse_resolver(text: str) -> ResolverAddress:
    """Read `ADDR`, `ADDR:PORT`, `[V6]:PORT` or `https://…`.

    Raises:
        ValueError: with a sentence for the user.
    """
    read = read_resolver(text)
    return DohEndpoint(read) if isinstance(read, str) else Endpoint(*read)
