"""The public keys that receivers check signatures with (RFC 6376 3.6.1)."""

from collections.abc import Iterable, Sequence

import dns.name
from dns.name import Name
from dns.rdatatype import RdataType
from dns.rdtypes.ANY.TXT import TXT

from mailcow_dns_tui.model import validators
from mailcow_dns_tui.model.answer import Answer, Dns
from mailcow_dns_tui.model.dkim_key import key_problem, read_key, record_text
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.record import Record, Tier
from mailcow_dns_tui.model.setup import DkimKey
from mailcow_dns_tui.model.txt import txt_rdata, txt_value
from mailcow_dns_tui.topics.base import Subject, Topic, has_room
from mailcow_dns_tui.topics.judgement import Verdict, as_wanted, missing, where
from mailcow_dns_tui.topics.txt import tags, values

WHY = "It lets receivers check that mail was signed by this server and not changed on the way."
USUAL_SELECTOR = "dkim"
"""mailcow's default."""


class Dkim(Topic):
    id = "dkim"
    tier = Tier.REQUIRED

    def wanted(self, subject: Subject) -> Iterable[Record]:
        if subject.domain is None or subject.apex is None:
            return
        for dkim in filter(_is_usable, dict.fromkeys(subject.domain.dkim)):
            owner = f"{dkim.selector.strip()}._domainkey"
            if has_room(owner, subject.apex):
                yield self.record(subject, owner, txt_rdata(record_text(read_key(dkim.key))), WHY)

    async def check(self, subject: Subject, dns: Dns) -> Sequence[Finding]:
        findings = await super().check(subject, dns)
        if findings or subject.apex is None:
            return findings
        return [await _without_key(subject.apex, dns)]

    def opinion(self, record: Record, answer: Answer) -> Verdict:
        texts = [text for text in values(answer) if "p" in tags(text)]
        if not texts:
            return missing(record)
        if len(texts) > 1:
            message = f"{unicode_form(record.owner)} has {len(texts)} keys: receivers may take any."
            return Verdict(Status.ERROR, "several-records", message, "Leave the wanted one alone.")
        return _compare(record, texts[0])


def _is_usable(dkim: DkimKey) -> bool:
    good_selector = dkim.selector and validators.selector(dkim.selector) is None
    return bool(good_selector and dkim.key and key_problem(dkim.key) is None)


def _compare(record: Record, text: str) -> Verdict:
    wanted = tags(txt_value(record.rdata) if isinstance(record.rdata, TXT) else "")
    found = tags(text)
    key = "".join(found["p"].split())
    fix = f"Change it to the wanted value {where(record)}, in one piece."
    if not _is_tag_list(text):
        message = "The record is not valid: it has a tag twice, or a part that is no tag."
        return Verdict(Status.ERROR, "not-valid", message, fix)
    if key == wanted["p"]:
        return _same_key(record, wanted, found)
    if not key:
        message = "The key is revoked: p= is empty, so every signature fails."
        return Verdict(Status.ERROR, "revoked", message, fix)
    if wanted["p"].startswith(key):
        message = f"The key is cut off after {len(text)} characters."
        return Verdict(Status.ERROR, "cut-off", message, fix)
    return Verdict(Status.ERROR, "other-key", "The published key is not the server's key.", fix)


def _is_tag_list(text: str) -> bool:
    """Whether each part is a tag with a value, and no tag is there twice (RFC 6376 3.2)."""
    parts = [part.partition("=") for part in text.split(";") if part.strip()]
    names = [name.strip() for name, _, _ in parts]
    return all(equals for _, equals, _ in parts) and len(set(names)) == len(names)


def _same_key(record: Record, wanted: dict[str, str], found: dict[str, str]) -> Verdict:
    fix = f"Change it to the wanted value {where(record)}."
    if not _is_usable_for_mail(found) or found.get("k", "rsa") != wanted.get("k", "rsa"):
        message = "The key is right, but the tags before it make it unusable."
        return Verdict(Status.ERROR, "not-valid", message, fix)
    if "y" in map(str.strip, found.get("t", "").split(":")):
        message = "The key is marked as a test (t=y): receivers may ignore failed signatures."
        return Verdict(Status.WARNING, "test-mode", message, fix)
    return as_wanted(record)


def _is_usable_for_mail(found: dict[str, str]) -> bool:
    """Whether a verifier may use the key for signatures as mailcow makes them, with SHA-256."""
    first_is_version = "v" not in found or next(iter(found.items())) == ("v", "DKIM1")
    services = {service.strip() for service in found.get("s", "*").split(":")}
    hashes = {name.strip() for name in found.get("h", "sha256").split(":")}
    return first_is_version and bool(services & {"*", "email"}) and "sha256" in hashes


async def _without_key(apex: Name, dns_: Dns) -> Finding:
    """What can be said where the plan has no key: only whether the usual selector has one."""
    owner = dns.name.from_text(f"{USUAL_SELECTOR}._domainkey", apex)
    lookup = await dns_.ask(owner, RdataType.TXT)
    published = any("p" in tags(text) for answer in lookup.heard for text in values(answer))
    message = (
        f"{unicode_form(owner)} has a key; the plan has none to compare it with."
        if published
        else f"The plan has no DKIM key for {unicode_form(apex)}, so it can't be checked."
    )
    return Finding(
        topic=Dkim.id,
        code="key-not-in-plan",
        status=Status.UNKNOWN,
        domain=apex,
        name=owner,
        rdtype="TXT",
        message=message,
        fix="Copy the key from mailcow (System, Configuration, ARC/DKIM keys) into the plan.",
        lookup=lookup,
    )
