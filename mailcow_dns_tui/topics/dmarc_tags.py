"""Tags of a DMARC record that receivers skip, whatever was meant by them."""

from collections.abc import Iterator

from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.model.txt import brief
from mailcow_dns_tui.topics.dmarc_record import KNOWN, REMOVED, DmarcRecord
from mailcow_dns_tui.topics.judgement import Verdict
from mailcow_dns_tui.topics.words import listed

SYNONYMS = {"policy": "p", "pp": "p", "action": "p", "subdomain": "sp"}


def about_tags(found: DmarcRecord, fix: str) -> Iterator[Verdict]:
    """What is to be said of the names of the tags; at most one verdict of each code."""
    yield from _unread(found, fix)
    yield from _twice(found, fix)
    yield from _removed(found)
    yield from _unknown(found, fix)
    if found.choice("psd") == "y":
        message = "psd=y, meant for registries, says that others own the subdomains of the domain."
        yield Verdict(
            Status.WARNING, "public-suffix", message, "Delete psd=y from the DMARC record."
        )


def _unread(found: DmarcRecord, fix: str) -> Iterator[Verdict]:
    parts = [part for part in found.unread if part]
    if any(part.lower().startswith("mailto:") for part in parts):
        message = "A semicolon ends the list of addresses, so receivers skip those after it."
        fix = "Write a comma between the addresses of the DMARC record."
        yield Verdict(Status.WARNING, "unreadable-tag", message, fix)
    elif parts:
        message = f"Receivers skip {_listed(parts)} in the DMARC record: it is not name=value."
        yield Verdict(Status.WARNING, "unreadable-tag", message, fix)
    elif found.unread:
        message = "The DMARC record has two semicolons in a row; receivers skip one."
        yield Verdict(Status.INFO, "unreadable-tag", message, "Delete one of the semicolons.")


def _twice(found: DmarcRecord, fix: str) -> Iterator[Verdict]:
    twice = [name for name in dict.fromkeys(found.names) if found.names.count(name) > 1]
    if twice:
        message = f"The DMARC record has {_listed(twice)} twice: receivers take either, or none."
        yield Verdict(Status.WARNING, "duplicate-tag", message, fix)


def _removed(found: DmarcRecord) -> Iterator[Verdict]:
    removed = [name for name in REMOVED if name in found.names]
    percent = found.value("pct")
    if percent not in {"", "100"} and found.level("p"):
        message = (
            f"pct={brief(percent)} softens nothing for receivers that follow RFC 9989, which "
            "removed it: the policy is for all mail."
        )
        fix = "Delete pct from the DMARC record; for a softer start write t=y, or p=none."
        yield Verdict(Status.WARNING, "removed-tag", message, fix)
    elif removed:
        message = f"RFC 9989 removed {_listed(removed)}, so newer receivers skip that."
        fix = f"Delete {_listed(removed)} from the DMARC record when you next change it."
        yield Verdict(Status.INFO, "removed-tag", message, fix)


def _unknown(found: DmarcRecord, fix: str) -> Iterator[Verdict]:
    unknown = [name for name in dict.fromkeys(found.names) if name not in {*KNOWN, *REMOVED}]
    near = {name: known for name in unknown if (known := _meant(name))}
    if near:
        wrong = [f"{known} is misspelt as {name}" for name, known in near.items()]
        message = f"In the DMARC record {_listed(wrong)}, so receivers skip it."
        yield Verdict(Status.WARNING, "misspelt-tag", message, fix)
    strange = [name for name in unknown if name not in near]
    if strange:
        message = f"DMARC knows no tag {_listed(strange)}: receivers skip it."
        fix = f"Delete {_listed(strange)} from the DMARC record."
        yield Verdict(Status.INFO, "unknown-tag", message, fix)


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


def _listed(parts: list[str]) -> str:
    return listed(list(map(brief, parts)))
