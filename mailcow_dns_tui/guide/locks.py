"""Why a step is not safe yet."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain

from dns.name import Name
from dns.rdatatype import RdataType

from mailcow_dns_tui.guide.acts import TLSA_WRONG
from mailcow_dns_tui.guide.drafts_addresses import leads_elsewhere
from mailcow_dns_tui.guide.drafts_dmarc import stricter
from mailcow_dns_tui.guide.drafts_mta_sts import policy_hosts
from mailcow_dns_tui.guide.drafts_mx import arrives
from mailcow_dns_tui.guide.drafts_spf import allowed_by_names, arrives_elsewhere, refuses_us
from mailcow_dns_tui.guide.elsewhere import remembered_until
from mailcow_dns_tui.guide.moving import takes_leave
from mailcow_dns_tui.guide.situation import ON_ITS_WAY, Situation, blocks
from mailcow_dns_tui.guide.step import Act, GuideStep
from mailcow_dns_tui.guide.wildcards import keeps_what_there_is, wildcard_locks
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.record import Record, Tier
from mailcow_dns_tui.topics.host_opinion import is_usable

PASTING = frozenset({Act.PUBLISH, Act.CHANGE, Act.REMOVE})

Lock = Callable[[GuideStep, Situation], Iterator[str]]


def lock(step: GuideStep, situation: Situation) -> str:
    """The reason, and what unlocks the step; empty where it can be done now."""
    if step.act in {Act.ASK_AGAIN, Act.WAIT}:
        return ""
    reasons = None if keeps_what_there_is(step) else LOCKS.get(step.finding.topic)
    of_topic = reasons(step, situation) if reasons else ()
    return next(chain(wildcard_locks(step, situation), of_topic), "")


def _caa(step: GuideStep, situation: Situation) -> Iterator[str]:
    """In the place of a CNAME the addresses come with it."""
    if any(each.topic == "host" for each in step.also):
        yield from _host(step, situation)


def _host(step: GuideStep, situation: Situation) -> Iterator[str]:
    """Senders with DANE deliver to no server whose key is not published."""
    if step.wanted is None:
        if step.act is Act.REMOVE:
            yield from _until(situation, situation.wanted("host"), "it has its own addresses")
        return
    yield from _tlsa_first(situation)
    if any(map(leads_elsewhere, situation.all_about(situation.wanted("host")))):
        for domain in situation.setup.apexes:
            yield from _replies_first(domain, situation)


def _ptr(step: GuideStep, situation: Situation) -> Iterator[str]:
    records = [each for each in situation.wanted("host") if _is_of(each, step.wanted)]
    yield from _until(situation, records, "its name leads back to the address")


def _is_of(address: Record, reverse: Record | None) -> bool:
    is_ipv4 = reverse is None or "in-addr" in reverse.owner.to_text()
    return (address.rdtype == RdataType.A) == is_ipv4


def _tlsa(step: GuideStep, situation: Situation) -> Iterator[str]:
    if step.wanted is None or step.finding.code in TLSA_WRONG or step.act not in PASTING:
        return
    zone = step.wanted.zone
    signed = {f.code for f in situation.of_topic("dnssec") if f.name == zone}
    name = unicode_form(zone)
    if "bogus" in signed:
        yield f"The DNSSEC signatures of {name} are wrong. This step opens when they are right."
    elif "insecure" in signed:
        yield (
            "Without DNSSEC it has no effect. This step opens when DNSSEC is switched on for "
            f"{name}, at the DNS provider and the registrar."
        )
    host = situation.wanted("host")
    if not situation.stands(host) or _misleads(situation):
        yield from _until(situation, host, "the server has its addresses")


def _misleads(situation: Situation) -> bool:
    """Whether some still go to another server by the host's name."""
    host = situation.wanted("host")
    foreign = situation.remembered(host) - {each.rdata for each in host}
    return any(map(is_usable, foreign))


def _on_host(step: GuideStep, situation: Situation) -> Iterator[str]:
    """What leads to the mail host; what says that a service is not there leads nowhere."""
    leads_nowhere = step.record is not None and step.record.value.endswith(" .")
    if not leads_nowhere:
        host = situation.wanted("host")
        yield from _until(situation, host, "the server has its addresses", seen=False)


def _mx(step: GuideStep, situation: Situation) -> Iterator[str]:
    yield from _on_host(step, situation)
    if arrives(step.finding) and not _is_found(situation):
        yield from _until(situation, situation.wanted("host"), "the server has its addresses")
    yield from _tlsa_first(situation)
    domain = step.finding.domain
    texts = [f for f in situation.of_topic("mta-sts") if f.rdtype == "TXT"]
    policy = {f.code for f in texts if f.domain == domain}
    if "policy-without-mx" in policy and "policy-testing" not in policy:
        yield (
            "The MTA-STS policy does not allow this server, and senders that heed it would "
            "deliver nothing. This step opens when the policy has the server's name."
        )
    if "could-not-ask" in policy and arrives(step.finding):
        yield (
            "The MTA-STS policy could not be read from here, and if it does not allow this server, "
            "senders that heed it would deliver nothing. This step opens when it can be read: "
            "check again from another network."
        )
    if arrives_elsewhere(step.finding):
        yield from _replies_first(domain, situation)


def _is_found(situation: Situation) -> bool:
    """Whether whoever looks the host up, with whatever he still has, finds this server."""
    host = situation.wanted("host")
    ours, old = {each.rdata for each in host}, situation.remembered(host)
    some = bool(old) or any(situation.lets([each]) for each in host)
    return situation.stands(host) and some and old <= ours


def _replies_first(domain: Name | None, situation: Situation) -> Iterator[str]:
    """Whoever gets the domain's mail answers it."""
    spf = [f for f in situation.of_topic("spf") if f.domain == domain]
    name = unicode_form(domain) if domain else ""
    if any(f.code == "not-allowed" for f in spf):
        yield (
            f"The SPF record of {name} does not allow this server, and its replies would be "
            "refused. This step opens when the record does."
        )
    for found in filter(refuses_us, spf):
        yield (
            f"Receivers may still have the old SPF record of {name}"
            f"{remembered_until(found.late, situation.clock)}, and would refuse this server's "
            "replies. This step opens when the new one is seen everywhere."
        )
    dkim = [f for f in situation.of_topic("dkim") if f.domain == domain]
    is_signed = any(each.dkim for each in situation.setup.domains if each.apex == domain)
    unsigned = any(map(blocks, dkim)) or not is_signed
    if unsigned and any(blocks(f) and f.status is not Status.WARNING for f in spf):
        yield (
            f"This server's replies for {name} would pass neither SPF nor DKIM, and be refused. "
            "This step opens when the SPF or the DKIM record is right."
        )


def _tlsa_first(situation: Situation) -> Iterator[str]:
    """Planned or not, at the hostname: those of other names bind nobody who comes to it."""
    at_host = [f for f in situation.of_topic("tlsa") if f.domain is None]
    if any(f.code in TLSA_WRONG and f.status is not Status.WARNING for f in at_host):
        yield (
            "The TLSA record is without this server's key, or may be, and senders with DANE would "
            "deliver nothing. This step opens when the key stands there as well, or the TLSA "
            "record is deleted."
        )
    late = [answer for f in at_host for answer in f.late if answer.rdatas]
    if late:
        yield (
            "Senders with DANE may still have the TLSA records without this server's key"
            f"{remembered_until(late, situation.clock)}, and would deliver nothing. This step "
            "opens when the key is seen everywhere."
        )


def _spf(step: GuideStep, situation: Situation) -> Iterator[str]:
    """With the name of what is not published yet, it would speak against the server."""
    if step.wanted is None:
        yield from _until(situation, situation.wanted("host"), "the server has its addresses")
        return
    apex = step.wanted.owner
    mx = list(situation.wanted("mx", apex))
    words = (step.record or step.wanted).value.split()
    if step.act is Act.REMOVE:
        return
    if takes_leave(step):
        moved = (*situation.wanted("host"), *situation.wanted("ptr"), *mx)
        yield from _until(situation, moved, "all mail comes to this server")
    if "mx" in words and not allowed_by_names([w for w in words if w != "mx"], situation, apex):
        host = situation.wanted("host")
        yield from _until(situation, host, "the server has its addresses")
        yield from _until(situation, mx, "the MX record leads to this server, as SPF refers to it")


def _dmarc(step: GuideStep, situation: Situation) -> Iterator[str]:
    record = step.record
    if record is None or record.tier is Tier.OPTIONAL or not stricter(record, step.finding):
        return
    for topic, name in (("spf", "SPF"), ("dkim", "DKIM")):
        bad = [f for f in _mail_findings(topic, record, situation) if blocks(f)]
        if bad:
            domain = unicode_form(bad[0].domain or record.zone)
            yield (
                f"Receivers would refuse this server's own mail. This step opens when {name} of "
                f"{domain} is right, and seen everywhere."
            )


def _mail_findings(topic: str, record: Record, situation: Situation) -> Iterator[Finding]:
    """Of the domain and of those below it, to which its policy extends."""
    for found in situation.of_topic(topic):
        if found.domain and record.domain and found.domain.is_subdomain(record.domain):
            yield found


def _mta_sts(step: GuideStep, situation: Situation) -> Iterator[str]:
    if step.wanted is None or step.finding.code == "policy-without-mx":
        return
    domain = step.wanted.domain
    host, mx = situation.wanted("host"), situation.wanted("mx", domain)
    yield from _until(situation, host, "the server has its addresses", seen=False)
    # Where there was no MX at all, mail does not go anywhere else.
    yield from _until(situation, mx, "the MX record is right", seen=bool(situation.remembered(mx)))
    if step.wanted.rdtype != RdataType.TXT or step.act is Act.OUTSIDE:
        return
    hosts = policy_hosts(step.wanted, situation)
    yield from _until(situation, hosts, "the policy's host is published", seen=False)
    forbidden = [f for f in situation.of_topic("caa") if f.status is Status.ERROR]
    if any(f.domain in {None, domain} for f in forbidden):
        yield (
            "CAA forbids the certificate of the policy's host. This step opens when the CAA record "
            "is right."
        )


def _until(
    situation: Situation, records: Iterable[Record], goal: str, *, seen: bool = True
) -> Iterator[str]:
    """The first of the records that is not right; `seen`: or not right everywhere."""
    is_right = situation.lets if seen else situation.stands
    blocking = [r for r in records if not is_right([r])]
    if blocking:
        first = blocking[0]
        codes = {f.code for f in situation.about(first) if blocks(f)}
        state = "is not seen everywhere yet" if codes <= ON_ITS_WAY else "is not right yet"
        name, what = unicode_form(first.owner), first.type_text
        yield f"The {what} record of {name} {state}. This step opens as soon as {goal}."


LOCKS: Mapping[str, Lock] = {
    "host": _host,
    "caa": _caa,
    "ptr": _ptr,
    "tlsa": _tlsa,
    "clients": _on_host,
    "mx": _mx,
    "spf": _spf,
    "dmarc": _dmarc,
    "mta-sts": _mta_sts,
}
