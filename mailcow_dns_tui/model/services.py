"""The services that clients find by SRV records."""

from dataclasses import dataclass
from enum import Enum


class Offer(Enum):
    """What DNS says of a service."""

    PROVIDED = "provided"
    NOT_PROVIDED = "not provided"
    """Published as decidedly not available: target `.` (RFC 2782)."""
    OMITTED = "left out"


@dataclass(frozen=True)
class Service:
    """One SRV service over TCP; `key` is its registered name, `imaps` of `_imaps._tcp`."""

    key: str
    port: int
    offer: Offer = Offer.PROVIDED

    @property
    def label(self) -> str:
        return f"_{self.key}._tcp"


DEFAULT_SERVICES = (
    Service("imap", 143),
    Service("imaps", 993),
    Service("pop3", 110),
    Service("pop3s", 995),
    Service("submission", 587),
    Service("submissions", 465),
    Service("smtps", 465),
    Service("sieve", 4190),
    Service("autodiscover", 443),
    Service("carddavs", 443),
    Service("caldavs", 443),
)

DAV_SERVICES = frozenset({"carddavs", "caldavs"})
"""Those whose path clients read from a TXT record of the same name (RFC 6764 4)."""

DESCRIPTIONS = {
    "imap": "Mailboxes, with STARTTLS",
    "imaps": "Mailboxes, over TLS",
    "pop3": "Mail download, with STARTTLS",
    "pop3s": "Mail download, over TLS",
    "submission": "Sending, with STARTTLS",
    "submissions": "Sending, over TLS (RFC 8314)",
    "smtps": "Sending, the old name",
    "sieve": "Mail filters",
    "autodiscover": "Outlook set-up",
    "carddavs": "Contacts",
    "caldavs": "Calendars",
}
