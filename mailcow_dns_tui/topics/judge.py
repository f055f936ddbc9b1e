"""From what each server answered to one finding: what is common to all topics."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from ipaddress import ip_address
from typing import TypeVar

from dns.name import Name
from dns.rdata import Rdata
from dns.rdatatype import RdataType
from dns.rdtypes.IN.A import A
from dns.rdtypes.IN.AAAA import AAAA

from mailcow_dns_tui.model.answer import TOO_MUCH, Answer, Failure, Lookup, NamedBy
from mailcow_dns_tui.model.bounds import MOST_FINDINGS
from mailcow_dns_tui.model.code import (
    AS_WANTED,
    COULD_NOT_ASK,
    DIFFERENT,
    MALFORMED,
    MISSING,
    NOT_YET_VISIBLE,
    RESOLVER_FAILS,
    SERVERS_DISAGREE,
    WORKS_DIFFERENTLY,
    Code,
)
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.names import Address, unicode_form, unroutable
from mailcow_dns_tui.model.rdata_text import shown
from mailcow_dns_tui.model.record import Record, Tier
from mailcow_dns_tui.model.text import duration, safe
from mailcow_dns_tui.topics.phrases import described, kind, listed_data, reasons, servers


def found_texts(record: Record, answer: Answer | None) -> tuple[str, ...]:
    """Of a record's kind, as people read it; what can't be parsed as RFC 3597 5 writes it."""
    if answer is None:
        return ()
    if record.rdtype == RdataType.CNAME and answer.aliases:
        return (answer.aliases[0].to_text(),)
    # At the apex stand the TXT records of many others, which say nothing about this one.
    is_shared = record.rdtype == RdataType.TXT and record.owner == record.zone
    kind = _kind(record.value) if is_shared else ""
    texts = (text for text in map(shown, answer.rdatas) if _kind(text).startswith(kind))
    return (*texts, *(each.text for each in answer.malformed))


def _kind(text: str) -> str:
    """What a TXT begins with that tells its kind: `v=spf1`, `google-site-verification`."""
    start = text.lower().lstrip("\"' ")
    return start.split()[0] if start.startswith("v=") else start.partition("=")[0]


def address_of(rdata: Rdata) -> Address | None:
    """The address in an A or AAAA."""
    return ip_address(rdata.address) if isinstance(rdata, A | AAAA) else None


def is_unroutable(rdata: Rdata) -> bool:
    """Whether it is an A or AAAA that the internet has no way to."""
    address = address_of(rdata)
    return address is not None and bool(unroutable(address))


IF_MISSING = {
    Tier.REQUIRED: Status.ERROR,
    Tier.RECOMMENDED: Status.WARNING,
    Tier.OPTIONAL: Status.INFO,
}
IF_DIFFERENT = {**IF_MISSING, Tier.OPTIONAL: Status.WARNING}
"""What is wrong leads clients astray, which nothing at all does not."""

ASK_AGAIN = "Check this machine's network, then check again; if it stays so, tell the DNS provider."
ASK_OUTSIDE = (
    "Check again from another network, or by a resolver outside, as with --resolver "
    "https://dns.quad9.net/dns-query."
)
UPDATING = "Check again in an hour; if it is still so, tell the DNS provider."


@dataclass(frozen=True)
class Verdict:
    """What is to be said of one answer, before it is weighed who gave it.

    Attributes:
        rdatas: of all that is published, what the message speaks of; empty: all of it.
        misplaced: what stands at another name in place of the record, each with that name.
        late: where the record is right elsewhere, the answers in which it is not yet.
        terms: of an SPF record, those that do what they were not meant to, as they are written:
            let too many pass, or ask for the mail host in a wrong way.
    """

    status: Status
    code: Code
    message: str
    fix: str = ""
    rdatas: tuple[Rdata, ...] = ()
    misplaced: tuple[tuple[Name, Rdata], ...] = ()
    late: tuple[Answer, ...] = ()
    terms: tuple[str, ...] = ()

    @property
    def good(self) -> bool:
        """The record does what it is for; an INFO may also be about one that is missing."""
        return self.status is Status.OK or self.code == WORKS_DIFFERENTLY


T = TypeVar("T")
JudgeAnswer = Callable[[Record, Answer], Verdict]
JudgeAnswerFully = Callable[[Record, Answer], Sequence[Verdict]]
"""All that is to be said of one answer, at least one verdict; in any order."""


def as_wanted(record: Record) -> Verdict:
    """The verdict on a record that is published as planned."""
    return Verdict(Status.OK, AS_WANTED, f"{described(record)} is published as wanted.")


def missing(record: Record) -> Verdict:
    """The verdict on a record of which there is none: the less it is needed, the milder."""
    lacking = f": {record.lacking}" if record.lacking else ""
    message = f"{record.owner_text} has no {kind(record)}{lacking}."
    return Verdict(IF_MISSING[record.tier], MISSING, message, f"Add this record {where(record)}.")


def different(record: Record, message: str, fix: str = "") -> Verdict:
    """The verdict on a record in whose place something else is published."""
    fix = fix or f"Change it to the wanted value {where(record)}."
    return Verdict(IF_DIFFERENT[record.tier], DIFFERENT, message, fix)


def works_differently(record: Record) -> Verdict:
    """The verdict on what has another form than planned, and does the same."""
    message = f"{described(record)} differs from the plan, and works."
    return Verdict(Status.INFO, WORKS_DIFFERENTLY, message)


def where(record: Record) -> str:
    """Which panel to go to."""
    if record.is_reverse:
        return "where the server's address was rented (reverse DNS, rDNS or PTR)"
    aside = " (ask its owner)" if record.external else ""
    domain = record.domain
    if domain is not None and record.zone != domain and record.zone.is_subdomain(domain):
        aside = f" (a zone of its own, not those of {unicode_form(domain)})"
    return f"in the DNS settings of {unicode_form(record.zone)}{aside}"


def judge(record: Record, lookup: Lookup, judge_answer: JudgeAnswer) -> Finding:
    """Judge each name server's answer; the worst counts, unless they disagree."""
    judge_answer = once(judge_answer)
    return finding(record, lookup, _judged(record.with_zone(lookup.zone), lookup, judge_answer))


def once(judge_answer: Callable[[Record, Answer], T]) -> Callable[[Record, Answer], T]:
    """The same for one record, which is asked once about answers that say the same.

    Mostly all servers do, and by the same objects, whose equality is seen at once.
    """
    known: list[tuple[object, T]] = []

    def judged(record: Record, answer: Answer) -> T:
        said = answer.rcode, answer.rdatas, answer.malformed, answer.aliases
        for before, verdict in known:
            if before == said:
                return verdict
        known.append((said, judge_answer(record, answer)))
        return known[-1][1]

    return judged


def _judged(record: Record, lookup: Lookup, judge_answer: JudgeAnswer) -> Verdict:
    verdicts = {answer: _of_answer(record, answer, judge_answer) for answer in lookup.answered}
    if lookup.unknown:
        return could_not_ask(record, lookup)
    worst = _worst_first(verdicts.values())[0]
    if all(verdict.good for verdict in verdicts.values()):
        return _as_others_see(record, lookup, judge_answer, worst)
    if any(verdict.good for verdict in verdicts.values()):
        return _disagreeing(record, verdicts)
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
    heard = lookup.answered
    if record.external or any(answer.authoritative for answer in heard):
        return verdict
    kept = lookup.cache_ttl
    who, how_long = servers(heard), f" for up to {duration(kept)}" if kept else ""
    memory = f"no name server could be asked, and it may remember what was before{how_long}"
    return replace(verdict, message=f"{verdict.message} That is what {who} says: {memory}.")


def judge_all(
    record: Record, lookup: Lookup, judge_answer: JudgeAnswerFully
) -> tuple[Finding, ...]:
    """Judge by the worst that is said of each answer, and add the rest of what is said."""
    judge_answer = once(judge_answer)
    main = judge(
        record, lookup, lambda record, answer: _worst_first(judge_answer(record, answer))[0]
    )
    if lookup.representative is None or lookup.representative.malformed:
        return (main,)
    rest = _worst_first(judge_answer(record.with_zone(lookup.zone), lookup.representative))[1:]
    further = [each for each in rest if each.code != main.code and each.status is not Status.OK]
    if left_out := further[MOST_FINDINGS:]:
        more = f"{len(left_out)} more faults of this record are listed once this is corrected."
        main = replace(main, message=f"{main.message} {more}")
    return (main, *(finding(record, lookup, each) for each in further[:MOST_FINDINGS]))


def _worst_first(verdicts: Iterable[Verdict]) -> list[Verdict]:
    return sorted(verdicts, key=lambda verdict: verdict.status.rank)


def _of_answer(record: Record, answer: Answer, judge_answer: JudgeAnswer) -> Verdict:
    if answer.malformed and not answer.rdatas:
        message = f"{described(record)} can't be read: its data is not valid."
        return replace(different(record, message), code=MALFORMED)
    verdict = judge_answer(record, answer)
    if answer.malformed and verdict.good:
        message = f"{described(record)} is right, but beside it is one whose data is not valid."
        return Verdict(Status.WARNING, MALFORMED, message, f"Delete the other {where(record)}.")
    return verdict


def could_not_ask(record: Record, lookup: Lookup) -> Verdict:
    """The verdict where those who should know did not answer, with the reason of each."""
    why = reasons(lookup.endless or lookup.failed)
    message = f"{described(record)} could not be looked up: {why}."
    is_local = any(answer.failure is Failure.LOCAL for answer in lookup.failed)
    fix = ASK_OUTSIDE if is_local else ASK_AGAIN
    if any(answer.failure in TOO_MUCH for answer in lookup.endless):
        fix = (
            f"Delete what you don't need {where(record)}; if you did not publish so much, tell the "
            "DNS provider."
        )
    return Verdict(Status.UNKNOWN, COULD_NOT_ASK, message, fix)


def _disagreeing(record: Record, verdicts: Mapping[Answer, Verdict]) -> Verdict:
    wrong = {answer: said for answer, said in verdicts.items() if not said.good}
    message = f"{described(record)} is right on some name servers, but not on {servers(wrong)}."
    # What the zone does not name gets no copy of it, however long one waits.
    strange = [said for answer, said in wrong.items() if answer.named_by is NamedBy.PARENT]
    if strange:
        status = Status.ERROR if _worst_first(strange)[0].status is Status.ERROR else Status.WARNING
        fix = "At the registrar, name the same servers with the same addresses as the zone does."
        return Verdict(status, SERVERS_DISAGREE, message, fix, late=tuple(wrong))
    return Verdict(Status.WARNING, SERVERS_DISAGREE, message, UPDATING, late=tuple(wrong))


def _as_others_see(
    record: Record, lookup: Lookup, judge_answer: JudgeAnswer, verdict: Verdict
) -> Verdict:
    seen = lookup.resolver
    if seen is None:
        return verdict
    if seen.failure is not None:
        return _unresolvable(record, seen) if seen.failure is Failure.SERVFAIL else verdict
    if _of_answer(record, seen, judge_answer).good:
        return verdict
    if local := [rdata for rdata in seen.rdatas if is_unroutable(rdata)]:
        return _local(record, seen, local)
    still = "none" if seen.absent else "the old one"
    message = (
        f"{described(record)} is published; the resolver {safe(seen.source.address)} has {still} "
        f"for up to {duration(seen.cache_ttl)}, others perhaps longer."
    )
    fix = "Just wait, then check again."
    return Verdict(Status.INFO, NOT_YET_VISIBLE, message, fix, late=(seen,))


def _local(record: Record, seen: Answer, local: Sequence[Rdata]) -> Verdict:
    """What no name server on the internet gives comes from no cache, and does not run out."""
    addresses = listed_data(local)
    message = (
        f"{described(record)} is published; only the resolver {safe(seen.source.address)} gives "
        f"{addresses} in its place, as for a local network."
    )
    return Verdict(Status.INFO, WORKS_DIFFERENTLY, message)


def _unresolvable(record: Record, seen: Answer) -> Verdict:
    resolver = safe(seen.source.address)
    told = f" ({safe(seen.note)})" if seen.note else ""
    return Verdict(
        Status.UNKNOWN,
        RESOLVER_FAILS,
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
        rdatas=verdict.rdatas,
        misplaced=verdict.misplaced,
        late=verdict.late,
        terms=verdict.terms,
    )


def finding(record: Record, lookup: Lookup, verdict: Verdict) -> Finding:
    """What was said of a wanted record, with who answered what."""
    return replace(
        finding_about(record.topic, lookup, verdict, record.domain),
        name=record.owner,
        rdtype=record.type_text,
        tier=record.tier,
        record=record,
        expected=(record.value,),
        found=found_texts(record, lookup.representative),
    )
