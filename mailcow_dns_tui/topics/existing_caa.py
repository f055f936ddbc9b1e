"""CAA records that are published already, and what stands beside them (RFC 8659 3).

Of all RRsets from a name upwards the nearest alone counts: a record at the host itself would take
the place of those of its zone, and lock out the authorities that are allowed there.
"""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dns.name import Name
from dns.rdtypes.ANY.CAA import CAA

from mailcow_dns_tui.model.answer import Dns, Lookup
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.model.suggestion import DNS, Published, Remark, Suggestion
from mailcow_dns_tui.model.txt import brief
from mailcow_dns_tui.model.validators import ca_identity
from mailcow_dns_tui.topics import rdatas
from mailcow_dns_tui.topics.base import Subject
from mailcow_dns_tui.topics.caa_lookup import at, authority, certificate_names, relevant
from mailcow_dns_tui.topics.caa_opinion import properties, unmet
from mailcow_dns_tui.topics.caa_property import read_issue, tag_of, value_of
from mailcow_dns_tui.topics.words import listed

KEY = "server.caa"


@dataclass(frozen=True)
class Issuers:
    """The `issue` properties that count for some names.

    Attributes:
        authority: the one that mailcow needs.
        names: those that mailcow orders certificates for.
        at: where the properties stand.
    """

    authority: str
    names: tuple[Name, ...]
    at: Name
    rdatas: tuple[CAA, ...]

    @property
    def ours(self) -> tuple[CAA, ...]:
        return tuple(rdata for rdata in self.rdatas if self._is_ours(rdata))

    @property
    def others(self) -> tuple[CAA, ...]:
        return tuple(rdata for rdata in self.rdatas if not self._is_ours(rdata))

    @property
    def names_text(self) -> str:
        return listed(list(map(unicode_form, self.names)))

    @property
    def addition(self) -> str:
        return rdatas.caa(0, "issue", self.authority).to_text()

    def _is_ours(self, rdata: CAA) -> bool:
        issue = read_issue(value_of(rdata))
        if issue is None or issue.authority.lower() != self.authority.lower():
            return False
        return not unmet(issue, self.authority)


async def existing_caa(subject: Subject, dns: Dns) -> Published:
    """What the host's answer is best, and what a mail domain's own CAA records lack.

    Of a set that counts for the host as well, the host's answer says all. What could not be asked
    suggests nothing.
    """
    sets = await _issuers(subject, dns)
    if subject.domain is not None:
        of_host = await _issuers(Subject(subject.setup), dns)
        own = [each for each in sets if each.at not in {host.at for host in of_host}]
        return Published(remarks=tuple(_of_domain(subject.domain.apex, own)))
    is_planned = bool(subject.setup.server.caa)
    found = (_beside if each.at in each.names else _above for each in sets)
    said = [say(each, is_planned=is_planned) for say, each in zip(found, sets, strict=True)]
    return Published(
        tuple(suggestion for each in said for suggestion in each.suggestions),
        tuple(remark for each in said for remark in each.remarks),
    )


async def _issuers(subject: Subject, dns: Dns) -> Sequence[Issuers]:
    """Those of each RRset that counts for one of the subject's names, and limits anybody."""
    names = tuple(certificate_names(subject))
    lookups = await asyncio.gather(*(relevant(name, dns) for name in names))
    groups: dict[Name, list[tuple[Name, Lookup]]] = {}
    for name, lookup in zip(names, lookups, strict=True):
        if not lookup.unknown:
            groups.setdefault(at(lookup), []).append((name, lookup))
    return [issuers for group in groups.values() for issuers in _read(subject.setup, group)]


def _read(setup: Setup, group: Sequence[tuple[Name, Lookup]]) -> Iterator[Issuers]:
    lookup = group[0][1]
    there = properties(lookup.best) if lookup.best else []
    issue = tuple(sorted(rdata for rdata in there if tag_of(rdata) == "issue"))
    if issue:
        names = tuple(name for name, _ in group)
        yield Issuers(authority(setup.server), names, at(lookup), issue)


def _of_domain(apex: Name | None, sets: Sequence[Issuers]) -> Iterator[Remark]:
    for issuers in sets:
        if not issuers.ours:
            text = f"{_there(issuers)}: add {issuers.addition} beside it for {issuers.names_text}."
            yield Remark("name", text, apex)


def _beside(issuers: Issuers, *, is_planned: bool) -> Published:
    """At the host itself: what is planned is added."""
    if issuers.others:
        add = "" if issuers.ours else f": add {issuers.addition} beside it"
        remark = f"{_there(issuers)}{add}."
    else:
        remark = ""
    remarks = (Remark(KEY, remark),) if remark else ()
    if is_planned:
        return Published(remarks=remarks)
    if issuers.ours:
        kept = value_of(issuers.ours[0]).strip()
        offer = Suggestion(KEY, kept, DNS, offered=True)
        return Published((offer,) if ca_identity(kept) is None else (), remarks)
    return Published((Suggestion(KEY, issuers.authority, DNS, offered=True, sentence=remark),))


def _above(issuers: Issuers, *, is_planned: bool) -> Published:
    """Above the host: a record at the host would take the place of what is there."""
    host, add = issuers.names_text, f"add {issuers.addition} there"
    counts = f"{_there(issuers)} and counts for {host}"
    if not is_planned:
        remark = f"{counts}: {'nothing is to be added' if issuers.ours else add}."
        # The empty answer keeps others from offering a record at the host.
        return Published((Suggestion(KEY, "", DNS, offered=True),), (Remark(KEY, remark),))
    if not issuers.others:
        return Published()
    instead = f"leave this empty for {host}"
    instead = instead if issuers.ours else f"{add}, and {instead}"
    return Published((Suggestion(KEY, "", DNS, offered=True, sentence=f"{counts}: {instead}."),))


def _there(issuers: Issuers) -> str:
    """`example.org has CAA 0 issue "digicert.com", which stays`."""
    shown = issuers.others or issuers.ours
    texts = listed([brief(rdata.to_text()) for rdata in shown])
    stay = "stays" if len(shown) == 1 else "stay"
    return f"{unicode_form(issuers.at)} has CAA {texts}, which {stay}"
