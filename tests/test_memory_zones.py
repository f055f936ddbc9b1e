"""The quick zones say what the demo's say, which are compared with a real server's."""

import dns.name
from dns.name import Name
from dns.rdatatype import RdataType
from hypothesis import given, settings
from hypothesis import strategies as st

from mailcow_dns_tui.demo.world import DemoZone, NodeKind, deepest, follow
from tests.memory_dns import World
from tests.memory_zones import question

NAMES = [
    *(
        f"{left}{right}example.org."
        for left in ("", "a.", "*.")
        for right in ("", "a.", "*.", "x.y.")
    ),
    *(f"{left}sub.example.org." for left in ("", "A.", "x.", "*.", "_c.x.")),
    "www.example.net.",
    "example.net.",
    "nowhere.example.",
]
DATA = {
    "A": ["192.0.2.1", "192.0.2.2"],
    "TXT": ['"one"', '"Two"'],
    "MX": ["10 a", "5 b.example.org."],
    "NS": ["ns1.example.net.", "ns.sub.example.org."],
    "DS": ["1 8 2 " + "ab" * 32],
    "CNAME": [*NAMES[:10], "www.example.net.", "nowhere.example."],
}
ASKED = [RdataType[name] for name in ("A", "NS", "DS", "CNAME", "SOA")]


@st.composite
def worlds(draw: st.DrawFn) -> World:
    origins = draw(
        st.lists(
            st.sampled_from(["example.org.", "sub.example.org.", "example.net."]),
            min_size=1,
            unique=True,
        )
    )
    world = World(tuple(map(dns.name.from_text, origins)), {})
    for name in draw(st.lists(st.sampled_from(NAMES), max_size=8, unique_by=str.lower)):
        if name not in origins and draw(st.booleans()):
            world = world.having(name, "CNAME", draw(st.sampled_from(DATA["CNAME"])))
            continue
        for rdtype in draw(st.lists(st.sampled_from([*DATA][:-1]), max_size=2, unique=True)):
            texts = draw(st.lists(st.sampled_from(DATA[rdtype]), min_size=1, unique=True))
            world = world.having(name, rdtype, *texts)
    return world


@settings(deadline=None, max_examples=40)
@given(worlds())
def test_both_find_the_same_everywhere(world: World) -> None:
    slow = tuple(map(DemoZone, world.zone_texts()))
    for text in (*NAMES, "very.deep.below.a.example.org.", "UPPER.SUB.Example.org.", "org."):
        name = dns.name.from_text(text)
        for rdtype in ASKED:
            zone = deepest(slow, name, rdtype)
            assert world.zones.origin(question(name, rdtype)) == (zone.origin if zone else None)
            assert quickly(world, name, rdtype) == slowly(slow, name, rdtype), (text, rdtype)


def quickly(world: World, name: Name, rdtype: RdataType) -> list[tuple[object, ...]]:
    path = world.zones.path(question(name, rdtype))
    return [
        (found.kind, set(found.rdatas), found.target.name if found.target else None)
        for found in path
    ]


def slowly(zones: tuple[DemoZone, ...], name: Name, rdtype: RdataType) -> list[tuple[object, ...]]:
    return [
        (
            step.kind,
            {*step.answer[0]} if step.kind in {NodeKind.ANSWER, NodeKind.ALIAS} else set(),
            step.target,
        )
        for step in follow(zones, name, rdtype)
    ]
