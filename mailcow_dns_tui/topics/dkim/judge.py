"""What receivers make of what stands at a DKIM selector, and what a panel did to it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import permutations

from dns.rdtypes.ANY.TXT import TXT

from mailcow_dns_tui.model.answer import Answer
from mailcow_dns_tui.model.code import (
    CUT_OFF,
    MISSING,
    NOT_VALID,
    OTHER_KEY,
    SEVERAL_RECORDS,
    Act,
    Code,
)
from mailcow_dns_tui.model.dkim_key import SHORTEST_RSA, PublicKey, padded
from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.text import LONGEST_SHOWN, STRING_BYTES, brief, listed, txt_value
from mailcow_dns_tui.topics.dkim.record import KeyRecord, is_meant_as_key
from mailcow_dns_tui.topics.judge import Verdict, as_wanted, missing, where
from mailcow_dns_tui.topics.phrases import in_plan
from mailcow_dns_tui.topics.text_record import values, wanted_text

REVOKED = Code("revoked", "the DKIM key is empty", Act.CHANGE, symptom=True)
KEY_SIZE = Code(
    "key-size",
    "the DKIM key is too short, weak, or longer than receivers need to know",
    tolerable=True,
)
DENIED_NAME = Code(
    "denied-name", "a name server denies a name that has a DKIM key below it", tolerable=True
)
TEST_MODE = Code("test-mode", "the DKIM key is marked as a test (`t=y`)", Act.CHANGE)
KEY_NOT_IN_PLAN = Code(
    "key-not-in-plan", "DKIM: the plan has no key to compare with", place=in_plan("dkim")
)


FOREIGN = (
    (r"&(?:quot|amp|apos|nbsp|[lg]t|#x?[0-9a-f]+)\b", "HTML entities such as &quot;"),
    (r"%(?:20|22|2b|2f|3b|3d)", "URL escapes such as %3B"),
    ("[\u2018-\u201f\u00ab\u00bb]", "typographic quotes"),
    (r"\\", "backslashes"),
    (r"[\"'`]", "quotes"),
    ("[\u00a0\u200b-\u200d\u2060\ufeff]", "no-break or invisible blanks"),
    (r"[^\s!-~]", "characters that are not ASCII"),
)
"""What no DKIM record has in its tags, in the order it is told; one is enough to be told."""

ZONE_FILE_LINE = r"\bIN\s+TXT\b"
MISSHAPEN = (
    (r"\s*(-----BEGIN|MI[IGH][A-Za-z0-9+/=\s]{60})", "has only the key, without tags before it"),
    (r"\s*v\s*=\s*DKIM1[\s,:]+\w+\s*=", "lacks the ; between its tags"),
    (r"\s*(V\s*=.*;)?\s*P\s*=", "has its tag names in capitals, which receivers do not know"),
)


def foreign_characters(text: str) -> str | None:
    """The kinds of characters that came in with the paste, as a phrase."""
    found = [what for pattern, what in FOREIGN if re.search(pattern, text, re.IGNORECASE)]
    known = found[:-1] if len(found) > 1 and found[-1] == FOREIGN[-1][1] else found
    return " and ".join(known) or None


def paste_fault(text: str) -> str | None:
    """What happened to a record that can't be read, to go on from its name; None if unclear."""
    if re.search(ZONE_FILE_LINE, text, re.IGNORECASE):
        return "has a whole line of a zone file as its data"
    if what := foreign_characters(text):
        return f"has {what} in its data, so receivers can't read it"
    return next((what for pattern, what in MISSHAPEN if re.match(pattern, text)), None)


def key_damage(found: str, wanted: str) -> str | None:
    """What happened to the wanted key on the way, to go on from "The key …"."""
    if "-----" in found:
        return "has the BEGIN and END lines of the key file in it"
    if found == wanted.replace("+", ""):
        return "has lost every + in it, as happens in web addresses"
    if found != wanted and found.lower() == wanted.lower():
        return "has its capital and small letters changed, which makes it another key"
    if len(found) > len(wanted) and found.startswith(wanted.rstrip("=")):
        return f"goes on after its {len(wanted)} characters with what does not belong to it"
    if len(found) < len(wanted) and wanted.endswith(found):
        return f"lacks its first {len(wanted) - len(found)} characters"
    return None


GOOD_RSA = 2048
LARGEST_RSA = 4096
"""RFC 8301 3.2: what signers should use at least, and what verifiers must know at most."""


def verdicts(record: Record, text: str) -> Sequence[Verdict]:
    """All that is to be said of one TXT value; at least one verdict."""
    found = KeyRecord(text)
    wanted = KeyRecord(wanted_text(record))
    if found.fault:
        return [_unreadable(record, found, wanted, found.fault)]
    if not found.key:
        message = (
            f"The key of {record.owner_text} is revoked: p= is empty, so every signature fails."
        )
        return [Verdict(Status.ERROR, REVOKED, message, _fix(record))]
    if found.public and wanted.public and found.public.identity == wanted.public.identity:
        own = [*_exclusions(record, found), *_weaknesses(record, found, found.public)]
        return own or [as_wanted(record)]
    size = [_size(record, found.public)] if found.public else []
    return [_not_ours(record, found, wanted), *filter(None, size)]


def _fix(record: Record, published: str = "") -> str:
    what = foreign_characters(published)
    without = f", without {what}" if what else ""
    return f"Change it to the wanted value {where(record)}{without}."


def _unreadable(record: Record, found: KeyRecord, wanted: KeyRecord, fault: str) -> Verdict:
    if _is_beginning(found, wanted):
        return _cut_before_the_key(record, found, wanted)
    message = f"{record.owner_text} {paste_fault(found.text) or fault}."
    return Verdict(Status.ERROR, NOT_VALID, message, _fix(record, found.text))


def _is_beginning(found: KeyRecord, wanted: KeyRecord) -> bool:
    """Whether the record ends before its key begins."""
    # Blanks of other kinds are no blanks to a receiver: they spoil a record, and don't cut it.
    texts = (re.sub(r"[ \t\r\n]", "", each.text) for each in (found, wanted))
    start, whole = (text.rstrip(";") for text in texts)
    return "p" not in found.tags and bool(start) and whole.startswith(start)


def _cut_before_the_key(record: Record, found: KeyRecord, wanted: KeyRecord) -> Verdict:
    message = (
        f"The record of {record.owner_text} is cut off before its key: it is {brief(found.text)}."
    )
    fix = _fix(record)
    if found.text.rstrip() == wanted.text.partition(";")[0]:
        message = f"{message[:-1]}, as if the ; were the start of a comment."
        fix = f'Enter the wanted value {where(record)} between double quotes ("…").'
    return Verdict(Status.ERROR, CUT_OFF, message, fix)


def _not_ours(record: Record, found: KeyRecord, wanted: KeyRecord) -> Verdict:
    if wanted.key.startswith(found.key):
        return _cut_in_the_key(record, found, wanted)
    what = foreign_characters(found.key)
    fault = f"has {what} in it" if what else key_damage(found.key, wanted.key)
    if fault is None and found.public:
        message = f"The key of {record.owner_text} is not the server's key: its signatures fail."
        return Verdict(Status.ERROR, OTHER_KEY, message, _fix(record))
    message = f"The key of {record.owner_text} {fault or 'is damaged'}, so receivers can't use it."
    return Verdict(Status.ERROR, NOT_VALID, message, _fix(record, found.key))


def _cut_in_the_key(record: Record, found: KeyRecord, wanted: KeyRecord) -> Verdict:
    at, whole = len(found.key), len(wanted.key)
    message = f"The key of {record.owner_text} is cut off after {at} of its {whole} characters"
    fix = _fix(record)
    if len(found.text.encode()) == STRING_BYTES:
        message += ": the record ends after 255, all that one string of a TXT can hold"
        fix = f"Enter the wanted value {where(record)} in quoted pieces of at most 255 characters."
    return Verdict(Status.ERROR, CUT_OFF, f"{message}.", fix)


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
        message = f"The key of {record.owner_text} {fault}."
        yield Verdict(Status.ERROR, NOT_VALID, message, _fix(record))


def _weaknesses(record: Record, found: KeyRecord, public: PublicKey) -> Iterator[Verdict]:
    if "y" in found.tags.items("t"):
        message = (
            f"The key of {record.owner_text} is marked as a test (t=y): "
            "receivers may treat the mail as if it were not signed."
        )
        fix = (
            f"Delete t=y from the record {where(record)}; if it is also {in_plan('dkim')}, delete "
            "it there too."
        )
        yield Verdict(Status.WARNING, TEST_MODE, message, fix)
    if size := _size(record, public):
        yield size
    if form := _unusual_form(found, public):
        message = (
            f"The key of {record.owner_text} is right, but {form}: some receivers refuse that."
        )
        yield Verdict(Status.WARNING, NOT_VALID, message, _fix(record))


def _unusual_form(found: KeyRecord, public: PublicKey) -> str | None:
    """What is against the grammar, or at its edge, and read by lenient receivers."""
    tags, senders = found.tags, found.tags.value("g", "*")
    words = [tags.value("k"), *tags.items("h"), *tags.items("s")]
    known = {"rsa", "ed25519", "sha256", "email"}
    forms = (
        (
            public.kind == "rsa" and not public.usual_form,
            "in an unusual form (a bare RSAPublicKey)",
        ),
        (found.key != padded(found.key.rstrip("=")), "with the wrong number of = at its end"),
        (tags.gaps, "with a ; too many in the record"),
        ("v" in tags and tags.tags[0][0] != "v", "with v=DKIM1 behind another tag"),
        # Gone since RFC 6376; Mail::DKIM, in SpamAssassin and Amavis, goes by it.
        (senders != "*", f"with g={brief(senders)}, which by RFC 4871 leaves senders out"),
        (
            not re.fullmatch(r"[\t\r\n -~]*", found.text),
            "with characters in the record that are not ASCII",
        ),
        (
            any(word.lower() in known - {word} for word in words),
            "with a word of its tags in capitals",
        ),
    )
    return next((form for applies, form in forms if applies), None)


def _size(record: Record, public: PublicKey) -> Verdict | None:
    if public.kind != "rsa" or GOOD_RSA <= public.bits <= LARGEST_RSA:
        return None
    key = f"The key of {record.owner_text} has {public.bits} bits"
    fix = (
        "Make a new key of 2048 bits in mailcow (System, Configuration, ARC/DKIM keys), "
        f"then enter it {in_plan('dkim')} and change the record."
    )
    if public.bits < SHORTEST_RSA:
        message = f"{key}: receivers refuse RSA keys below {SHORTEST_RSA} (RFC 8301)."
        return Verdict(Status.ERROR, KEY_SIZE, message, fix)
    if public.bits < GOOD_RSA:
        message = f"{key}: that is weak, and RFC 8301 asks for {GOOD_RSA}."
        return Verdict(Status.WARNING, KEY_SIZE, message, fix)
    message = f"{key}: receivers need not take RSA keys above {LARGEST_RSA} (RFC 8301)."
    return Verdict(Status.WARNING, KEY_SIZE, message, fix)


MOST_PIECES = 4
"""Of a key of 4096 bits, each of at most 255 octets."""


def judge_answer(record: Record, answer: Answer) -> Sequence[Verdict]:
    """All that is to be said of what stands at a selector."""
    texts = values(answer)
    keys = [verdicts(record, text) for text in texts if is_meant_as_key(text)]
    if not keys:
        return [_leads_nowhere(record, answer) if answer.aliases else missing(record)]
    ours = [each for each in keys if all(verdict.status is not Status.ERROR for verdict in each)]
    if not ours and _is_split(record, texts):
        return [_split(record, len(texts))]
    if len(keys) > 1 and len(ours) < len(keys):
        return [_leaving_ours(_several(record, len(keys)), record, answer)]
    if len(texts) == 1:
        return keys[0]
    return [*keys[0], _leaving_ours(_crowded(record, len(texts)), record, answer)]


def _leaving_ours(verdict: Verdict, record: Record, answer: Answer) -> Verdict:
    """The verdict; where a right record is there, about those that have to go, if these differ.

    They differ for people where their beginnings do.
    """
    rdatas = [rdata for rdata in answer.rdatas if isinstance(rdata, TXT)]
    judged = ((rdata, verdicts(record, txt_value(rdata))) for rdata in rdatas)
    right = [r for r, said in judged if all(each.status is Status.OK for each in said)]
    if not right:
        return verdict
    kept = min(right, key=txt_value)
    gone = tuple(rdata for rdata in rdatas if rdata != kept)
    texts = list(dict.fromkeys(map(txt_value, gone)))
    if any(text[:LONGEST_SHOWN] == txt_value(kept)[:LONGEST_SHOWN] for text in texts):
        return verdict
    told = listed([f"`{brief(text)}`" if text else "the empty one" for text in texts])
    fix = f"Delete {told} {where(record)}; the other one is right."
    return replace(verdict, fix=fix, rdatas=gone)


def _is_split(record: Record, texts: Sequence[str]) -> bool:
    """Whether the records are the pieces of the wanted one."""
    if not 1 < len(texts) <= MOST_PIECES:
        return False
    orders = map("".join, permutations(texts))
    return any(each.status is not Status.ERROR for o in orders for each in verdicts(record, o)[:1])


def _split(record: Record, count: int) -> Verdict:
    message = (
        f"The pieces of the key of {record.owner_text} are {count} records, "
        "which receivers do not join."
    )
    fix = f"Leave one record {where(record)}, with all pieces as the quoted strings of one value."
    return Verdict(Status.ERROR, SEVERAL_RECORDS, message, fix)


def _leads_nowhere(record: Record, answer: Answer) -> Verdict:
    name, target = record.owner_text, unicode_form(answer.aliases[-1])
    message = f"{name} is a CNAME that leads to {target}, where no key is."
    fix = f"Delete the CNAME, and add this record {where(record)}."
    return Verdict(Status.ERROR, MISSING, message, fix)


def _several(record: Record, count: int) -> Verdict:
    message = (
        f"{record.owner_text} has {count} key records, of which receivers take any one, or none."
    )
    return Verdict(
        Status.ERROR, SEVERAL_RECORDS, message, f"Leave only the wanted one {where(record)}."
    )


def _crowded(record: Record, count: int) -> Verdict:
    """RFC 6376 3.6.2.2 allows one TXT at a selector, and OpenDKIM takes none of several."""
    message = (
        f"{record.owner_text} has {count} TXT records, where only one may be (RFC 6376 "
        "3.6.2.2): receivers with OpenDKIM then take none, and every signature fails."
    )
    fix = f"Leave only the wanted one {where(record)}."
    return Verdict(Status.ERROR, SEVERAL_RECORDS, message, fix)
