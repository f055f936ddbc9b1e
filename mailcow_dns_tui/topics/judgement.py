"""From what the servers said to one finding: what is common to all topics."""

from collections.abc import Callable
from dataclasses import dataclass

from mailcow_dns_tui.model.answer import Answer, Failure, Lookup
from mailcow_dns_tui.model.finding import WORST_FIRST, Finding, Status
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.record import Record, Tier
from mailcow_dns_tui.model.txt import shown

MISSING = {
    Tier.REQUIRED: Status.ERROR,
    Tier.RECOMMENDED: Status.WARNING,
    Tier.OPTIONAL: Status.INFO,
}


@dataclass(frozen=True)
class Verdict:
    """An opinion of one answer, before it is weighed who gave it."""

    status: Status
    code: str
    message: str
    fix: str = ""


Opinion = Callable[[Record, Answer], Verdict]


def as_wanted(record: Record) -> Verdict:
    return Verdict(Status.OK, "as-wanted", f"{described(record)} is published as wanted.")


def missing(record: Record) -> Verdict:
    message = f"{unicode_form(record.owner)} has no such {record.type_text} record."
    return Verdict(MISSING[record.tier], "missing", message, f"Add this record {where(record)}.")


def different(record: Record, message: str, fix: str = "") -> Verdict:
    fix = fix or f"Change it to the wanted value {where(record)}."
    return Verdict(MISSING[record.tier], "different", message, fix)


def works_differently(record: Record) -> Verdict:
    message = f"{described(record)} differs from the plan, and works."
    return Verdict(Status.INFO, "works-differently", message)


def described(record: Record) -> str:
    return f"The {record.type_text} record of {unicode_form(record.owner)}"


def where(record: Record) -> str:
    """Which panel to go to."""
    if record.topic == "ptr":
        return "where the server's address was rented (reverse DNS)"
    return f"in the zone {unicode_form(record.zone)}"


def judge(record: Record, lookup: Lookup, opinion: Opinion) -> Finding:
    """Form an opinion of each name server's answer; the worst counts, unless they disagree."""
    verdicts = [_of_answer(record, answer, opinion) for answer in lookup.heard]
    if not verdicts:
        return finding(record, lookup, could_not_ask(record, lookup))
    by_status = sorted(verdicts, key=lambda verdict: WORST_FIRST.index(verdict.status))
    worst, best = by_status[0], by_status[-1]
    if worst.status in {Status.OK, Status.INFO}:
        return finding(record, lookup, _as_others_see(record, lookup, opinion, worst))
    if best.status in {Status.OK, Status.INFO}:
        return finding(record, lookup, _disagreeing(record, lookup, opinion))
    return finding(record, lookup, worst)


def _of_answer(record: Record, answer: Answer, opinion: Opinion) -> Verdict:
    if answer.malformed and not answer.rdatas:
        message = f"{described(record)} has data that is not valid."
        fix = f"Delete it and add the wanted one {where(record)}."
        return Verdict(MISSING[record.tier], "malformed", message, fix)
    return opinion(record, answer)


def could_not_ask(record: Record, lookup: Lookup) -> Verdict:
    question = f"{record.type_text} of {unicode_form(record.owner)}"
    return Verdict(
        Status.UNKNOWN,
        "could-not-ask",
        f"Could not look up {question}: {reasons(lookup.failed)}.",
        "Check the network and the name servers, then check again.",
    )


def reasons(answers: tuple[Answer, ...]) -> str:
    """`ns1.example.net. 192.0.2.53: no answer in time; …`, each server once."""
    said = dict.fromkeys(f"{a.source}: {(a.failure or Failure.ERROR).value}" for a in answers)
    return "; ".join(said) or "nobody could be asked"


def _disagreeing(record: Record, lookup: Lookup, opinion: Opinion) -> Verdict:
    without = [
        str(answer.source)
        for answer in lookup.heard
        if _of_answer(record, answer, opinion).status not in {Status.OK, Status.INFO}
    ]
    return Verdict(
        Status.WARNING,
        "servers-disagree",
        f"{described(record)} is right on some name servers; not on {', '.join(without)}.",
        "Wait until the zone has reached all its name servers; if it does not, ask their provider.",
    )


def _as_others_see(record: Record, lookup: Lookup, opinion: Opinion, verdict: Verdict) -> Verdict:
    seen = lookup.resolver
    if seen is None:
        return verdict
    if seen.failure is not None:
        return _unresolvable(record, seen) if seen.failure is Failure.SERVFAIL else verdict
    if _of_answer(record, seen, opinion).status in {Status.OK, Status.INFO}:
        return verdict
    return Verdict(
        Status.INFO,
        "not-yet-visible",
        f"{described(record)} is published; resolvers may have the old answer for {seen.ttl} s.",
        "Nothing to do: check again later.",
    )


def _unresolvable(record: Record, seen: Answer) -> Verdict:
    return Verdict(
        Status.UNKNOWN,
        "resolver-fails",
        f"{described(record)} is on the name servers, but the resolver {seen.source} can't get it.",
        "If the zone is signed, check its DNSSEC keys; else try another resolver.",
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
        found=tuple(shown(rdata) for rdata in lookup.rdatas),
        lookup=lookup,
    )
