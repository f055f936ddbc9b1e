"""Published states about who sends: senders behind slips, many includes, pct, IPv6 not planned."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import dns.name
import dns.reversename
from hypothesis import strategies as st

from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.model.text import txt_rdata
from tests.guide.states import FACTS, GOOD_WORLD, HOST, SETUP, State, states
from tests.memory_dns import World

INCLUDED, NAMED = FACTS.senders
"""The one by the include of another organisation, the other by its address."""
NINE = " ".join(f"include:s{n}.example.net" for n in range(9))
MEANT = {
    "include:_spf.example.net, mx -all": (INCLUDED,),
    "include:_spf.example.net mx ipv4:8.8.4.4 ~all": (INCLUDED, NAMED),
    "mx a:8.8.4.4 ?all": (NAMED,),
    "ip4:8.8.8.8,8.8.4.4 mx -all": (INCLUDED, NAMED),
    "redirect=_spf.example.net": (INCLUDED,),
    "ip4:8.8.4.4 a mx ptr": (NAMED,),
    "a mx include:_spf.example.net ?all": (INCLUDED,),
    f"mx a include:_spf.example.net {NINE} -all": (INCLUDED,),
    "include:_spf.example.net mx a:g1.example.net a:g2.example.net a:g3.example.net ~all": (
        INCLUDED,
    ),
    "include:gone.example.net include:_spf.example.net ip4:8.8.4.4 -all": (INCLUDED, NAMED),
}
"""SPF records of a domain, after the version, and who was to send by them."""
POLICIES = ("p=reject; pct=0", "p=quarantine; pct=50", "p=reject; pct=100")
OWN_IPV6 = SETUP.server.ipv6


@dataclass(frozen=True)
class SendingState:
    """A state, the plan to begin with, and which addresses are meant to send for which domain."""

    state: State
    setup: Setup
    meant: tuple[tuple[str, str], ...]

    @property
    def world(self) -> World:
        return self.state.world

    def __repr__(self) -> str:
        return f"{self.state!r}; IPv6 {'' if self.setup.server.ipv6 else 'not '}planned"


def alone() -> Iterator[SendingState]:
    """Each of these faults by itself."""
    for words, senders in MEANT.items():
        world = _with_text(GOOD_WORLD, "example.org", f"v=spf1 {words}")
        meant = tuple(("example.org", sender) for sender in senders)
        yield SendingState(State(_with_includes(world), (words,)), SETUP, meant)
    bare = replace(SETUP, server=replace(SETUP.server, ipv6=""))
    yield SendingState(State(GOOD_WORLD, ("good",)), bare, ())
    unsigned = GOOD_WORLD.without("dkim._domainkey.example.org", "TXT")
    unsigned = _with_text(unsigned, "example.org", "v=spf1 -all")
    for tags in POLICIES:
        world = unsigned.having("_dmarc.example.org", "TXT", f'"v=DMARC1; {tags}"')
        yield SendingState(State(world, (tags,)), SETUP, ())


def _with_includes(world: World) -> World:
    for n in range(9):
        world = world.having(f"s{n}.example.net", "TXT", f'"v=spf1 ip4:8.8.{n + 10}.8 -all"')
    return world


@st.composite
def sending_states(draw: st.DrawFn) -> SendingState:
    state, meant = draw(states()), []
    world, changes = _with_includes(state.world), list(state.changes)
    own = [domain for domain in FACTS.domains if not _is_alias(world, domain)]
    for domain in draw(st.lists(st.sampled_from(own), min_size=1, unique=True)):
        words = draw(st.sampled_from(sorted(MEANT)))
        meant += [(domain, sender) for sender in MEANT[words]]
        world = _with_text(world, domain, f"v=spf1 {words}")
        changes.append(f"{domain} {words}")
    for domain in draw(st.lists(st.sampled_from(FACTS.domains), unique=True)):
        tags = draw(st.sampled_from(POLICIES))
        world = (
            world.without(f"_dmarc.{domain}", "CNAME")
            if _is_alias(world, f"_dmarc.{domain}")
            else world
        )
        world = world.having(f"_dmarc.{domain}", "TXT", f'"v=DMARC1; {tags}"')
        changes.append(f"DMARC of {domain}: {tags}")
    is_own = _has(world, HOST, "AAAA", OWN_IPV6) and _has(world, _reverse(), "PTR", f"{HOST}.")
    unplanned = is_own and draw(st.booleans())
    setup = replace(SETUP, server=replace(SETUP.server, ipv6="")) if unplanned else SETUP
    return SendingState(State(world, tuple(changes)), setup, tuple(meant))


def _with_text(world: World, domain: str, text: str) -> World:
    owner = dns.name.from_text(domain)
    sets = [v for (name, kind), v in world.rrsets.items() if name == owner and kind.name == "TXT"]
    texts = sets[0] if sets else ()
    kept = (each for each in texts if "v=spf1" not in each)
    return world.having(domain, "TXT", *kept, txt_rdata(text).to_text())


def _is_alias(world: World, name: str) -> bool:
    owner = dns.name.from_text(name)
    return any(name == owner and kind.name == "CNAME" for name, kind in world.rrsets)


def _reverse() -> str:
    return dns.reversename.from_address(OWN_IPV6).to_text()


def _has(world: World, name: str, rdtype: str, rdata: str) -> bool:
    owner = dns.name.from_text(name)
    there = {kind.name: v for (each, kind), v in world.rrsets.items() if each == owner}
    return there.get(rdtype) == (rdata,)
