"""One provider's panel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from mailcow_dns_tui.panels.rules import (
    Evidence,
    Import,
    Level,
    Long,
    Names,
    Quirk,
    Quotes,
    Targets,
    Texts,
    Ttls,
    Underscores,
)

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

Element = tuple[str, ...]
"""The fields that share a box, in their order."""

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
    names: Names
    targets: Targets
    texts: Texts
    underscores: Underscores
    boxes: Mapping[str, tuple[Element, ...]]
    ttls: Ttls
    not_offered: tuple[str, ...]
    proxy: bool
    zone_import: Import
    quirks: tuple[Quirk, ...]
    labels: Mapping[str, Mapping[str, str]]
    evidence: Mapping[str, Evidence]

    @property
    def is_known(self) -> bool:
        """Whether it is the form of one provider or program; else it does for any."""
        return self.id != GENERIC

    def evidence_of(self, claim: str) -> Evidence:
        """The evidence of the claim, or of the nearest that it is part of."""
        while claim not in self.evidence and "." in claim:
            claim = claim.rpartition(".")[0]
        return self.evidence.get(claim, Evidence(Level.UNKNOWN))

    def verified(self, claim: str) -> bool:
        return self.evidence_of(claim).level in VERIFIED

    @property
    def in_quotes(self) -> Profile:
        """The same for a text that was cut on its way: each of its strings wears quotes.

        Where it is verified that quotes become part of the text, nothing helps.
        """
        if self.texts.quotes is Quotes.NONE and self.verified("txt.quotes"):
            return self
        return replace(self, texts=replace(self.texts, quotes=Quotes.REQUIRED, long=Long.BY_HAND))

    def is_packed(self, rdtype: str) -> bool:
        """Whether several fields of the data share a box."""
        return any(len(element) > 1 for element in self.boxes[rdtype])

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
