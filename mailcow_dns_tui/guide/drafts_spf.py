"""Steps about SPF: whoever may send by what is published may still send afterwards."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from dns.name import Name
from dns.rdtypes.ANY.TXT import TXT

from mailcow_dns_tui.guide.published import alias, answering, is_wildcards
from mailcow_dns_tui.guide.situation import Situation, blocks
from mailcow_dns_tui.guide.step import Act, GuideStep
from mailcow_dns_tui.guide.wording import arrange, draft, put
from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.record import Record, Tier
from mailcow_dns_tui.model.setup import DEFAULT_TTL, Domain, Spf
from mailcow_dns_tui.model.txt import txt_rdata, txt_value

IS_SPF = re.compile(r"\W*v\s*=\s*spf", re.IGNORECASE)
COSTLY = frozenset({"too-many-lookups", "too-many-void-lookups"})
FAULTY = frozenset({"broken-reference", "open-to-all", "wide-range"})
"""Codes of findings that name the word which is to go."""
REFERENCE = re.compile(r"[+?~-]?(include|exists):", re.IGNORECASE)
OF_ADDRESSES = ("ip4:", "ip6:")


def spf_step(record: Record, found: Finding, situation: Situation) -> GuideStep:
    """One record, of the planned one and of all that is published."""
    now, left_out = _joined(record, found, situation)
    if cname := alias(found):
        step = put(record, found, (cname,), now=now)
    else:
        there = () if is_wildcards(found) else spf_rdatas(found)
        step = arrange(record, found, there, now=now)
    if found.code == "ignored-term":
        return replace(step, warnings=(found.fix,))
    if not left_out:
        return step
    words = " ".join(left_out)
    lost = f"It no longer has {words}: if one of these still sends, add its addresses by ip4:."
    return replace(step, warnings=(lost,))


def spf_rdatas(found: Finding) -> list[TXT]:
    there = (rdata for rdata in answering(found) if isinstance(rdata, TXT))
    return [rdata for rdata in there if IS_SPF.match(txt_value(rdata))]


def texts_of(found: Finding) -> list[str]:
    return list(map(txt_value, spf_rdatas(found)))


def _joined(record: Record, found: Finding, situation: Situation) -> tuple[Record, tuple[str, ...]]:
    """What to publish, and the words that it has no more."""
    from mailcow_dns_tui.topics.existing_spf import joined_policy, senders
    from mailcow_dns_tui.topics.spf import record_text

    setup, apex = situation.setup, record.owner
    domain = next((each for each in setup.domains if each.apex == apex), Domain())
    policy, texts = setup.spf_of(domain), texts_of(found)
    there = senders(texts, apex)
    keep = _kept(there, found)
    joined = joined_policy(policy, texts, keep, apex)
    joined = replace(joined, mechanisms=_allowing_us(joined, policy, found, situation, apex))
    text = record_text(joined)
    if text is None or [text] == texts:
        return record, ()
    left_out = tuple(word for word in there if word not in keep)
    return replace(record, rdata=txt_rdata(text)), left_out


def _kept(there: Sequence[str], found: Finding) -> Sequence[str]:
    if found.code in COSTLY:
        return [word for word in there if word.lower().startswith(OF_ADDRESSES)]
    if found.code in FAULTY:
        said = {part.strip("`.,;:()").lower() for part in found.message.split()}
        return [w for w in there if said.isdisjoint({w.lower(), w.lower().partition(":")[2]})]
    return there


def _allowing_us(
    joined: Spf, policy: Spf, found: Finding, situation: Situation, apex: Name
) -> tuple[str, ...]:
    """The mechanisms, with the server's addresses where its names cost or do not do it."""
    words, planned = list(joined.mechanisms), set(policy.mechanisms)
    ours = [f"ip{each.version}:{each}" for each in situation.setup.server.addresses]
    published = {word.lower() for text in texts_of(found) for word in text.split()}
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
    that is published must allow the server before the MX moves.
    """
    found = [each for r in situation.wanted("mx", apex) for each in situation.about(r)]
    blocking = [each for each in found if blocks(each)]
    if texts_of(spf) and any(map(arrives_elsewhere, blocking)):
        return False
    return bool(blocking) or not situation.lets(situation.wanted("host"))


def arrives_elsewhere(mx: Finding) -> bool:
    """Whether the domain's mail goes to other servers."""
    return mx.code in {"different", "foreign-mx", "foreign-mx-first"}


def _leads_here(situation: Situation, apex: Name) -> bool:
    """Of a MX that is muted nothing is known."""
    records = list(situation.wanted("mx", apex))
    known = any(map(situation.about, records))
    return known and situation.lets((*records, *situation.wanted("host")))


def ehlo_step(found: Finding, situation: Situation) -> GuideStep | None:
    """The record of the server's own name."""
    from mailcow_dns_tui.topics.spf_ehlo import RECORD

    zone = situation.setup.host_zone
    there = spf_rdatas(found)
    if zone is None or not there or (RECORD in texts_of(found) and len(there) == 1):
        return draft(Act.OUTSIDE, None, found)
    ttl = situation.setup.server.ttl or DEFAULT_TTL
    why = "Receivers check the server's bounces by it."
    record = Record("spf", found.name, txt_rdata(RECORD), ttl, Tier.OPTIONAL, None, zone, why)
    gone = () if is_wildcards(found) else there
    return replace(arrange(record, found, gone), wanted=None)
