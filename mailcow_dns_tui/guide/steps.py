"""The step that a finding asks for, and why it is not safe yet.

That is by its topic, or since a wildcard would stop to answer: it answers for no name that exists,
and a name exists as soon as anything stands at it or below it (RFC 4592 2.2.1, 2.2.2).
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain

import dns.name
from dns.name import Name
from dns.rdata import Rdata
from dns.rdatatype import RdataType

from mailcow_dns_tui.model.answer import NamedBy
from mailcow_dns_tui.model.code import SERVERS_DISAGREE, Act
from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.rdata_text import shown
from mailcow_dns_tui.model.record import Record, Tier
from mailcow_dns_tui.model.step import GuideStep
from mailcow_dns_tui.model.text import time_and_date
from mailcow_dns_tui.topics.base import no_lock
from mailcow_dns_tui.topics.context import Context, alias, has, strays
from mailcow_dns_tui.topics.registry import guidance_of
from mailcow_dns_tui.topics.spf.steps import merged_record
from mailcow_dns_tui.topics.steps import draft, where

BROUGHT = (RdataType.A, RdataType.AAAA, RdataType.MX)
WEB_SITE = (
    "The CNAME also leads to the web site of {name}. In the same go, put the A and AAAA records of "
    "{target} in its place; where the DNS provider has it, an ALIAS, ANAME or flattened CNAME to "
    "{target} does the same, and follows its changes."
)


def with_web_site(step: GuideStep, context: Context) -> GuideStep:
    """The step, putting in the place of the CNAME what it led to as well."""
    record, cname = step.record, alias(step.finding)
    if record is None or record.owner != record.domain or cname is None:
        return step
    if cname not in step.removals or record.rdtype == RdataType.CNAME:
        return step
    found = tuple(_brought(record.owner, context))
    # Mail moves by the step that is about it, and by no other.
    moves = any(rdata.rdtype == RdataType.MX for rdata, _ in found)
    also = [each for each in step.also if not (moves and each.rdtype == RdataType.MX)]
    planned, asked = _with_senders(also, context)
    taken = {each.rdtype for each in (record, *planned)}
    brought = [(r, t) for r, t in found if r.rdtype not in taken]
    together = (*planned, *(_record(rdata, ttl, record) for rdata, ttl in brought))
    target = unicode_form(dns.name.from_text(cname.value))
    told = WEB_SITE.format(name=record.owner_text, target=target)
    warnings, asks_first = (*step.warnings, *asked, told), step.asks_first or bool(asked)
    return replace(step, also=together, warnings=warnings, asks_first=asks_first)


def _with_senders(
    records: Sequence[Record], context: Context
) -> tuple[Sequence[Record], Sequence[str]]:
    """With all that may send by what the CNAME brings, and what has to be answered before."""
    made = [
        merged_record(each, found[0], context)
        if each.topic == "spf" and (found := context.about(each))
        else (each, ())
        for each in records
    ]
    return [record for record, _ in made], [text for _, texts in made for text in texts]


def _brought(owner: Name, context: Context) -> Iterator[tuple[Rdata, int]]:
    """By what the check of the domain's MX heard, which asks for all of these."""
    found = (f for r in context.wanted("mx", owner) for f in context.about(r))
    first: Finding | None = next(found, None)
    for lookup in (first.lookup, *first.other_lookups) if first else ():
        if lookup.name == owner and lookup.aliases and lookup.rdtype in BROUGHT:
            ttl = lookup.representative.ttl if lookup.representative else 0
            yield from ((rdata, ttl) for rdata in lookup.rdatas)


def _record(rdata: Rdata, ttl: int, instead: Record) -> Record:
    why = "The CNAME that goes leads there."
    ttl = ttl or instead.ttl
    domain, zone = instead.domain, instead.zone
    return Record("mx", instead.owner, rdata, ttl, Tier.OPTIONAL, domain, zone, why)


def step_for(record: Record, found: Finding, context: Context) -> GuideStep:
    """What to do about a record that is wanted."""
    act = found.code.act
    # What only the zone above names gets no copy, however long one waits.
    stays = any(answer.named_by is NamedBy.PARENT for answer in found.late)
    if found.code == SERVERS_DISAGREE and stays:
        return draft(Act.OUTSIDE, record, found)
    guidance = guidance_of(record.topic)
    if elsewhere := guidance.elsewhere(record, found, context):
        return elsewhere
    if act is Act.ASK_AGAIN or act is Act.WAIT or act is Act.OUTSIDE:
        return _nothing_to_paste(act, record, found, context)
    drafted = guidance.step(record, found, context)
    step = _with_strays(_unless_it_went(_unless_it_is_there(drafted, record, found)), context)
    return with_web_site(step, context)


def _with_strays(step: GuideStep, context: Context) -> GuideStep:
    """Taking away as well what was meant to be the record, and is nothing else."""
    gone = strays(step.finding, context.records)
    return replace(step, removals=(*step.removals, *gone)) if gone and step.record else step


def step_without_record(found: Finding, context: Context) -> GuideStep:
    """What to do about what is published unwanted, or about a zone as a whole."""
    step = guidance_of(found.topic).unplanned(found, context)
    return _unless_it_went(step or draft(found.code.act or Act.OUTSIDE, None, found))


def _nothing_to_paste(act: Act, record: Record, found: Finding, context: Context) -> GuideStep:
    step = draft(act, record, found)
    seen = found.lookup.resolver
    if act is not Act.WAIT or context.clock is None or seen is None or not seen.cache_ttl:
        return step
    until = time_and_date(seen.forgotten(context.clock), context.clock)
    return replace(step, what=f"{step.what} Your resolver has the old answer until {until}.")


def _unless_it_is_there(step: GuideStep, record: Record, found: Finding) -> GuideStep:
    """What is published as planned and still not good can be changed in the plan only."""
    done = step.record is not None and has(found, step.record) and not step.removals
    return draft(Act.OUTSIDE, record, found) if done else step


def _unless_it_went(step: GuideStep) -> GuideStep:
    """What a name server has no more is deleted already, and only not yet gone from all."""
    found = step.finding
    there = [frozenset(map(shown, answer.rdatas)) for answer in found.lookup.answered]
    went = frozenset[str]().union(*there) - frozenset.intersection(*there) if there else ()
    if step.act is not Act.REMOVE or any(gone.value not in went for gone in step.removals):
        return step
    return replace(draft(Act.WAIT, step.wanted, found), what=SERVERS_DISAGREE.waiting)


WHATEVER_ELSE = (
    "Whatever else comes from the wildcard for that name, such as the address of a web site, ends "
    "then: add it in the same go."
)


def wildcard_locks(step: GuideStep, context: Context) -> Iterator[str]:
    """Why a step would take away what others have."""
    for record, found in _ended_by(step, context):
        yield (
            f"The {_what(record)} comes from the wildcard {_wildcard(found)}, which stops "
            "answering for that name once anything is published at it or below it. This step "
            "opens when the name has that record itself."
        )


def keeps_what_there_is(step: GuideStep) -> bool:
    """Whether the name has all of its own afterwards that the wildcard has now."""
    found, published = step.finding, {each.rdata for each in step.published}
    seen = found.lookup.rdatas
    return found.wildcard is not None and bool(seen) and published.issuperset(seen)


def rooting_steps(steps: Sequence[GuideStep], context: Context) -> Iterator[GuideStep]:
    """Publish at the names themselves what the locked ones of these steps would end."""
    ended = [each for step in steps for each in _ended_by(step, context)]
    opened = {step.wanted for step in steps if step.is_open and step.record}
    for name in dict.fromkeys(record.owner for record, _ in ended):
        if opened.isdisjoint(record for record, _ in ended if record.owner == name):
            yield _rooting(name, context)


def _rooting(name: Name, context: Context) -> GuideStep:
    lives = list(_living(context, name))
    main, found = lives[0]
    record, *also = dict.fromkeys(copy for each in lives for copy in _copies(*each, context))
    return GuideStep(
        Act.PUBLISH,
        record,
        main,
        found,
        f"Add the {_what(record)} itself: so far only {_wildcard(found)} answers for that name.",
        f"The wildcard {_wildcard(found)} stops answering for a name once anything else is "
        "published there.",
        where(main, found),
        also=tuple(also),
        warnings=(WHATEVER_ELSE,),
        asks_first=True,
    )


def _copies(record: Record, found: Finding, context: Context) -> Iterator[Record]:
    """The wildcard's data; in place of a CNAME, beside which nothing can be, all that is planned.

    Each datum once, whichever of the topics it belongs to.
    """
    if not found.lookup.aliases:
        yield from (replace(record, rdata=rdata) for rdata in found.lookup.rdatas)
    else:
        yield from (each for each in context.records if each.owner == record.owner)


def _ended_by(step: GuideStep, context: Context) -> Iterator[tuple[Record, Finding]]:
    """What is planned, and ends when the step is done."""
    published = step.published
    kept = {(each.owner, each.rdtype) for each in published}
    for owner in dict.fromkeys(each.owner for each in published):
        for record, found in _living(context):
            if owner.is_subdomain(record.owner) and (record.owner, record.rdtype) not in kept:
                yield record, found


def _living(context: Context, name: Name | None = None) -> Iterator[tuple[Record, Finding]]:
    """The planned records that only a wildcard has; those of one name, or all."""
    for found in context.findings:
        record = found.record
        if found.wildcard is not None and record is not None and name in {None, record.owner}:
            yield record, found


def _what(record: Record) -> str:
    return f"{record.type_text} record of {record.owner_text}"


def _wildcard(found: Finding) -> str:
    return unicode_form(found.wildcard) if found.wildcard else ""


def lock(step: GuideStep, context: Context) -> str:
    """The reason, and what unlocks the step; empty where it can be done now."""
    if step.act in {Act.ASK_AGAIN, Act.WAIT}:
        return ""
    locks = no_lock if keeps_what_there_is(step) else guidance_of(step.finding.topic).locks
    return next(chain(wildcard_locks(step, context), locks(step, context)), "")
