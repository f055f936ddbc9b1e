"""What the setup wants published."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING

from mailcow_dns_tui.model.by_fields import ByFields
from mailcow_dns_tui.model.names import is_registry, relative_text
from mailcow_dns_tui.model.txt import shown

if TYPE_CHECKING:
    from dns.name import Name
    from dns.rdata import Rdata
    from dns.rdatatype import RdataType


class Tier(Enum):
    """How much mail depends on a record."""

    REQUIRED = "required"
    RECOMMENDED = "recommended"
    OPTIONAL = "optional"


@dataclass(frozen=True)
class Record(ByFields):
    """One record that is wanted.

    Attributes:
        topic: the id of the topic that wants it.
        domain: the mail domain that it serves; None for what is published once for the server.
        zone: the zone it is published in, as far as that is known without asking.
        foreign: the zone belongs to somebody else's panel (reverse DNS, report authorisations).
        why: one sentence.
        guessed: nobody has looked whether the zone is one, or a part of a zone above it.
    """

    topic: str
    owner: Name
    rdata: Rdata
    ttl: int
    tier: Tier
    domain: Name | None
    zone: Name
    why: str
    foreign: bool = False
    guessed: bool = False

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        # Hashing names and rdata takes longer than all else that is done with a record.
        return hash((self.topic, self.owner, self.rdata, self.domain))

    @property
    def rdtype(self) -> RdataType:
        from dns.rdatatype import RdataType

        return RdataType(self.rdata.rdtype)

    @property
    def type_text(self) -> str:
        return self.rdtype.name

    def in_zone(self, zone: Name | None) -> Record:
        """The same record in the zone that its name was found in; unchanged for None.

        A domain that is in the zone of a registry is not registered, and nobody's record.
        """
        if zone is None or zone == self.zone or is_registry(zone):
            return self
        return replace(self, zone=zone) if self.owner.is_subdomain(zone) else self

    @property
    def name(self) -> str:
        """The owner name inside its zone: `@`, `_dmarc`."""
        return relative_text(self.owner, self.zone)

    @property
    def value(self) -> str:
        """The data as people read it: a TXT whole and unquoted, all else as in a zone file."""
        return shown(self.rdata)
