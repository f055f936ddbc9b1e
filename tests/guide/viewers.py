"""Who still sees what was published before: each RRset old or new, whichever a cache has of it."""

import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from dns.name import Name
from dns.rdatatype import RdataType

from tests.guide.judge import Facts, judge, worse
from tests.memory_dns import World
from tests.memory_zones import Key

Unit = Name | Key
"""What is cached as one: an RRset, or all of a name that is or was a CNAME."""
Group = tuple[bytes, str]


def harm(old: World, before: World, after: World, facts: Facts) -> Sequence[str]:
    """What an act makes worse for somebody who still has some of what was there at first.

    Args:
        old: what everybody had at first.
        before: what was published right before the act.
        after: what is published since.
    """
    fresh = _units(before, after)
    # An authority asks anew for each certificate.
    about = _without_certificates(facts)
    parts = {
        seen: _partly(before, after, seen)
        for seen in dict.fromkeys([tuple(fresh), *((unit,) for unit in fresh)])
    }
    found: list[str] = []
    for late in _viewers(_units(old, before)):
        was = judge(_seen(old, before, late), about)
        for seen, part in parts.items():
            now = judge(_seen(old, part, late - {*seen}), about)
            whose = sorted(map(str, late)) or "nothing"
            found += [f"{what}, where {whose} is old" for what in worse(was, now)]
    return found


@functools.cache
def _without_certificates(facts: Facts) -> Facts:
    return replace(facts, certified=())


def _viewers(changed: Mapping[Unit, Group]) -> Iterator[frozenset[Unit]]:
    """What is old to each: nothing, all, all of one kind, or all but one kind."""
    everything = frozenset(changed)
    groups = [frozenset(u for u, each in changed.items() if each == g) for g in {*changed.values()}]
    yield from dict.fromkeys(
        [frozenset[Unit](), everything, *groups, *(everything - group for group in groups)]
    )


def _units(one: World, other: World) -> Mapping[Unit, Group]:
    keys = {*one.rrsets, *other.rrsets}
    changed = [key for key in keys if one.rrsets.get(key) != other.rrsets.get(key)]
    aliases = {name for name, rdtype in keys if rdtype == RdataType.CNAME}
    return {
        owner if owner in aliases else (owner, rdtype): _group(owner, rdtype)
        for owner, rdtype in changed
    }


def _group(owner: Name, rdtype: RdataType) -> Group:
    label = owner.labels[0]
    return (label if label.startswith(b"_") or label == b"dkim" else b""), rdtype.name


def _partly(before: World, after: World, units: Sequence[Unit]) -> World:
    """Where the rest of the act is not there yet."""
    return _seen(before, after, frozenset(_units(before, after)) - {*units})


def _seen(old: World, new: World, late: frozenset[Unit]) -> World:
    if not late:
        return new
    names = {unit for unit in late if isinstance(unit, Name)}
    keys = {unit for unit in late if not isinstance(unit, Name)}
    if names:
        keys |= {key for key in (*old.rrsets, *new.rrsets) if key[0] in names}
    rrsets = dict(new.rrsets)
    for key in keys:
        rrsets.pop(key, None)
        if key in old.rrsets:
            rrsets[key] = old.rrsets[key]
    return replace(new, rrsets=rrsets)
