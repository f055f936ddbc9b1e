"""Steps about DMARC: first a policy that only reports, then the planned one (RFC 9989)."""

from dataclasses import replace

from dns.rdtypes.ANY.TXT import TXT

from mailcow_dns_tui.guide.published import alias, own
from mailcow_dns_tui.guide.situation import Situation
from mailcow_dns_tui.guide.step import GuideStep
from mailcow_dns_tui.guide.wording import add, arrange, put
from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.record import Record, Tier
from mailcow_dns_tui.model.txt import txt_rdata, txt_value
from mailcow_dns_tui.topics.dmarc_record import KIND, POLICIES, DmarcRecord, read

FIRST_NONE = (
    "Begin with p=none: receivers report who sends in the name of the domain, and refuse nothing "
    "yet."
)
READ_REPORTS = (
    "Read the reports for two weeks first: whoever sends for the domain and passes neither SPF "
    "nor DKIM is refused from then on."
)

ALL_MAIL = 100
"""In percent."""


def dmarc_step(record: Record, found: Finding, situation: Situation) -> GuideStep:
    """The planned record, or the one that comes before it."""
    if record.tier is Tier.OPTIONAL:
        return add(record, found)
    now = record_now(record, found)
    if cname := alias(found):
        step = put(record, found, (cname,), now=now)
    else:
        step = arrange(record, found, _records(found), now=now)
    if now.rdata != record.rdata:
        return replace(step, warnings=(FIRST_NONE,))
    return replace(step, warnings=(READ_REPORTS,)) if stricter(record, found) else step


def _records(found: Finding) -> list[TXT]:
    """All DMARC records: of what else stands there receivers take no notice."""
    best = found.lookup.best if found.lookup else None
    texts = KIND.texts(best) if best else ()
    there = (rdata for rdata in own(found) if isinstance(rdata, TXT))
    return [rdata for rdata in there if txt_value(rdata) in texts]


def record_now(record: Record, found: Finding) -> Record:
    """With p=none where no policy counts yet, and the plan's own enforces something."""
    enforcing = any(map(wanted(record).level, POLICIES))
    if not enforcing or in_effect(found) is not None or found.code == "inherited-policy":
        return record
    return replace(record, rdata=txt_rdata(only_reporting(txt_value_of(record))))


def only_reporting(text: str) -> str:
    """The record with p=none, and without what makes it stricter for subdomains."""
    tags = [tag.strip() for tag in text.split(";")]
    kept = [tag for tag in tags if tag.partition("=")[0].strip() not in {"p", "sp", "np", "t"}]
    return "; ".join((kept[0], "p=none", *kept[1:]))


def in_effect(found: Finding) -> DmarcRecord | None:
    """The record that receivers heed now."""
    best = found.lookup.best if found.lookup else None
    texts = KIND.texts(best) if best and found.code != "wildcard-answers" else ()
    valid = [text for text in texts if KIND.reads(text)]
    record = read(valid[0]) if len(valid) == 1 else None
    return record if record and record.counts else None


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
