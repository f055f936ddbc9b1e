"""A record as the boxes of a panel want it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.txt import STRING_BYTES
from mailcow_dns_tui.panels.notes import Note, notes
from mailcow_dns_tui.panels.profile import DATA_FIELDS, Profile, box_key, field_name
from mailcow_dns_tui.panels.rules import TtlRule
from mailcow_dns_tui.panels.writing import is_null, texts_of, txt_of

NOT_EVERYWHERE = frozenset({"SRV", "CAA", "TLSA"})
"""The types that a panel may do without; all have the others."""


@dataclass(frozen=True)
class Box:
    """One box of a form.

    Attributes:
        key: what `Profile.label` calls it by: a field, or `value` for one that holds several.
        text: what belongs into it; empty where it is left empty.
        choose: it is a list to choose from, not a box to paste into.
    """

    key: str
    text: str
    choose: bool = False


@dataclass(frozen=True)
class Rendered:
    """A record in a panel's form.

    Attributes:
        boxes: in the order of the form; none where the panel can't hold the record.
        unverified: the claims that the boxes depend on and that are not verified.
    """

    boxes: tuple[Box, ...]
    notes: tuple[Note, ...]
    unverified: tuple[str, ...]

    @property
    def held(self) -> bool:
        """Whether the panel can hold the record."""
        return not any(note.instead for note in self.notes)


def render(record: Record, profile: Profile) -> Rendered:
    """The boxes of the panel for a record of its zone, and what there is to know of them."""
    said = tuple(notes(record, profile))
    held = not any(note.instead for note in said)
    boxes = tuple(_boxes(record, profile)) if held else ()
    claims = _claims(record, profile)
    unverified = tuple(claim for claim in claims if not profile.verified(claim))
    return Rendered(boxes, said, unverified)


def _boxes(record: Record, profile: Profile) -> Iterator[Box]:
    texts = texts_of(record, profile)
    lists = {"type", *(["ttl"] if profile.ttls.rule is TtlRule.LIST else [])}
    for element in profile.boxes[record.type_text]:
        text = " ".join(_field(field, texts) for field in element)
        yield Box(box_key(element), text, choose=element[0] in lists)


def _field(field: str, texts: Mapping[str, str]) -> str:
    text = texts[field_name(field)]
    return f'"{_escaped(text)}"' if field.startswith('"') else text


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _claims(record: Record, profile: Profile) -> Iterator[str]:
    """What the boxes of a record depend on."""
    rdtype = record.type_text
    if rdtype not in DATA_FIELDS:
        return
    if rdtype in NOT_EVERYWHERE:
        yield f"types.{rdtype}"
    yield f"name.apex.{rdtype}" if record.owner == record.zone else "name.form"
    if len(DATA_FIELDS[rdtype]) > 1:
        yield f"boxes.{rdtype}"
    if "target" in DATA_FIELDS[rdtype]:
        yield "target.null" if is_null(record) else f"target.dot.{rdtype}"
    if rdtype == "TXT":
        yield "txt.quotes"
        if len(txt_of(record)) > STRING_BYTES:
            yield "txt.long"
    if profile.ttls.stored(record.ttl) not in {None, record.ttl}:
        yield "ttl"
