"""What receivers make of a published DKIM key record, and whether its key is the wanted one."""

import re
from collections.abc import Iterator, Sequence

from dns.rdtypes.ANY.TXT import TXT

from mailcow_dns_tui.model.dkim_key import SHORTEST_RSA, PublicKey, padded
from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.txt import STRING_BYTES, brief, txt_value
from mailcow_dns_tui.topics.dkim_pasting import foreign_characters, key_damage, paste_fault
from mailcow_dns_tui.topics.dkim_record import KeyRecord
from mailcow_dns_tui.topics.judgement import Verdict, as_wanted, where
from mailcow_dns_tui.topics.words import in_plan

GOOD_RSA = 2048
LARGEST_RSA = 4096
"""RFC 8301 3.2: what signers should use at least, and what verifiers must know at most."""


def verdicts(record: Record, text: str) -> Sequence[Verdict]:
    """All that is to be said of one TXT value; at least one verdict."""
    found = KeyRecord(text)
    wanted = KeyRecord(txt_value(record.rdata) if isinstance(record.rdata, TXT) else "")
    if found.fault:
        return [_unreadable(record, found, wanted, found.fault)]
    if not found.key:
        message = f"The key of {_name(record)} is revoked: p= is empty, so every signature fails."
        return [Verdict(Status.ERROR, "revoked", message, _fix(record))]
    if found.public and wanted.public and found.public.identity == wanted.public.identity:
        own = [*_exclusions(record, found), *_weaknesses(record, found, found.public)]
        return own or [as_wanted(record)]
    size = [_size(record, found.public)] if found.public else []
    return [_not_ours(record, found, wanted), *filter(None, size)]


def _name(record: Record) -> str:
    return unicode_form(record.owner)


def _fix(record: Record, published: str = "") -> str:
    what = foreign_characters(published)
    without = f", without {what}" if what else ""
    return f"Change it to the wanted value {where(record)}{without}."


def _unreadable(record: Record, found: KeyRecord, wanted: KeyRecord, fault: str) -> Verdict:
    if _is_beginning(found, wanted):
        return _cut_before_the_key(record, found, wanted)
    message = f"{_name(record)} {paste_fault(found.text) or fault}."
    return Verdict(Status.ERROR, "not-valid", message, _fix(record, found.text))


def _is_beginning(found: KeyRecord, wanted: KeyRecord) -> bool:
    """Whether the record ends before its key begins."""
    # Blanks of other kinds are no blanks to a receiver: they spoil a record, and don't cut it.
    texts = (re.sub(r"[ \t\r\n]", "", each.text) for each in (found, wanted))
    start, whole = (text.rstrip(";") for text in texts)
    return "p" not in found.tags and bool(start) and whole.startswith(start)


def _cut_before_the_key(record: Record, found: KeyRecord, wanted: KeyRecord) -> Verdict:
    message = f"The record of {_name(record)} is cut off before its key: it is {brief(found.text)}."
    fix = _fix(record)
    if found.text.rstrip() == wanted.text.partition(";")[0]:
        message = f"{message[:-1]}, as if the ; were the start of a comment."
        fix = f'Enter the wanted value {where(record)} between double quotes ("…").'
    return Verdict(Status.ERROR, "cut-off", message, fix)


def _not_ours(record: Record, found: KeyRecord, wanted: KeyRecord) -> Verdict:
    if wanted.key.startswith(found.key):
        return _cut_in_the_key(record, found, wanted)
    fault = _damage(found.key, wanted.key)
    if fault is None and found.public:
        message = f"The key of {_name(record)} is not the server's key: its signatures fail."
        return Verdict(Status.ERROR, "other-key", message, _fix(record))
    message = f"The key of {_name(record)} {fault or 'is damaged'}, so receivers can't use it."
    return Verdict(Status.ERROR, "not-valid", message, _fix(record, found.key))


def _damage(found: str, wanted: str) -> str | None:
    what = foreign_characters(found)
    return f"has {what} in it" if what else key_damage(found, wanted)


def _cut_in_the_key(record: Record, found: KeyRecord, wanted: KeyRecord) -> Verdict:
    at, whole = len(found.key), len(wanted.key)
    message = f"The key of {_name(record)} is cut off after {at} of its {whole} characters"
    fix = _fix(record)
    if len(found.text.encode()) == STRING_BYTES:
        message += ": the record ends after 255, all that one string of a TXT can hold"
        fix = f"Enter the wanted value {where(record)} in quoted pieces of at most 255 characters."
    return Verdict(Status.ERROR, "cut-off", f"{message}.", fix)


def _exclusions(record: Record, found: KeyRecord) -> Iterator[Verdict]:
    """Why receivers may not use the right key for mail that mailcow signs, with SHA-256."""
    public, tags = found.public, found.tags
    faults = []
    if public and tags.value("k", "rsa").lower() != public.kind:
        kind = brief(tags.value("k", "rsa"))
        faults.append(f"is right, but k={kind} is wrong for a key of the kind {public.kind}")
    if public and public.kind == "ed25519" and not public.usual_form:
        faults.append("is right, but longer than the 32 bytes that RFC 8463 wants")
    if "sha256" not in map(str.lower, tags.items("h", "sha256")):
        faults.append(
            "is right, but its tag h= does not allow SHA-256, which the server signs with"
        )
    if not {"*", "email"} & set(map(str.lower, tags.items("s", "*"))):
        faults.append("is right, but its tag s= does not allow it for mail")
    for fault in faults:
        message = f"The key of {_name(record)} {fault}."
        yield Verdict(Status.ERROR, "not-valid", message, _fix(record))


def _weaknesses(record: Record, found: KeyRecord, public: PublicKey) -> Iterator[Verdict]:
    if "y" in found.tags.items("t"):
        message = (
            f"The key of {_name(record)} is marked as a test (t=y): "
            "receivers may treat the mail as if it were not signed."
        )
        fix = (
            f"Delete t=y from the record {where(record)}; if it is also {in_plan('dkim')}, delete "
            "it there too."
        )
        yield Verdict(Status.WARNING, "test-mode", message, fix)
    if size := _size(record, public):
        yield size
    if form := _unusual_form(found, public):
        message = f"The key of {_name(record)} is right, but {form}: some receivers refuse that."
        yield Verdict(Status.WARNING, "not-valid", message, _fix(record))


def _unusual_form(found: KeyRecord, public: PublicKey) -> str | None:
    """What is against the grammar, or at its edge, and read by lenient receivers."""
    if public.kind == "rsa" and not public.usual_form:
        return "in an unusual form (a bare RSAPublicKey)"
    if found.key != padded(found.key.rstrip("=")):
        return "with the wrong number of = at its end"
    if found.tags.gaps:
        return "with a ; too many in the record"
    if not re.fullmatch(r"[\t\r\n -~]*", found.text):
        return "with characters in the record that are not ASCII"
    words = [found.tags.value("k"), *found.tags.items("h"), *found.tags.items("s")]
    if any(word.lower() in {"rsa", "ed25519", "sha256", "email"} - {word} for word in words):
        return "with a word of its tags in capitals"
    return None


def _size(record: Record, public: PublicKey) -> Verdict | None:
    if public.kind != "rsa" or GOOD_RSA <= public.bits <= LARGEST_RSA:
        return None
    key = f"The key of {_name(record)} has {public.bits} bits"
    fix = (
        "Make a new key of 2048 bits in mailcow (System, Configuration, ARC/DKIM keys), "
        f"then enter it {in_plan('dkim')} and change the record."
    )
    if public.bits < SHORTEST_RSA:
        message = f"{key}: receivers refuse RSA keys below {SHORTEST_RSA} (RFC 8301)."
        return Verdict(Status.ERROR, "key-size", message, fix)
    if public.bits < GOOD_RSA:
        message = f"{key}: that is weak, and RFC 8301 asks for {GOOD_RSA}."
        return Verdict(Status.WARNING, "key-size", message, fix)
    message = f"{key}: receivers need not take RSA keys above {LARGEST_RSA} (RFC 8301)."
    return Verdict(Status.WARNING, "key-size", message, fix)
