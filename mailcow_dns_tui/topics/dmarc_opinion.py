"""What is to be said of one published DMARC record beside the wanted one."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from dns.rdtypes.ANY.TXT import TXT

from mailcow_dns_tui.model.answer import Answer
from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.txt import brief, txt_value
from mailcow_dns_tui.topics import report_addresses
from mailcow_dns_tui.topics.dmarc_record import (
    CHOICES,
    KIND,
    POLICIES,
    REPORTS,
    STRENGTH,
    DmarcRecord,
    read,
)
from mailcow_dns_tui.topics.dmarc_tags import about_tags
from mailcow_dns_tui.topics.judgement import Verdict, as_wanted, different, missing, where
from mailcow_dns_tui.topics.words import listed

FOR = {
    "p": "mail from the domain itself",
    "sp": "mail from its subdomains",
    "np": "mail from subdomains that do not exist",
}


def opinions(record: Record, answer: Answer) -> Sequence[Verdict]:
    """All that is to be said of what one server has."""
    texts = KIND.texts(answer)
    if not texts:
        return (_missing(record),)
    if not KIND.reads(texts[0]):
        return (_no_record(record, texts[0]),)
    if len(texts) > 1:
        name = unicode_form(record.owner)
        message = f"{name} has {len(texts)} DMARC records: receivers ignore them all."
        fix = f"Leave only the wanted one {where(record)}."
        return (Verdict(Status.ERROR, "several-records", message, fix),)
    return tuple(_compared(record, read(texts[0]), wanted_record(record))) or (as_wanted(record),)


def _missing(record: Record) -> Verdict:
    verdict = missing(record)
    if not any(map(wanted_record(record).level, POLICIES)):
        return verdict
    fix = (
        f"Add this record {where(record)}, with p=none first: its reports show whose mail the "
        "wanted policy would refuse."
    )
    return replace(verdict, fix=fix)


def wanted_record(record: Record) -> DmarcRecord:
    return read(txt_value(record.rdata) if isinstance(record.rdata, TXT) else "")


def _no_record(record: Record, text: str) -> Verdict:
    fault, remedy = KIND.fault(text)
    message = f"The DMARC record is not valid, so receivers ignore it: {fault}."
    fix = f"Enter the wanted value {where(record)} {remedy}."
    return Verdict(Status.ERROR, "not-valid", message, fix)


def _compared(record: Record, found: DmarcRecord, wanted: DmarcRecord) -> Iterator[Verdict]:
    if not found.tags and not found.unread and wanted.tags:
        yield _cut(record)
        return
    if found.bad_policies:
        yield _unknown_policy(record, found, wanted)
    elif not found.counts:
        yield _no_policy(record)
    else:
        yield from _weaker(record, found, wanted)
        yield from _differing(record, found, wanted)
    yield from _bad_values(record, found, wanted)
    yield from _bad_addresses(record, found)
    yield from about_tags(found, _fix(record))


def _fix(record: Record) -> str:
    return f"Change it to the wanted value {where(record)}."


def _cut(record: Record) -> Verdict:
    message = (
        "Only v=DMARC1 is left of the record, as if cut at its first semicolon: it does nothing."
    )
    fix = (
        f"Enter the whole value {where(record)}; where it is cut again, put it in quotation marks."
    )
    return replace(different(record, message, fix), code="cut-off")


def _unknown_policy(record: Record, found: DmarcRecord, wanted: DmarcRecord) -> Verdict:
    tag = found.bad_policies[0]
    effect = "enforce nothing" if found.counts else "ignore the whole record"
    value = brief(found.value(tag))
    message = f"DMARC knows no {'' if value else 'empty '}{tag}={value}, so receivers {effect}."
    fix = f"Write {tag}=none, {tag}=quarantine or {tag}=reject {where(record)}."
    policy, _, rest = found.value(tag).partition(" ")
    if policy.lower() in STRENGTH and "=" in rest:
        message = f"A semicolon is missing after {tag}={policy}, so receivers {effect}."
        fix = f"Write a semicolon between the tags {where(record)}."
    protects = any(map(wanted.level, POLICIES))
    status = Status.ERROR if protects else Status.WARNING
    return Verdict(status, "unknown-policy", message, fix)


def _no_policy(record: Record) -> Verdict:
    message = (
        "The DMARC record has neither p nor a valid address in rua, so receivers ignore the whole "
        "record."
    )
    return different(record, message)


def _weaker(record: Record, found: DmarcRecord, wanted: DmarcRecord) -> Iterator[Verdict]:
    weaker = [tag for tag in POLICIES if found.level(tag) < wanted.level(tag)]
    looser = [
        tag for tag in ("adkim", "aspf") if _strictness(found, tag) < _strictness(wanted, tag)
    ]
    if weaker:
        yield different(record, _weakness(found, wanted, weaker[0]), _later(record))
    elif looser and not set(looser) & set(found.bad_values):
        tag = looser[0]
        message = f"The DMARC record lets subdomains pass ({tag}=r); the plan wants {tag}=s."
        yield different(record, message, _later(record))


def _later(record: Record) -> str:
    """With a stricter policy receivers refuse what is neither signed nor sent as SPF says."""
    return f"Once SPF and DKIM are good, change it to the wanted value {where(record)}."


def _weakness(found: DmarcRecord, wanted: DmarcRecord, tag: str) -> str:
    if found.choice("t") == "y" and found.untested_level(tag) >= wanted.level(tag):
        return (
            f"The DMARC record is marked as a test (t=y), so receivers treat "
            f"{STRENGTH[found.untested_level(tag)]} as {STRENGTH[found.level(tag)]}."
        )
    planned, policy = STRENGTH[wanted.level(tag)], STRENGTH[found.level(tag)]
    if "p" not in found.names:
        policy = "none, as p is missing"
    return f"The DMARC policy for {FOR[tag]} is {policy}; weaker than planned ({planned})."


def _strictness(record: DmarcRecord, tag: str) -> int:
    return CHOICES[tag].index(record.choice(tag))


def _differing(record: Record, found: DmarcRecord, wanted: DmarcRecord) -> Iterator[Verdict]:
    """What works, said in one sentence."""
    differences = "; ".join(_differences(found, wanted))
    if differences:
        message = f"The DMARC record differs from the plan, and works: {differences}."
        yield Verdict(Status.INFO, "works-differently", message)


def _differences(found: DmarcRecord, wanted: DmarcRecord) -> Iterator[str]:
    stricter = [tag for tag in POLICIES if found.level(tag) > wanted.level(tag)]
    for tag in stricter[:1]:
        yield f"the policy for {FOR[tag]} is stricter ({STRENGTH[found.level(tag)]})"
    if "p" in wanted.names and "p" not in found.names and not any(map(wanted.level, POLICIES)):
        yield "p is left out, which counts as none"
    for tag in ("adkim", "aspf"):
        if _strictness(found, tag) > _strictness(wanted, tag):
            yield f"{tag}=s does not let subdomains pass"
    if found.choice("psd") == "n":
        yield "psd=n takes the domain out of its parent's policies"
    if _other_options(found, wanted):
        yield f"failure reports are sent for fo={':'.join(sorted(found.failure_options))}"
    yield from _other_addresses(found, wanted)


def _other_options(found: DmarcRecord, wanted: DmarcRecord) -> bool:
    """Whether failure reports are sent, and for other reasons than planned."""
    options = found.failure_options
    return bool(options) and wanted.failure_options not in {frozenset(), options}


def _other_addresses(found: DmarcRecord, wanted: DmarcRecord) -> Iterator[str]:
    for tag in REPORTS:
        theirs, ours = found.addresses(tag), wanted.addresses(tag)
        if _faults(found, tag):
            continue
        lost = [uri for uri in ours if not _is_among(uri, theirs)]
        added = [uri for uri in theirs if not _is_among(uri, ours)]
        if lost:
            yield f"{tag} lacks {listed(list(map(brief, lost)))}"
        if added:
            yield f"{tag} has also {listed(list(map(brief, added)))}"


def _is_among(uri: str, uris: Sequence[str]) -> bool:
    return report_addresses.meaning(uri) in report_addresses.meanings(uris)


def _bad_values(record: Record, found: DmarcRecord, wanted: DmarcRecord) -> Iterator[Verdict]:
    if not found.bad_values:
        return
    tags = found.bad_values
    values = ", ".join(f"{tag}={brief(found.value(tag))}" for tag in tags)
    message = f"DMARC knows no {values}, so receivers act as if that were not there."
    if tags == ("fo",) and found.has_idle_colon:
        message = (
            "In the DMARC record a colon in its fo has no option beside it, so receivers act as if "
            "fo were not there."
        )
    harmful = any(tag in CHOICES and found.choice(tag) != wanted.choice(tag) for tag in tags)
    harmful = harmful or ("fo" in tags and _other_options(found, wanted))
    yield Verdict(Status.WARNING if harmful else Status.INFO, "bad-value", message, _fix(record))


def _bad_addresses(record: Record, found: DmarcRecord) -> Iterator[Verdict]:
    faults = [fault for tag in REPORTS for fault in _faults(found, tag)]
    if faults:
        message = f"Not all DMARC reports are sent: {'; '.join(faults[:3])}."
        fix = (
            f"Write each address as mailto:name@example.org, with commas between, {where(record)}."
        )
        yield Verdict(Status.WARNING, "bad-report-address", message, fix)


def _faults(found: DmarcRecord, tag: str) -> Sequence[str]:
    """What is wrong with the addresses of a tag, each as the end of a sentence."""
    uris = found.addresses(tag)
    if tag in found.names and not uris:
        return [f"{tag} is empty"]
    comma = f"a comma in its {tag} has no address beside it"
    gaps = [comma] if report_addresses.has_idle_comma(found.value(tag)) else []
    return gaps + [
        report_addresses.fault(uri) for uri in uris if report_addresses.mail_host(uri) is None
    ]
