"""One provider's panel: the switches in which panels differ, as a profile file sets them.

The fields are the keys of the file, see the package's docstring for what they mean.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Annotated

from mailcow_dns_tui.codec import stored

RdtypeText = Annotated[str, "a type of record"]
BoxName = Annotated[str, "a field, or TYPE.field"]
Language = Annotated[str, "of a label"]
Element = tuple[str, ...]
"""The fields that share a box, in their order."""
Forms = Annotated[Mapping[str, tuple[Element, ...]], "each type's form, in its order"]


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
class NameRules:
    """How owner names are typed.

    Attributes:
        dot_ends_name: a final dot keeps a relative form from appending the zone.
    """

    form: NameForm
    apex: Apex
    apex_by_type: Mapping[RdtypeText, Apex]
    dot_ends_name: bool

    def apex_of(self, rdtype: str) -> Apex:
        """What stands for the zone itself, in records of a type."""
        return self.apex_by_type.get(rdtype, self.apex)


@dataclass(frozen=True)
class TargetRules:
    """Host names in MX, CNAME and SRV; `null` tells whether the target "." is taken."""

    dot: Dot
    dot_by_type: Mapping[RdtypeText, Dot]
    null: bool

    def dot_of(self, rdtype: str) -> Dot:
        """How the targets of a type end."""
        return self.dot_by_type.get(rdtype, self.dot)


@dataclass(frozen=True)
class TextRules:
    """TXT data; a `max_bytes` of 0 is one that is not known."""

    quotes: Quotes
    long: Long
    max_bytes: int
    refused: tuple[str, ...]


@dataclass(frozen=True)
class Underscores:
    """Which of the boxes for an SRV's service and protocol want their underscore typed."""

    service: bool = field(metadata=stored(key="service_underscore"))
    protocol: bool = field(metadata=stored(key="protocol_underscore"))


@dataclass(frozen=True)
class TtlRules:
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
        importing: it is about the import of a zone file.
    """

    text: str
    types: tuple[RdtypeText, ...] = ()
    names: tuple[str, ...] = ()
    importing: bool = False


@dataclass(frozen=True)
class TypeRules:
    """Which types of records the panel lacks."""

    not_offered: tuple[RdtypeText, ...]


DATA_FIELDS = {
    "A": ("value",),
    "AAAA": ("value",),
    "CNAME": ("target",),
    "MX": ("priority", "target"),
    "TXT": ("value",),
    "SRV": ("priority", "weight", "port", "target"),
    "CAA": ("flags", "tag", "value"),
    "TLSA": ("usage", "selector", "matching", "data"),
}
"""What the data of each type consists of."""

LANGUAGES = ("en", "de")
VERIFIED = frozenset({Level.MEASURED, Level.PROVIDER})


GENERIC = "any"
"""The id of the profile for a panel that is not known."""


@dataclass(frozen=True)
class Profile:
    """What one panel wants, and how well that is known.

    Attributes:
        name_servers: suffixes of the provider's name servers; `*` stands for a part of a label.
        boxes: each type's form, in its order.
        proxy: the panel can put its own proxy before an address, and does unless it is told.
        labels: what a box is called, by field or by `TYPE.field`, then by language.
        evidence: by claim, such as `target.dot.MX`, or by the beginning of one.
    """

    id: str
    title: str
    name_servers: tuple[str, ...]
    names: NameRules = field(metadata=stored(key="name"))
    targets: TargetRules = field(metadata=stored(key="target"))
    texts: TextRules = field(metadata=stored(key="txt"))
    underscores: Underscores = field(metadata=stored(key="srv"))
    boxes: Forms
    ttls: TtlRules = field(metadata=stored(key="ttl"))
    types: TypeRules
    proxy: bool
    zone_import: Import = field(metadata=stored(key="import"))
    quirks: tuple[Quirk, ...]
    labels: Mapping[BoxName, Mapping[Language, str]]
    evidence: Mapping[str, Evidence]

    @property
    def is_known(self) -> bool:
        """Whether it is one provider's or program's form, and not the one for any."""
        return self.id != GENERIC

    def evidence_of(self, claim: str) -> Evidence:
        """The evidence of the claim, or of the nearest that it is part of."""
        while claim not in self.evidence and "." in claim:
            claim = claim.rpartition(".")[0]
        return self.evidence.get(claim, Evidence(Level.UNKNOWN))

    def verified(self, claim: str) -> bool:
        """Whether a claim was tried, or is the provider's own."""
        return self.evidence_of(claim).level in VERIFIED

    @property
    def in_quotes(self) -> Profile:
        """The same for a text that was cut on its way: each of its strings wears quotes.

        Where it is verified that quotes become part of the text, nothing helps.
        """
        if self.texts.quotes is Quotes.NONE and self.verified("txt.quotes"):
            return self
        return replace(self, texts=replace(self.texts, quotes=Quotes.REQUIRED, long=Long.BY_HAND))

    def label(self, rdtype: str, key: str, language: str = "en") -> str:
        """What the panel calls a box; its name in another language where that is all there is."""
        known = self.labels.get(f"{rdtype}.{key}") or self.labels.get(key, {})
        return known.get(language) or next(iter(known.values()), key.capitalize())


def box_key(element: Element) -> str:
    """What a box is known by: its field, or `value` for one that holds several."""
    return field_name(element[0]) if len(element) == 1 else "value"


def field_name(field: str) -> str:
    """The field without the quotes that it wears in its box."""
    return field.strip('"')
