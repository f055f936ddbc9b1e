"""What becomes of mail in a published state: a small model that knows nothing of the guide."""

import functools
import ipaddress
import re
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import dns.name
from dns.name import Name
from dns.rdata import Rdata
from dns.rdatatype import RdataType

from mailcow_dns_tui.demo.world import NodeKind
from mailcow_dns_tui.model.policy_page import PolicyPage
from mailcow_dns_tui.model.text import txt_value
from tests.guide.recalled import Answering, Recalled
from tests.memory_dns import World
from tests.memory_zones import Found, Question, question

Verdicts = Mapping[str, int]
"""How well each thing goes; the higher the better."""
STRANGER = "203.0.113.99"
PARTLY = re.compile(r"pct=\d?\d(;|$)")
"""Less than 100 percent."""
MODIFIER = re.compile("[A-Za-z][A-Za-z0-9._-]*=")
NETWORK = re.compile("[0-9a-fA-F.:]+(/[0-9]+)?")


@dataclass(frozen=True, eq=False)
class Facts:
    """What is so, whatever is published.

    Attributes:
        ours: the server's addresses.
        living: addresses of others where mail is taken.
        senders: addresses of others that send for the domains.
        keys: of each domain, the text after `p=` that the server's signatures need.
        tlsa: what matches the server's key, and the old servers'.
    """

    host: str
    domains: tuple[str, ...]
    ours: tuple[str, ...]
    living: frozenset[str]
    senders: tuple[str, ...]
    keys: Mapping[str, str]
    tlsa: Mapping[str, str]
    authority: str
    signed: bool = True
    certified: tuple[str, ...] = field(default=())


_verdicts = Recalled[Verdicts]()
_ends = Recalled[str]()


def judge(world: World, facts: Facts) -> Verdicts:
    verdicts: dict[str, int] = {}
    for domain in facts.domains:
        for part in (Eye.incoming, Eye.outgoing, Eye.answering):
            verdicts |= _recalled(world, facts, part, domain)
    for name in facts.certified:
        verdicts |= _recalled(world, facts, Eye.certified, name)
    return verdicts


Part = Callable[["Eye", str], Iterator[tuple[str, int]]]


def _recalled(world: World, facts: Facts, part: Part, about: str) -> Verdicts:
    return _verdicts.get_now(
        (facts, part, about), Published(world), lambda heard: dict(part(Eye(heard, facts), about))
    )


def ends(world: World, facts: Facts) -> Sequence[str]:
    """What becomes of those whom the SPF record of each domain does not name."""
    return [_end(world, facts, domain) for domain in facts.domains]


def _end(world: World, facts: Facts, domain: str) -> str:
    return _ends.get_now(
        (facts, domain), Published(world), lambda heard: Eye(heard, facts).end(domain)
    )


class Published:
    """Answers what mail servers ask."""

    def __init__(self, world: World) -> None:
        self._world = world

    def answer(self, asked: Hashable) -> object:
        """What is at the end of the CNAMEs, or the policy of a mail domain."""
        if isinstance(asked, Name):
            return self._world.policies.get(asked)
        assert isinstance(asked, Question)
        return next(reversed(self._world.zones.path(asked)), None)


def worse(before: Verdicts, after: Verdicts) -> Sequence[str]:
    return [f"{what}: {was} -> {after[what]}" for what, was in before.items() if after[what] < was]


@functools.cache
def _question(name: str, rdtype: RdataType) -> Question:
    return question(dns.name.from_text(name), rdtype)


class Eye:
    """Reads what is published as mail servers do."""

    def __init__(self, source: Answering, facts: Facts) -> None:
        self.source = source
        self.facts = facts

    def get(self, name: str | Name, rdtype: RdataType) -> Sequence[Rdata]:
        asked = _question(name, rdtype) if isinstance(name, str) else question(name, rdtype)
        found = self.source.answer(asked)
        if isinstance(found, Found) and found.kind is NodeKind.ANSWER:
            return found.rdatas
        return ()

    def texts(self, name: str, start: str) -> list[str]:
        found = [txt_value(rdata) for rdata in self.get(name, RdataType.TXT)]  # type: ignore[arg-type]
        return [text for text in found if text.lower().startswith(start)]

    def addresses(self, name: str | Name) -> list[str]:
        found = [*self.get(name, RdataType.A), *self.get(name, RdataType.AAAA)]
        return [rdata.to_text() for rdata in found]

    def hosts(self, domain: str) -> list[Name]:
        """Where senders deliver (RFC 5321 5.1, RFC 7505), in the order in which they try."""
        found = sorted(self.get(domain, RdataType.MX), key=lambda mx: int(mx.to_text().split()[0]))
        names = [dns.name.from_text(mx.to_text().split()[1]) for mx in found]
        if not found:
            return [dns.name.from_text(domain)]
        return [] if dns.name.root in names else names

    def incoming(self, domain: str) -> Iterator[tuple[str, int]]:
        hosts = self.hosts(domain)
        yield f"{domain}: plain senders deliver", self._delivered(hosts)
        allowed = self._allowed(domain)
        sts = [h for h in hosts if allowed is None or h.to_text(omit_final_dot=True) in allowed]
        yield f"{domain}: MTA-STS senders deliver", self._delivered(sts)
        yield f"{domain}: DANE senders deliver", self._delivered(hosts, dane=self.facts.signed)

    def _delivered(self, hosts: Sequence[Name], *, dane: bool = False) -> int:
        """Senders try the hosts in turn, and of one host all addresses."""
        for host in hosts:
            living = [
                a for a in self.addresses(host) if a in {*self.facts.ours, *self.facts.living}
            ]
            if living and all(self._trusts(host, a) for a in living if dane):
                return 1
        return 0

    def _trusts(self, host: Name, address: str) -> bool:
        """Usages 0 and 1 only ask for TLS, and whose key it is does not matter (RFC 7672 3.1.3)."""
        pins = self.get(dns.name.from_text("_25._tcp", host), RdataType.TLSA)
        fields = [pin.to_text().split(maxsplit=3) for pin in pins]
        digests = {digest.replace(" ", "") for usage, _, _, digest in fields if usage in "23"}
        key = self.facts.tlsa["ours" if address in self.facts.ours else "old"]
        return not digests or key in digests

    def _allowed(self, domain: str) -> Sequence[str] | None:
        """The hosts of an enforced policy; None where there is none that senders get."""
        texts = self.texts(f"_mta-sts.{domain}", "v=stsv1;")
        page = self.source.answer(dns.name.from_text(domain))
        if len(texts) != 1 or "id=" not in texts[0]:
            return None
        if not isinstance(page, PolicyPage) or page.status != 200:
            return None
        if not self.addresses(f"mta-sts.{domain}"):
            return None
        lines = [line.partition(": ") for line in page.body.decode().splitlines()]
        if ("mode", ": ", "enforce") not in lines:
            return None
        return [value for key, _, value in lines if key == "mx"]

    def outgoing(self, domain: str) -> Iterator[tuple[str, int]]:
        signed = self._signature_holds(domain)
        yield f"{domain}: signatures hold", int(signed)
        strict = self.enforces(domain)
        for address in self.facts.ours:
            passes = self.spf(domain, address)
            yield f"{domain}: SPF of {address}", passes
            yield f"{domain}: {address} not refused", int(not strict or signed or passes == 3)
        for address in self.facts.senders:
            passes = self.spf(domain, address)
            # Whoever passes only because everybody does is not known to be meant.
            known = passes == 3 and self.spf(domain, STRANGER) != 3
            yield f"{domain}: SPF of {address}", int(known)

    def answering(self, domain: str) -> Iterator[tuple[str, int]]:
        """Whoever takes the domain's mail answers it: another server, or this one.

        What hosts behind this one take, they only keep for it (RFC 5321 5.1).
        """
        hosts, own = self.hosts(domain), dns.name.from_text(self.facts.host)
        before = hosts[: [*hosts, own].index(own) + 1]
        first = next((h for h in before if self._delivered([h])), None)
        here = first is not None and not {*self.addresses(first)}.isdisjoint(self.facts.ours)
        results = [self.spf(domain, address) for address in self.facts.ours]
        passes = all(result == 3 for result in results)
        bound = self.enforces(domain) and not self._signature_holds(domain)
        # Many receivers refuse what SPF fails, signed or not.
        refused = (bound and not passes) or 0 in results
        yield f"{domain}: answers arrive", int(first is not None and not (here and refused))
        # Receivers on RFC 7489 heed pct.
        strict = self.enforces(domain) and not PARTLY.search(self._dmarc(domain))
        signed = self._signature_holds(domain)
        yield f"{domain}: old receivers refuse nothing", int(not strict or signed or passes)

    def _dmarc(self, domain: str) -> str:
        return " ".join(self.texts(f"_dmarc.{domain}", "v=dmarc1;"))

    def end(self, domain: str) -> str:
        """The qualifier for all whom the record does not name; empty where it is not read."""
        self._lookups = 0
        try:
            return self._spf(domain, STRANGER)
        except SpfError:
            return ""

    def _signature_holds(self, domain: str) -> bool:
        texts = [
            txt_value(rdata)  # type: ignore[arg-type]
            for rdata in self.get(f"dkim._domainkey.{domain}", RdataType.TXT)
        ]
        return len(texts) == 1 and texts[0].partition("p=")[2] == self.facts.keys[domain]

    def enforces(self, domain: str) -> bool:
        """By the domain's own record, else by the one above (RFC 9989 4.10)."""
        name = dns.name.from_text(domain)
        while len(name) > 1:
            texts = self.texts(f"_dmarc.{name}", "v=dmarc1;")
            if len(texts) == 1:
                tags = dict(
                    tag.strip().split("=", 1) for tag in texts[0].split(";")[1:] if tag.strip()
                )
                own = name == dns.name.from_text(domain)
                # Without p the others count for nothing (RFC 9989 4.10.1).
                policy = tags.get("p", "none")
                policy = policy if own or "p" not in tags else tags.get("sp", policy)
                return policy in {"reject", "quarantine"}
            name = name.parent()
        return False

    def spf(self, domain: str, address: str) -> int:
        """3 pass, 2 no opinion or an error, 1 softfail, 0 fail."""
        self._lookups = 0
        try:
            return {"+": 3, "": 2, "?": 2, "~": 1, "-": 0}[self._spf(domain, address)]
        except SpfError:
            return 2

    def _spf(self, domain: str, address: str) -> str:
        texts = self.texts(domain, "v=spf1")
        if len(texts) != 1:
            if texts:
                raise SpfError
            return ""
        words = texts[0].split()[1:]
        redirects = [word.partition("=")[2] for word in words if word.startswith("redirect=")]
        # Modifiers that nobody knows are passed over (RFC 7208 6).
        words = [word for word in words if not MODIFIER.match(word)]
        if any(map(_is_wrong, words)):
            raise SpfError
        for word in words:
            qualifier = word[0] if word[0] in "+-~?" else "+"
            if self._matches(word.lstrip("+-~?"), domain, address):
                return qualifier
        return self._spf(redirects[0], address) or "?" if redirects else "?"

    def _matches(self, word: str, domain: str, address: str) -> bool:
        name, _, target = word.partition(":")
        if name in {"ip4", "ip6"}:
            network = ipaddress.ip_network(target, strict=False)
            return ipaddress.ip_address(address) in network
        if name == "all":
            return True
        if name not in {"mx", "a", "include"}:
            raise SpfError
        self._lookups += 1
        if self._lookups > 10:
            raise SpfError
        if name == "include":
            if len(self.texts(target, "v=spf1")) != 1:
                raise SpfError
            return self._spf(target, address) == "+"
        hosts = self.hosts(target or domain) if name == "mx" else [target or domain]
        if name == "mx" and not self.get(target or domain, RdataType.MX):
            return False
        return any(address in self.addresses(host) for host in hosts)

    def certified(self, name: str) -> Iterator[tuple[str, int]]:
        yield f"certificate of {name}", self.may_be_issued(name)

    def may_be_issued(self, name: str) -> int:
        """RFC 8659 3: the nearest set upwards decides."""
        owner = dns.name.from_text(name)
        while len(owner) > 1:
            found = [rdata.to_text().split(maxsplit=2) for rdata in self.get(owner, RdataType.CAA)]
            if found:
                critical = any(
                    int(f[0]) & 128 and f[1] not in {"issue", "issuewild"} for f in found
                )
                issue = [value.strip('"') for _, tag, value in found if tag == "issue"]
                return int(not critical and (not issue or self.facts.authority in issue))
            owner = owner.parent()
        return 1


def _is_wrong(word: str) -> bool:
    """Whether receivers give up on the whole record for it."""
    name, _, target = word.lstrip("+-~?").partition(":")
    if name in {"ip4", "ip6"}:
        return not NETWORK.fullmatch(target)
    return "," in word or target.replace(".", "").isdecimal()


class SpfError(Exception):
    """Receivers give up on the record."""
