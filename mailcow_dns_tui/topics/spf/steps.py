"""Steps about SPF: whoever may send by what is published may still send afterwards."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from dns.name import Name
from dns.rdtypes.ANY.TXT import TXT

from mailcow_dns_tui.model.answer import Answer, Lookup
from mailcow_dns_tui.model.code import Act
from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.record import Record, Tier
from mailcow_dns_tui.model.setup import Domain, Setup, Spf
from mailcow_dns_tui.model.step import GuideStep
from mailcow_dns_tui.model.text import duration, txt_rdata, txt_value
from mailcow_dns_tui.topics import rdatas
from mailcow_dns_tui.topics.base import Phase, usual_phase
from mailcow_dns_tui.topics.context import LONG, Context, alias, blocks, is_left
from mailcow_dns_tui.topics.host.judge import is_mistaken, leads_elsewhere
from mailcow_dns_tui.topics.mx.judge import arrives_elsewhere
from mailcow_dns_tui.topics.spf import merge, result
from mailcow_dns_tui.topics.spf.cost import LookupCounter
from mailcow_dns_tui.topics.spf.judge import MISTAKEN
from mailcow_dns_tui.topics.spf.merge import does_all, published_end, words_of
from mailcow_dns_tui.topics.spf.record import only_valid, syntax_fault
from mailcow_dns_tui.topics.spf.result import address_words, spf_record_text
from mailcow_dns_tui.topics.steps import add, arrange, draft, put, until
from mailcow_dns_tui.topics.text_record import wanted_text

IS_SPF = re.compile(r"\W*v\s*=\s*spf", re.IGNORECASE)
ABOUT_THE_END = frozenset({result.NEUTRAL_END, result.OPEN_TO_ALL})
LOST = (
    "The new record no longer has {words}: mail of those who could send only by that will fail "
    "SPF. If some still send for you, add their addresses, with ip4: or ip6: in front."
)
KEPT = (
    "Receivers keep the old record for up to {time} (its TTL), and mail can move here only after "
    "that. To move sooner after the change, publish the old record with a short TTL, such as 300, "
    "{time} before."
)
SOFTER = {"?all": "", "~all": "+?", "-all": "+?~"}
"""Qualifiers of published ends."""
HARDER = {
    "~all": "From then on, mail from servers that the record does not name looks suspicious: first "
    "add all that send for the domain.",
    "-all": "From then on, mail from servers that the record does not name is refused: first add "
    "all that send for the domain.",
}


def spf_step(record: Record, found: Finding, context: Context) -> GuideStep:
    """One record, of the planned one and of all that is published."""
    now, asked = merged_record(record, found, context)
    if [wanted_text(now)] == texts_of(found):
        now, asked = record, ()
    if cname := alias(found):
        step = put(record, found, (cname,), now=now)
    else:
        there = () if found.of_wildcard else spf_rdatas(found)
        if whole := _whole(there, now, record, found, context):
            now, asked = replace(now, rdata=whole), _harder(txt_value(whole), found)
        step = arrange(record, found, there, now=now)
    said = (found.fix,) if found.code == result.IGNORED_TERM else ()
    warnings = (*said, *asked, *_putting_off(found, context, record.owner))
    return replace(step, warnings=warnings, asks_first=bool(asked), note=_note(step, context))


def _note(step: GuideStep, context: Context) -> str:
    """Why the record is not the plan's."""
    if step.record is None or step.wanted is None:
        return ""
    ours = address_words(context.setup.server)
    return merge.difference(wanted_text(step.record), wanted_text(step.wanted), ours)


def _whole(
    there: Sequence[TXT], merged: Record, planned: Record, found: Finding, context: Context
) -> TXT | None:
    """Of several records, one that does what the merged one is to do; its end may be the planned.

    The others have only to go.
    """
    heard, texts = LookupCounter(found.other_lookups), texts_of(found)
    ends = {wanted_text(each).split()[-1] for each in (merged, planned)}
    ours = address_words(context.setup.server)
    as_planned_first = sorted(there, key=lambda each: txt_value(each) != wanted_text(planned))
    for each in as_planned_first if len(there) > 1 else ():
        text, apex = txt_value(each), merged.owner
        is_whole = does_all(text, [wanted_text(merged), *texts], apex, but=ours)
        names_us = allowed_by_names(map(_plain, words_of(text)), context, apex)
        if text.split()[-1] in ends and is_whole and names_us and heard.costs(text, apex).fits:
            return each
    return None


def _harder(text: str, found: Finding) -> tuple[str, ...]:
    """That the record refuses others, where one of those that are published does not."""
    heard = LookupCounter(found.other_lookups)
    end = text.rsplit(maxsplit=1)[-1]
    is_softer = any(published_end(each, heard) in SOFTER[end] for each in texts_of(found))
    return (HARDER[end],) if is_softer else ()


def _putting_off(found: Finding, context: Context, apex: Name) -> Iterator[str]:
    """What is cached of a record by which replies are refused puts off that mail moves here."""
    best = found.lookup.representative
    if best is None or best.cache_ttl <= LONG or found.code != result.NOT_ALLOWED:
        return
    if _moves(context, apex) and refuses([best], found.other_lookups):
        yield KEPT.format(time=duration(best.cache_ttl))


def spf_rdatas(found: Finding) -> list[TXT]:
    """The records that receivers get for the name, be it by a wildcard or by a CNAME."""
    there = (rdata for rdata in found.lookup.published if isinstance(rdata, TXT))
    return [rdata for rdata in there if IS_SPF.match(txt_value(rdata))]


def texts_of(found: Finding) -> list[str]:
    """The texts of those records."""
    return list(map(txt_value, spf_rdatas(found)))


def merged_record(
    record: Record, found: Finding, context: Context
) -> tuple[Record, tuple[str, ...]]:
    """What to publish, and what has to be answered before."""
    apex = record.owner
    domain = next((each for each in context.setup.domains if each.apex == apex), Domain())
    policy = context.setup.spf_of(domain)
    text, asked = _of_all(
        policy,
        found,
        apex,
        lambda there: _allowing_us(there, policy, found, context, apex),
        frozenset(_only_ours(found, context, apex)),
    )
    if text is None:
        return record, ()
    return replace(record, rdata=txt_rdata(text)), asked


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
    texts = texts_of(found)
    if found.code not in ABOUT_THE_END:
        heard = LookupCounter(found.other_lookups)
        ends = (published_end(text, heard) for text in texts)
        policy = replace(policy, all=merge.kept_end(policy, *ends))

    def text_with(kept: Sequence[str], lean: bool) -> str | None:
        there = merge.joined_policy(policy, kept, owner)
        named = tuple(w for w in there.mechanisms if not (lean and _plain(w) in only_ours))
        return spf_record_text(replace(there, mechanisms=words(replace(there, mechanisms=named))))

    text = text_with(*_kept(merge.senders(texts, owner), found, owner, text_with))
    lost = merge.lost_words(texts, text, owner) if text else ()
    lost = tuple(word for word in lost if _plain(word) not in only_ours)
    warnings = (LOST.format(words=" ".join(lost)),) if lost else ()
    return text, (*warnings, *_harder(policy.all, found))


def _plain(word: str) -> str:
    return word.lower().removeprefix("+")


def _only_ours(found: Finding, context: Context, apex: Name) -> Iterator[str]:
    """The mechanisms that match this server's addresses, or none at all."""
    if found.code in MISTAKEN:
        yield from map(_plain, found.terms)
    ours = {rdatas.address(each) for each in context.setup.server.addresses}
    there = LookupCounter(found.other_lookups).addresses(apex)
    if _leads_here(context, apex):
        yield "mx"
    if there is not None and there <= ours:
        yield "a"
    if _is_found_by_all(context) and (host := context.setup.server.name):
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
    there = merge.without(there, found.terms, apex)
    hopeful = LookupCounter(found.other_lookups)
    # What nobody looks up today must not spoil a record that works.
    texts = texts_of(found)
    strict = LookupCounter(
        found.other_lookups, trusting=len(texts) != 1 or bool(syntax_fault(texts[0]))
    )

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
    joined: Spf, policy: Spf, found: Finding, context: Context, apex: Name
) -> tuple[str, ...]:
    """The mechanisms, with the server's addresses where its names cost or do not do it."""
    words, planned = list(joined.mechanisms), set(policy.mechanisms)
    ours = address_words(context.setup.server)
    published = {word.lower() for text in texts_of(found) for word in words_of(text)}
    refers = any(
        re.match(r"[+?~-]?(include|exists):", w.lower()) for w in words if w not in planned
    )
    if refers:
        # What an include takes of the ten lookups is not known here (RFC 7208 4.6.4).
        words = [w for w in words if w not in {"mx", "a"} & planned or w in published]
    waits = "mx" in words and mx_comes_first(context, apex, found)
    if refers or not (waits or allowed_by_names(words, context, apex)):
        words = [*(w for w in ours if w not in words), *words]
    return tuple(dict.fromkeys(words))


def allowed_by_names(words: Iterable[str], context: Context, apex: Name) -> bool:
    """Whether the server's addresses pass by what is published now, or by themselves."""
    there = set(words)
    if there.issuperset(address_words(context.setup.server)):
        return True
    if "mx" in there and _leads_here(context, apex):
        return True
    host = context.setup.server.name
    by_host = "a" in there and apex == host
    by_host = by_host or (host is not None and f"a:{host.to_text(omit_final_dot=True)}" in there)
    return by_host and _is_found_by_all(context)


def mx_comes_first(context: Context, apex: Name, spf: Finding) -> bool:
    """Whether SPF can wait for the MX and the addresses that it refers to.

    Where no mail arrives yet, no reply is sent from here; where it arrives elsewhere, the record
    that is published must allow the server before the mail moves. Without one, DKIM can vouch for
    replies, and senders of the old server are not refused before it is left. What is published,
    and only not seen everywhere, need not be waited for: the server's addresses allow it at once.
    """
    vouched = not texts_of(spf) and context.wanted("dkim", apex)
    if not vouched and _moves(context, apex):
        return False
    host = context.wanted("host")
    # In the place of a CNAME it comes in one go with the MX.
    is_hidden = alias(spf) is not None and context.stands(host) and not context.allows(host)
    if is_hidden or is_mistaken(host, context):
        return False
    return not context.stands((*context.wanted("mx", apex), *host))


def _moves(context: Context, apex: Name) -> bool:
    """Whether the domain's mail arrives at another server now, and is to come here."""
    mx, host = context.wanted("mx", apex), context.wanted("host")
    elsewhere = any(arrives_elsewhere(each) for each in context.all_about(mx) if blocks(each))
    return elsewhere or any(map(leads_elsewhere, context.all_about(host)))


def refuses(answers: Iterable[Answer], beside: Sequence[Lookup]) -> bool:
    """Whether one of these has a record that refuses all whom it does not name."""
    heard, texts = LookupCounter(beside), filter(None, map(only_valid, answers))
    return any(published_end(text, heard) == "-" for text in texts)


def _leads_here(context: Context, apex: Name) -> bool:
    """Whether the domain's MX leads to this server for all; of a muted one nothing is known."""
    records = list(context.wanted("mx", apex))
    known = any(map(context.about, records))
    return known and context.allows(records) and _is_found_by_all(context)


def _is_found_by_all(context: Context) -> bool:
    """Whether nobody still has other addresses of the host."""
    host = context.wanted("host")
    return context.allows(host) and not is_mistaken(host, context)


def ehlo_step(found: Finding, context: Context) -> GuideStep | None:
    """The record of the server's own name: itself, and all that may send by it now."""
    if found.remedy is not None:
        return replace(add(found.remedy, found), wanted=None)
    if found.code != result.EHLO_NOT_ALLOWED:
        return None
    zone, there = context.setup.host_zone, spf_rdatas(found)
    text, asked = _of_all(Spf(("a",)), found, found.name, lambda policy: policy.mechanisms)
    hidden = not there or alias(found) is not None
    if zone is None or hidden or text is None or [text] == texts_of(found):
        return draft(Act.OUTSIDE, None, found)
    record = ehlo_record(found.name, zone, txt_rdata(text), context.setup.server.usable_ttl)
    gone = () if found.of_wildcard else there
    step = arrange(record, found, gone)
    return replace(step, wanted=None, warnings=asked, asks_first=bool(asked))


def ehlo_record(host: Name, zone: Name, rdata: TXT, ttl: int) -> Record:
    """An SPF record of the server's own name, which the plan does not ask for."""
    why = "Receivers check the server's bounces by it."
    return Record("spf", host, rdata, ttl, Tier.OPTIONAL, None, zone, why, label="SPF")


def betters(step: GuideStep) -> bool:
    """Whether it changes a record that is good as it is."""
    found = step.finding
    is_changed = found.topic == "spf" and step.act is Act.CHANGE
    return is_changed and not is_left(found) and found.wildcard is None


def takes_leave(step: GuideStep) -> bool:
    """Whether it only takes the old server out of such a record."""
    there = {word for gone in step.removals for word in gone.value.split()}
    return betters(step) and step.record is not None and there >= {*step.record.value.split()}


def spf_locks(step: GuideStep, context: Context) -> Iterator[str]:
    """With the name of what is not published yet, it would speak against the server."""
    if step.wanted is None:
        yield from until(context, context.wanted("host"), "the server has its addresses")
        return
    apex = step.wanted.owner
    mx = list(context.wanted("mx", apex))
    words = (step.record or step.wanted).value.split()
    if step.act is Act.REMOVE:
        return
    if takes_leave(step):
        moved = (*context.wanted("host"), *context.wanted("ptr"), *mx)
        yield from until(context, moved, "all mail comes to this server")
    if "mx" in words and not allowed_by_names([w for w in words if w != "mx"], context, apex):
        host = context.wanted("host")
        yield from until(context, host, "the server has its addresses")
        yield from until(context, mx, "the MX record leads to this server, as SPF refers to it")


def spf_phase(step: GuideStep, setup: Setup) -> Phase:
    """An old address is taken out last."""
    return Phase.FAREWELL if takes_leave(step) else usual_phase(step, setup)
