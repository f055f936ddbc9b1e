"""The fields of a record as texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.txt import STRING_BYTES, txt_bytes, txt_value
from mailcow_dns_tui.panels.profile import Profile
from mailcow_dns_tui.panels.rules import Apex, Dot, Long, NameForm, Names, Quotes, Texts, TtlRule
from mailcow_dns_tui.panels.spans import span_text

if TYPE_CHECKING:
    from dns.name import Name
    from dns.rdata import Rdata
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
    return span_text(stored) if profile.ttls.rule is TtlRule.LIST else str(stored)


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


def name_text(owner: Name, zone: Name, names: Names, rdtype: str) -> str:
    if owner == zone and names.apex_of(rdtype) is not Apex.ZONE:
        return names.apex_of(rdtype).value
    if names.form is NameForm.RELATIVE and owner != zone:
        return owner.relativize(zone).to_text()
    return owner.to_text(omit_final_dot=names.form is not NameForm.FQDN_DOT)


def _data_texts(record: Record, profile: Profile) -> dict[str, str]:
    from dns.rdtypes.ANY.CAA import CAA
    from dns.rdtypes.ANY.TLSA import TLSA
    from dns.rdtypes.ANY.TXT import TXT

    rdata = record.rdata
    if isinstance(rdata, TXT):
        return {"value": txt_text(rdata, profile.texts)}
    if isinstance(rdata, CAA):
        value = rdata.value.decode(errors="replace")
        return {"flags": str(rdata.flags), "tag": rdata.tag.decode(), "value": value}
    if isinstance(rdata, TLSA):
        return {
            "usage": str(rdata.usage),
            "selector": str(rdata.selector),
            "matching": str(rdata.mtype),
            "data": rdata.cert.hex(),
        }
    return _host_texts(rdata, profile.targets.dot_of(record.type_text))


def _host_texts(rdata: Rdata, dot: Dot) -> dict[str, str]:
    from dns.rdtypes.ANY.CNAME import CNAME
    from dns.rdtypes.ANY.MX import MX
    from dns.rdtypes.IN.SRV import SRV

    if isinstance(rdata, CNAME):
        return {"target": _target_text(rdata.target, dot)}
    if isinstance(rdata, MX):
        target = _target_text(rdata.exchange, dot)
        return {"priority": str(rdata.preference), "target": target}
    if isinstance(rdata, SRV):
        return {
            "priority": str(rdata.priority),
            "weight": str(rdata.weight),
            "port": str(rdata.port),
            "target": _target_text(rdata.target, dot),
        }
    return {"value": rdata.to_text()}


def _target_text(target: Name, dot: Dot) -> str:
    """With the dot where both forms are taken: it can't be misunderstood."""
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


def txt_text(rdata: TXT, rules: Texts) -> str:
    """The text as typed: as a zone file has it where quotes are wanted or needed."""
    return rdata.to_text() if wears_quotes(rdata, rules) else txt_value(rdata)


def wears_quotes(rdata: TXT, rules: Texts) -> bool:
    if rules.quotes is not Quotes.EITHER:
        return rules.quotes is Quotes.REQUIRED
    text = txt_bytes(rdata)
    in_pieces = rules.long is Long.BY_HAND and len(text) > STRING_BYTES
    return in_pieces or b'"' in text or b"\\" in text
