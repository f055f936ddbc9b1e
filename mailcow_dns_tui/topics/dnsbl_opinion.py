"""What a block list's answer says, once the list has proved that it works."""

from collections.abc import Iterable
from dataclasses import dataclass

from mailcow_dns_tui.model.answer import Lookup
from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.model.txt import brief, shown
from mailcow_dns_tui.topics.dnsbl_lists import BlockList, Entry, IPAddress, Meaning
from mailcow_dns_tui.topics.judgement import Verdict
from mailcow_dns_tui.topics.words import listed, reasons

OWN_RESOLVER = "Check on the mail host, with its own resolver and not a public one (--resolver)."


@dataclass(frozen=True)
class Proof:
    """The answers about the address that every list has, and about the one that none has."""

    listed: Lookup
    not_listed: Lookup


def opinion(address: IPAddress, blocklist: BlockList, proof: Proof, lookup: Lookup) -> Verdict:
    """Judge the answer about an address; a list without proof is believed nothing."""
    doubt = _doubt(blocklist, proof) or _unusable(blocklist, lookup)
    return doubt or _of_entries(address, blocklist, _entries(blocklist, lookup))


def _entries(blocklist: BlockList, lookup: Lookup) -> tuple[Entry, ...]:
    texts = dict.fromkeys(shown(r) for answer in lookup.heard for r in answer.rdatas)
    return blocklist.read(texts)


def _doubt(blocklist: BlockList, proof: Proof) -> Verdict | None:
    for lookup in (proof.listed, proof.not_listed):
        if unusable := _unusable(blocklist, lookup):
            return unusable
    if proof.not_listed.found:
        return _not_believed(blocklist, "it lists even 127.0.0.1, which no working list does")
    if not any(entry.meaning is Meaning.LISTED for entry in _entries(blocklist, proof.listed)):
        return _not_believed(blocklist, "it lacks its own test entry 127.0.0.2")
    return None


def _unusable(blocklist: BlockList, lookup: Lookup) -> Verdict | None:
    """Why an answer is neither a hit nor the absence of one."""
    if lookup.unknown:
        message = f"The block list {blocklist.zone} could not be asked: {reasons(lookup.failed)}."
        return Verdict(Status.UNKNOWN, "could-not-ask", message, OWN_RESOLVER)
    entries = _entries(blocklist, lookup)
    for entry in entries:
        if entry.meaning is Meaning.REFUSED:
            message = f"The block list {blocklist.zone} refuses to answer: {entry.text}."
            return Verdict(Status.UNKNOWN, "list-refuses", message, OWN_RESOLVER)
    strange = [entry.text for entry in entries if entry.meaning is Meaning.NONSENSE]
    if lookup.found and (strange or not entries):
        answer = listed(list(map(brief, strange))) or "nothing that is an address"
        return _not_believed(blocklist, f"it answered {answer}, which has no meaning")
    return None


def _not_believed(blocklist: BlockList, why: str) -> Verdict:
    message = f"The block list {blocklist.zone} can't be believed: {why}."
    return Verdict(Status.UNKNOWN, "list-not-believed", message, OWN_RESOLVER)


def _of_entries(address: IPAddress, blocklist: BlockList, entries: tuple[Entry, ...]) -> Verdict:
    zone = blocklist.zone
    if not entries:
        return Verdict(Status.OK, "not-listed", f"{zone} does not list {address}.")
    fix = f"Find out why mail from it is taken for spam, end that, and {blocklist.removal}."
    if listed := _parts(entries, Meaning.LISTED):
        status = Status.ERROR if blocklist.decisive else Status.WARNING
        message = f"{zone} lists {address} ({listed}): receivers who use it refuse your mail."
        return Verdict(status, "listed", message, fix)
    policy = _parts(entries, Meaning.POLICY)
    message = f"{zone} lists {address} ({policy}) as an address that should send no mail itself."
    fix = f"If the address is yours and never changes, {blocklist.removal}."
    return Verdict(Status.WARNING, "listed-by-policy", message, fix)


def _parts(entries: Iterable[Entry], meaning: Meaning) -> str:
    return ", ".join(dict.fromkeys(entry.text for entry in entries if entry.meaning is meaning))
