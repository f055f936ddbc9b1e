"""Steps about DMARC: a policy that only reports, or the planned one (RFC 9989)."""

from dataclasses import replace

from dns.rdtypes.ANY.TXT import TXT

from mailcow_dns_tui.guide.kept_addresses import keeping, told
from mailcow_dns_tui.guide.published import alias, own
from mailcow_dns_tui.guide.situation import Situation
from mailcow_dns_tui.guide.step import GuideStep
from mailcow_dns_tui.guide.wording import add, arrange, in_its_words, put
from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.record import Record, Tier
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.model.txt import txt_value
from mailcow_dns_tui.topics import dmarc_record
from mailcow_dns_tui.topics.dmarc import is_enforced, planned
from mailcow_dns_tui.topics.dmarc_record import KIND, POLICIES, DmarcRecord, read

FIRST_NONE = (
    "Begin with p=none: receivers report who sends in the name of the domain, and refuse nothing "
    "yet. The stricter policy opens after the days that the plan says, or at once by the key y."
)
READ_REPORTS = (
    "Read the reports first: whoever sends for the domain and passes neither SPF "
    "nor DKIM is refused from then on."
)

ALL_MAIL = 100
"""In percent."""


def dmarc_step(record: Record, found: Finding, situation: Situation) -> GuideStep:
    """The planned record, or the one that comes before it."""
    if record.tier is Tier.OPTIONAL:
        return add(record, found)
    policy = record_now(record, found, situation.setup)
    now = keeping(policy, found)
    if cname := alias(found):
        step = put(record, found, (cname,), now=now)
    else:
        step = in_its_words(arrange(record, found, _records(found), now=now))
    if is_first(policy, situation.setup):
        step = replace(step, warnings=(FIRST_NONE,))
    elif stricter(now, found):
        step = replace(step, warnings=(READ_REPORTS,))
    return told(step, policy)


def is_first(record: Record, setup: Setup) -> bool:
    """Whether it only reports, and comes before a planned one that enforces something."""
    now, then = wanted(record), wanted(planned(record, setup))
    return not any(map(now.level, POLICIES)) and any(map(then.level, POLICIES))


def _records(found: Finding) -> list[TXT]:
    """All DMARC records: of what else stands there receivers take no notice."""
    best = found.lookup.best if found.lookup else None
    texts = KIND.texts(best) if best else ()
    there = (rdata for rdata in own(found) if isinstance(rdata, TXT))
    return [rdata for rdata in there if txt_value(rdata) in texts]


def record_now(record: Record, found: Finding, setup: Setup) -> Record:
    """The plan's own policy where one counts that enforces something: none milder takes its place.

    That of a domain above may be such a one.
    """
    if is_enforced(in_effect(found)) or found.code == "inherited-policy":
        return planned(record, setup)
    return record


def in_effect(found: Finding) -> DmarcRecord | None:
    """The record that receivers heed now."""
    if found.lookup is None or found.code == "wildcard-answers":
        return None
    return dmarc_record.in_effect(found.lookup.best)


def stricter(record: Record, found: Finding) -> bool:
    """Whether the planned record makes receivers refuse more than now."""
    now, then = in_effect(found), wanted(record)
    if now is None:
        return any(map(then.level, POLICIES))
    alignment = any(
        now.choice(tag) == "r" and then.choice(tag) == "s" and any(map(then.level, POLICIES))
        for tag in ("adkim", "aspf")
    )
    return alignment or any(then.level(tag) > _least(now, tag) for tag in POLICIES)


def _least(now: DmarcRecord, tag: str) -> int:
    """How strict the mildest receivers are: those of RFC 7489 6.6.4 heed pct."""
    share = now.value("pct")
    partly = share.isdecimal() and int(share) < ALL_MAIL
    return max(0, now.level(tag) - partly)


def wanted(record: Record) -> DmarcRecord:
    return read(txt_value_of(record))


def txt_value_of(record: Record) -> str:
    return txt_value(record.rdata) if isinstance(record.rdata, TXT) else ""
