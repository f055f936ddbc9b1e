"""Which authorities may issue the server's certificates (RFC 8659), and the steps to that.

Also what is published already, and what stands beside it: of all RRsets from a name upwards the
nearest alone counts (RFC 8659 3), so a record at the host itself would take the place of those of
its zone, and lock out the authorities that are allowed there.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from dns.name import Name
from dns.rdtypes.ANY.CAA import CAA

from mailcow_dns_tui.model import validators
from mailcow_dns_tui.model.answer import Answer, Dns, Lookup
from mailcow_dns_tui.model.code import CNAME_IN_THE_WAY, COULD_NOT_ASK, MISSING
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.names import is_registry, unicode_form
from mailcow_dns_tui.model.record import Record, Tier
from mailcow_dns_tui.model.step import GuideStep, Removal
from mailcow_dns_tui.model.suggestion import DNS, PublishedAnswers, Remark, Suggestion
from mailcow_dns_tui.model.text import brief, listed
from mailcow_dns_tui.model.validators import ca_identity
from mailcow_dns_tui.topics import rdatas
from mailcow_dns_tui.topics.base import Guidance, Subject, Topic
from mailcow_dns_tui.topics.caa import judge
from mailcow_dns_tui.topics.caa.judge import authority, issuers
from mailcow_dns_tui.topics.context import Context, alias, broken, has, own, removals
from mailcow_dns_tui.topics.host.topic import host_locks
from mailcow_dns_tui.topics.judge import (
    ASK_AGAIN,
    JudgeAnswerFully,
    Verdict,
    as_wanted,
    finding,
    judge_all,
    missing,
)
from mailcow_dns_tui.topics.phrases import listed_texts, reasons
from mailcow_dns_tui.topics.steps import add, put, take_away

ALL_OF_THEM = (
    "No other authority issues certificates for {name} from then on: do all of them come from "
    "{authority}?"
)
"""Who plans the record has said so; it is told where nothing has limited them before."""
NO_MORE_ABOVE = (
    "The CAA records of {above} do not count for {name} any more: do none of its certificates come "
    "from {others}?"
)

OBJECTIONS = frozenset({judge.FORBIDDEN_CA, judge.CA_CONDITION, judge.CRITICAL_PROPERTY})


def caa_step(record: Record, found: Finding, context: Context) -> GuideStep:
    """Beside the others: one that allows the authority is enough, whatever else stands there."""
    at_its_name = found.lookup.name == record.owner
    here = at_its_name and not alias(found)
    gone = (*_critical(found), *broken(found)) if here else ()
    if gone:
        # An alias of its own takes its target's set: only what stands here can be changed here.
        return take_away(record, found, gone) if _allows(found) else put(record, found, gone)
    if here and has(found, record):
        return take_away(record, found, removals(found, own(found)))
    cname = alias(found) if at_its_name else None
    if cname is not None and found.code == CNAME_IN_THE_WAY:
        return put(record, found, (cname,), also=context.beside(record))
    step, name = add(record, found), record.owner_text
    if found.code == MISSING:
        told = ALL_OF_THEM.format(name=name, authority=context.setup.server.caa)
        return replace(step, warnings=(told,))
    if at_its_name or not (others := _others_above(found.lookup)):
        return step
    above = unicode_form(found.lookup.name)
    asked = NO_MORE_ABOVE.format(above=above, name=name, others=listed_texts(others))
    return replace(step, warnings=(asked,), asks_first=True)


def _others_above(above: Lookup) -> list[str]:
    """The authorities of a set that a record at the host itself takes the place of."""
    best = above.representative
    read = map(judge.read_issue, issuers(best) if best else ())
    return [issue.authority for issue in read if issue and issue.authority]


def _critical(found: Finding) -> tuple[Removal, ...]:
    """What no authority knows, and must not pass over."""
    return removals(found, (r for r in own(found) if isinstance(r, CAA) and judge.blocks(r)))


def _allows(found: Finding) -> bool:
    return any(isinstance(rdata, CAA) and judge.tag_of(rdata) == "issue" for rdata in own(found))


def unplanned_caa_step(found: Finding, context: Context) -> GuideStep | None:
    """Where the plan has no CAA of its own, and what is published forbids the certificate."""
    if found.code not in OBJECTIONS:
        return None
    owner = judge.at(found.lookup)
    zones = context.setup.zones_with(owner)
    if not zones or found.code == judge.CRITICAL_PROPERTY:
        gone = _critical(found)
        return take_away(None, found, gone) if zones and gone else None
    authority = context.setup.server.caa.partition(";")[0].strip() or judge.LETS_ENCRYPT
    record = Record(
        "caa",
        owner,
        rdatas.caa(0, "issue", authority),
        context.setup.server.usable_ttl,
        Tier.OPTIONAL,
        found.domain,
        max(zones, key=len),
        "Without it the server gets no certificate for its names.",
    )
    return replace(add(record, found), wanted=None)


def caa_locks(step: GuideStep, context: Context) -> Iterator[str]:
    """In the place of a CNAME the addresses come with it."""
    if any(each.topic == "host" for each in step.also):
        yield from host_locks(step, context)


JudgeOrder = Callable[[judge.Order, Record, Answer], Sequence[Verdict]]

WHY = "No other authority may issue a certificate for the server's name."


class CaaTopic(Topic):
    """CAA at the hostname, if the plan names an authority; else what forbids the certificate."""

    id = "caa"
    asked_in = "server"
    guidance = Guidance(30, step=caa_step, unplanned=unplanned_caa_step, locks=caa_locks)

    def wanted(self, subject: Subject) -> Iterable[Record]:
        """One `issue` property at the hostname."""
        server = subject.setup.server
        if subject.domain is not None or server.name is None or not server.caa:
            return
        if validators.ca_identity(server.caa) is None:
            # At the host itself: at the apex it would bind the certificates of other hosts too.
            yield self.record(subject, server.name, rdatas.caa(0, "issue", server.caa.strip()), WHY)

    async def check(self, subject: Subject, dns: Dns) -> Sequence[Finding]:
        """Judge the wanted record, or what is published and forbids a certificate."""
        above = await _above_own(subject, dns)
        aside = [f for order in above for f in self._of_order(subject, *order, _passed_over)]
        if self.plan(subject):
            return [*await super().check(subject, dns), *aside]
        orders = await _orders(subject, dns)
        found = [f for order in orders for f in self._of_order(subject, *order, _unplanned)]
        return [*found, *aside]

    def _of_order(
        self, subject: Subject, order: judge.Order, lookup: Lookup, judge_answer: JudgeOrder
    ) -> Iterator[Finding]:
        """What stands in the way of the names for which the same RRset counts."""
        record = self.record(subject, order.names[0], rdatas.caa(0, "issue", order.authority), WHY)
        said = partial(judge_answer, order)
        for found in _judged(record, lookup, order, said):
            if found.status is not Status.OK:
                yield replace(found, record=None, expected=())

    async def look_up_all(self, record: Record, subject: Subject, dns: Dns) -> Sequence[Finding]:
        """Judge the set that counts for the hostname, which may stand at a name above it."""
        lookup = await judge.relevant(record.owner, dns)
        order = judge.Order(authority(subject.setup.server), (record.owner,), judge.at(lookup))
        return _judged(record, lookup, order, partial(_planned, order))


async def _orders(subject: Subject, dns: Dns) -> Sequence[tuple[judge.Order, Lookup]]:
    """One for each RRset that counts for some of the names, and one for those of unknown ones."""
    names = tuple(judge.certificate_names(subject))
    lookups = await asyncio.gather(*(judge.relevant(name, dns) for name in names))
    groups: dict[Name | None, list[tuple[Name, Lookup]]] = {}
    for name, lookup in zip(names, lookups, strict=True):
        groups.setdefault(None if lookup.unknown else judge.at(lookup), []).append((name, lookup))
    wanted = authority(subject.setup.server)
    return [
        (judge.Order(wanted, tuple(name for name, _ in group), judge.at(group[0][1])), group[0][1])
        for group in groups.values()
    ]


async def _above_own(subject: Subject, dns: Dns) -> Sequence[tuple[judge.Order, Lookup]]:
    """As `_orders`, of RRsets right above names that have one of their own."""
    wanted = authority(subject.setup.server)
    if wanted != judge.LETS_ENCRYPT:
        return ()
    names = tuple(judge.certificate_names(subject))
    lookups = await asyncio.gather(*(judge.relevant(name, dns) for name in names))
    groups: dict[Name, list[Name]] = {}
    for name, lookup in zip(names, lookups, strict=True):
        if lookup.found and lookup.name == name and not is_registry(name.parent()):
            groups.setdefault(name.parent(), []).append(name)
    above = await asyncio.gather(*(judge.relevant(parent, dns) for parent in groups))
    pairs = zip(groups, above, strict=True)
    return [
        (judge.Order(wanted, tuple(groups[parent]), judge.at(lookup)), lookup)
        for parent, lookup in pairs
        if lookup.found and lookup.name == parent
    ]


def _judged(
    record: Record, lookup: Lookup, order: judge.Order, judge_answer: JudgeAnswerFully
) -> Sequence[Finding]:
    if lookup.unknown:
        return [finding(record, lookup, _could_not_ask(order, lookup))]
    return judge_all(record, lookup, judge_answer)


def _could_not_ask(order: judge.Order, lookup: Lookup) -> Verdict:
    message = (
        f"The CAA records for {order.names_text} could not be looked up: "
        f"{reasons(lookup.failed)}; an authority without an answer refuses the certificate."
    )
    return Verdict(Status.UNKNOWN, COULD_NOT_ASK, message, ASK_AGAIN)


def _planned(order: judge.Order, record: Record, answer: Answer) -> Sequence[Verdict]:
    found = judge.objections(order, answer)
    return found or [as_wanted(record) if issuers(answer) else missing(record)]


def _unplanned(order: judge.Order, record: Record, answer: Answer) -> Sequence[Verdict]:
    return judge.objections(order, answer) or [as_wanted(record)]


def _passed_over(order: judge.Order, record: Record, answer: Answer) -> Sequence[Verdict]:
    return [judge.passed_over(order, answer) or as_wanted(record)]


KEY = "server.caa"


@dataclass(frozen=True)
class Issuers(judge.Order):
    """An order, and the `issue` properties that count for it."""

    rdatas: tuple[CAA, ...]

    @property
    def ours(self) -> tuple[CAA, ...]:
        """Those that let the authority issue, with conditions that mailcow meets."""
        return tuple(rdata for rdata in self.rdatas if self._is_ours(rdata))

    @property
    def others(self) -> tuple[CAA, ...]:
        """All the rest: other authorities, and conditions that mailcow does not meet."""
        return tuple(rdata for rdata in self.rdatas if not self._is_ours(rdata))

    @property
    def addition(self) -> str:
        """The rdata to be added, as in a zone file."""
        return rdatas.caa(0, "issue", self.authority).to_text()

    def _is_ours(self, rdata: CAA) -> bool:
        issue = judge.read_issue(judge.value_of(rdata))
        if issue is None or issue.authority.lower() != self.authority.lower():
            return False
        return not judge.unmet(issue, self.authority)


async def existing_caa(subject: Subject, dns: Dns) -> PublishedAnswers:
    """What the host's answer is best, and what a mail domain's own CAA records lack.

    Of a set that counts for the host as well, the host's answer says all. What could not be asked
    suggests nothing.
    """
    sets = await _issuers(subject, dns)
    if subject.domain is not None:
        of_host = await _issuers(Subject(subject.setup), dns)
        own = [each for each in sets if each.at not in {host.at for host in of_host}]
        return PublishedAnswers(remarks=tuple(_of_domain(subject.domain.apex, own)))
    is_planned = bool(subject.setup.server.caa)
    found = (_beside if each.at in each.names else _above for each in sets)
    said = [say(each, is_planned=is_planned) for say, each in zip(found, sets, strict=True)]
    return PublishedAnswers(
        tuple(suggestion for each in said for suggestion in each.suggestions),
        tuple(remark for each in said for remark in each.remarks),
    )


async def _issuers(subject: Subject, dns: Dns) -> Sequence[Issuers]:
    """Those of each RRset that counts for one of the subject's names, and limits anybody."""
    return [
        Issuers(order.authority, order.names, order.at, issue)
        for order, lookup in await _orders(subject, dns)
        if not lookup.unknown and (issue := _issue(lookup.representative))
    ]


def _issue(answer: Answer | None) -> tuple[CAA, ...]:
    there = judge.properties(answer) if answer else []
    return tuple(sorted(rdata for rdata in there if judge.tag_of(rdata) == "issue"))


def _of_domain(apex: Name | None, sets: Sequence[Issuers]) -> Iterator[Remark]:
    for each in sets:
        if not each.ours:
            text = f"{_there(each)}: add {each.addition} beside it for {each.names_text}."
            yield Remark("name", text, apex)


def _beside(issuers: Issuers, *, is_planned: bool) -> PublishedAnswers:
    """At the host itself: what is planned is added."""
    add = "" if issuers.ours else f": add {issuers.addition} beside it"
    remark = f"{_there(issuers)}{add}." if issuers.others else ""
    remarks = (Remark(KEY, remark),) if remark else ()
    if is_planned:
        return PublishedAnswers(remarks=remarks)
    if issuers.ours:
        kept = judge.value_of(issuers.ours[0]).strip()
        offer = Suggestion(KEY, kept, DNS, offered=True)
        return PublishedAnswers((offer,) if ca_identity(kept) is None else (), remarks)
    return PublishedAnswers(
        (Suggestion(KEY, issuers.authority, DNS, offered=True, sentence=remark),)
    )


def _above(issuers: Issuers, *, is_planned: bool) -> PublishedAnswers:
    """Above the host: a record at the host would take the place of what is there."""
    host, add = issuers.names_text, f"add {issuers.addition} there"
    counts = f"{_there(issuers)} and counts for {host}"
    if not is_planned:
        remark = f"{counts}: {'nothing is to be added' if issuers.ours else add}."
        # The empty answer keeps others from offering a record at the host.
        return PublishedAnswers((Suggestion(KEY, "", DNS, offered=True),), (Remark(KEY, remark),))
    if not issuers.others:
        return PublishedAnswers()
    instead = f"leave this empty for {host}"
    instead = instead if issuers.ours else f"{add}, and {instead}"
    return PublishedAnswers(
        (Suggestion(KEY, "", DNS, offered=True, sentence=f"{counts}: {instead}."),)
    )


def _there(issuers: Issuers) -> str:
    """`example.org has CAA 0 issue "digicert.com", which stays`."""
    shown = issuers.others or issuers.ours
    texts = listed([brief(rdata.to_text()) for rdata in shown])
    stay = "stays" if len(shown) == 1 else "stay"
    return f"{unicode_form(issuers.at)} has CAA {texts}, which {stay}"
