"""Why a step is not safe yet."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain

from dns.name import Name
from dns.rdatatype import RdataType

from mailcow_dns_tui.guide.acts import TLSA_WRONG
from mailcow_dns_tui.guide.drafts_dmarc import stricter
from mailcow_dns_tui.guide.drafts_mta_sts import policy_hosts
from mailcow_dns_tui.guide.drafts_mx import arrives
from mailcow_dns_tui.guide.drafts_spf import allowed_by_names, arrives_elsewhere
from mailcow_dns_tui.guide.situation import Situation, blocks
from mailcow_dns_tui.guide.step import Act, GuideStep
from mailcow_dns_tui.guide.wildcards import keeps_what_there_is, wildcard_locks
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.record import Record, Tier

PASTING = frozenset({Act.PUBLISH, Act.CHANGE, Act.REMOVE})

Lock = Callable[[GuideStep, Situation], Iterator[str]]


def lock(step: GuideStep, situation: Situation) -> str:
    """The reason, and what unlocks the step; empty where it can be done now."""
    if step.act in {Act.ASK_AGAIN, Act.WAIT}:
        return ""
    reasons = None if keeps_what_there_is(step) else LOCKS.get(step.finding.topic)
    of_topic = reasons(step, situation) if reasons else ()
    return next(chain(wildcard_locks(step, situation), of_topic), "")


def _host(step: GuideStep, situation: Situation) -> Iterator[str]:
    """Senders with DANE deliver to no server whose key is not published."""
    if step.wanted is None:
        if step.act is Act.REMOVE:
            yield from _until(situation, situation.wanted("host"), "it has its own addresses")
    else:
        yield from _tlsa_first(situation)


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
        yield f"The DNSSEC signatures of {name} are wrong. It opens when they are right."
    elif "insecure" in signed:
        yield (
            f"Without DNSSEC it has no effect. It opens when DNSSEC is switched on for {name}, at "
            "the DNS provider and the registrar."
        )
    yield from _until(situation, situation.wanted("host"), "the server has its addresses")


def _on_host(step: GuideStep, situation: Situation) -> Iterator[str]:
    """What leads to the mail host; what says that a service is not there leads nowhere."""
    leads_nowhere = step.record is not None and step.record.value.endswith(" .")
    if not leads_nowhere:
        yield from _until(situation, situation.wanted("host"), "the server has its addresses")


def _mx(step: GuideStep, situation: Situation) -> Iterator[str]:
    yield from _on_host(step, situation)
    yield from _tlsa_first(situation)
    domain = step.finding.domain
    texts = [f for f in situation.of_topic("mta-sts") if f.rdtype == "TXT"]
    policy = {f.code for f in texts if f.domain == domain}
    if "policy-without-mx" in policy and "policy-testing" not in policy:
        yield (
            "The MTA-STS policy does not allow this server, and senders that heed it would "
            "deliver nothing. It opens when the policy has the server's name."
        )
    if "could-not-ask" in policy and arrives(step.finding):
        yield (
            "The MTA-STS policy could not be read from here, and if it does not allow this server, "
            "senders that heed it would deliver nothing. It opens when it can be read: check again "
            "from another network."
        )
    if arrives_elsewhere(step.finding):
        yield from _replies_first(domain, situation)


def _replies_first(domain: Name | None, situation: Situation) -> Iterator[str]:
    """Whoever gets the domain's mail answers it."""
    spf = [f for f in situation.of_topic("spf") if f.domain == domain]
    if any(f.code == "not-allowed" for f in spf):
        yield (
            "SPF does not allow this server, and its replies would be refused. It opens when the "
            "SPF record does."
        )
    dkim = [f for f in situation.of_topic("dkim") if f.domain == domain]
    unsigned = any(map(blocks, dkim)) or not situation.wanted("dkim", domain)
    if unsigned and any(blocks(f) and f.status is not Status.WARNING for f in spf):
        yield (
            "This server's replies would pass neither SPF nor DKIM, and be refused. It opens when "
            "the SPF or the DKIM record is right."
        )


def _tlsa_first(situation: Situation) -> Iterator[str]:
    """Planned or not, at the hostname: those of other names bind nobody who comes to it."""
    at_host = (f for f in situation.of_topic("tlsa") if f.domain is None)
    if any(f.code in TLSA_WRONG for f in at_host):
        yield (
            "The TLSA record is without this server's key, or may be, and senders with DANE would "
            "deliver nothing. It opens when the key stands there as well, or no TLSA record does."
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
    if "mx" in words and not allowed_by_names([w for w in words if w != "mx"], situation, apex):
        yield from _until(situation, situation.wanted("host"), "the server has its addresses")
        yield from _until(situation, mx, "the MX record leads to this server, as SPF refers to it")


def _dmarc(step: GuideStep, situation: Situation) -> Iterator[str]:
    record = step.wanted
    if record is None or record.tier is Tier.OPTIONAL or step.record is None:
        return
    if step.record.rdata != record.rdata or not stricter(record, step.finding):
        return
    for topic, name in (("spf", "SPF"), ("dkim", "DKIM")):
        bad = [f for f in _mail_findings(topic, record, situation) if blocks(f)]
        if bad:
            domain = unicode_form(bad[0].domain or record.zone)
            yield (
                f"Receivers would refuse this server's own mail. It opens when {name} of {domain} "
                "is right, and seen everywhere."
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
    yield from _until(situation, situation.wanted("host"), "the server has its addresses")
    yield from _until(situation, situation.wanted("mx", domain), "the MX record is right")
    if step.wanted.rdtype != RdataType.TXT or step.act is Act.OUTSIDE:
        return
    hosts = policy_hosts(step.wanted, situation)
    yield from _until(situation, hosts, "the policy's host is published")
    forbidden = [f for f in situation.of_topic("caa") if f.status is Status.ERROR]
    if any(f.domain in {None, domain} for f in forbidden):
        yield (
            "CAA forbids the certificate of the policy's host. It opens when the CAA record is "
            "right."
        )


def _until(situation: Situation, records: Iterable[Record], goal: str) -> Iterator[str]:
    """The first of the records that is not right everywhere."""
    blocking = [r for r in records if not situation.lets([r])]
    if blocking:
        first = blocking[0]
        codes = {f.code for f in situation.about(first) if blocks(f)}
        state = "is not seen everywhere yet" if codes == {"not-yet-visible"} else "is not right yet"
        name, what = unicode_form(first.owner), first.type_text
        yield f"The {what} record of {name} {state}. It opens as soon as {goal}."


LOCKS: Mapping[str, Lock] = {
    "host": _host,
    "ptr": _ptr,
    "tlsa": _tlsa,
    "clients": _on_host,
    "mx": _mx,
    "spf": _spf,
    "dmarc": _dmarc,
    "mta-sts": _mta_sts,
}
