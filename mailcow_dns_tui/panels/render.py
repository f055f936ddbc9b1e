"""A record as the boxes of a panel want it, with what there is to know before it is pasted.

For one that a panel can't hold: what to do instead.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.setup import DEFAULT_TTL
from mailcow_dns_tui.model.text import STRING_BYTES, exact_duration, txt_bytes, txt_value
from mailcow_dns_tui.panels.profile import (
    DATA_FIELDS,
    Apex,
    Dot,
    Element,
    Long,
    NameForm,
    NameRules,
    Profile,
    Quirk,
    Quotes,
    TextRules,
    TtlRule,
    box_key,
    field_name,
)

if TYPE_CHECKING:
    from dns.name import Name
    from dns.rdtypes.ANY.TXT import TXT


def texts_of(record: Record, profile: Profile) -> dict[str, str]:
    """Each field of the record, those of all ways to give its name included."""
    return {
        "type": record.type_text,
        "ttl": _ttl_text(record.ttl, profile),
        **_name_texts(record, profile),
        **_data_texts(record, profile),
    }


def _ttl_text(ttl: int, profile: Profile) -> str:
    stored = profile.ttls.stored(ttl)
    if stored is None:
        return ""
    return exact_duration(stored) if profile.ttls.rule is TtlRule.LIST else str(stored)


def has_service(rdtype: str, profile: Profile) -> bool:
    """Whether the first two labels of the name have boxes of their own."""
    return ("service",) in profile.boxes[rdtype]


def _name_texts(record: Record, profile: Profile) -> dict[str, str]:
    rdtype = record.type_text
    if not has_service(rdtype, profile):
        return {"name": name_text(record.owner, record.zone, profile.names, rdtype)}
    service, protocol = (label.decode() for label in record.owner.labels[:2])
    under = profile.underscores
    return {
        "service": service if under.service else service.removeprefix("_"),
        "protocol": protocol if under.protocol else protocol.removeprefix("_"),
        "name": name_text(below_service(record), record.zone, profile.names, rdtype),
    }


def below_service(record: Record) -> Name:
    """The name that a service is offered for: that of an SRV without its first two labels."""
    return record.owner.parent().parent()


def name_text(owner: Name, zone: Name, names: NameRules, rdtype: str) -> str:
    """An owner name as the box for it wants it."""
    if owner == zone and names.apex_of(rdtype) is not Apex.ZONE:
        return names.apex_of(rdtype).value
    if names.form is NameForm.RELATIVE and owner != zone:
        return owner.relativize(zone).to_text()
    return owner.to_text(omit_final_dot=names.form is not NameForm.FQDN_DOT)


def _data_texts(record: Record, profile: Profile) -> dict[str, str]:
    from dns.rdtypes.ANY.CAA import CAA
    from dns.rdtypes.ANY.CNAME import CNAME
    from dns.rdtypes.ANY.MX import MX
    from dns.rdtypes.ANY.TLSA import TLSA
    from dns.rdtypes.ANY.TXT import TXT
    from dns.rdtypes.IN.SRV import SRV

    match record.rdata:
        case TXT() as rdata:
            texts = [txt_text(rdata, profile.texts)]
        case CAA() as rdata:
            texts = [str(rdata.flags), rdata.tag.decode(), rdata.value.decode(errors="replace")]
        case TLSA() as rdata:
            texts = [*map(str, (rdata.usage, rdata.selector, rdata.mtype)), rdata.cert.hex()]
        case CNAME() as rdata:
            texts = [_target_text(rdata.target, record, profile)]
        case MX() as rdata:
            texts = [str(rdata.preference), _target_text(rdata.exchange, record, profile)]
        case SRV() as rdata:
            numbers = map(str, (rdata.priority, rdata.weight, rdata.port))
            texts = [*numbers, _target_text(rdata.target, record, profile)]
        case _:
            return {"value": record.rdata.to_text()}
    return dict(zip(DATA_FIELDS[record.type_text], texts, strict=True))


def _target_text(target: Name, record: Record, profile: Profile) -> str:
    """With the dot where both forms are taken: it can't be misunderstood."""
    dot = profile.targets.dot_of(record.type_text)
    return target.to_text(omit_final_dot=dot in {Dot.NONE, Dot.REFUSED})


def is_null(record: Record) -> bool:
    """Whether the record's target is ".", which says that there is no such service."""
    import dns.name

    host = getattr(record.rdata, "target", None) or getattr(record.rdata, "exchange", None)
    return host == dns.name.root


def txt_of(record: Record) -> bytes:
    """The text of a TXT; empty for other types."""
    from dns.rdtypes.ANY.TXT import TXT

    return txt_bytes(record.rdata) if isinstance(record.rdata, TXT) else b""


def txt_text(rdata: TXT, rules: TextRules) -> str:
    """The text as typed: as a zone file has it where quotes are wanted or needed."""
    return rdata.to_text() if wears_quotes(rdata, rules) else txt_value(rdata)


def wears_quotes(rdata: TXT, rules: TextRules) -> bool:
    """Whether a text is typed in quotes: where they are wanted, or needed."""
    if rules.quotes is not Quotes.EITHER:
        return rules.quotes is Quotes.REQUIRED
    text = txt_bytes(rdata)
    in_pieces = rules.long is Long.BY_HAND and len(text) > STRING_BYTES
    return in_pieces or b'"' in text or b"\\" in text


WITHOUT = {
    "SRV": "Leave it out: clients then set themselves up by autodiscover and autoconfig, or by "
    "hand.",
    "TLSA": "Leave it out: mail works without it, and DANE needs a provider that has TLSA.",
    "CAA": "Leave it out: mail works without it, and any authority may then issue certificates.",
}
ELSEWHERE = "Move the domain's DNS to a provider that takes it."

IN_PIECES = "It is longer than 255 bytes and stands in pieces, each in quotes: paste all of it."
PROXIED = frozenset({"A", "AAAA", "CNAME"})


@dataclass(frozen=True)
class Note:
    """One or two sentences.

    Attributes:
        instead: the panel can't hold the record, and this says what to do instead.
    """

    text: str
    instead: bool = False


def notes(record: Record, profile: Profile) -> Iterator[Note]:
    """The reason why the panel can't hold the record, else what to look out for."""
    if obstacle := _obstacle(record, profile):
        yield Note(obstacle, instead=True)
        return
    if profile.proxy and record.type_text in PROXIED:
        yield Note("Switch the proxy off for it (“DNS only”): mail does not go through a proxy.")
    if len(txt_of(record)) > STRING_BYTES and profile.texts.long is Long.BY_HAND:
        yield Note(IN_PIECES)
    yield from map(Note, _of_ttl(record, profile))
    for quirk in profile.quirks:
        if (quirk.types or quirk.names) and _is_about(quirk, record):
            yield Note(quirk.text)


def _is_about(quirk: Quirk, record: Record) -> bool:
    label = record.owner.labels[0].decode("latin-1").lower()
    is_type = not quirk.types or record.type_text in quirk.types
    return is_type and (not quirk.names or label in quirk.names)


def _obstacle(record: Record, profile: Profile) -> str | None:
    rdtype, title = record.type_text, profile.title
    if rdtype not in profile.boxes:
        return "Reverse DNS is set where the server's address was rented, not in a domain's panel."
    if rdtype in profile.types.not_offered:
        return f"{title} has no {rdtype} records. {WITHOUT.get(rdtype, ELSEWHERE)}"
    if is_null(record) and not profile.targets.null:
        return (
            f"{title} refuses the target “.”. Leave the record out, and delete what else is at "
            "its name: clients then find no such service either."
        )
    if rdtype == "SRV" and not _has_name_box(record, profile):
        return f"{title} has SRV records for the domain itself only. {WITHOUT['SRV']}"
    return _txt_obstacle(record, profile) if rdtype == "TXT" else None


def _has_name_box(record: Record, profile: Profile) -> bool:
    if not has_service("SRV", profile):
        return True
    if len(record.owner) - len(record.zone) < 2:
        return False
    return ("name",) in profile.boxes["SRV"] or below_service(record) == record.zone


def _txt_obstacle(record: Record, profile: Profile) -> str | None:
    data, rules, title = txt_of(record), profile.texts, profile.title
    if limit := _limit(len(data), rules):
        return (
            f"{title} takes at most {limit} bytes in a TXT record, and this has {len(data)}. "
            f"{_shorter(record, limit)}"
        )
    text = data.decode(errors="replace")
    for refused in rules.refused:
        if refused in text:
            return f"{title} refuses {refused} in a TXT record. Write the text without it."
    return _unquotable(text, rules)


def _unquotable(text: str, rules: TextRules) -> str | None:
    """What is wrong with a text that no quotes protect."""
    if rules.quotes is Quotes.REQUIRED:
        return None
    if not text.isprintable() or "\ufffd" in text:
        return "It has characters that no form takes. Write the text without them."
    if text != text.strip():
        return "It begins or ends with a blank, which forms drop. Write the text without it."
    if rules.quotes is Quotes.NONE and text.startswith('"'):
        return "It begins with a quote, which a form may drop. Write the text without it."
    return None


def _limit(size: int, rules: TextRules) -> int | None:
    """The limit in bytes that a text of this size is above."""
    if rules.max_bytes and size > rules.max_bytes:
        return rules.max_bytes
    short = rules.long in {Long.REFUSED, Long.CUT}
    return STRING_BYTES if short and size > STRING_BYTES else None


def _shorter(record: Record, limit: int) -> str:
    if record.topic != "dkim":
        return "Make it shorter, or move the domain's DNS to a provider that takes it."
    bits = 1024 if limit < 420 else 2048
    return f"Make a DKIM key of {bits} bits in mailcow, or move the domain's DNS."


def _of_ttl(record: Record, profile: Profile) -> Iterator[str]:
    stored = profile.ttls.stored(record.ttl)
    if stored is None:
        yield f"{profile.title} has no TTL for single records."
    elif profile.ttls.rule is TtlRule.LIST and stored != record.ttl:
        wanted, nearest = exact_duration(record.ttl), exact_duration(stored)
        yield f"Choose the TTL that comes nearest to {wanted}: {nearest}."
    elif stored < record.ttl:
        yield f"{profile.title} takes a TTL of at most {stored} seconds."
    elif stored > record.ttl:
        yield f"{profile.title} takes a TTL of at least {stored} seconds."


NOT_EVERYWHERE = frozenset({"SRV", "CAA", "TLSA"})
"""The types that a panel may do without; all have the others."""


class Filling(Enum):
    """How a text gets into its box."""

    PASTE = "paste"
    TYPE = "type"
    """So short that it is typed sooner than copied."""
    CHOOSE = "choose"
    """From a list."""
    LEAVE = "leave"
    """As it stands there: empty, or with a default that serves."""


@dataclass(frozen=True)
class Box:
    """One box of a form.

    Attributes:
        key: what `Profile.label` calls it by: a field, or `value` for one that holds several.
        text: what belongs into it; empty where it is left empty.
    """

    key: str
    text: str
    filling: Filling = Filling.PASTE


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


TYPED = frozenset(
    ["priority", "weight", "port", "protocol", "flags", "tag", "usage", "selector", "matching"]
)
"""Fields of a digit or two, or of a word."""


def _boxes(record: Record, profile: Profile) -> Iterator[Box]:
    texts = texts_of(record, profile)
    for element in profile.boxes[record.type_text]:
        text = " ".join(_field(field, texts) for field in element)
        yield Box(box_key(element), text, _filling(element, text, profile))


def _filling(element: Element, text: str, profile: Profile) -> Filling:
    if element == ("ttl",) and text in {"", str(DEFAULT_TTL)}:
        return Filling.LEAVE
    if element == ("type",) or (element == ("ttl",) and profile.ttls.rule is TtlRule.LIST):
        return Filling.CHOOSE
    if not text:
        return Filling.LEAVE
    is_short = text == Apex.AT.value or element == ("ttl",)
    return Filling.TYPE if is_short or TYPED.issuperset(element) else Filling.PASTE


def _field(field: str, texts: Mapping[str, str]) -> str:
    text = texts[field_name(field)]
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"' if field.startswith('"') else text


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
