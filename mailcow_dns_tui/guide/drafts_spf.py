"""Steps about SPF: whoever may send by what is published may still send afterwards."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from dns.name import Name
from dns.rdtypes.ANY.TXT import TXT

from mailcow_dns_tui.guide.drafts_addresses import leads_elsewhere
from mailcow_dns_tui.guide.published import alias, is_wildcards
from mailcow_dns_tui.guide.situation import Situation, blocks
from mailcow_dns_tui.guide.step import Act, GuideStep
from mailcow_dns_tui.guide.wording import arrange, draft, put
from mailcow_dns_tui.model.answer import Answer, Lookup
from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.record import Record, Tier
from mailcow_dns_tui.model.setup import DEFAULT_TTL, Domain, Spf
from mailcow_dns_tui.model.txt import txt_rdata, txt_value
from mailcow_dns_tui.topics import rdatas
from mailcow_dns_tui.topics.judgement import duration

IS_SPF = re.compile(r"\W*v\s*=\s*spf", re.IGNORECASE)
ABOUT_THE_END = frozenset({"neutral-end", "open-to-all"})
LOST = (
    "The new record no longer has {words}: mail of those who could send only by that will fail "
    "SPF. If some still send for you, add their addresses, with ip4: or ip6: in front."
)
KEPT = (
    "Receivers keep the old record for up to {time} (its TTL), and mail can move here only after "
    "that. To move sooner after the change, publish the old record with a short TTL, such as 300, "
    "{time} before."
)
LONG = 3600
"""Of a TTL, in seconds: nobody plans for less."""
SOFTER = {"?all": "", "~all": "+?", "-all": "+?~"}
"""Qualifiers of published ends."""
HARDER = {
    "~all": "From then on, mail from servers that the record does not name looks suspicious: first "
    "add all that send for the domain.",
    "-all": "From then on, mail from servers that the record does not name is refused: first add "
    "all that send for the domain.",
}


def spf_step(record: Record, found: Finding, situation: Situation) -> GuideStep:
    """One record, of the planned one and of all that is published."""
    now, warnings = joined(record, found, situation)
    if cname := alias(found):
        step = put(record, found, (cname,), now=now)
    else:
        there = () if is_wildcards(found) else spf_rdatas(found)
        step = arrange(record, found, there, now=now)
    said = (found.fix,) if found.code == "ignored-term" else ()
    return replace(step, warnings=(*said, *warnings, *_putting_off(found, situation, record.owner)))


def _putting_off(found: Finding, situation: Situation, apex: Name) -> Iterator[str]:
    """What is cached of a record by which replies are refused puts off that mail moves here."""
    best = found.lookup.best if found.lookup else None
    if best is None or best.remembered <= LONG or found.code != "not-allowed":
        return
    if _moves(situation, apex) and _refuses([best], found.beside):
        yield KEPT.format(time=duration(best.remembered))


def spf_rdatas(found: Finding) -> list[TXT]:
    """The records that receivers get for the name, be it by a wildcard or by a CNAME."""
    heard = found.lookup.heard if found.lookup else ()
    rdatas = dict.fromkeys(rdata for answer in heard for rdata in answer.rdatas)
    there = (rdata for rdata in rdatas if isinstance(rdata, TXT))
    return [rdata for rdata in there if IS_SPF.match(txt_value(rdata))]


def texts_of(found: Finding) -> list[str]:
    return list(map(txt_value, spf_rdatas(found)))


def joined(record: Record, found: Finding, situation: Situation) -> tuple[Record, tuple[str, ...]]:
    """What to publish, and what to know before."""
    apex = record.owner
    domain = next((each for each in situation.setup.domains if each.apex == apex), Domain())
    policy = situation.setup.spf_of(domain)
    text, warnings = _of_all(
        policy,
        found,
        apex,
        lambda there: _allowing_us(there, policy, found, situation, apex),
        frozenset(_only_ours(found, situation, apex)),
    )
    if text is None or [text] == texts_of(found):
        return record, ()
    return replace(record, rdata=txt_rdata(text)), warnings


def _of_all(
    policy: Spf,
    found: Finding,
    owner: Name,
    words: Callable[[Spf], tuple[str, ...]],
    only_ours: Collection[str] = (),
) -> tuple[str | None, tuple[str, ...]]:
    """One record of the policy and of what is published, and what to know before.

    `words` gives the mechanisms to publish for those of the joined policy; `only_ours` are names
    of nobody but this server, which its addresses can stand for where lookups are scarce.
    """
    from mailcow_dns_tui.topics import existing_spf
    from mailcow_dns_tui.topics.spf import record_text
    from mailcow_dns_tui.topics.spf_costs import Heard

    texts = texts_of(found)
    ends = [existing_spf.published_end(t, Heard(found.beside, trusting=True)) for t in texts]
    if found.code not in ABOUT_THE_END:
        policy = replace(policy, all=existing_spf.kept_end(policy, *ends))

    def text_with(kept: Sequence[str], lean: bool) -> str | None:
        there = existing_spf.joined_policy(policy, texts, kept, owner)
        named = tuple(w for w in there.mechanisms if not (lean and _plain(w) in only_ours))
        return record_text(replace(there, mechanisms=words(replace(there, mechanisms=named))))

    text = text_with(*_kept(existing_spf.senders(texts, owner), found, owner, text_with))
    lost = existing_spf.lost_words(texts, text, owner) if text else ()
    lost = tuple(word for word in lost if _plain(word) not in only_ours)
    warnings = (LOST.format(words=" ".join(lost)),) if lost else ()
    if any(end in SOFTER[policy.all] for end in ends):
        warnings = (*warnings, HARDER[policy.all])
    return text, warnings


def _plain(word: str) -> str:
    return word.lower().removeprefix("+")


def _only_ours(found: Finding, situation: Situation, apex: Name) -> Iterator[str]:
    """The mechanisms that match this server's addresses, or none at all."""
    from mailcow_dns_tui.topics.spf_costs import Heard
    from mailcow_dns_tui.topics.spf_verdicts import MISTAKEN

    if found.code in MISTAKEN:
        yield from map(_plain, found.terms)
    ours = {rdatas.address(each) for each in situation.setup.server.addresses}
    there = Heard(found.beside, trusting=True).addresses(apex)
    if _leads_here(situation, apex):
        yield "mx"
    if there is not None and there <= ours:
        yield "a"
    if situation.lets(situation.wanted("host")) and (host := situation.setup.server.name):
        yield f"a:{host.to_text(omit_final_dot=True)}"


def _kept(
    there: Sequence[str],
    found: Finding,
    apex: Name,
    text_with: Callable[[Sequence[str], bool], str | None],
) -> tuple[Sequence[str], bool]:
    """The published words that may stay: as many as leave a record that receivers read.

    Also whether the server has to be named by its addresses alone for that.
    """
    from mailcow_dns_tui.topics import existing_spf
    from mailcow_dns_tui.topics.spf_costs import Heard
    from mailcow_dns_tui.topics.spf_syntax import syntax_fault

    there = existing_spf.without(there, found.terms, apex)
    hopeful = Heard(found.beside, trusting=True)
    # What nobody looks up today must not spoil a record that works.
    texts = texts_of(found)
    strict = Heard(found.beside, trusting=len(texts) != 1 or bool(syntax_fault(texts[0])))

    def fits(words: Sequence[str], lean: bool) -> bool:
        return hopeful.costs(text_with(words, lean) or "v=spf1", apex).fits

    there = [word for word in there if not strict.costs(f"v=spf1 {word}", apex).broken]
    ways = [lean for lean in (False, True) if fits([], lean)]
    fitting = [(_fitting(there, partial(fits, lean=lean)), lean) for lean in ways]
    return max(fitting, key=lambda each: len(each[0]), default=(there, False))


def _fitting(there: Sequence[str], fits: Callable[[Sequence[str]], bool]) -> Sequence[str]:
    if fits(there):
        return there
    kept: list[str] = []
    for word in there:
        kept = [*kept, word] if fits([*kept, word]) else kept
    return kept


def _allowing_us(
    joined: Spf, policy: Spf, found: Finding, situation: Situation, apex: Name
) -> tuple[str, ...]:
    """The mechanisms, with the server's addresses where its names cost or do not do it."""
    from mailcow_dns_tui.topics.existing_spf import words_of

    words, planned = list(joined.mechanisms), set(policy.mechanisms)
    ours = [f"ip{each.version}:{each}" for each in situation.setup.server.addresses]
    published = {word.lower() for text in texts_of(found) for word in words_of(text)}
    refers = any(
        re.match(r"[+?~-]?(include|exists):", w.lower()) for w in words if w not in planned
    )
    if refers:
        # What an include takes of the ten lookups is not known here (RFC 7208 4.6.4).
        words = [w for w in words if w not in {"mx", "a"} & planned or w in published]
    waits = "mx" in words and mx_comes_first(situation, apex, found)
    if refers or not (waits or allowed_by_names(words, situation, apex)):
        words = [*(w for w in ours if w not in words), *words]
    return tuple(dict.fromkeys(words))


def allowed_by_names(words: Iterable[str], situation: Situation, apex: Name) -> bool:
    """Whether the server's addresses pass by what is published now, or by themselves."""
    there = set(words)
    addresses = situation.setup.server.addresses
    if {f"ip{each.version}:{each}" for each in addresses} <= there:
        return True
    if "mx" in there and _leads_here(situation, apex):
        return True
    host = situation.setup.server.name
    by_host = "a" in there and apex == host
    by_host = by_host or (host is not None and f"a:{host.to_text(omit_final_dot=True)}" in there)
    return by_host and situation.lets(situation.wanted("host"))


def mx_comes_first(situation: Situation, apex: Name, spf: Finding) -> bool:
    """Whether SPF can wait for the MX and the addresses that it refers to.

    Where no mail arrives yet, no reply is sent from here; where it arrives elsewhere, the record
    that is published must allow the server before the mail moves. Without one, DKIM can vouch for
    replies, and senders of the old server are not refused before it is left. What is published,
    and only not seen everywhere, need not be waited for: the server's addresses allow it at once.
    """
    vouched = not texts_of(spf) and situation.wanted("dkim", apex)
    if not vouched and _moves(situation, apex):
        return False
    return not situation.stands((*situation.wanted("mx", apex), *situation.wanted("host")))


def _moves(situation: Situation, apex: Name) -> bool:
    """Whether the domain's mail arrives at another server now, and is to come here."""
    mx, host = situation.wanted("mx", apex), situation.wanted("host")
    elsewhere = any(arrives_elsewhere(each) for each in situation.all_about(mx) if blocks(each))
    return elsewhere or any(map(leads_elsewhere, situation.all_about(host)))


def arrives_elsewhere(mx: Finding) -> bool:
    """Whether the domain's mail goes to other servers."""
    return mx.code in {"different", "foreign-mx", "foreign-mx-first"}


def refuses_us(found: Finding) -> bool:
    """Whether some still have a record by which they refuse this server's mail."""
    return _refuses(found.late, found.beside)


def _refuses(answers: Iterable[Answer], beside: Sequence[Lookup]) -> bool:
    """Whether one of these has a record that refuses all whom it does not name."""
    from mailcow_dns_tui.topics.existing_spf import published_end
    from mailcow_dns_tui.topics.spf_costs import Heard
    from mailcow_dns_tui.topics.spf_record import only_valid

    heard, texts = Heard(beside, trusting=True), filter(None, map(only_valid, answers))
    return any(published_end(text, heard) == "-" for text in texts)


def _leads_here(situation: Situation, apex: Name) -> bool:
    """Of a MX that is muted nothing is known."""
    records = list(situation.wanted("mx", apex))
    known = any(map(situation.about, records))
    return known and situation.lets((*records, *situation.wanted("host")))


def ehlo_step(found: Finding, situation: Situation) -> GuideStep | None:
    """The record of the server's own name: itself, and all that may send by it now."""
    zone, there = situation.setup.host_zone, spf_rdatas(found)
    text, warnings = _of_all(Spf(("a",)), found, found.name, lambda policy: policy.mechanisms)
    hidden = not there or alias(found) is not None
    if zone is None or hidden or text is None or [text] == texts_of(found):
        return draft(Act.OUTSIDE, None, found)
    ttl = situation.setup.server.ttl or DEFAULT_TTL
    why = "Receivers check the server's bounces by it."
    record = Record("spf", found.name, txt_rdata(text), ttl, Tier.OPTIONAL, None, zone, why)
    gone = () if is_wildcards(found) else there
    return replace(arrange(record, found, gone), wanted=None, warnings=warnings)
