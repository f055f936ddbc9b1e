"""What the trace of an SPF evaluation tells: which term did it, and whose record is broken."""

from collections.abc import Iterator

from spftrace import MAX_DNS_TERMS, MAX_VOID_LOOKUPS, Event, Result

from mailcow_dns_tui.topics.spf_result import PASSED, Trouble
from mailcow_dns_tui.topics.spf_syntax import syntax_fault
from mailcow_dns_tui.topics.words import listed

WIDEST_IPV4 = 8
WIDEST_IPV6 = 16
"""The shortest prefixes that one operator may hold: the old class A, and a large IPv6 block."""


def troubles(result: Result) -> Iterator[tuple[Trouble, str]]:
    """Why receivers give up on the record, each kind of reason at most once."""
    circle = _circle(result)
    if circle:
        yield Trouble.REFERENCE, circle
    elif result.dns_terms_used > MAX_DNS_TERMS:
        yield Trouble.LOOKUPS, f"{result.dns_terms_used} DNS lookups"
    if result.void_lookups_used > MAX_VOID_LOOKUPS:
        names = listed(list(dict.fromkeys(query.name for query in result.queries if query.void)))
        yield Trouble.VOIDS, f"{result.void_lookups_used} lookups without an answer: {names}"
    fault = "" if circle else _broken_reference(result)
    if fault:
        yield Trouble.REFERENCE, fault


def passing_term(result: Result) -> str:
    """The term that decided, where it is inside of what others publish the innermost."""
    return next((str(e.data["raw"]) for e in result.trace.events if _passes(e)), "")


def _passes(event: Event) -> bool:
    return event.kind == "mech_match" and event.data["result"] == PASSED


def ran_off_the_end(result: Result) -> bool:
    """Nothing matched, and neither `all` nor `redirect` is there to say what then (RFC 7208 4.7).

    What is included may end as it likes.
    """
    ends = [event for event in result.trace.events if event.kind == "eval_done"]
    return result.verdict == "neutral" and bool(ends) and "reason" in ends[-1].data


def wide(result: Result) -> Iterator[str]:
    """The terms that let a large part of the internet pass.

    A term counts where everything on the way down to it means pass.
    """
    qualifiers: dict[int, str] = {}
    for event in result.trace.events:
        if event.kind == "recurse_in" and event.data["via"] == "redirect":
            qualifiers[event.depth] = PASSED
        if event.kind != "mech_start":
            continue
        qualifiers[event.depth] = str(event.data["qualifier"])
        if _is_wide(event) and all(qualifiers[d] == PASSED for d in range(event.depth + 1)):
            yield str(event.data["raw"])


def _is_wide(event: Event) -> bool:
    cidr4, cidr6 = event.data["cidr4"], event.data["cidr6"]
    return (cidr4 is not None and cidr4 < WIDEST_IPV4) or (
        cidr6 is not None and cidr6 < WIDEST_IPV6
    )


def _circle(result: Result) -> str:
    """Whose record comes back to itself by includes and redirects."""
    path: list[str] = []
    for event in result.trace.events:
        if event.kind != "check_start":
            continue
        domain = str(event.data["domain"]).lower().rstrip(".")
        del path[event.depth :]
        if domain in path:
            return f"{domain} refers to itself" + _by_way_of(path[path.index(domain) + 1 :])
        path.append(domain)
    return ""


def _by_way_of(names: list[str]) -> str:
    return f" by way of {listed(names)}" if names else ""


def _broken_reference(result: Result) -> str:
    """What is wrong with what the record refers to; only the last thing seen can be it."""
    events = result.trace.events
    end = next((n for n, event in enumerate(events) if event.kind == "exit"), None)
    if end is None or events[end].data["result"] != "permerror":
        return ""
    before = events[:end]
    domain = next((str(e.data["domain"]) for e in reversed(before) if e.kind == "check_start"), "")
    gave_up = result.dns_terms_used > MAX_DNS_TERMS
    return _of_last(before, domain) or ("" if gave_up else str(events[end].data["reason"]))


def _of_last(events: list[Event], domain: str) -> str:
    last = next((e for e in reversed(events) if not e.kind.startswith("recurse_out")), None)
    if last is None:
        return ""
    if last.kind == "parse_error":
        return f"in the record of {domain}, {syntax_fault(str(last.data['policy']))}"
    if last.kind == "txt_lookup":
        several = [text for text in last.data["records"] if text.lower().startswith("v=spf1")]
        return f"{domain} has {'several SPF records' if several else 'no SPF record'}"
    return f"{domain} is no domain name" if last.kind == "domain_invalid" else ""
