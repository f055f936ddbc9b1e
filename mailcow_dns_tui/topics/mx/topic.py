"""Where other servers deliver mail for a domain, and the steps that move it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from dns.name import Name
from dns.rdtypes.ANY.MX import MX

from mailcow_dns_tui.model.answer import Dns
from mailcow_dns_tui.model.code import COULD_NOT_ASK, DIFFERENT, MISSING, Act
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.record import Record, Tier
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.model.step import GuideStep
from mailcow_dns_tui.model.text import duration, time_and_date
from mailcow_dns_tui.topics import rdatas
from mailcow_dns_tui.topics.base import Guidance, Phase, Subject, Topic, usual_phase
from mailcow_dns_tui.topics.context import (
    LONG,
    Context,
    alias,
    broken,
    concerned,
    main_finding,
    others,
    own,
    published_ttl,
    removals,
)
from mailcow_dns_tui.topics.host.judge import is_mistaken
from mailcow_dns_tui.topics.judge import judge_all
from mailcow_dns_tui.topics.moving import found_by_spf, replies_first
from mailcow_dns_tui.topics.mta_sts.policy import POLICY_TESTING, POLICY_WITHOUT_MX
from mailcow_dns_tui.topics.mx import judge
from mailcow_dns_tui.topics.steps import add, needs_host, put, take_away, until, where
from mailcow_dns_tui.topics.targets import (
    DEAD_TARGET,
    DOUBLED_TARGET,
    MxTargets,
    TargetKind,
    destinations,
    ownership_of,
    senders_look_up,
)
from mailcow_dns_tui.topics.tlsa.topic import tlsa_first

BACKUP = "If some are your own backup servers, keep those, with a higher number than this server's."
NOWHERE = frozenset({MISSING, judge.NULL_MX, DEAD_TARGET, DOUBLED_TARGET, judge.ADDRESS_AS_TARGET})
"""Codes that say as an error that no MX record leads to any server."""
MOVE = (
    "From then on all mail for {domain} comes to this server: its mailboxes have to be here "
    "already; until they are, skip this step. If the old servers still send mail, the SPF record "
    "must allow them too."
)


SHORT = 300
LOWER = (
    "Set the TTL of {which} of {domain} to {seconds}, or to the least that can be chosen, and "
    "change nothing else of {it}."
)
WHY_LOWER = (
    "Some senders go on to the old servers for {time} after the move, by its TTL. If that is "
    "{seconds} from {time} before the move, they do so for {short}. The rest can be entered "
    "meanwhile."
)
LOWER_FIRST = (
    "Some senders go on to the old servers for up to {time} afterwards (the TTL of the old MX). To "
    "make that {short}, give the old MX a TTL of {seconds} now, and move the mail {time} later, "
    "not before."
)
LOWERED = (
    "The old MX had a longer TTL, and some have it with that one until {until}. Move the mail "
    "after that, for a short change-over."
)


def mx_step(record: Record, found: Finding, context: Context) -> GuideStep:
    """Publish the MX, or take away those beside it."""
    published = [rdata for rdata in own(found) if isinstance(rdata, MX)]
    host = record.rdata.exchange if isinstance(record.rdata, MX) else None
    ours = [rdata for rdata in published if rdata.exchange == host]
    if alias(found):
        step = put(record, found, others(found, record), also=context.beside(record))
    elif ours:
        beside = [rdata for rdata in published if rdata not in ours]
        gone = removals(found, concerned(found, beside)) if beside else ()
        step = take_away(record, found, (*gone, *broken(found)))
    elif gone_all := others(found, record):
        step = put(record, found, gone_all)
    else:
        step = add(record, found)
    moves = judge.arrives_elsewhere(found) and _comes_to_the_host(step)
    hints = _hints(found, context) if moves else ()
    comes_here = found.code == DIFFERENT or _goes_to_itself(found)
    told = (MOVE.format(domain=record.owner_text),) if comes_here else ()
    asked = (BACKUP,) if found.code in {judge.FOREIGN_MX, judge.FOREIGN_MX_FIRST} else ()
    warnings = (*told, *asked, *hints)
    return replace(step, warnings=warnings, asks_first=bool(asked), moves_mail=moves)


def ttl_steps(record: Record, context: Context) -> Iterator[GuideStep]:
    """Make the old MX be forgotten soon, while mail is still to be moved."""
    found = main_finding(context.about(record))
    if found and judge.arrives_elsewhere(found) and mx_step(record, found, context).moves_mail:
        yield from _lowering(record, found)


def _lowering(record: Record, found: Finding) -> Iterator[GuideStep]:
    """Make the TTL of the old MX short, which takes as long as the TTL until it counts."""
    count, ttl = len(own(found)), published_ttl(found)
    if not count or ttl <= LONG:
        return
    which, it = ("the MX", "it") if count == 1 else (f"the {count} MX records", "them")
    domain = record.owner_text
    what = LOWER.format(which=which, it=it, domain=domain, seconds=SHORT)
    why = WHY_LOWER.format(
        time=duration(found.lookup.cache_ttl), seconds=SHORT, short=duration(SHORT)
    )
    place = where(record, found)
    yield GuideStep(Act.CHANGE, None, record, found, what, why, place, lowers_ttl=True)


def _hints(found: Finding, context: Context) -> Iterator[str]:
    """How the old MX could be forgotten sooner, and when it is."""
    ttl = found.lookup.cache_ttl
    if ttl > LONG:
        yield LOWER_FIRST.format(time=duration(ttl), short=duration(SHORT), seconds=SHORT)
        return
    if context.clock is None:
        return
    now, domain = context.clock.timestamp(), unicode_form(found.name)
    moves = (move for move in context.setup.guide.moves if move.domain == domain)
    until = max((move.until_with(ttl, int(now)) for move in moves), default=0)
    if now < until:
        when = datetime.fromtimestamp(until, context.clock.tzinfo)
        yield LOWERED.format(until=time_and_date(when, context.clock))


def mx_phase(step: GuideStep, setup: Setup) -> Phase:
    """The time that a long TTL takes passes while the rest is done."""
    return Phase.AHEAD if step.lowers_ttl else usual_phase(step, setup)


def arrives(found: Finding) -> bool:
    """Whether senders may deliver the domain's mail anywhere now, here or elsewhere.

    Beside what leads nowhere may stand what does not, and some heed it.
    """
    lost = found.status is Status.ERROR and found.code in NOWHERE
    return not lost or _goes_to_itself(found) or not {*own(found)} <= {*found.rdatas}


def _goes_to_itself(found: Finding) -> bool:
    """Whether there is no MX record, but an address to which mail goes in its place."""
    return found.code == MISSING and bool(found.rdatas)


def mx_locks(step: GuideStep, context: Context) -> Iterator[str]:
    """Mail moves only when the server is found, and its replies are accepted."""
    if step.lowers_ttl:
        return
    yield from needs_host(step, context)
    if arrives(step.finding) and not _is_found(context):
        yield from until(context, context.wanted("host"), "the server has its addresses")
    yield from tlsa_first(context)
    domain = step.finding.domain
    policy = {f.code for f in context.of("mta-sts", domain) if f.rdtype == "TXT"}
    if POLICY_WITHOUT_MX in policy and POLICY_TESTING not in policy:
        yield (
            "The MTA-STS policy does not allow this server, and senders that heed it would "
            "deliver nothing. This step opens when the policy has the server's name."
        )
    if COULD_NOT_ASK in policy and arrives(step.finding):
        yield (
            "The MTA-STS policy could not be read from here, and if it does not allow this server, "
            "senders that heed it would deliver nothing. This step opens when it can be read: "
            "check again from another network."
        )
    for each in _moving(step, context):
        if judge.arrives_elsewhere(step.finding):
            yield from replies_first(each, context)
        if arrives(step.finding) and _comes_to_the_host(step):
            yield from found_by_spf(each, context)


def _moving(step: GuideStep, context: Context) -> Iterator[Name | None]:
    """The domain, and those that are CNAMEs of it."""
    found = step.finding
    yield found.domain
    others = (f for f in context.of_topic("mx") if f.domain != found.domain)
    yield from (f.domain for f in others if found.name in f.lookup.aliases)


def _comes_to_the_host(step: GuideStep) -> bool:
    """Whether mail arrives by another name until then, or at another server."""
    return step.act is not Act.REMOVE or step.finding.code == judge.FOREIGN_MX_FIRST


def _is_found(context: Context) -> bool:
    """Whether whoever looks the host up, with whatever he still has, finds this server."""
    host = context.wanted("host")
    ours, old = {each.rdata for each in host}, context.remembered(host)
    some = bool(old) or any(context.allows([r]) and not is_mistaken([r], context) for r in host)
    return context.stands(host) and some and old <= ours


PREFERENCE = 10


class MxTopic(Topic):
    """The MX of each mail domain."""

    id = "mx"
    lacking = "other servers can't deliver mail to it"
    asked_in = "domains"
    column = "MX"
    guidance = Guidance(50, step=mx_step, further=ttl_steps, locks=mx_locks, phase=mx_phase)
    tier = Tier.REQUIRED

    def wanted(self, subject: Subject) -> Iterable[Record]:
        """One MX a domain, which names the hostname."""
        host = subject.setup.server.name
        if subject.apex is None or host is None:
            return
        why = "It tells other servers which host takes the domain's mail."
        yield self.record(subject, "@", rdatas.mx(PREFERENCE, host), why)

    async def look_up_all(self, record: Record, subject: Subject, dns: Dns) -> Sequence[Finding]:
        """Judge where each published MX leads."""
        server = subject.setup.server
        lookup = await dns.ask(record.owner, record.rdtype)
        found = await destinations(senders_look_up(lookup, server.name), dns)
        addresses = frozenset(map(rdatas.address, server.addresses))
        targets = MxTargets(server.name, record.zone, addresses, found)
        known = await _with_owners(targets, dns)
        judged = judge_all(record, lookup, partial(judge.judge_answer, targets=known))
        itself = targets.of(record.owner).lookups
        # By an alias mail goes to the host under another name.
        lookups = (lookup for each in found.values() for lookup in each.lookups)
        aliases = (lookup for lookup in lookups if server.name in lookup.aliases)
        beside = tuple(dict.fromkeys((*itself, *aliases)))
        return [replace(each, other_lookups=beside) for each in judged]


async def _with_owners(targets: MxTargets, dns: Dns) -> MxTargets:
    """With whose the addresses are that hosts have beside the server's."""
    partly = [name for name in targets.found if targets.kind(name) is TargetKind.PARTLY]
    others = {rdata for name in partly for rdata in targets.of(name).reachable - targets.ours}
    hosts = {*partly, *([targets.host] if targets.host else [])}
    return replace(targets, owners=await ownership_of(others, hosts, dns))
