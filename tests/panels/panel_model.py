"""What a panel makes of the texts in its boxes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailcow_dns_tui.model.text import STRING_BYTES
from mailcow_dns_tui.panels.profile import (
    Apex,
    Dot,
    Element,
    Long,
    NameForm,
    NameRules,
    Profile,
    Quotes,
    TargetRules,
    TextRules,
    TtlRule,
    TtlRules,
    box_key,
    field_name,
)
from mailcow_dns_tui.panels.render import Box

if TYPE_CHECKING:
    from dns.name import Name
    from dns.rdata import Rdata
    from dns.rdtypes.ANY.TXT import TXT


UNITS = {"day": 86_400, "hour": 3600, "minute": 60, "second": 1}


class PanelError(Exception):
    """The panel does not save this; the text says why."""


@dataclass(frozen=True)
class Stored:
    """A record as the panel saves it; a `ttl` of None is the panel's own."""

    owner: Name
    rdata: Rdata
    ttl: int | None


def parse(boxes: Sequence[Box], profile: Profile, zone: Name) -> Stored:
    """The record that the panel saves for its zone.

    Raises:
        PanelError: for what the panel refuses.
    """
    import dns.exception

    try:
        texts = _fields(boxes, profile)
        rdata = _rdata(texts, profile, zone)
        return Stored(_owner(texts, profile, zone), rdata, _ttl(texts, profile.ttls))
    except (dns.exception.DNSException, ValueError, UnicodeError) as error:
        raise PanelError(str(error)) from error


def _fields(boxes: Sequence[Box], profile: Profile) -> dict[str, str]:
    rdtype = next((box.text for box in boxes if box.key == "type"), "")
    form = profile.boxes.get(rdtype, ())
    if [box.key for box in boxes] != [box_key(element) for element in form]:
        raise PanelError(f"There is no form with these boxes for {rdtype}.")
    return {
        field: text
        for element, box in zip(form, boxes, strict=True)
        for field, text in _split(element, box.text.strip()).items()
    }


def _split(element: Element, text: str) -> dict[str, str]:
    parts = text.split(None, len(element) - 1) if len(element) > 1 else [text]
    if len(parts) != len(element):
        raise PanelError(f"{len(element)} parts are wanted in {text!r}.")
    return {field_name(f): _bare(f, part) for f, part in zip(element, parts, strict=True)}


def _bare(field: str, text: str) -> str:
    """The text without the quotes and escapes that its box wants."""
    if not field.startswith('"'):
        return text
    [value] = _strings(text)
    return value.decode()


def _strings(text: str) -> list[bytes]:
    """The quoted strings of a text."""
    from dns.tokenizer import Tokenizer

    tokens = Tokenizer(text)
    found = []
    while not (token := tokens.get()).is_eol_or_eof():
        if not token.is_quoted_string():
            raise PanelError("Quotes are wanted.")
        found.append(token.unescape_to_bytes().value)
    return found


def _ttl(texts: Mapping[str, str], ttls: TtlRules) -> int | None:
    if ttls.rule is TtlRule.NONE:
        return None
    if ttls.rule is TtlRule.LIST:
        seconds = span_seconds(texts["ttl"])
        if seconds not in ttls.choices:
            raise PanelError(f"{texts['ttl']} is not in the list.")
        return seconds
    if ttls.stored(int(texts["ttl"])) != int(texts["ttl"]):
        raise PanelError(f"A TTL of {texts['ttl']} is not taken.")
    return int(texts["ttl"])


def span_seconds(text: str) -> int | None:
    """`30 minutes`, as a list of TTLs has it, in seconds; None for what is no such text."""
    count, _, unit = text.partition(" ")
    size = UNITS.get(unit.removesuffix("s"))
    return int(count) * size if size and count.isdecimal() else None


def _owner(texts: Mapping[str, str], profile: Profile, zone: Name) -> Name:
    rdtype = texts["type"]
    names = profile.names
    if "service" not in texts:
        return _name(texts["name"], names, rdtype, zone)
    import dns.name

    host = zone if "name" not in texts else _name(texts["name"], names, rdtype, zone)
    labels = [
        _label(texts["service"], typed=profile.underscores.service),
        _label(texts["protocol"], typed=profile.underscores.protocol),
    ]
    return dns.name.from_text(".".join(labels), host)


def _label(text: str, *, typed: bool) -> str:
    return text if typed else f"_{text}"


def _name(text: str, names: NameRules, rdtype: str, zone: Name) -> Name:
    import dns.name

    apex = names.apex_of(rdtype)
    if apex is not Apex.ZONE and text == apex.value:
        return zone
    if text in {"", Apex.AT.value}:
        raise PanelError("A name is wanted.")
    if not text.endswith("."):
        below = zone if names.form is NameForm.RELATIVE else dns.name.root
        name = dns.name.from_text(text, below)
    elif names.form is NameForm.FQDN_DOT or names.dot_ends_name:
        name = dns.name.from_text(text)
    else:
        raise PanelError("A name with a final dot is not taken.")
    if not name.is_subdomain(zone):
        raise PanelError(f"{name} is not in the zone.")
    return name


def _target(text: str, targets: TargetRules, rdtype: str, zone: Name) -> Name:
    import dns.name

    dot = targets.dot_of(rdtype)
    if text == ".":
        if not targets.null:
            raise PanelError("The target . is not taken.")
        return dns.name.root
    if text.endswith(".") and dot is Dot.REFUSED:
        raise PanelError("A target with a final dot is not taken.")
    return dns.name.from_text(text, zone if dot is Dot.REQUIRED else dns.name.root)


def _rdata(texts: Mapping[str, str], profile: Profile, zone: Name) -> Rdata:
    from dns.rdata import from_text
    from dns.rdataclass import IN
    from dns.rdatatype import CAA as CAA_TYPE
    from dns.rdtypes.ANY.CAA import CAA

    rdtype = texts["type"]
    if rdtype in profile.types.not_offered:
        raise PanelError(f"There are no {rdtype} records.")
    if rdtype == "TXT":
        return _txt(texts["value"], profile.texts)
    if rdtype == "CAA":
        flags, tag, value = int(texts["flags"]), texts["tag"].encode(), texts["value"].encode()
        return CAA(IN, CAA_TYPE, flags, tag, value)
    names = {}
    if "target" in texts:
        names["target"] = _target(texts["target"], profile.targets, rdtype, zone).to_text()
    order = ("priority", "weight", "port", "usage", "selector", "matching", "data", "value")
    data = [texts[field] for field in order if field in texts]
    return from_text(IN, rdtype, " ".join([*data, *names.values()]))


def _txt(text: str, rules: TextRules) -> TXT:
    from dns.rdataclass import IN
    from dns.rdatatype import TXT as TXT_TYPE
    from dns.rdtypes.ANY.TXT import TXT

    quoted = rules.quotes is Quotes.REQUIRED or text.startswith('"')
    in_pieces = quoted and rules.quotes is not Quotes.NONE
    strings = _strings(text) if in_pieces else [text.encode()]
    _check_size(strings, rules)
    pieces = [piece for string in strings for piece in _pieces(string)]
    return TXT(IN, TXT_TYPE, pieces[:1] if rules.long is Long.CUT else pieces)


def _check_size(strings: Sequence[bytes], rules: TextRules) -> None:
    size = sum(map(len, strings))
    if rules.max_bytes and size > rules.max_bytes:
        raise PanelError(f"{size} bytes are too many.")
    if rules.long is Long.REFUSED and size > STRING_BYTES:
        raise PanelError(f"{size} bytes are too many.")
    if rules.long is Long.BY_HAND and max(map(len, strings), default=0) > STRING_BYTES:
        raise PanelError("A string of more than 255 bytes is not taken.")


def _pieces(data: bytes) -> list[bytes]:
    starts = range(0, len(data), STRING_BYTES)
    return [data[start : start + STRING_BYTES] for start in starts] or [b""]
