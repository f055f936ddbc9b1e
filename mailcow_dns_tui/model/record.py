"""What the setup wants published."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, fields, replace
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING

from mailcow_dns_tui.model.names import is_registry, relative_text, unicode_form


@dataclass(frozen=True)
class ByFields:
    """Pickled by its fields alone: hashes of texts differ from process to process."""

    def __getstate__(self) -> Mapping[str, object]:
        return {field.name: getattr(self, field.name) for field in fields(self)}


if TYPE_CHECKING:
    from dns.name import Name
    from dns.rdata import Rdata
    from dns.rdatatype import RdataType


def record_line(owner: Name, type_text: str, value: str) -> str:
    """A record as people read it: `bücher.example MX 10 mail.example.org.`."""
    return f"{unicode_form(owner)} {type_text} {value}"


class Tier(Enum):
    """How much mail depends on a record."""

    REQUIRED = "required"
    RECOMMENDED = "recommended"
    OPTIONAL = "optional"


@dataclass(frozen=True, eq=False)
class Record(ByFields):
    """One record that is wanted.

    Attributes:
        topic: the id of the topic that wants it.
        domain: the mail domain that it serves; None for what is published once for the server.
        zone: the zone it is published in, as far as that is known without asking.
        external: the zone belongs to somebody else's panel (reverse DNS, report authorisations).
        why: one sentence.
        guessed: nobody has looked whether the zone is one, or a part of a zone above it.
        label: what a TXT of its topic is called in sentences: `SPF`; empty for `TXT`.
        lacking: what comes of it where it is missing, as the end of a sentence; empty: nothing.
    """

    topic: str
    owner: Name
    rdata: Rdata
    ttl: int
    tier: Tier
    domain: Name | None
    zone: Name
    why: str
    external: bool = False
    guessed: bool = False
    label: str = ""
    lacking: str = ""

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Record) and self._key == other._key)

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash(self._key)

    @cached_property
    def _key(self) -> Hashable:
        # Names and rdata make their canonical form anew each time they are hashed or compared,
        # which takes longer than all else that is done with a record.
        names = (each and each.to_digestable() for each in (self.owner, self.domain, self.zone))
        rdata = self.rdata.rdtype, self.rdata.to_digestable()
        rest = self.ttl, self.tier, self.why, self.external, self.guessed
        return self.topic, *names, *rdata, *rest

    @cached_property
    def rdtype(self) -> RdataType:
        """The type as dnspython has it."""
        from dns.rdatatype import RdataType

        return RdataType(self.rdata.rdtype)

    @cached_property
    def type_text(self) -> str:
        """The type as zone files have it: `MX`."""
        return self.rdtype.name

    @property
    def is_reverse(self) -> bool:
        """Whether it names an address, at whoever that was rented from."""
        return self.type_text == "PTR"

    def with_zone(self, zone: Name | None) -> Record:
        """The same record in the zone that its name was found in; unchanged for None.

        A domain that is in the zone of a registry is not registered, and nobody's record.
        """
        if zone is None or zone == self.zone or is_registry(zone):
            return self
        return replace(self, zone=zone) if self.owner.is_subdomain(zone) else self

    @property
    def owner_text(self) -> str:
        """The owner name as people write it: `bücher.example`."""
        return unicode_form(self.owner)

    @property
    def name(self) -> str:
        """The owner name inside its zone: `@`, `_dmarc`."""
        return relative_text(self.owner, self.zone)

    @property
    def data(self) -> str:
        """The data as in a zone file."""
        from mailcow_dns_tui.model.rdata_text import data_text

        return data_text(self.rdata)

    @property
    def value(self) -> str:
        """The data as people read it: a TXT whole and unquoted, all else as in a zone file."""
        from mailcow_dns_tui.model.rdata_text import shown

        return shown(self.rdata)
