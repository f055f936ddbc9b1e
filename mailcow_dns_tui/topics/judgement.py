"""From what the servers said to one finding: what is common to all topics."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from dns.name import Name
from dns.rdata import Rdata

from mailcow_dns_tui.model.answer import TOO_MUCH, Answer, Failure, Lookup, NamedBy
from mailcow_dns_tui.model.bounds import MOST_FINDINGS
from mailcow_dns_tui.model.finding import WORST_FIRST, Finding, Status
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.record import Record, Tier
from mailcow_dns_tui.model.txt import safe, shown
from mailcow_dns_tui.topics.addresses import is_unroutable
from mailcow_dns_tui.topics.found import found_texts
from mailcow_dns_tui.topics.words import LACKING, described, kind, listed, reasons, servers

MISSING = {
    Tier.REQUIRED: Status.ERROR,
    Tier.RECOMMENDED: Status.WARNING,
    Tier.OPTIONAL: Status.INFO,
}
DIFFERENT = {**MISSING, Tier.OPTIONAL: Status.WARNING}
"""What is wrong leads clients astray, which nothing at all does not."""

ASK_AGAIN = "Check this machine's network, then check again; if it stays so, tell the DNS provider."
UPDATING = "Check again in an hour; if it is still so, tell the DNS provider."


@dataclass(frozen=True)
class Verdict:
    """An opinion of one answer, before it is weighed who gave it.

    Attributes:
        meant: of all that is published, what the message speaks of; empty: all of it.
        strays: what stands at another name in place of the record, each with that name.
        late: where the record is right elsewhere, the answers in which it is not yet.
        terms: of an SPF record, those that do what they were not meant to, as they are written:
            let too many pass, or ask for the mail host in a wrong way.
    """

    status: Status
    code: str
    message: str
    fix: str = ""
    meant: tuple[Rdata, ...] = ()
    strays: tuple[tuple[Name, Rdata], ...] = ()
    late: tuple[Answer, ...] = ()
    terms: tuple[str, ...] = ()

    @property
    def good(self) -> bool:
        """The record does what it is for; an INFO may also be about one that is missing."""
        return self.status is Status.OK or self.code == "works-differently"


Opinion = Callable[[Record, Answer], Verdict]
Opinions = Callable[[Record, Answer], Sequence[Verdict]]
"""All that is to be said of one answer, at least one verdict; in any order."""


def as_wanted(record: Record) -> Verdict:
    return Verdict(Status.OK, "as-wanted", f"{described(record)} is published as wanted.")


def missing(record: Record) -> Verdict:
    lacking = f": {LACKING[record.topic]}" if record.topic in LACKING else ""
    message = f"{unicode_form(record.owner)} has no {kind(record)}{lacking}."
    return Verdict(MISSING[record.tier], "missing", message, f"Add this record {where(record)}.")


def different(record: Record, message: str, fix: str = "") -> Verdict:
    fix = fix or f"Change it to the wanted value {where(record)}."
    return Verdict(DIFFERENT[record.tier], "different", message, fix)


def works_differently(record: Record) -> Verdict:
    message = f"{described(record)} differs from the plan, and works."
    return Verdict(Status.INFO, "works-differently", message)


def where(record: Record) -> str:
    """Which panel to go to."""
    if record.topic == "ptr":
        return "where the server's address was rented (reverse DNS, rDNS or PTR)"
    aside = " (ask its owner)" if record.foreign else ""
    domain = record.domain
    if domain is not None and record.zone != domain and record.zone.is_subdomain(domain):
        aside = f" (a zone of its own, not those of {unicode_form(domain)})"
    return f"in the DNS settings of {unicode_form(record.zone)}{aside}"


def judge(record: Record, lookup: Lookup, opinion: Opinion) -> Finding:
    """Form an opinion of each name server's answer; the worst counts, unless they disagree."""
    return finding(record, lookup, _judged(record.in_zone(lookup.zone), lookup, opinion))


def _judged(record: Record, lookup: Lookup, opinion: Opinion) -> Verdict:
    verdicts = {answer: _of_answer(record, answer, opinion) for answer in lookup.heard}
    if lookup.unknown:
        return could_not_ask(record, lookup)
    worst = _worst_first(verdicts.values())[0]
    if all(verdict.good for verdict in verdicts.values()):
        return _as_others_see(record, lookup, opinion, worst)
    if any(verdict.good for verdict in verdicts.values()):
        return _disagreeing(record, lookup, opinion)
    return _as_remembered(record, lookup, _with_who_says_so(worst, verdicts))


def _with_who_says_so(worst: Verdict, verdicts: Mapping[Answer, Verdict]) -> Verdict:
    """The verdict, and where the servers are wrong in different ways, of which it is."""
    those = [answer for answer, verdict in verdicts.items() if verdict == worst]
    others = [answer for answer in verdicts if answer not in those]
    if not others:
        return worst
    message = f"{worst.message} So it is on {servers(those)}, but not on {servers(others)}."
    return replace(worst, message=message)


def _as_remembered(record: Record, lookup: Lookup, verdict: Verdict) -> Verdict:
    """What a resolver alone says of the operator's own zone may be over already."""
    heard = lookup.heard
    if record.foreign or any(answer.authoritative for answer in heard):
        return verdict
    kept = max(answer.remembered for answer in heard)
    who, how_long = servers(heard), f" for up to {duration(kept)}" if kept else ""
    memory = f"no name server could be asked, and it may remember what was before{how_long}"
    return replace(verdict, message=f"{verdict.message} That is what {who} says: {memory}.")


def judge_all(record: Record, lookup: Lookup, opinions: Opinions) -> tuple[Finding, ...]:
    """Judge by the worst that is said of each answer, and add the rest of what is said."""
    main = judge(record, lookup, lambda record, answer: _worst_first(opinions(record, answer))[0])
    if lookup.best is None or lookup.best.malformed:
        return (main,)
    rest = _worst_first(opinions(record.in_zone(lookup.zone), lookup.best))[1:]
    further = [each for each in rest if each.code != main.code and each.status is not Status.OK]
    if left_out := further[MOST_FINDINGS:]:
        more = f"{len(left_out)} more faults of this record are listed once this is corrected."
        main = replace(main, message=f"{main.message} {more}")
    return (main, *(finding(record, lookup, each) for each in further[:MOST_FINDINGS]))


def _worst_first(verdicts: Iterable[Verdict]) -> list[Verdict]:
    return sorted(verdicts, key=lambda verdict: WORST_FIRST.index(verdict.status))


def _of_answer(record: Record, answer: Answer, opinion: Opinion) -> Verdict:
    if answer.malformed and not answer.rdatas:
        message = f"{described(record)} can't be read: its data is not valid."
        fix = f"Delete it and add the wanted one {where(record)}."
        return Verdict(DIFFERENT[record.tier], "malformed", message, fix)
    verdict = opinion(record, answer)
    if answer.malformed and verdict.good:
        message = f"{described(record)} is right, but beside it is one whose data is not valid."
        return Verdict(Status.WARNING, "malformed", message, f"Delete the other {where(record)}.")
    return verdict


def could_not_ask(record: Record, lookup: Lookup) -> Verdict:
    why = reasons(lookup.endless or lookup.failed)
    message = f"{described(record)} could not be looked up: {why}."
    fix = ASK_AGAIN
    if any(answer.failure in TOO_MUCH for answer in lookup.endless):
        fix = (
            f"Delete what you don't need {where(record)}; if you did not publish so much, tell the "
            "DNS provider."
        )
    return Verdict(Status.UNKNOWN, "could-not-ask", message, fix)


def _disagreeing(record: Record, lookup: Lookup, opinion: Opinion) -> Verdict:
    opinions = {answer: _of_answer(record, answer, opinion) for answer in lookup.heard}
    wrong = {answer: said for answer, said in opinions.items() if not said.good}
    message = f"{described(record)} is right on some name servers, but not on {servers(wrong)}."
    # What the zone does not name gets no copy of it, however long one waits.
    strange = [said for answer, said in wrong.items() if answer.named_by is NamedBy.PARENT]
    if strange:
        status = Status.ERROR if _worst_first(strange)[0].status is Status.ERROR else Status.WARNING
        fix = "At the registrar, name the same servers with the same addresses as the zone does."
        return Verdict(status, "servers-disagree", message, fix, late=tuple(wrong))
    return Verdict(Status.WARNING, "servers-disagree", message, UPDATING, late=tuple(wrong))


def _as_others_see(record: Record, lookup: Lookup, opinion: Opinion, verdict: Verdict) -> Verdict:
    seen = lookup.resolver
    if seen is None:
        return verdict
    if seen.failure is not None:
        return _unresolvable(record, seen) if seen.failure is Failure.SERVFAIL else verdict
    if _of_answer(record, seen, opinion).good:
        return verdict
    if local := [rdata for rdata in seen.rdatas if is_unroutable(rdata)]:
        return _local(record, seen, local)
    still = "may not see it yet" if seen.absent else "may still see the old one"
    message = (
        f"{described(record)} is published; others {still}, for up to {duration(seen.remembered)}."
    )
    fix = "Just wait, then check again."
    return Verdict(Status.INFO, "not-yet-visible", message, fix, late=(seen,))


def _local(record: Record, seen: Answer, local: Sequence[Rdata]) -> Verdict:
    """What no name server on the internet gives comes from no cache, and does not run out."""
    addresses = listed(sorted(map(shown, local)))
    message = (
        f"{described(record)} is published; only the resolver {safe(seen.source.address)} gives "
        f"{addresses} in its place, as for a local network."
    )
    return Verdict(Status.INFO, "works-differently", message)


def duration(seconds: int) -> str:
    """`90 minutes`, `2 hours`: in a unit of which there are two at least, rounded up."""
    sizes = {"hours": 3600, "minutes": 60}
    unit = next((name for name, size in sizes.items() if seconds >= 2 * size), "seconds")
    count = math.ceil(seconds / sizes.get(unit, 1))
    return f"{count} {unit if count != 1 else unit[:-1]}"


def _unresolvable(record: Record, seen: Answer) -> Verdict:
    resolver = safe(seen.source.address)
    told = f" ({safe(seen.note)})" if seen.note else ""
    return Verdict(
        Status.UNKNOWN,
        "resolver-fails",
        f"{described(record)} is on the name servers, but the resolver {resolver} can't get it"
        f"{told}.",
        "If you use DNSSEC, compare the DS record at the registrar with the key at the DNS "
        "provider; if not, try another resolver.",
    )


def finding_about(
    topic: str, lookup: Lookup, verdict: Verdict, domain: Name | None = None
) -> Finding:
    """A finding about what was looked up, where no record is wanted."""
    return Finding(
        topic=topic,
        code=verdict.code,
        status=verdict.status,
        domain=domain,
        name=lookup.name,
        rdtype=lookup.rdtype.name,
        message=verdict.message,
        fix=verdict.fix,
        lookup=lookup,
        meant=verdict.meant,
    )


def finding(record: Record, lookup: Lookup, verdict: Verdict) -> Finding:
    return Finding(
        topic=record.topic,
        code=verdict.code,
        status=verdict.status,
        domain=record.domain,
        name=record.owner,
        rdtype=record.type_text,
        message=verdict.message,
        fix=verdict.fix,
        tier=record.tier,
        record=record,
        expected=(shown(record.rdata),),
        found=found_texts(record, lookup.best),
        lookup=lookup,
        meant=verdict.meant,
        strays=verdict.strays,
        late=verdict.late,
        terms=verdict.terms,
    )
