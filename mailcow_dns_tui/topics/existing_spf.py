"""One SPF record out of the published one and the wanted one (RFC 7208 3.2: there is only one)."""

from collections.abc import Iterator, Sequence

from dns.name import Name
from spftrace import MAX_DNS_TERMS, SpfPermError, Term, parse

from mailcow_dns_tui.model.answer import Dns
from mailcow_dns_tui.model.names import ascii_form, unicode_form
from mailcow_dns_tui.model.setup import Domain, Setup, Spf
from mailcow_dns_tui.model.suggestion import DNS, Remark, Suggestion
from mailcow_dns_tui.model.validators import spf_mechanism
from mailcow_dns_tui.topics.spf import record_text
from mailcow_dns_tui.topics.spf_evaluation import evaluate
from mailcow_dns_tui.topics.spf_record import term_meaning
from mailcow_dns_tui.topics.spf_result import Trouble

KEY = "spf"


async def merged_spf(
    setup: Setup, domain: Domain, text: str, dns: Dns
) -> Suggestion | Remark | None:
    """The wanted record with the senders that the published one allows besides.

    None where there are none, or where the published record is not a plain list of who may send.
    A remark where receivers would give up on the merged record (RFC 7208 4.6.4).
    """
    apex, policy = domain.apex, setup.spf_of(domain)
    if apex is None or not _is_plain(text):
        return None
    more = tuple(_more(setup, text, policy, apex))
    merged = Spf((*policy.mechanisms, *more), _end(text, policy))
    joined = record_text(merged)
    if not more or joined is None:
        return None
    evaluation = await evaluate(joined, ascii_form(apex), setup.server.addresses, dns)
    costs = dict(evaluation.troubles).get(Trouble.LOOKUPS)
    if costs:
        return Remark(KEY, _too_much(apex, more, costs), apex)
    return Suggestion(KEY, merged, DNS, apex, offered=True)


def senders(texts: Sequence[str], apex: Name) -> tuple[str, ...]:
    """The words of these records that say who may send, `all` and `ptr` left out."""
    words: dict[object, str] = {}
    for text in texts:
        for term in _readable(text):
            word = _as_mechanism(term)
            if word and spf_mechanism(word) is None:
                words.setdefault(term_meaning(term, ascii_form(apex)), word)
    return tuple(words.values())


def joined_policy(policy: Spf, texts: Sequence[str], kept: Sequence[str], apex: Name) -> Spf:
    """The policy with these words of the published records behind its own."""
    domain = ascii_form(apex)
    planned = {term_meaning(t, domain) for t in parse(record_text(policy) or "v=spf1").terms}
    words = [word for word in kept if term_meaning(_term(word), domain) not in planned]
    soft = any(_end(text, policy) == "~all" for text in texts)
    return Spf((*policy.mechanisms, *words), "~all" if soft else policy.all)


def _readable(text: str) -> list[Term]:
    """The terms of a record; of one that breaks the grammar those that do not."""
    try:
        return list(parse(text).terms)
    except SpfPermError:
        words = (word for word in text.split()[1:] if spf_mechanism(word) is None)
        return [_term(word) for word in words]


def _term(word: str) -> Term:
    return parse(f"v=spf1 {word}").terms[0]


def _is_plain(text: str) -> bool:
    """Whether every mechanism but `all` says who may send, so that their order is of no matter."""
    terms = [term for term in parse(text).terms if term.is_mechanism and term.name != "all"]
    return all(term.qualifier == "+" for term in terms)


def _more(setup: Setup, text: str, policy: Spf, apex: Name) -> Iterator[str]:
    domain = ascii_form(apex)
    wanted = parse(record_text(policy) or "v=spf1")
    there = {term_meaning(term, domain) for term in wanted.terms}
    ours = {f"ip{address.version}:{address}" for address in setup.server.addresses}
    for term in parse(text).terms:
        word = _as_mechanism(term)
        is_new = term_meaning(term, domain) not in there and word.lower() not in ours
        if word and is_new and spf_mechanism(word) is None:
            yield word


def _as_mechanism(term: Term) -> str:
    """The word to take over; empty for what says nothing of who may send, and for ptr."""
    if term.name == "redirect":
        return f"include:{term.arg}"
    if not term.is_mechanism or term.name in {"all", "ptr"}:
        return ""
    return str(term.raw).removeprefix("+")


def _end(text: str, policy: Spf) -> str:
    """The published record's own, where it is the softer of the two usual ones."""
    ends = [term for term in _readable(text) if term.name == "all"]
    return "~all" if ends and ends[0].qualifier == "~" else policy.all


def _too_much(apex: Name, more: tuple[str, ...], costs: str) -> str:
    return (
        f"{unicode_form(apex)} lets others send: {' '.join(more)}. With the wanted senders the "
        f"record would take {costs}, and only {MAX_DNS_TERMS} are allowed: take out what no "
        "longer sends."
    )
