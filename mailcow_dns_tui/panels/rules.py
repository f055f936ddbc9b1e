"""The switches in which panels differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


class NameForm(Enum):
    """How the owner name is typed."""

    RELATIVE = "relative"
    FQDN = "fqdn"
    FQDN_DOT = "fqdn-dot"


class Apex(Enum):
    """What is typed for the zone itself."""

    AT = "@"
    EMPTY = ""
    ZONE = "zone"
    """The zone's own name, in the form that names have."""


class Dot(Enum):
    """The final dot of a target."""

    REQUIRED = "required"
    """Without it the zone is appended, or the form complains."""
    NONE = "none"
    OPTIONAL = "optional"
    REFUSED = "refused"


class Quotes(Enum):
    """The quotes around a TXT."""

    NONE = "none"
    """Typed quotes become part of the text."""
    REQUIRED = "required"
    EITHER = "either"


class Long(Enum):
    """What becomes of a TXT above 255 bytes."""

    AUTO = "auto"
    BY_HAND = "by-hand"
    """It is typed in pieces, each in quotes."""
    REFUSED = "refused"
    CUT = "cut"


class TtlRule(Enum):
    """How a TTL is given."""

    SECONDS = "seconds"
    LIST = "list"
    NONE = "none"


class Import(Enum):
    """What the panel does with a zone file."""

    NONE = "none"
    MERGE = "merge"
    CREATE_ONLY = "create-only"
    REPLACE = "replace"
    UNKNOWN = "unknown"


class Level(Enum):
    """How well a claim is known."""

    MEASURED = "M"
    PROVIDER = "P"
    API = "A"
    COMMON = "K"
    UNKNOWN = "?"


@dataclass(frozen=True)
class Evidence:
    """Where a claim comes from."""

    level: Level
    source: str = ""


@dataclass(frozen=True)
class Names:
    """Owner names.

    Attributes:
        dot_ends_name: a final dot keeps a relative form from appending the zone.
    """

    form: NameForm
    apex: Apex
    apex_by_type: Mapping[str, Apex]
    dot_ends_name: bool

    def apex_of(self, rdtype: str) -> Apex:
        return self.apex_by_type.get(rdtype, self.apex)


@dataclass(frozen=True)
class Targets:
    """Host names in MX, CNAME and SRV; `null` tells whether the target "." is taken."""

    dot: Dot
    dot_by_type: Mapping[str, Dot]
    null: bool

    def dot_of(self, rdtype: str) -> Dot:
        return self.dot_by_type.get(rdtype, self.dot)


@dataclass(frozen=True)
class Texts:
    """TXT data; a `max_bytes` of 0 is one that is not known."""

    quotes: Quotes
    long: Long
    max_bytes: int
    refused: tuple[str, ...]


@dataclass(frozen=True)
class Underscores:
    """Which of the boxes for an SRV's service and protocol want their underscore typed."""

    service: bool
    protocol: bool


@dataclass(frozen=True)
class Ttls:
    """TTLs in seconds; a `max` of 0 is one that is not known.

    Attributes:
        choices: what a list offers, as far as it is known.
        default: what a record gets that is not given one ("Auto"); 0 where it is not known.
    """

    rule: TtlRule
    min: int
    max: int
    choices: tuple[int, ...]
    default: int

    def stored(self, ttl: int) -> int | None:
        """The TTL that a record ends up with here; None where the panel decides."""
        if self.rule is TtlRule.NONE:
            return None
        if self.rule is TtlRule.LIST:
            return min(self.choices, key=lambda choice: (abs(choice - ttl), choice))
        return max(self.min, min(ttl, self.max) if self.max else ttl)


@dataclass(frozen=True)
class Quirk:
    """Sentences on what is special about some records; about the panel itself without a filter.

    Attributes:
        names: the first labels of owner names.
    """

    text: str
    types: tuple[str, ...]
    names: tuple[str, ...]
