"""Which authorities may issue the server's certificates (RFC 8659)."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from dns.name import Name

from mailcow_dns_tui.model import validators
from mailcow_dns_tui.model.answer import Answer, Dns, Lookup
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.topics import rdatas
from mailcow_dns_tui.topics.base import Subject, Topic
from mailcow_dns_tui.topics.caa_lookup import at, authority, certificate_names, relevant
from mailcow_dns_tui.topics.caa_opinion import Order, issuers, objections
from mailcow_dns_tui.topics.judgement import (
    ASK_AGAIN,
    Opinions,
    Verdict,
    as_wanted,
    finding,
    judge_all,
    missing,
)
from mailcow_dns_tui.topics.words import reasons

WHY = "No other authority may issue a certificate for the server's name."


class Caa(Topic):
    id = "caa"

    def wanted(self, subject: Subject) -> Iterable[Record]:
        server = subject.setup.server
        if subject.domain is not None or server.name is None or not server.caa:
            return
        if validators.ca_identity(server.caa) is None:
            # At the host itself: at the apex it would bind the certificates of other hosts too.
            yield self.record(subject, server.name, rdatas.caa(0, "issue", server.caa.strip()), WHY)

    async def check(self, subject: Subject, dns: Dns) -> Sequence[Finding]:
        """Judge the wanted record, or what is published and forbids a certificate."""
        if tuple(self.wanted(subject)):
            return await super().check(subject, dns)
        names = tuple(certificate_names(subject))
        lookups = await asyncio.gather(*(relevant(name, dns) for name in names))
        groups: dict[Name | None, list[tuple[Name, Lookup]]] = {}
        for name, lookup in zip(names, lookups, strict=True):
            groups.setdefault(None if lookup.unknown else at(lookup), []).append((name, lookup))
        return [f for group in groups.values() for f in self._of_group(subject, group)]

    def _of_group(
        self, subject: Subject, group: Sequence[tuple[Name, Lookup]]
    ) -> Iterator[Finding]:
        """What stands in the way of the names for which the same RRset counts."""
        name, lookup = group[0]
        wanted = authority(subject.setup.server)
        order = Order(wanted, tuple(name for name, _ in group), at(lookup))
        record = self.record(subject, name, rdatas.caa(0, "issue", wanted), WHY)
        for found in _judged(record, lookup, order, partial(_unplanned, order=order)):
            if found.status is not Status.OK:
                yield replace(found, record=None, expected=())

    async def look_up_all(self, record: Record, subject: Subject, dns: Dns) -> Sequence[Finding]:
        lookup = await relevant(record.owner, dns)
        order = Order(authority(subject.setup.server), (record.owner,), at(lookup))
        return _judged(record, lookup, order, partial(_planned, order=order))


def _judged(record: Record, lookup: Lookup, order: Order, opinions: Opinions) -> Sequence[Finding]:
    if lookup.unknown:
        return [finding(record, lookup, _could_not_ask(order, lookup))]
    return judge_all(record, lookup, opinions)


def _could_not_ask(order: Order, lookup: Lookup) -> Verdict:
    message = (
        f"The CAA records for {order.names_text} could not be looked up: "
        f"{reasons(lookup.failed)}; an authority without an answer refuses the certificate."
    )
    return Verdict(Status.UNKNOWN, "could-not-ask", message, ASK_AGAIN)


def _planned(record: Record, answer: Answer, order: Order) -> Sequence[Verdict]:
    found = objections(order, answer)
    return found or [as_wanted(record) if issuers(answer) else missing(record)]


def _unplanned(record: Record, answer: Answer, order: Order) -> Sequence[Verdict]:
    return objections(order, answer) or [as_wanted(record)]
