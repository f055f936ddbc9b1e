"""What stands at a record's name now, and what of it has to go."""

from collections.abc import Collection, Iterator, Sequence

from dns.rdata import Rdata
from dns.rdatatype import RdataType
from dns.rdtypes.ANY.TXT import TXT

from mailcow_dns_tui.guide.step import Removal
from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.txt import shown, txt_bytes


def own(found: Finding) -> Sequence[Rdata]:
    """The RRset at the owner name itself, of all name servers; nothing of an alias or wildcard."""
    if found.lookup is None or is_wildcards(found):
        return ()
    heard = (answer for answer in found.lookup.heard if not answer.aliases)
    return tuple(dict.fromkeys(rdata for answer in heard for rdata in answer.rdatas))


def is_wildcards(found: Finding) -> bool:
    """Whether nothing of what answers stands at the owner name itself."""
    return found.of_wildcard


def alias(found: Finding) -> Removal | None:
    """The CNAME at the owner name."""
    if found.lookup is None or not found.lookup.aliases or is_wildcards(found):
        return None
    target = found.lookup.aliases[0].to_text()
    return Removal(found.lookup.name, "CNAME", target)


def same(one: Rdata, other: Rdata) -> bool:
    """Whether they hold the same; a TXT may be cut into strings at other places."""
    if isinstance(one, TXT) and isinstance(other, TXT):
        return txt_bytes(one) == txt_bytes(other)
    return {one} == {other}


def has(found: Finding, record: Record) -> bool:
    return any(same(rdata, record.rdata) for rdata in own(found))


def removal(found: Finding, rdata: Rdata) -> Removal:
    owner = found.lookup.name if found.lookup else found.name
    return Removal(owner, RdataType(rdata.rdtype).name, shown(rdata))


def others(found: Finding, record: Record) -> tuple[Removal, ...]:
    """All that may not stay beside the record: the alias, what differs, what can't be read."""
    if cname := alias(found):
        return (cname,)
    wrong = (rdata for rdata in own(found) if not same(rdata, record.rdata))
    return (*(removal(found, rdata) for rdata in wrong), *broken(found))


def broken(found: Finding) -> Iterator[Removal]:
    """What could not be parsed, as RFC 3597 5 writes it."""
    if found.lookup and found.lookup.best:
        for each in found.lookup.best.malformed:
            text = f"\\# {len(each.data)} {each.data.hex()}"
            yield Removal(found.lookup.name, RdataType(each.rdtype).name, text)


def meant(found: Finding, rdatas: Collection[Rdata]) -> Sequence[Rdata]:
    """Those of which the finding speaks; all where it names none."""
    return [rdata for rdata in rdatas if rdata in found.meant] or list(rdatas)


def strays(found: Finding, planned: Sequence[Record]) -> tuple[Removal, ...]:
    """What stands at other names in place of the record, and is not wanted there itself."""
    return tuple(
        Removal(name, RdataType(rdata.rdtype).name, shown(rdata))
        for name, rdata in found.strays
        if not any(each.owner == name and same(each.rdata, rdata) for each in planned)
    )
