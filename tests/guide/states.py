"""Published states of all kinds, on the way to a plan."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import dns.name
import dns.reversename
from dns.name import Name
from dns.rdatatype import RdataType
from hypothesis import strategies as st

from mailcow_dns_tui.demo.example import BUECHER_KEY, EXAMPLE_ORG_KEY, SPKI_SHA256
from mailcow_dns_tui.model.policy_page import FetchFailure, PolicyPage
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.setup import (
    DEFAULT_SERVICES,
    DkimKey,
    Domain,
    Offer,
    Server,
    Services,
    Setup,
    TlsReports,
)
from mailcow_dns_tui.model.text import txt_rdata
from mailcow_dns_tui.topics.registry import plan
from tests.guide.judge import Facts
from tests.memory_dns import World, good_zone, policy_page

HOST = "mail.example.org"
OFFERED = {"caldavs"}
SETUP = Setup(
    server=Server(
        hostname=HOST,
        ipv4="1.2.3.4",
        ipv6="2001:db8::10",
        spki_sha256=SPKI_SHA256,
        caa="letsencrypt.org",
    ),
    services=Services(
        tuple(s if s.key in OFFERED else replace(s, offer=Offer.OMITTED) for s in DEFAULT_SERVICES)
    ),
    tls_reports=TlsReports(),
    domains=(
        Domain(
            name="example.org",
            dkim=(DkimKey(key=EXAMPLE_ORG_KEY),),
            mta_sts_id="20261123000000",
            verification=("google-site-verification=abc",),
        ),
        Domain("sub.example.org", dkim=(DkimKey(key=BUECHER_KEY),), alias_of="example.org"),
        Domain(
            "example.com", dkim=(DkimKey(key=BUECHER_KEY),), mta_sts_id="1", alias_of="example.org"
        ),
    ),
)
UNPLANNED = replace(
    SETUP,
    server=replace(SETUP.server, spki_sha256=""),
    domains=tuple(replace(domain, mta_sts_id="") for domain in SETUP.domains),
)
"""Without what binds senders wherever it is published: MTA-STS and TLSA."""
RECORDS = plan(SETUP)
OLD_KEY = "ab" * 32
FACTS = Facts(
    host=HOST,
    domains=("example.org", "sub.example.org", "example.com"),
    ours=("1.2.3.4", "2001:db8::10"),
    living=frozenset({"9.9.9.9", "9.9.9.10"}),
    senders=("8.8.8.8", "8.8.4.4"),
    keys={
        "example.org": EXAMPLE_ORG_KEY,
        "sub.example.org": BUECHER_KEY,
        "example.com": BUECHER_KEY,
    },
    tlsa={"ours": SPKI_SHA256, "old": OLD_KEY},
    authority="letsencrypt.org",
    certified=(HOST, "autodiscover.example.org", "mta-sts.example.com"),
)
OTHERS = {
    "old.example.net.": ("A", "9.9.9.9"),
    "backup.example.net.": ("A", "9.9.9.10"),
    "_spf.example.net.": ("TXT", '"v=spf1 ip4:8.8.8.8 -all"'),
    "_dmarc.example.net.": ("TXT", '"v=DMARC1; p=none"'),
}
"""Of other organisations: old servers, and whoever sends for the domains."""
OTHER_NAME = "mx.example.org"
"""It leads to the server as well."""
PINNED_THERE = ((), (f"3 1 1 {OLD_KEY}",), (f"3 1 1 {SPKI_SHA256}",))

Rrsets = dict[str, tuple[str, ...]]
"""What stands at one name, by type."""


def _text(value: str) -> str:
    return txt_rdata(value).to_text()


def _variants(record: Record) -> Sequence[Rrsets]:
    """What may stand at the record's name in place of it."""
    kind = record.type_text
    sets = INSTEAD.get((record.topic, kind), INSTEAD.get(("", kind), (("something else",),)))
    filled = [[_rdata(record, value) for value in each] for each in sets]
    more = CNAMES.get((record.topic, kind), ())
    return [{kind: ()}, *({kind: tuple(each)} for each in filled), *more]


def _rdata(record: Record, value: str) -> str:
    """Data as in a zone file; of a key, of which nobody knows what it is, another one."""
    if value == GOOD:
        return record.rdata.to_text()
    if record.type_text != "TXT":
        return value
    other = EXAMPLE_ORG_KEY if BUECHER_KEY in record.value else BUECHER_KEY
    return _text(value.format(good=record.value, cut=record.value[:200], other=other))


GOOD = "as planned"
INSTEAD: Mapping[tuple[str, str], Sequence[Sequence[str]]] = {
    ("host", "A"): [["9.9.9.9"], [GOOD, "9.9.9.9"], ["10.0.0.1"], ["104.16.1.1"]],
    ("host", "AAAA"): [["2001:db8::99"], [GOOD, "2001:db8::99"], ["2606:4700::6810:101"]],
    ("ptr", "PTR"): [["static.example.net."]],
    ("tlsa", "TLSA"): [[f"3 1 1 {OLD_KEY}"], [f"3 0 1 {OLD_KEY}"], [f"1 1 1 {OLD_KEY}"]],
    ("caa", "CAA"): [
        ['0 issue "example.net"'],
        ['0 issue ";"', '0 iodef "mailto:x@example.org"'],
        ['0 issue "letsencrypt.org; accounturi="'],
        ['128 tbs "x"'],
        [GOOD, '128 tbs "x"'],
    ],
    ("mx", "MX"): [
        ["10 old.example.net."],
        ["5 old.example.net.", "7 backup.example.net."],
        ["5 old.example.net.", GOOD],
        [GOOD, "20 backup.example.net."],
        [f"10 {OTHER_NAME}."],
        ["5 old.example.net.", f"10 {OTHER_NAME}."],
        [f"10 {OTHER_NAME}.", "20 gone.example.net."],
        [GOOD, "20 gone.example.net."],
        ["10 gone.example.net."],
        ["0 ."],
        ["10 1.2.3.4."],
    ],
    ("dkim", "TXT"): [
        ["v=DKIM1; k=rsa; p=AAAAAAAAAAAAAAAA"],
        ["v=DKIM1; k=rsa; p={other}"],
        ["{good}", "v=DKIM1; k=rsa; p={other}"],
        ["{good}", "the rest of an earlier try"],
        ["{cut}"],
    ],
    ("dmarc", "TXT"): [
        ["v=DMARC1; p=none"],
        ["v=DMARC1; p=quarantine; sp=reject"],
        ["v=DMARC1; p=none", "{good}"],
        ["{good}", "v=DMARC1; p=reject"],
        ["v=DMARC1; p=rejct"],
        ["v=DMARC1; sp=reject; rua=mailto:x@example.org"],
        ["v=DMARC1; sp=reject"],
        ["v=DMARC1"],
    ],
    ("mta-sts", "TXT"): [["v=STSv1; id=7"], ["{good}", "v=STSv1; id=7"], ["v=STSv1"]],
    ("", "CNAME"): [["old.example.net."]],
    ("", "SRV"): [["0 1 993 old.example.net."], ["0 0 0 ."]],
}
"""RRsets by topic and type."""
CNAMES: Mapping[tuple[str, str], Sequence[Rrsets]] = {
    ("dmarc", "TXT"): [{"TXT": (), "CNAME": ("_dmarc.example.net.",)}],
    ("mta-sts", "CNAME"): [{"CNAME": (), "A": ("9.9.9.9",)}],
    ("clients", "CNAME"): [{"CNAME": (), "A": ("9.9.9.9",)}],
    ("clients", "SRV"): [{"SRV": (), "TXT": (), "CNAME": ("old.example.net.",)}],
}
"""What stands there in place of the type."""


SPF = (
    ("v=spf1 mx -all",),
    ("v=spf1 mx a -all", "v=spf1 ip4:8.8.4.4 -all"),
    ("v=spf1 include:_spf.example.net ~all",),
    ("v=spf1 include:_spf.example.net -all", "v=spf1 include:gone.example.net -all"),
    ("v=spf1 ip4:8.8.8.8 ip4:8.8.4.4 -all",),
    ("v=spf1 a mx ip4:8.8.4.4",),
    ("v=spf1 mx +all",),
    ("v=spf1 ip4:1.2.3.4 mx -all ip4:8.8.8.8",),
    ("v=spf1 include=_spf.example.net mx -all",),
    ("v=spf1 ip4=8.8.8.8 -all",),
    ("v=spf1 -all",),
    (f"v=spf1 {' '.join(f'a:h{n}.example.net' for n in range(11))} -all",),
)


@dataclass(frozen=True)
class State:
    """A world, and what has been done to it."""

    world: World
    changes: tuple[str, ...]
    setup: Setup = SETUP

    def __repr__(self) -> str:
        return "; ".join(self.changes) or "all good"


def _unread(page: PolicyPage) -> PolicyPage:
    """As others get it, while this machine does not."""
    return replace(page, failure=FetchFailure.TIMEOUT)


POLICIES = {
    "good": policy_page(mx=HOST),
    "the old server's": policy_page(mx="old.example.net"),
    "testing": policy_page("testing", mx=HOST),
    "none": PolicyPage(failure=FetchFailure.REFUSED),
    "good, and not to be read from here": _unread(policy_page(mx=HOST)),
    "the old server's, and not to be read from here": _unread(policy_page(mx="old.example.net")),
    "of the server's other name": policy_page(mx=OTHER_NAME),
    "invalid": PolicyPage(200, "text/plain", b"hello"),
}


@st.composite
def states(draw: st.DrawFn) -> State:
    world, changes = GOOD_WORLD, []
    for record in draw(st.lists(st.sampled_from(CHANGED), max_size=8, unique=True)):
        put = draw(st.sampled_from(_variants(record)))
        world = _with(world, record.owner, put)
        changes.append(f"{record.owner} {put}")
    for domain in draw(st.lists(st.sampled_from(SETUP.apexes), max_size=2, unique=True)):
        texts = draw(st.sampled_from([(), *SPF]))
        world = _with_spf(world, domain, texts)
        changes.append(f"{domain} {texts}")
    for domain in draw(st.lists(st.sampled_from(SETUP.apexes), max_size=2, unique=True)):
        page = draw(st.sampled_from(sorted(POLICIES)))
        world = world.serving(domain.to_text(), POLICIES[page])
        changes.append(f"policy of {domain}: {page}")
    if pinned := draw(st.sampled_from(PINNED_THERE)):
        world = world.having(f"_25._tcp.{OTHER_NAME}", "TLSA", *pinned)
        changes.append(f"{OTHER_NAME} {pinned}")
    if draw(st.booleans()):
        world = replace(world, mx_ttl=86_400)
        changes.append("the MX records have a TTL of a day")
    how = draw(st.integers(0, 9))
    if how == 9:
        world = _with_host_alias(world)
        changes.append("the host is a CNAME")
    elif how == 6:
        variant, bare = draw(st.integers(0, len(ALIASES) - 1)), draw(st.booleans())
        world = _with_alias(world, variant, bare=bare)
        changes.append(f"{SHOP} is a CNAME: {ALIASES[variant]}{', and nothing below' * bare}")
    elif how == 5:
        spf = draw(st.sampled_from(OLD_SENDERS))
        world = _with_old_addresses(world, spf)
        changes.append(f"the host has the old server's address, and all domains {spf}")
    elif how >= 7:
        name, sets = draw(st.sampled_from(WILDCARDS))
        world = _with_wildcard(without_all(world, dns.name.from_text(name)), sets)
        changes.append(f"for {name} only *.example.org {sets}")
    is_planned = draw(st.booleans())
    changes.append("all is planned" if is_planned else "neither MTA-STS nor TLSA is planned")
    return State(world, tuple(changes), SETUP if is_planned else UNPLANNED)


def _start() -> World:
    world = good_zone(SETUP).with_zone("example.net")
    for name, (rdtype, rdata) in OTHERS.items():
        world = world.having(name, rdtype, rdata)
    world = world.having(OTHER_NAME, "A", "1.2.3.4")
    return world.having(OTHER_NAME, "AAAA", "2001:db8::10")


GOOD_WORLD = _start()
CHANGED = tuple(r for r in RECORDS if r.topic not in {"spf", "verification"})


def by_wildcard(variant: int) -> World:
    """A wildcard has what the mail host or a mail domain lives by, and nothing else is there."""
    name, sets = WILDCARDS[variant]
    return _with_wildcard(without_all(GOOD_WORLD, dns.name.from_text(name)), sets)


def _with_wildcard(world: World, sets: Rrsets) -> World:
    world = world.having("host.example.net.", "A", "1.2.3.4")
    world = world.having("host.example.net.", "AAAA", "2001:db8::10")
    for rdtype, rdatas in sets.items():
        world = world.having("*.example.org", rdtype, *rdatas)
    return world


def without_all(world: World, name: Name) -> World:
    """Without anything at the name or below it; where it was a zone, it is one no more."""
    kept = {key: value for key, value in world.rrsets.items() if not key[0].is_subdomain(name)}
    origins = tuple(origin for origin in world.origins if origin != name)
    return replace(world, rrsets=kept, origins=origins)


WILDCARDS: Sequence[tuple[str, Rrsets]] = (
    (HOST, {"A": ("1.2.3.4",)}),
    (HOST, {"A": ("1.2.3.4",), "AAAA": ("2001:db8::10",)}),
    (HOST, {"CNAME": ("host.example.net.",)}),
    ("sub.example.org", {"MX": (f"10 {HOST}.", "20 backup.example.net.")}),
    ("sub.example.org", {"MX": ("10 old.example.net.",), "TXT": ('"v=spf1 ip4:8.8.8.8 -all"',)}),
    ("sub.example.org", {"MX": (f"10 {HOST}.",), "TXT": ('"v=spf1 mx ip4:8.8.8.8 -all"',)}),
)
"""The name that only the wildcard of example.org answers for, and what that has."""


def aliased(variant: int, *, bare: bool) -> World:
    """A mail domain is a CNAME of what has a web site; `bare`: nothing stands below it either."""
    return _with_alias(GOOD_WORLD, variant, bare=bare)


def _with_alias(world: World, variant: int, *, bare: bool) -> World:
    target, sets = ALIASES[variant]
    shop = dns.name.from_text(SHOP)
    kept = {k: v for k, v in world.rrsets.items() if k[0] != shop}
    origins = tuple(origin for origin in world.origins if origin != shop)
    world = replace(world, rrsets=kept, origins=origins)
    world = without_all(world, shop) if bare else world
    for rdtype, rdatas in sets.items():
        world = world.having(target, rdtype, *rdatas)
    return world.having(SHOP, "CNAME", target)


SHOP = "sub.example.org."
ALIASES: Sequence[tuple[str, Rrsets]] = (
    ("web.example.net.", {"A": ("9.9.9.8",)}),
    (
        "web.example.net.",
        {
            "A": ("9.9.9.8",),
            "MX": ("10 old.example.net.",),
            "TXT": ('"v=spf1 include:_spf.example.net -all"',),
        },
    ),
    ("web.example.net.", {"A": ("9.9.9.8",), "MX": ("10 old.example.net.",)}),
    ("web.example.net.", {"A": ("9.9.9.8",), "TXT": ('"v=spf1 -all"',), "MX": ("0 .",)}),
    ("web.example.net.", {"A": ("9.9.9.8",), "TXT": ('"v=spf1 ip4:8.8.8.8 -all"',)}),
    ("web.example.net.", {"A": ("9.9.9.8",), "MX": (f"10 {HOST}.",)}),
    ("example.org.", {"A": ("9.9.9.8",)}),
    (
        "example.org.",
        {
            "A": ("9.9.9.8",),
            "MX": ("10 old.example.net.",),
            "TXT": ('"v=spf1 include:_spf.example.net -all"',),
        },
    ),
    ("gone.example.net.", {}),
)
"""What the CNAME leads to, and what that has."""


def from_nothing() -> World:
    """Zones with nothing in them but what is others'."""
    others = {dns.name.from_text(name) for name in OTHERS}
    kept = {key: value for key, value in GOOD_WORLD.rrsets.items() if key[0] in others}
    return replace(GOOD_WORLD, rrsets=kept)


def on_the_old_server() -> World:
    """The host's name leads to the server before this one, which has a TLSA record of its own."""
    world = _with(GOOD_WORLD, dns.name.from_text(HOST), {"A": ("9.9.9.9",), "AAAA": ()})
    pinned = dns.name.from_text(f"_25._tcp.{HOST}")
    return _with(world, pinned, {"TLSA": (f"3 1 1 {OLD_KEY}",)})


def moved(spf: str) -> World:
    """All is as planned, but for the addresses: they are those of the server before this one."""
    world = _with_old_addresses(GOOD_WORLD, spf)
    for address in FACTS.ours:
        reverse = dns.reversename.from_address(address)
        world = world.having(reverse, "PTR", "static.example.net.")
    return world.without(f"_25._tcp.{HOST}", "TLSA")


OLD_SENDERS = (
    "v=spf1 ip4:9.9.9.9 -all",
    "v=spf1 ip4:9.9.9.9 a mx ~all",
    "v=spf1 mx -all",
    "v=spf1 mx include:_spf.example.net -all",
    f"v=spf1 a:{HOST} ip4:8.8.4.4 -all",
)


def _with_old_addresses(world: World, spf: str) -> World:
    world = _with(world, dns.name.from_text(HOST), {"A": ("9.9.9.9",), "AAAA": ()})
    for domain in SETUP.apexes:
        world = _with_spf(world, domain, (spf,))
    return world.having("9.9.9.9.in-addr.arpa.", "PTR", f"{HOST}.")


def elsewhere(spf: str) -> World:
    """Mail goes to another host, by whose SPF record this server may not send."""
    world = GOOD_WORLD
    for domain in SETUP.apexes:
        world = _with_spf(world.having(domain, "MX", "10 old.example.net."), domain, (spf,))
    return world


def moving(policy: str, *mx: str) -> World:
    """Mail still goes elsewhere or by another name, under a policy and keys of those servers."""
    world = GOOD_WORLD
    for name in (HOST, OTHER_NAME):
        world = world.having(f"_25._tcp.{name}", "TLSA", f"3 1 1 {OLD_KEY}")
    for domain in SETUP.apexes:
        world = world.having(domain, "MX", *mx).serving(domain.to_text(), POLICIES[policy])
        world = _with_spf(world, domain, ("v=spf1 ip4:1.2.3.4 ip6:2001:db8::10 mx -all",))
    return world


def all_wrong(variant: int) -> World:
    """Each record is wrong in one of its ways."""
    world = GOOD_WORLD
    for record in CHANGED:
        kinds = _variants(record)
        world = _with(world, record.owner, kinds[variant % len(kinds)])
    for place, domain in enumerate(SETUP.apexes):
        world = _with_spf(world, domain, SPF[(variant + place) % len(SPF)])
    return world


def _with(world: World, owner: Name, put: Rrsets) -> World:
    """Beside a CNAME nothing else can be (RFC 1034 3.6.2): the latest stays."""
    is_alias = bool(put.get("CNAME"))
    kept = {
        key: value
        for key, value in world.rrsets.items()
        if key[0] != owner or (key[1].name == "CNAME") == is_alias
    }
    world = replace(world, rrsets=kept)
    for rdtype, rdatas in put.items():
        world = world.having(owner, rdtype, *rdatas)
    return replace(world, rrsets={key: value for key, value in world.rrsets.items() if value})


def _with_spf(world: World, domain: Name, texts: Sequence[str]) -> World:
    there = world.rrsets.get((domain, RdataType.TXT), ())
    kept = [text for text in there if "v=spf1" not in text]
    return _with(world, domain, {"TXT": (*kept, *map(_text, texts))})


def host_alias() -> World:
    """The host is a CNAME to what has the server's addresses."""
    return _with_host_alias(GOOD_WORLD)


def _with_host_alias(world: World) -> World:
    host, target = dns.name.from_text(HOST), "host.example.net."
    kept = {key: value for key, value in world.rrsets.items() if key[0] != host}
    world = replace(world, rrsets=kept).having(host, "CNAME", target)
    return world.having(target, "A", "1.2.3.4").having(target, "AAAA", "2001:db8::10")
