"""What is to be said of a published DMARC record, beside the wanted one and by itself."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from mailcow_dns_tui.model.answer import Answer
from mailcow_dns_tui.model.code import CUT_OFF, NOT_VALID, SEVERAL_RECORDS, WORKS_DIFFERENTLY
from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.text import brief
from mailcow_dns_tui.topics import text_record
from mailcow_dns_tui.topics.dmarc.record import (
    BAD_REPORT_ADDRESS,
    BAD_VALUE,
    CHOICES,
    KIND,
    KNOWN,
    MISSPELT_TAG,
    POLICIES,
    PUBLIC_SUFFIX,
    REMOVED,
    REMOVED_TAG,
    REPORTS,
    STRENGTH,
    UNKNOWN_POLICY,
    UNKNOWN_TAG,
    UNREADABLE_TAG,
    DmarcRecord,
    read,
)
from mailcow_dns_tui.topics.judge import Verdict, as_wanted, different, missing, where
from mailcow_dns_tui.topics.phrases import in_plan, listed_texts

SYNONYMS = {"policy": "p", "pp": "p", "action": "p", "subdomain": "sp"}


def about_tags(found: DmarcRecord, fix: str) -> Iterator[Verdict]:
    """What is to be said of the names of the tags; at most one verdict of each code."""
    yield from _unread(found, fix)
    yield from _twice(found, fix)
    yield from _removed(found)
    yield from _unknown(found, fix)
    if found.choice("psd") == "y":
        message = "psd=y, meant for registries, says that others own the subdomains of the domain."
        yield Verdict(Status.WARNING, PUBLIC_SUFFIX, message, "Delete psd=y from the DMARC record.")


def _unread(found: DmarcRecord, fix: str) -> Iterator[Verdict]:
    parts = [part for part in found.unread if part]
    if any(part.lower().startswith("mailto:") for part in parts):
        message = "A semicolon ends the list of addresses, so receivers skip those after it."
        fix = "Write a comma between the addresses of the DMARC record."
        yield Verdict(Status.WARNING, UNREADABLE_TAG, message, fix)
    elif parts:
        message = f"Receivers skip {listed_texts(parts)} in the DMARC record: it is not name=value."
        yield Verdict(Status.WARNING, UNREADABLE_TAG, message, fix)
    elif found.unread:
        message = "The DMARC record has two semicolons in a row; receivers skip one."
        yield Verdict(Status.INFO, UNREADABLE_TAG, message, "Delete one of the semicolons.")


def _twice(found: DmarcRecord, fix: str) -> Iterator[Verdict]:
    twice = [name for name in dict.fromkeys(found.names) if found.names.count(name) > 1]
    if twice:
        message = (
            f"The DMARC record has {listed_texts(twice)} twice: receivers take either, or none."
        )
        yield Verdict(Status.WARNING, text_record.DUPLICATE_TAG, message, fix)


def _removed(found: DmarcRecord) -> Iterator[Verdict]:
    removed = [name for name in REMOVED if name in found.names]
    percent = found.value("pct")
    if percent not in {"", "100"} and found.level("p"):
        message = (
            f"pct={brief(percent)} softens nothing for receivers that follow RFC 9989, which "
            "removed it: the policy is for all mail."
        )
        fix = "Delete pct from the DMARC record; for a softer start write t=y, or p=none."
        yield Verdict(Status.WARNING, REMOVED_TAG, message, fix)
    elif removed:
        message = f"RFC 9989 removed {listed_texts(removed)}, so newer receivers skip that."
        fix = f"Delete {listed_texts(removed)} from the DMARC record when you next change it."
        yield Verdict(Status.INFO, REMOVED_TAG, message, fix)


def _unknown(found: DmarcRecord, fix: str) -> Iterator[Verdict]:
    unknown = [name for name in dict.fromkeys(found.names) if name not in {*KNOWN, *REMOVED}]
    near = {name: known for name in unknown if (known := _meant(name))}
    if near:
        wrong = [f"{known} is misspelt as {name}" for name, known in near.items()]
        message = f"In the DMARC record {listed_texts(wrong)}, so receivers skip it."
        yield Verdict(Status.WARNING, MISSPELT_TAG, message, fix)
    strange = [name for name in unknown if name not in near]
    if strange:
        message = f"DMARC knows no tag {listed_texts(strange)}: receivers skip it."
        fix = f"Delete {listed_texts(strange)} from the DMARC record."
        yield Verdict(Status.INFO, UNKNOWN_TAG, message, fix)


def _meant(name: str) -> str | None:
    """The tag that a name differs from in one letter; one letter tells too little."""
    near = (known for known in KNOWN if len(known) > 1 < len(name) and _one_apart(name, known))
    return SYNONYMS.get(name) or next(near, None)


def _one_apart(name: str, known: str) -> bool:
    """One letter lacks, is too many, is another, or has changed places with the next."""
    if len(name) > len(known):
        name, known = known, name
    if len(name) < len(known):
        return any(known[:i] + known[i + 1 :] == name for i in range(len(known)))
    wrong = [i for i, letters in enumerate(zip(name, known, strict=True)) if len(set(letters)) > 1]
    if len(wrong) == 2 and wrong[1] - wrong[0] == 1:
        first, second = wrong
        return name[first] == known[second] and name[second] == known[first]
    return len(wrong) == 1


FOR = {
    "p": "mail from the domain itself",
    "sp": "mail from its subdomains",
    "np": "mail from subdomains that do not exist",
}


def judge_answer(record: Record, answer: Answer) -> Sequence[Verdict]:
    """All that is to be said of what one server has."""
    texts = KIND.texts(answer)
    if not texts:
        return (_missing(record),)
    if not KIND.reads(texts[0]):
        return (_no_record(record, texts[0]),)
    if len(texts) > 1:
        message = f"{record.owner_text} has {len(texts)} DMARC records: receivers ignore them all."
        fix = f"Leave only the wanted one {where(record)}."
        return (Verdict(Status.ERROR, SEVERAL_RECORDS, message, fix),)
    found, wanted = read(texts[0]), wanted_record(record)
    return tuple(_compared(record, found, wanted)) or (_as_intended(record, found, wanted),)


def _as_intended(record: Record, found: DmarcRecord, wanted: DmarcRecord) -> Verdict:
    """Who else gets reports may, as the guide proposes it."""
    verdict, more = as_wanted(record), [*_more_addresses(found, wanted, "rua")]
    return replace(verdict, message=f"{verdict.message[:-1]}; its {more[0]}.") if more else verdict


def _missing(record: Record) -> Verdict:
    verdict = missing(record)
    if not wanted_record(record).enforces:
        return verdict
    fix = (
        f"Add this record {where(record)}, with p=none first: its reports show whose mail the "
        "wanted policy would refuse."
    )
    return replace(verdict, fix=fix)


def wanted_record(record: Record) -> DmarcRecord:
    """The tags of the planned record."""
    return read(text_record.wanted_text(record))


def _no_record(record: Record, text: str) -> Verdict:
    fault, remedy = KIND.fault(text)
    message = f"The DMARC record is not valid, so receivers ignore it: {fault}."
    fix = f"Enter the wanted value {where(record)} {remedy}."
    return Verdict(Status.ERROR, NOT_VALID, message, fix)


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
    return replace(different(record, message, fix), code=CUT_OFF)


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
    status = Status.ERROR if wanted.enforces else Status.WARNING
    return Verdict(status, UNKNOWN_POLICY, message, fix)


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


KEEP_REPORTS = f" To keep its addresses, enter them {in_plan('reports')}, or take them by Ctrl+T."


def _differing(record: Record, found: DmarcRecord, wanted: DmarcRecord) -> Iterator[Verdict]:
    """What works, said in one sentence; who gets reports besides is no difference alone."""
    differences, more = [*_differences(found, wanted)], [*_more_addresses(found, wanted, "rua")]
    if differences or (more and not wanted.addresses("rua")):
        differs = more or any(_lost_addresses(found, wanted, "rua"))
        keep = KEEP_REPORTS if differs and found.addresses("rua") else ""
        told = "; ".join([*differences, *more])
        message = f"The DMARC record differs from the plan, and works: {told}.{keep}"
        yield Verdict(Status.INFO, WORKS_DIFFERENTLY, message)


def _differences(found: DmarcRecord, wanted: DmarcRecord) -> Iterator[str]:
    stricter = [tag for tag in POLICIES if found.level(tag) > wanted.level(tag)]
    for tag in stricter[:1]:
        yield f"the policy for {FOR[tag]} is stricter ({STRENGTH[found.level(tag)]})"
    if "p" in wanted.names and "p" not in found.names and not wanted.enforces:
        yield "p is left out, which counts as none"
    for tag in ("adkim", "aspf"):
        if _strictness(found, tag) > _strictness(wanted, tag):
            yield f"{tag}=s does not let subdomains pass"
    if found.choice("psd") == "n":
        yield "psd=n takes the domain out of its parent's policies"
    if _other_options(found, wanted):
        yield f"failure reports are sent for fo={':'.join(sorted(found.failure_options))}"
    for tag in REPORTS:
        yield from _lost_addresses(found, wanted, tag)
    yield from _more_addresses(found, wanted, "ruf")


def _other_options(found: DmarcRecord, wanted: DmarcRecord) -> bool:
    """Whether failure reports are sent, and for other reasons than planned."""
    options = found.failure_options
    return bool(options) and wanted.failure_options not in {frozenset(), options}


def _lost_addresses(found: DmarcRecord, wanted: DmarcRecord, tag: str) -> Iterator[str]:
    if lost := _only_in(wanted, found, tag):
        yield f"{tag} lacks {listed_texts(lost)}"


def _more_addresses(found: DmarcRecord, wanted: DmarcRecord, tag: str) -> Iterator[str]:
    if added := _only_in(found, wanted, tag):
        yield f"{tag} has also {listed_texts(added)}"


def _only_in(one: DmarcRecord, other: DmarcRecord, tag: str) -> Sequence[str]:
    """The addresses for reports that the other has not, where both can be read."""
    if _faults(one, tag) or _faults(other, tag):
        return ()
    there = text_record.uri_meanings(other.addresses(tag))
    return [uri for uri in one.addresses(tag) if text_record.uri_meaning(uri) not in there]


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
    yield Verdict(Status.WARNING if harmful else Status.INFO, BAD_VALUE, message, _fix(record))


def _bad_addresses(record: Record, found: DmarcRecord) -> Iterator[Verdict]:
    faults = [fault for tag in REPORTS for fault in _faults(found, tag)]
    if faults:
        message = f"Not all DMARC reports are sent: {'; '.join(faults[:3])}."
        fix = (
            f"Write each address as mailto:name@example.org, with commas between, {where(record)}."
        )
        yield Verdict(Status.WARNING, BAD_REPORT_ADDRESS, message, fix)


def _faults(found: DmarcRecord, tag: str) -> Sequence[str]:
    """What is wrong with the addresses of a tag, each as the end of a sentence."""
    uris = found.addresses(tag)
    if tag in found.names and not uris:
        return [f"{tag} is empty"]
    comma = f"a comma in its {tag} has no address beside it"
    gaps = [comma] if text_record.has_idle_comma(found.value(tag)) else []
    return gaps + [text_record.uri_fault(uri) for uri in uris if text_record.mail_host(uri) is None]
