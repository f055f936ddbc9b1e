"""What receivers do with mail that is not authenticated (RFC 9989)."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

import dns.name
from dns.name import Name
from dns.rdtypes.ANY.TXT import TXT

from mailcow_dns_tui.model.answer import Answer
from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.model.names import ascii_form, parse_name, unicode_form
from mailcow_dns_tui.model.problems import DMARC_CHOICES
from mailcow_dns_tui.model.record import Record, Tier
from mailcow_dns_tui.model.setup import Dmarc as Policy
from mailcow_dns_tui.model.txt import txt_rdata, txt_value
from mailcow_dns_tui.model.validators import dmarc_fo, report_uri
from mailcow_dns_tui.topics.base import Subject, Topic, has_room
from mailcow_dns_tui.topics.judgement import (
    Verdict,
    as_wanted,
    different,
    missing,
    where,
    works_differently,
)
from mailcow_dns_tui.topics.txt import counted, tags

WHY = "It tells receivers what to do with forged mail, and where to report it."
VERSION = r"v[ \t]*=[ \t]*DMARC1[ \t]*(;|$)"
STRENGTH = ("none", "quarantine", "reject")
ORDER = ("p", "sp", "np", "adkim", "aspf", "t", "rua", "ruf", "fo")


class Dmarc(Topic):
    id = "dmarc"
    tier = Tier.RECOMMENDED

    def wanted(self, subject: Subject) -> Iterable[Record]:
        if subject.domain is None or subject.apex is None:
            return
        policy = filled(subject.setup.dmarc_of(subject.domain), subject.apex)
        text = record_text(policy)
        if text is not None:
            yield self.record(subject, "_dmarc", txt_rdata(text), WHY)
            yield from self._authorisations(subject, subject.apex, policy)

    def _authorisations(self, subject: Subject, apex: Name, policy: Policy) -> Iterator[Record]:
        """What another organisation publishes to take our reports (RFC 9990 4)."""
        for host in report_hosts(policy):
            prefix = f"{ascii_form(apex)}._report._dmarc"
            if host.is_subdomain(apex) or apex.is_subdomain(host) or not has_room(prefix, host):
                continue
            owner = dns.name.from_text(prefix, host)
            why = f"Without it, reports about {unicode_form(apex)} are not sent to this address."
            record = self.record(subject, owner, txt_rdata("v=DMARC1"), why)
            ours = [zone for zone in subject.setup.zones if host.is_subdomain(zone)]
            zone = max(ours, key=len, default=host)
            yield replace(record, zone=zone, foreign=not ours, tier=Tier.OPTIONAL)

    def opinion(self, record: Record, answer: Answer) -> Verdict:
        texts = counted(answer, "v=dmarc1", VERSION)
        if not texts:
            return missing(record)
        if record.tier is Tier.OPTIONAL:
            return _authorisation(record, texts[0])
        if len(texts) > 1:
            message = f"{unicode_form(record.owner)} has {len(texts)} DMARC records: none counts."
            return Verdict(Status.ERROR, "several-records", message, "Leave only the wanted one.")
        return _compare(record, texts[0])


def filled(policy: Policy, apex: Name) -> Policy:
    """The policy with each `{domain}` replaced."""
    name = ascii_form(apex)
    rua, ruf = (
        [uri.replace("{domain}", name) for uri in uris] for uris in (policy.rua, policy.ruf)
    )
    return replace(policy, rua=tuple(filter(None, rua)), ruf=tuple(filter(None, ruf)))


def record_text(policy: Policy) -> str | None:
    """The record of a policy; None while a part of it is wrong."""
    choices_good = all(getattr(policy, tag) in known for tag, known in DMARC_CHOICES.items())
    if not choices_good or any(map(report_uri, (*policy.rua, *policy.ruf))):
        return None
    if policy.fo and dmarc_fo(policy.fo):
        return None
    texts = {tag: _tag_text(getattr(policy, tag)) for tag in ORDER}
    return "; ".join(["v=DMARC1", *(f"{tag}={text}" for tag, text in texts.items() if text)])


def _tag_text(value: str | tuple[str, ...]) -> str:
    return value if isinstance(value, str) else ",".join(value)


def report_hosts(policy: Policy) -> tuple[Name, ...]:
    """The domains that reports go to by mail, each once."""
    uris = [uri for uri in (*policy.rua, *policy.ruf) if uri.startswith("mailto:")]
    hosts = (parse_name(uri.rpartition("@")[2]) for uri in uris)
    return tuple(dict.fromkeys(host for host in hosts if host is not None))


def _authorisation(record: Record, text: str) -> Verdict:
    """One record that is valid is enough, whatever is beside it (RFC 9990 4)."""
    if re.match(VERSION, text):
        return as_wanted(record)
    return different(record, f"The record of {unicode_form(record.owner)} is not valid.")


def _compare(record: Record, text: str) -> Verdict:
    fix = f"Change it to the wanted value {where(record)}."
    if not re.match(VERSION, text):
        message = "The record does not begin with v=DMARC1, so receivers ignore it."
        return Verdict(Status.ERROR, "not-valid", message, fix)
    wanted = _meaning(txt_value(record.rdata) if isinstance(record.rdata, TXT) else "")
    found = _meaning(text)
    if found == wanted:
        return as_wanted(record)
    if any(found.get(tag, "none") not in STRENGTH for tag in ("p", "sp", "np")):
        message = "A policy in the record is none that DMARC knows, so nothing is enforced."
        return Verdict(Status.ERROR, "unknown-policy", message, fix)
    strength = STRENGTH.index(found.get("p", "none"))
    if strength < STRENGTH.index(wanted.get("p", "none")):
        message = f"The policy is p={found.get('p', 'none')}, weaker than planned."
        return different(record, message, fix)
    if found.get("t", "n") == "y" and wanted.get("t", "n") != "y":
        return different(record, "The policy is marked as a test (t=y), so it is not applied.", fix)
    return works_differently(record)


def _meaning(text: str) -> dict[str, str]:
    """The tags, with letter case left out where it says nothing."""
    return {
        name: value if name in {"rua", "ruf"} else value.lower()
        for name, value in ((name.lower(), value) for name, value in tags(text).items())
    }
