"""One SPF record out of the published one and the wanted one (RFC 7208 3.2: there is only one)."""

from collections.abc import Collection, Container, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import dns.name
from dns.name import Name
from dns.rdatatype import RdataType

from mailcow_dns_tui.model.answer import Answer, Dns, Lookup
from mailcow_dns_tui.model.names import ascii_form, unicode_form
from mailcow_dns_tui.model.setup import Domain, Setup, Spf
from mailcow_dns_tui.model.suggestion import DNS, Remark, Suggestion
from mailcow_dns_tui.model.text import brief, enumerated
from mailcow_dns_tui.model.validators import spf_mechanism
from mailcow_dns_tui.topics.spf import record as grammar
from mailcow_dns_tui.topics.spf.cost import MOST_LOOKUPS, LookupCounter, target_of
from mailcow_dns_tui.topics.spf.result import Permerror, address_words, spf_record_text

if TYPE_CHECKING:
    from spftrace import Term

KEY = "spf"


SOFTEST_FIRST = "?~-"
MOST_NAMED = 3
LONGEST = 90
"""Of a record that is offered, in characters."""


async def merged_spf(
    setup: Setup, domain: Domain, text: str, dns: Dns
) -> Suggestion | Remark | None:
    """The wanted record with the senders that the published one allows besides, but not everybody.

    None where there are none, where the published record is not a plain list of who may send, and
    while no record is wanted, since the policy is unfinished.
    A remark where receivers would give up on the merged record (RFC 7208 4.6.4).
    """
    from mailcow_dns_tui.topics.spf.evaluate import evaluate

    apex, policy = domain.apex, setup.spf_of(domain)
    wanted = spf_record_text(policy)
    if apex is None or wanted is None or not grammar.is_plain(text):
        return None
    there, ours = _meanings(wanted, apex), address_words(setup.server)
    new = (word for word in senders([text], apex) if _meaning(word, apex) not in there)
    more = tuple(word for word in new if word.lower() not in ours)
    policy = replace(policy, all=kept_end(policy, await _heard_end(text, dns)))
    while more:
        merged = replace(policy, mechanisms=(*policy.mechanisms, *more))
        joined = spf_record_text(merged)
        if joined is None:
            return None
        evaluation = await evaluate(joined, apex, setup.server, dns)
        kept = without(more, evaluation.opening_terms, apex)
        if kept == more:
            costs = dict(evaluation.troubles).get(Permerror.LOOKUPS)
            remark = costs and Remark(KEY, _too_much(apex, more, costs), apex)
            said = f"With those who may send by DNS now: {brief(joined, LONGEST)}."
            return remark or Suggestion(KEY, merged, DNS, apex, offered=True, sentence=said)
        more = kept
    return None


def meant_record(answer: Answer) -> str:
    """The text of the one SPF record, plain slips put right; empty where there is no such."""
    texts = [each.text for each in grammar.published(answer) if each.counts]
    if len(texts) != 1:
        return ""
    text = " ".join(("v=spf1", *words_of(texts[0])))
    return "" if grammar.syntax_fault(text) else text


async def _heard_end(text: str, dns: Dns) -> str:
    """As `published_end`, with what the record redirects to looked up."""
    lookups: list[Lookup] = []
    here, end = text, published_end(text, LookupCounter(lookups))
    while len(lookups) < MOST_LOOKUPS and (target := redirects_to(here)) is not None:
        lookups.append(await dns.ask_servers(target, RdataType.TXT))
        heard = LookupCounter(lookups)
        here, end = heard.text_at(target) or "v=spf1", published_end(text, heard)
    return end


def senders(texts: Sequence[str], apex: Name) -> tuple[str, ...]:
    """The words of these records that say who may send, `all` and `ptr` left out."""
    words: dict[object, str] = {}
    for text in texts:
        for term in readable(text):
            word = _as_mechanism(term)
            if word and spf_mechanism(word) is None:
                words.setdefault(grammar.term_meaning(term, ascii_form(apex)), word)
    return tuple(words.values())


def without(words: Sequence[str], terms: Sequence[str], apex: Name) -> tuple[str, ...]:
    """The words but those that these terms of a record are."""
    gone = {_meaning(word, apex) for word in senders([" ".join(("v=spf1", *terms))], apex)}
    return tuple(word for word in words if _meaning(word, apex) not in gone)


def joined_policy(policy: Spf, kept: Sequence[str], apex: Name) -> Spf:
    """The policy with these words of the published records behind its own."""
    planned = _meanings(spf_record_text(policy) or "v=spf1", apex)
    words = [word for word in kept if _meaning(word, apex) not in planned]
    return replace(policy, mechanisms=(*policy.mechanisms, *words))


def lost_words(texts: Sequence[str], joined: str, apex: Name) -> tuple[str, ...]:
    """What lets somebody send by these records, or was to, and is not in the joined one."""
    there = _meanings(joined, apex)
    words = dict.fromkeys(word for text in texts for word in words_of(text))
    return tuple(word for word in words if not _is_in(word, there, apex))


def difference(text: str, planned: str, ours: Collection[str]) -> str:
    """Why a joined record is not the planned one, in a sentence; empty where nothing shows.

    `ours` are the words for this server's addresses.
    """
    (*words, end), (*wanted, planned_end) = text.split(), planned.split()
    more = [word for word in words if word not in wanted]
    kept = [word for word in more if word not in ours]
    why = []
    if kept:
        are = "are published and stay" if len(kept) > 1 else "is published and stays"
        why.append(f"{enumerated(kept, MOST_NAMED)} {are}")
    if len(more) > len(kept):
        why.append("this server is named by its addresses, which need no lookup")
    if end != planned_end:
        why.append(f"its end stays {end}, which refuses no more than now")
    return f"It is not the plan's {planned}: {'; '.join(why)}." if why else ""


def is_joined(text: str, planned: str, ours: Collection[str], apex: Name) -> bool:
    """Whether it is a joined record, which lets others send besides, or does not refuse the rest.

    This server is named as planned, or by all its addresses; `ours` as for `difference`.
    """
    terms = grammar.parse(text).terms
    if not grammar.is_plain(text) or not all(t.is_mechanism for t in terms) or not terms:
        return False
    is_named = bool(ours) and {*ours} <= {term.raw.lower() for term in terms}
    is_named = is_named or not grammar.lacking_words(text, planned, apex)
    end, hardest = (SOFTEST_FIRST.find(each.split()[-1][0]) for each in (text, planned))
    return is_named and terms[-1].name == "all" and 0 <= end <= hardest


def does_all(text: str, texts: Sequence[str], apex: Name, *, but: Collection[str]) -> bool:
    """Whether a record by the grammar lets all send whom these let; `but`: or were to, by that."""
    if grammar.syntax_fault(text) or not grammar.is_plain(text):
        return False
    return {word.lower() for word in lost_words(texts, text, apex)} <= set(but)


def words_of(text: str) -> Sequence[str]:
    """The words of a record, right or wrong; of one that breaks the grammar as they were meant."""
    return grammar.repaired(text) if grammar.syntax_fault(text) else text.split()[1:]


def _is_in(word: str, there: Container[object], apex: Name) -> bool:
    """Whether nothing is lost without it; what refuses somebody, or explains, is no loss."""
    if grammar.is_wrong(word):
        return False
    term = _term(word)
    if not term.is_mechanism and term.name not in {"redirect", *grammar.MECHANISMS}:
        return True
    if term.qualifier == "-" or term.name == "all":
        return True
    kept = _as_mechanism(term)
    return bool(kept) and _meaning(kept, apex) in there


def published_end(text: str, heard: LookupCounter, deepest: int = MOST_LOOKUPS) -> str:
    """The qualifier of all senders that the record does not name (RFC 7208 4.7)."""
    terms = readable(text)
    ends = [term.qualifier for term in terms if term.name == "all"]
    if ends:
        return ends[0]
    target = redirects_to(text)
    there = heard.text_at(target) if target else None
    return published_end(there, heard, deepest - 1) if there and deepest else "?"


def redirects_to(text: str) -> Name | None:
    """Where a record without `all` goes on."""
    terms = readable(text)
    if any(term.name == "all" for term in terms):
        return None
    found = (target_of(term, dns.name.root) for term in terms if term.name == "redirect")
    return next(found, None)


def kept_end(policy: Spf, *ends: str) -> str:
    """The published end where it is softer: to refuse more than now is a step of its own.

    `+all` is never kept.
    """
    known = [end for end in (*ends, policy.all[0]) if end in SOFTEST_FIRST]
    return f"{min(known, key=SOFTEST_FIRST.index)}all"


def readable(text: str) -> list["Term"]:
    """The terms of a record; of one that breaks the grammar what was meant by it."""
    try:
        return list(grammar.parse(text).terms)
    except ValueError:
        return [_term(word) for word in grammar.repaired(text) if not grammar.is_wrong(word)]


def _term(word: str) -> "Term":
    return grammar.parse(f"v=spf1 {word}").terms[0]


def _meaning(word: str, apex: Name) -> object:
    return grammar.term_meaning(_term(word), ascii_form(apex))


def _meanings(text: str, apex: Name) -> frozenset[object]:
    """Of all terms of a record by the grammar."""
    return frozenset(
        grammar.term_meaning(term, ascii_form(apex)) for term in grammar.parse(text).terms
    )


def _as_mechanism(term: "Term") -> str:
    """The word to take over; empty for what says nothing of who may send, and for ptr."""
    if term.name == "redirect":
        return f"include:{term.arg}"
    if not term.is_mechanism or term.name in {"all", "ptr"}:
        return ""
    return str(term.raw).removeprefix("+")


def _too_much(apex: Name, more: tuple[str, ...], costs: str) -> str:
    return (
        f"{unicode_form(apex)} lets others send: {' '.join(more)}. With the wanted senders the "
        f"record would take {costs}, and only {MOST_LOOKUPS} are allowed: take out what no "
        "longer sends."
    )
