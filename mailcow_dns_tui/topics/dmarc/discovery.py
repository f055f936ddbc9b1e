"""Which DMARC record counts for a domain, and who takes reports about it (RFC 9989, RFC 9990)."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import dns.name
from dns.name import Name
from dns.rdatatype import RdataType

from mailcow_dns_tui.model.answer import Answer, Dns, Lookup
from mailcow_dns_tui.model.bounds import MOST_HOSTS
from mailcow_dns_tui.model.code import COULD_NOT_ASK, DIFFERENT, MISSING
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.names import ascii_form, unicode_form
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.text import listed
from mailcow_dns_tui.topics import judge
from mailcow_dns_tui.topics.base import has_room
from mailcow_dns_tui.topics.dmarc.record import INHERITED_POLICY, KIND, STRENGTH, DmarcRecord, read
from mailcow_dns_tui.topics.text_record import REPORTS_NOT_AUTHORISED

MOST_LABELS = 7
"""What a longer name is cut to after the first question."""


@dataclass(frozen=True)
class PolicyDomain:
    """A domain with a DMARC record."""

    domain: Name
    record: DmarcRecord


@dataclass(frozen=True)
class TreeWalk:
    """What was found from a domain upwards, as far as the walk goes.

    Attributes:
        unknown: an answer on the way is lacking, so there may be more.
    """

    start: Name
    places: tuple[PolicyDomain, ...]
    unknown: bool = False

    @property
    def organisation(self) -> Name:
        """The organizational domain (RFC 9989 4.10.2)."""
        for place in self.places:
            psd = place.record.choice("psd")
            if psd == "n":
                return place.domain
            if psd == "y" and place.domain != self.start:
                return _cut(self.start, len(place.domain))
        return self.places[-1].domain if self.places else self.start

    @property
    def policy(self) -> PolicyDomain | None:
        """The record that counts for the start (RFC 9989 4.10.1)."""
        preferred = (self.start, self.organisation)
        at = {place.domain: place for place in self.places}
        found = next((at[domain] for domain in preferred if domain in at), None)
        return found or (self.places[-1] if self.places else None)


def targets(start: Name) -> Iterator[Name]:
    """The domains that are asked, at most eight: the start, and those above it."""
    yield start
    for labels in range(min(len(start) - 2, MOST_LABELS), 0, -1):
        yield _cut(start, labels)


def _cut(name: Name, labels: int) -> Name:
    """The last labels of a name."""
    return Name(name.labels[-labels - 1 :])


async def walk(start: Name, dns: Dns) -> TreeWalk:
    """Ask all at once, which takes one round trip, and read as if asked in turn."""
    domains = tuple(targets(start))
    owners = (Name((b"_dmarc", *domain.labels)) for domain in domains)
    lookups = await asyncio.gather(*(dns.ask(owner, RdataType.TXT) for owner in owners))
    return _read(start, tuple(zip(domains, lookups, strict=True)))


def _read(start: Name, asked: Sequence[tuple[Name, Lookup]]) -> TreeWalk:
    places: list[PolicyDomain] = []
    unknown = False
    for domain, lookup in asked:
        unknown = unknown or lookup.unknown
        texts = KIND.valid_texts(lookup.representative)
        if len(texts) == 1:
            places.append(PolicyDomain(domain, read(texts[0])))
            if places[-1].record.choice("psd") != "u":
                break
    return TreeWalk(start, tuple(places), unknown)


async def same_organisation(one: Name, other: Name, dns: Dns) -> bool | None:
    """Whether both belong together; None where that could not be asked."""
    walks = await asyncio.gather(walk(one, dns), walk(other, dns))
    if any(each.unknown for each in walks):
        return None
    mine, theirs = (each.organisation for each in walks)
    return bool(mine == theirs)


def owner_name(apex: Name, host: Name) -> Name | None:
    """Where the host publishes that it takes reports about the domain; None if that is too long."""
    prefix = f"{ascii_form(apex)}._report._dmarc"
    return dns.name.from_text(prefix, host) if has_room(prefix, host) else None


async def without_consent(apex: Name, hosts: Iterable[Name], dns: Dns) -> Sequence[judge.Verdict]:
    """What is to be said of report hosts outside the domain; one verdict of each code."""
    named = tuple(host for host in dict.fromkeys(hosts) if not host.is_subdomain(apex))
    outside, left_out = named[:MOST_HOSTS], named[MOST_HOSTS:]
    consents = await asyncio.gather(*(_consent(apex, host, dns) for host in outside))
    said = tuple(zip(outside, consents, strict=True))
    lacking = [host for host, agrees in said if agrees is False]
    unknown = [*(host for host, agrees in said if agrees is None), *left_out]
    verdicts = [_lacking(apex, lacking)] if lacking else []
    return [*verdicts, _not_told(apex, unknown)] if unknown else verdicts


async def _consent(apex: Name, host: Name, dns: Dns) -> bool | None:
    """Whether the host takes reports about the domain (RFC 9990 4); None where nobody knows."""
    owner = owner_name(apex, host)
    if owner is None:
        return False
    lookup = await dns.ask(owner, RdataType.TXT)
    if any(_authorises(answer) for answer in lookup.answered):
        return True
    same = await same_organisation(apex, host, dns)
    return same if same or not lookup.unknown else None


def _authorises(answer: Answer) -> bool:
    """One record that is valid is enough, whatever is beside it."""
    return bool(KIND.valid_texts(answer))


def _lacking(apex: Name, hosts: Sequence[Name]) -> judge.Verdict:
    named = listed(map(unicode_form, hosts))
    owner = f"{ascii_form(apex)}._report._dmarc.{ascii_form(hosts[0])}"
    message = f"{named} has not agreed to take reports about {unicode_form(apex)}: none are sent."
    fix = f"Ask {named} to publish a TXT v=DMARC1 at {owner}, or use an address of your own."
    return judge.Verdict(Status.WARNING, REPORTS_NOT_AUTHORISED, message, fix)


def _not_told(apex: Name, hosts: Sequence[Name]) -> judge.Verdict:
    named = listed(map(unicode_form, hosts))
    message = f"Whether {named} takes reports about {unicode_form(apex)} could not be looked up."
    return judge.Verdict(Status.UNKNOWN, COULD_NOT_ASK, message, judge.ASK_AGAIN)


async def look_up_authorisation(record: Record, apex: Name, host: Name, dns: Dns) -> Finding:
    """Judge an authorisation that the plan wants; within one organisation none is needed."""
    lookup = await dns.ask(record.owner, record.rdtype)
    main = judge.judge(record, lookup, judge_answer)
    if main.code not in {MISSING, DIFFERENT} or not await same_organisation(apex, host, dns):
        return main
    return judge.finding(record, lookup, judge.works_differently(record))


def judge_answer(record: Record, answer: Answer) -> judge.Verdict:
    """Judge an authorisation; without it, the planned address gets no reports."""
    if not KIND.texts(answer):
        fix = f"Add this record {judge.where(record)}, or delete the address from the DMARC record."
        message = f"{record.owner_text} has no TXT record, so no reports are sent there."
        return judge.Verdict(Status.WARNING, MISSING, message, fix)
    if _authorises(answer):
        return judge.as_wanted(record)
    message = f"The TXT of {record.owner_text} is not v=DMARC1: no reports are sent there."
    return judge.different(record, message)


async def inherited(
    record: Record, apex: Name, wanted: DmarcRecord, dns: Dns, least: int = 0
) -> judge.Verdict | None:
    """What is to be said where a domain above has a policy that counts; None where none has.

    `record` is what is to be published for the domain itself; `least` is how strict a policy has to
    be to count here, as an index of `STRENGTH`.
    """
    seen = await walk(apex, dns)
    place = seen.policy
    if place is None or place.domain == apex or not place.record.counts:
        return _could_not_ask(apex) if seen.unknown else None
    is_enough = place.record.level("sp") >= least
    return _verdict(record, apex, place, wanted) if is_enough else None


def _could_not_ask(apex: Name) -> judge.Verdict:
    message = (
        f"{unicode_form(apex)} has no DMARC record of its own, and whether that of a domain above "
        "counts for it could not be looked up."
    )
    return judge.Verdict(Status.UNKNOWN, COULD_NOT_ASK, message, judge.ASK_AGAIN)


def _verdict(record: Record, apex: Name, place: PolicyDomain, wanted: DmarcRecord) -> judge.Verdict:
    level = place.record.level("sp")
    enough = level >= wanted.level("p")
    name, above = unicode_form(apex), unicode_form(place.domain)
    tag = "sp" if "sp" in place.record.names else "p"
    says = f"its {tag} says {STRENGTH[level]}"
    if not place.record.has_policy:
        says = "it has no valid policy, which counts as none"
    message = (
        f"{name} has no DMARC record of its own, so that of {above} counts for it:"
        f" {says}{'' if enough else ', weaker than planned'}."
    )
    fix = f"Add this record {judge.where(record)}, for a policy and reports of its own."
    return judge.Verdict(Status.INFO if enough else Status.WARNING, INHERITED_POLICY, message, fix)
