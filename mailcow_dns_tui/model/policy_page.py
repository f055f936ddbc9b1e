"""What a fetch of a domain's MTA-STS policy brought (RFC 8461 3.3)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dns.name import Name

LARGEST_POLICY = 64 * 1024
"""In bytes (RFC 8461 3.3)."""


class FetchFailure(Enum):
    """Why there is no page; the value is a phrase for people.

    The last four may be due to this machine or to the network between, not to the server.
    """

    NO_ADDRESS = "the name has no address"
    REFUSED = "the server refuses connections to port 443"
    WRONG_NAME = "the certificate is for another name"
    EXPIRED = "the certificate has expired, or is not valid yet"
    UNTRUSTED = "the certificate is not from a trusted authority"
    NO_TLS = "the server does not speak TLS"
    REDIRECT = "the server redirects"
    TOO_LARGE = "the page is larger than 64 KiB"
    BROKEN_OFF = "the server broke off the connection"
    NOT_LOOKED_UP = "the address could not be looked up"
    TIMEOUT = "no answer in time"
    NO_ROUTE = "not reachable from this machine"
    NO_TRUST_STORE = "this machine's trusted certificates could not be read"

    @property
    def could_be_here(self) -> bool:
        """Whether the cause may be this machine, so that other senders get the page."""
        return self in HERE


HERE = frozenset(
    {
        FetchFailure.NOT_LOOKED_UP,
        FetchFailure.TIMEOUT,
        FetchFailure.NO_ROUTE,
        FetchFailure.NO_TRUST_STORE,
    }
)


@dataclass(frozen=True)
class PolicyPage:
    """The HTTP response, or why there is none; the text of each comes from the network.

    Attributes:
        status: 0 where there is no response.
        content_type: as the server sent it.
        body: empty where the status is not 200: such a page is no policy whatever it says.
        detail: where a redirect leads to.
    """

    status: int = 0
    content_type: str = ""
    body: bytes = b""
    failure: FetchFailure | None = None
    detail: str = ""


def policy_host(domain: Name) -> Name:
    """The host that the policy of a mail domain is fetched from (RFC 8461 3.3)."""
    import dns.name

    return dns.name.from_text("mta-sts", domain)
