"""Where a record is that is missing at its own name: other names that panels and hands make."""

import asyncio
import itertools
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

import dns.name
from dns.name import Name
from dns.rdata import Rdata
from dns.rdatatype import RdataType
from dns.rdtypes.ANY.CNAME import CNAME
from dns.rdtypes.ANY.MX import MX
from dns.rdtypes.ANY.PTR import PTR
from dns.rdtypes.ANY.TXT import TXT
from dns.rdtypes.IN.SRV import SRV

from mailcow_dns_tui.model.answer import Dns, Lookup
from mailcow_dns_tui.model.code import MISPLACED, OTHER_TYPE
from mailcow_dns_tui.model.names import is_registry, relative_text, unicode_form
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.model.text import txt_value
from mailcow_dns_tui.topics.judge import IF_DIFFERENT, IF_MISSING, Verdict, where
from mailcow_dns_tui.topics.phrases import described, kind
from mailcow_dns_tui.topics.text_record import TxtProtocol
from mailcow_dns_tui.topics.wildcard import wildcard_of


def has_appended_origin(found: Name, wanted: Name, owner: Name) -> bool:
    """Whether a zone above the owner name was appended to the wanted name."""
    count = len(wanted) - 1
    # A single label behind it would be a top-level domain, which is nobody's zone.
    if len(found) < len(wanted) + 2 or Name((*found.labels[:count], b"")) != wanted:
        return False
    return owner.is_subdomain(Name(found.labels[count:]))


HOSTS = (b"mail", b"www")
"""Labels of hosts at which people enter what belongs to the domain itself."""
MOST_ZONES = 6
"""Of the operator's, in which a record is looked for that belongs into none of them."""


def never_same(_: str, __: str) -> bool:
    """For records without texts that could mean the same in other words."""
    return False


@dataclass(frozen=True)
class Slips:
    """How a topic's records go astray, beside what happens to those of any.

    Attributes:
        types: the type that is chosen in place of a right one, by the right one.
        above: it may stand at a name above, where only the labels of the service were entered, or
            those of a host were left out. Elsewhere the same is another one's own.
        needless: when what stands above is nobody's, as the end of a sentence with `{above}`;
            empty: it is never for anybody else.
        far: it may stand in any of the operator's zones.
        at_hosts: it may stand at the domain's usual hosts, which have none of their own.
        believed: whoever published it believes that it is looked at, so that it is as bad as a
            different one.
        same: whether two texts of TXT records mean the same, however they are written.
    """

    types: Mapping[RdataType, RdataType] = field(default_factory=dict)
    above: bool = False
    needless: str = ""
    far: bool = False
    at_hosts: bool = True
    believed: bool = False
    same: Callable[[str, str], bool] = never_same


@dataclass(frozen=True)
class WrongPlace:
    """Where a record may have been put instead.

    Attributes:
        fix: what to change in the panel.
        others: the same may stand there for somebody else, and is not to be deleted.
    """

    fix: str
    others: bool = False


@dataclass(frozen=True)
class Neighbours:
    """What may stand near a record.

    Attributes:
        setup: nothing is asked about a name outside its zones.
        taken: gives what is wanted at other names, and is nobody's slip there.
        slips: how records of the topic go astray.
    """

    setup: Setup
    taken: Callable[[], Collection[tuple[Name, Rdata]]]
    slips: Slips


async def misplaced(record: Record, near: Neighbours, dns: Dns) -> Verdict | None:
    """Ask for a missing record at the names where it may have been put instead."""
    slips, taken = near.slips, near.taken()
    other_type = slips.types.get(record.rdtype)
    places = other_places(record, near.setup, slips)
    asked = [(name, record.rdtype) for name in places]
    asked += [(record.owner, other_type)] if other_type else []
    lookups = await asyncio.gather(*(dns.ask(*each) for each in asked))
    for lookup in lookups:
        verdict = _verdict(record, lookup, places, taken, slips)
        zone = lookup.zone or record.zone
        if verdict and not await wildcard_of(lookup, zone, dns):
            return verdict
    return None


def other_places(record: Record, setup: Setup, slips: Slips) -> Mapping[Name, WrongPlace]:
    """Where a record of these zones may have been put."""
    service, base = _split(record)
    places: dict[Name, WrongPlace] = {}
    for labels in _mistaken(service):
        places |= {name: _renamed(record, name) for name in name_below(labels, base)}
    for parent in _above(record, base, setup.zones, slips):
        places |= {n: _beside(record, n, parent, slips) for n in name_below(service, parent)}
    for host in _hosts(record) if slips.at_hosts else ():
        for name in name_below((*service, host), base):
            places[name] = _at_host(record, Name((host, *base.labels)))
    for zone in dict.fromkeys((record.zone, *setup.zones_with(record.owner))):
        place = WrongPlace(
            f"Enter {relative_text(record.owner, zone)} as the name: "
            f"the panel appends {unicode_form(zone)} itself."
        )
        places |= dict.fromkeys(name_below(record.owner.labels[:-1], zone), place)
    return {name: place for name, place in places.items() if name != record.owner}


def _above(record: Record, base: Name, zones: Sequence[Name], slips: Slips) -> Iterator[Name]:
    while (
        slips.above
        and base != record.zone
        and base.is_subdomain(record.zone)
        and not is_registry(base.parent())
    ):
        base = base.parent()
        yield base
    if slips.far:
        yield from itertools.islice(zones, MOST_ZONES)


def _renamed(record: Record, wrong: Name) -> WrongPlace:
    """One of two ways; from another zone only one leads here."""
    if not wrong.is_subdomain(record.zone):
        return WrongPlace(
            f"Add it with the name {record.name} {where(record)}, then delete the one at "
            f"{unicode_form(wrong)}."
        )
    name = unicode_form(wrong) if wrong == record.zone else relative_text(wrong, record.zone)
    return WrongPlace(
        f"The {kind(record)} at {name}: change its name to {record.name} {where(record)}, or add "
        f"one with that name and then delete the one at {name}."
    )


def _beside(record: Record, wrong: Name, parent: Name, slips: Slips) -> WrongPlace:
    if not slips.needless:
        return _renamed(record, wrong)
    return WrongPlace(
        f"Add it with the name {record.name} {where(record)}; delete the other one if "
        f"{slips.needless.format(above=unicode_form(parent))}.",
        others=True,
    )


def _at_host(record: Record, host: Name) -> WrongPlace:
    """A host may have mail of its own, which the record there is then for."""
    return WrongPlace(
        f"Add it with the name {record.name} {where(record)}; delete the other one if "
        f"{unicode_form(host)} neither sends nor takes mail.",
        others=True,
    )


def _hosts(record: Record) -> Sequence[bytes]:
    """Of the hosts where it does nothing; what they have of their own is another topic's."""
    if record.domain is None:
        return ()
    if isinstance(record.rdata, MX):
        return tuple(dict.fromkeys((*HOSTS, record.rdata.exchange.labels[0])))
    return HOSTS if record.rdtype == RdataType.TXT else ()


def _split(record: Record) -> tuple[tuple[bytes, ...], Name]:
    """The labels up to the last with an underscore, as `dkim._domainkey`, and those after them."""
    is_below = record.domain is not None and record.zone.is_subdomain(record.domain)
    top = record.domain if is_below and record.domain else record.zone
    inside = record.owner.labels[: len(record.owner) - len(top)]
    count = max((i for i, label in enumerate(inside, 1) if label.startswith(b"_")), default=0)
    return inside[:count], Name(record.owner.labels[count:])


def _mistaken(service: tuple[bytes, ...]) -> Iterator[tuple[bytes, ...]]:
    """Labels as they are mistyped: underscores lost, turned round, the last ones or all left out.

    A name without underscores is a host's, and its parent has records of its own.
    """
    if not service:
        return
    spellings = (dict.fromkeys((label, label.removeprefix(b"_"))) for label in service)
    yield from itertools.product(*spellings)
    yield service[::-1]
    yield service[:1]
    yield ()


def name_below(labels: tuple[bytes, ...], zone: Name) -> Iterator[Name]:
    """The name of these labels in the zone; none where it would be too long."""
    try:
        yield Name(labels).concatenate(zone)
    except dns.name.NameTooLong:
        return


def _verdict(
    record: Record,
    lookup: Lookup,
    places: Mapping[Name, WrongPlace],
    taken: Collection[tuple[Name, Rdata]],
    slips: Slips,
) -> Verdict | None:
    """What is to be said of what was found at one of the names."""
    own = chain.from_iterable(answer.rdatas for answer in lookup.answered if not answer.aliases)
    wanted_there = [
        replace(record, owner=name, rdata=rdata) for name, rdata in taken if name == lookup.name
    ]
    found = [
        rdata
        for rdata in dict.fromkeys(own)
        if not any(_is_wanted(rdata, other, slips) for other in wanted_there)
    ]
    if lookup.rdtype != record.rdtype:
        return _other_type(record, lookup.rdtype, found) if found else None
    if strays := [rdata for rdata in found if _is_wanted(rdata, record, slips)]:
        return _at(record, lookup.name, strays, places[lookup.name], slips)
    swapped = [rdata for rdata in found if _target_of(rdata) == record.owner]
    return _swapped(record, lookup.name, swapped) if swapped else None


def _is_wanted(rdata: Rdata, record: Record, slips: Slips) -> bool:
    """Whether it is the wanted data; where the zone was appended to it too, both were mistaken."""
    if isinstance(rdata, TXT) and isinstance(record.rdata, TXT):
        found, wanted = txt_value(rdata), txt_value(record.rdata)
        return slips.same(found, wanted) or _parts(found) == _parts(wanted)
    target, other = _target_of(record.rdata), _target_of(rdata)
    doubled = bool(target and other and has_appended_origin(other, target, record.owner))
    return doubled or {rdata} == {record.rdata}


def _at(
    record: Record, name: Name, strays: Sequence[Rdata], place: WrongPlace, slips: Slips
) -> Verdict:
    message = f"{described(record)} is at another name: {unicode_form(name)}."
    status = (IF_DIFFERENT if slips.believed else IF_MISSING)[record.tier]
    places = () if place.others else tuple((name, stray) for stray in strays)
    return Verdict(status, MISPLACED, message, place.fix, misplaced=places)


def _swapped(record: Record, name: Name, strays: Sequence[Rdata]) -> Verdict:
    message = (
        f"Name and value of the {kind(record)} are swapped: it stands at {unicode_form(name)}, and "
        f"names {record.owner_text}, which has none."
    )
    target = _target_of(record.rdata)
    value = unicode_form(target) if target else record.value
    fix = f"Enter {record.name} as the name and {value} as the value {where(record)}."
    places = tuple((name, stray) for stray in strays)
    return Verdict(IF_MISSING[record.tier], MISPLACED, message, fix, misplaced=places)


def _other_type(record: Record, rdtype: RdataType, strays: Sequence[Rdata]) -> Verdict:
    name, wanted = record.owner_text, kind(record)
    message = (
        f"{name} has a record of the type {rdtype.name}, and no {wanted}: the type was mixed up."
    )
    fix = f"Add it with the type {record.type_text} {where(record)}, and delete the other."
    places = tuple((record.owner, stray) for stray in strays)
    return Verdict(IF_MISSING[record.tier], OTHER_TYPE, message, fix, misplaced=places)


def _target_of(rdata: Rdata) -> Name | None:
    if isinstance(rdata, MX):
        return rdata.exchange
    return rdata.target if isinstance(rdata, (CNAME, PTR, SRV)) else None


def _parts(text: str) -> tuple[str, ...]:
    """The same for texts that differ in blanks, or in the order of what stands after a version."""
    parts = ["".join(part.split()) for part in text.split(";")]
    return (parts[0], *sorted(filter(None, parts[1:])))


async def at_wrong_owner(
    record: Record, kind: TxtProtocol, dns: Dns, others: Iterable[Name] = ()
) -> Verdict | None:
    """What is to be said where a missing record is found at a place it was put by mistake.

    Any record of its kind counts, since it does nothing at the domain, at its usual hosts or at
    these others.
    """
    domain = record.domain or record.zone
    hosts = (name for label in HOSTS for name in name_below((label,), domain))
    places = dict.fromkeys((*others, domain, *hosts))
    lookups = await asyncio.gather(*(dns.ask(place, RdataType.TXT) for place in places))
    for lookup in lookups:
        texts = (rdata for rdata in lookup.published if isinstance(rdata, TXT))
        strays = [rdata for rdata in texts if kind.reads(txt_value(rdata))]
        if strays and not await wildcard_of(lookup, lookup.zone or record.zone, dns):
            return _strayed_verdict(record, kind, lookup.name, strays)
    return None


def _strayed_verdict(
    record: Record, kind: TxtProtocol, place: Name, strays: Sequence[Rdata]
) -> Verdict:
    message = (
        f"The {kind.version} record stands at {unicode_form(place)}, where nobody looks for it;"
        f" {record.owner_text} has none."
    )
    fix = (
        f"Add the wanted one with the name {record.name} {where(record)}, then delete it at "
        f"{unicode_form(place)}."
    )
    places = tuple((place, stray) for stray in strays)
    return Verdict(IF_DIFFERENT[record.tier], MISPLACED, message, fix, misplaced=places)
