"""The parts of an rdata by name, for formats that take each by itself."""

from dataclasses import dataclass

from dns.rdtypes.ANY.CAA import CAA
from dns.rdtypes.ANY.MX import MX
from dns.rdtypes.ANY.TLSA import TLSA
from dns.rdtypes.IN.SRV import SRV

from mailcow_dns_tui.model.record import Record

Fields = dict[str, int | str]


@dataclass(frozen=True)
class Names:
    """What a format calls the parts of each type, in the order in which it takes them."""

    mx: tuple[str, str] = ("preference", "exchange")
    srv: tuple[str, str, str, str] = ("priority", "weight", "port", "target")
    caa: tuple[str, str, str] = ("flags", "tag", "value")
    tlsa: tuple[str, str, str, str] = ("usage", "selector", "matching_type", "certificate")


def fields(record: Record, names: Names) -> Fields | None:
    """The parts of an MX, SRV, CAA or TLSA; None for types whose data is one text.

    Targets have the final dot; a digest is in hex.
    """
    match record.rdata:
        case MX() as mx:
            return dict(zip(names.mx, (mx.preference, str(mx.exchange)), strict=True))
        case SRV() as srv:
            parts = (srv.priority, srv.weight, srv.port, str(srv.target))
            return dict(zip(names.srv, parts, strict=True))
        case CAA() as caa:
            return dict(
                zip(names.caa, (caa.flags, caa.tag.decode(), caa.value.decode()), strict=True)
            )
        case TLSA() as tlsa:
            parts = (tlsa.usage, tlsa.selector, tlsa.mtype, tlsa.cert.hex())
            return dict(zip(names.tlsa, parts, strict=True))
    return None
