"""What mailcow knows of the answers, and from where."""

from dataclasses import dataclass

from mailcow_dns_tui.model.setup import DkimKey


@dataclass(frozen=True)
class KnownDomain:
    """A mail domain, as mailcow has it.

    Attributes:
        active: mail is accepted and sent for it.
        backup_mx: mailcow only relays its mail; it has no certificate names of its own.
        relay_host: its mail leaves through somebody else's server.
        alias_of: the domain that it is an alias of; empty for a domain of its own.
        dkim: None where the source can't tell; empty where mailcow has no key.
        mta_sts_id: None where the source can't tell; empty where no policy is active.
    """

    name: str
    active: bool = True
    backup_mx: bool = False
    relay_host: bool = False
    alias_of: str = ""
    dkim: tuple[DkimKey, ...] | None = None
    mta_sts_id: str | None = None


@dataclass(frozen=True)
class KnownDomains:
    """What one source says of the domains.

    Attributes:
        source: as it is shown beside an answer: `mailcow's API`.
        domains: in the source's order; None where they could not be read.
        troubles: what could not be read, and what to do: one sentence each, fit for the screen.
    """

    source: str
    domains: tuple[KnownDomain, ...] | None
    troubles: tuple[str, ...] = ()
