"""The step that a finding asks for, before it is weighed whether it is safe yet."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial

import dns.reversename
from dns.rdatatype import RdataType

from mailcow_dns_tui.guide.acts import ACTS, TLSA_WRONG
from mailcow_dns_tui.guide.drafts_addresses import address_step, unplanned_step
from mailcow_dns_tui.guide.drafts_caa import caa_step, unplanned_caa_step
from mailcow_dns_tui.guide.drafts_dmarc import dmarc_step
from mailcow_dns_tui.guide.drafts_mta_sts import mta_sts_step, policy_host_step, policy_step
from mailcow_dns_tui.guide.drafts_mx import mx_step
from mailcow_dns_tui.guide.drafts_spf import ehlo_step, spf_step
from mailcow_dns_tui.guide.elsewhere import time_of_day
from mailcow_dns_tui.guide.kept_addresses import keeping, told
from mailcow_dns_tui.guide.published import alias, broken, has, others, own, removal, strays
from mailcow_dns_tui.guide.situation import Situation
from mailcow_dns_tui.guide.step import Act, GuideStep
from mailcow_dns_tui.guide.web_site import with_web_site
from mailcow_dns_tui.guide.wording import (
    WAITING,
    add,
    arrange,
    draft,
    in_its_words,
    put,
    take_away,
)
from mailcow_dns_tui.model.answer import NamedBy
from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.txt import shown
from mailcow_dns_tui.topics.judgement import duration
from mailcow_dns_tui.topics.ptr import WITHOUT_IPV6, is_dispensable
from mailcow_dns_tui.topics.ptr_opinion import NAMED_WRONG

ON_ITS_WAY = (
    "Mail that was signed with the old key, and is still on its way, fails from then on: if the "
    "old key is still in use, give the new one another selector in mailcow."
)
TWO_KEYS = (
    "Leave what is there beside it. Before the server takes a new key, its record has to stand "
    "there for two TTLs ({time})."
)

Drafting = Callable[[Record, Finding, Situation], GuideStep]


def step_for(record: Record, found: Finding, situation: Situation) -> GuideStep:
    """What to do about a record that is wanted."""
    act = ACTS.get(found.code, Act.OUTSIDE)
    if found.code == "servers-disagree" and _stays(found):
        return draft(Act.OUTSIDE, record, found)
    if record.topic == "ptr" and found.code in NAMED_WRONG:
        step = replace(draft(Act.OUTSIDE, record, found), what=_reverse(record))
        dispensable = is_dispensable(record, situation.setup.server)
        return replace(step, warnings=(WITHOUT_IPV6,)) if dispensable else step
    if act is Act.ASK_AGAIN or act is Act.WAIT or act is Act.OUTSIDE:
        return _nothing_to_paste(act, record, found, situation)
    drafted = SPECIAL.get(record.topic, _any_step)(record, found, situation)
    step = _with_strays(_unless_it_went(_unless_it_is_there(drafted, record, found)), situation)
    return with_web_site(step, situation)


def _stays(found: Finding) -> bool:
    """Whether what only the zone above names is wrong: it gets no copy, however long one waits."""
    return any(answer.named_by is NamedBy.PARENT for answer in found.late)


def _with_strays(step: GuideStep, situation: Situation) -> GuideStep:
    """Taking away as well what was meant to be the record, and is nothing else."""
    gone = strays(step.finding, situation.records)
    return replace(step, removals=(*step.removals, *gone)) if gone and step.record else step


def step_without_record(found: Finding, situation: Situation) -> GuideStep:
    """What to do about what is published unwanted, or about a zone as a whole."""
    drafting = UNWANTED.get((found.topic, found.code))
    step = drafting(found, situation) if drafting else None
    return _unless_it_went(step or draft(ACTS.get(found.code) or Act.OUTSIDE, None, found))


def _nothing_to_paste(act: Act, record: Record, found: Finding, situation: Situation) -> GuideStep:
    if found.code.startswith("policy-"):
        return policy_step(record, found, situation)
    step = draft(act, record, found)
    seen = found.lookup.resolver if found.lookup else None
    if act is not Act.WAIT or situation.clock is None or seen is None or not seen.remembered:
        return step
    until = time_of_day(situation.clock + timedelta(seconds=seen.remembered), situation.clock)
    return replace(step, what=f"{step.what} Your resolver has the old answer until {until}.")


def _any_step(record: Record, found: Finding, situation: Situation) -> GuideStep:
    if record.topic == "ptr" or record.rdtype == RdataType.PTR:
        return draft(Act.OUTSIDE, record, found)
    step = single_step(record, found, situation)
    if record.topic != "mta-sts":
        return step
    is_text = record.rdtype == RdataType.TXT
    return (mta_sts_step if is_text else policy_host_step)(step, situation)


def single_step(record: Record, found: Finding, situation: Situation) -> GuideStep:
    """One record, alone at its name."""
    gone = others(found, record)
    if alias(found) is not None and gone:
        return put(record, found, gone, also=situation.beside(record))
    if found.code == "several-records" and found.meant:
        return take_away(record, found, tuple(removal(found, each) for each in found.meant))
    now = keeping(record, found) if record.topic == "tls-rpt" else record
    step = in_its_words(arrange(record, found, own(found), now=now))
    step = told(step, record) if record.topic == "tls-rpt" else step
    rotated = record.topic == "dkim" and found.code == "other-key"
    return replace(step, warnings=(ON_ITS_WAY,)) if rotated else step


def _reverse(record: Record) -> str:
    address = dns.reversename.to_address(record.owner)
    return f"Set the reverse DNS of {address} to {record.value.rstrip('.')}."


def _beside_step(record: Record, found: Finding, situation: Situation) -> GuideStep:
    """One record among others that may stay."""
    if gone := tuple(broken(found)):
        return put(record, found, gone)
    if cname := alias(found):
        return put(record, found, (cname,), also=situation.beside(record))
    if found.meant:
        return take_away(record, found, tuple(removal(found, each) for each in found.meant))
    step = add(record, found)
    if record.topic != "tlsa" or not own(found):
        return step
    return replace(step, warnings=(TWO_KEYS.format(time=duration(2 * record.ttl)),))


def _at_another_name(found: Finding, situation: Situation) -> GuideStep | None:
    """The server's key at a name for which none is planned, beside another one."""
    record = found.remedy
    if record is None and found.code == "unusable":
        # Nobody knows a key to put beside it.
        gone = tuple(removal(found, rdata) for rdata in own(found))
        return take_away(None, found, gone) if gone else None
    if record is None or record.foreign or alias(found):
        return None
    return replace(_beside_step(record, found, situation), wanted=None)


def _unless_it_is_there(step: GuideStep, record: Record, found: Finding) -> GuideStep:
    """What is published as planned and still not good can be changed in the plan only."""
    done = step.record is not None and has(found, step.record) and not step.removals
    return draft(Act.OUTSIDE, record, found) if done else step


def _unless_it_went(step: GuideStep) -> GuideStep:
    """What a name server has no more is deleted already, and only not yet gone from all."""
    found = step.finding
    heard = found.lookup.heard if found.lookup else ()
    there = [frozenset(map(shown, answer.rdatas)) for answer in heard]
    went = frozenset[str]().union(*there) - frozenset.intersection(*there) if there else ()
    if step.act is not Act.REMOVE or any(gone.value not in went for gone in step.removals):
        return step
    return replace(draft(Act.WAIT, step.wanted, found), what=WAITING["servers-disagree"])


SPECIAL: Mapping[str, Drafting] = {
    "host": address_step,
    "caa": caa_step,
    "tlsa": _beside_step,
    "verification": _beside_step,
    "mx": mx_step,
    "spf": spf_step,
    "dmarc": dmarc_step,
}
UNWANTED: Mapping[tuple[str, str], Callable[[Finding, Situation], GuideStep | None]] = {
    ("host", "unplanned-address"): unplanned_step,
    ("host", "unroutable-address"): unplanned_step,
    ("host", "proxy-address"): unplanned_step,
    ("caa", "forbidden-ca"): unplanned_caa_step,
    ("caa", "ca-condition"): unplanned_caa_step,
    ("caa", "critical-property"): unplanned_caa_step,
    ("spf", "ehlo-not-allowed"): ehlo_step,
    ("mta-sts", "policy-without-mx"): partial(policy_step, None),
    ("mta-sts", "policy-other-mx"): partial(policy_step, None),
    **{("tlsa", code): _at_another_name for code in TLSA_WRONG},
}
