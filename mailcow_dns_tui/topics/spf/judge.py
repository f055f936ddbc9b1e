"""What is to be said of a domain's SPF record."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from dns.name import Name
from dns.rdatatype import RdataType
from dns.rdtypes.ANY.TXT import TXT

from mailcow_dns_tui.model.answer import Answer
from mailcow_dns_tui.model.code import (
    AS_WANTED,
    COULD_NOT_ASK,
    NOT_VALID,
    SERVERS_DISAGREE,
    SEVERAL_RECORDS,
)
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.names import ascii_form
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.text import brief, listed, safe
from mailcow_dns_tui.topics.judge import (
    ASK_AGAIN,
    UPDATING,
    Verdict,
    as_wanted,
    missing,
    where,
    works_differently,
)
from mailcow_dns_tui.topics.phrases import described, in_plan, listed_names, listed_texts
from mailcow_dns_tui.topics.spf import record as grammar
from mailcow_dns_tui.topics.spf import result
from mailcow_dns_tui.topics.text_record import wanted_text

SMALL_ANSWER = 512
"""In octets: what every way through the internet lets pass (RFC 7208 3.4)."""
LARGE_ANSWER = 1232
"""In octets: the largest answer that servers of today send over UDP."""
HEADER, QUESTION_TAIL, RR_HEAD = 12, 4, 12
"""In octets, of an answer whose owner names are compressed (RFC 1035 4.1)."""


def remarks(record: Record, answer: Answer, text: grammar.PublishedSpf) -> Sequence[Verdict]:
    """What is to be said of the text alone, whoever sends."""
    return [
        *_ignored(record, text.text),
        *_after_all(record, text.text),
        *_ptr(record, text.text),
        *_size(record, answer, text),
    ]


def _ignored(record: Record, text: str) -> Iterator[Verdict]:
    name = record.owner_text
    redirect = grammar.ignored_redirect(text)
    if redirect:
        message = (
            f"The SPF record of {name} has {brief(redirect)} and all: the first has no effect."
        )
        fix = f"Delete one of the two from the record {where(record)}."
        yield Verdict(Status.WARNING, result.REDIRECT_IGNORED, message, fix)
    words = listed_texts(grammar.unknown_modifiers(text))
    if words:
        message = f"In the SPF record of {name} receivers ignore {words}."
        fix = f"Delete it, or write it with a colon in place of = {where(record)}."
        if "v=" in words.lower():
            fix = f"Two records were joined: keep only one v=spf1, at the start, {where(record)}."
        yield Verdict(Status.WARNING, result.IGNORED_TERM, message, fix)


def _after_all(record: Record, text: str) -> Iterator[Verdict]:
    ignored = grammar.ignored_mechanisms(text)
    if not ignored:
        return
    counted = [term.raw.lower().lstrip("+") for term in grammar.mechanisms(text)[: -len(ignored)]]
    lost = [t for t in ignored if t.qualifier == "+" and t.raw.lower().lstrip("+") not in counted]
    words = listed([brief(term.raw) for term in lost or ignored])
    name = record.owner_text
    message = f"In the SPF record of {name}, {words} has no effect behind the word all."
    fix = f"Move the word all to the end {where(record)}."
    status = Status.WARNING if lost else Status.INFO
    yield Verdict(status, result.AFTER_ALL, message, fix)


def _ptr(record: Record, text: str) -> Iterator[Verdict]:
    words = [term.raw for term in grammar.mechanisms(text) if term.name == "ptr"]
    if words:
        name = record.owner_text
        message = f"The SPF record of {name} uses {brief(words[0])}, which some receivers ignore."
        fix = f"Write mx, a or the addresses in its place {where(record)} (RFC 7208 5.5)."
        yield Verdict(Status.WARNING, result.USES_PTR, message, fix)


def _size(record: Record, answer: Answer, text: grammar.PublishedSpf) -> Iterator[Verdict]:
    name = record.owner_text
    question = HEADER + QUESTION_TAIL + sum(len(label) + 1 for label in record.owner.labels)
    texts = [rdata for rdata in answer.rdatas if isinstance(rdata, TXT)]
    alone = question + RR_HEAD + text.octets
    together = question + sum(RR_HEAD + len(rdata.to_wire() or b"") for rdata in texts)
    if alone > SMALL_ANSWER:
        message = f"The SPF record of {name} is so long that some receivers can't fetch it."
        fix = f"Shorten it, or move parts into an include {where(record)} (RFC 7208 3.4)."
        yield Verdict(Status.WARNING, result.TOO_LONG, message, fix)
    elif together > LARGE_ANSWER:
        message = (
            f"The TXT records of {name} have {together} bytes together: some receivers can't fetch "
            "them."
        )
        fix = f"Delete those that nobody needs any more {where(record)}."
        yield Verdict(Status.WARNING, result.TOO_LONG, message, fix)


QUOTES = frozenset("\"'\u2018\u2019\u201c\u201d\u201e")
GIVE_UP = "receivers then ignore the whole record (permerror)"
MISTAKEN = {
    result.NOT_ALLOWED: ("mx", "the MX records of that host, not for its addresses"),
    result.BROKEN_REFERENCE: ("include", "an SPF record of that host, not for its addresses"),
}
"""By the code that comes of it, what is written where `a:` with the mail host was meant."""
PASSES_BEFORE = (
    "mail from this server passes before that, but for others receivers give up on the record "
    "(permerror)"
)
COME_TO_IT = "receivers that come to that give up on the record (permerror)"


def judge_answer(
    record: Record, answer: Answer, evaluations: Mapping[str, result.Evaluation]
) -> Sequence[Verdict]:
    """Judge what one server has, by the evaluations of the records by the grammar."""
    found = grammar.published(answer)
    if not found:
        return [missing(record)]
    if len(found) > 1 and found[0].counts:
        message = f"{record.owner_text} has {len(found)} SPF records: receivers ignore them all."
        fix = (
            f"Change one {where(record)} so that it lists all who may send, and delete the others."
        )
        return [Verdict(Status.ERROR, SEVERAL_RECORDS, message, fix)]
    fault = _fault(found[0])
    if fault:
        return [_not_valid(record, found[0], fault)]
    return _of_valid(record, answer, found[0], evaluations[found[0].text])


def _fault(text: grammar.PublishedSpf) -> str:
    fault = grammar.syntax_fault(text.text) if text.counts else grammar.version_fault(text.text)
    if fault and text.spaced != text.text:
        return f"its strings are joined without a blank, which gives `{brief(text.text)}`"
    return fault


def _not_valid(record: Record, text: grammar.PublishedSpf, fault: str) -> Verdict:
    message = f"The SPF record of {record.owner_text} is not valid: {safe(fault)}."
    bare = "" if QUOTES.isdisjoint(text.text) else ", without quotation marks around it"
    fix = f"Correct it {where(record)}{bare}, and keep all who may send."
    return Verdict(Status.ERROR, NOT_VALID, message, fix)


def _of_valid(
    record: Record, answer: Answer, text: grammar.PublishedSpf, evaluation: result.Evaluation
) -> Sequence[Verdict]:
    wanted = wanted_text(record)
    same = grammar.same_meaning(text.text, wanted, record.owner)
    faults = [
        *_of_troubles(record, text, evaluation),
        *_of_addresses(record, evaluation, _what_to_add(text.text, wanted, record)),
        *_of_others(record, evaluation, planned=same or wanted.endswith("?all")),
    ]
    noted = remarks(record, answer, text)
    grave = any(verdict.status is not Status.INFO for verdict in (*faults, *noted))
    if grave:
        return [*faults, *noted]
    if same and not noted:
        return [as_wanted(record)]
    joined = None if noted else _joined(record, text.text, wanted, evaluation)
    return [joined or works_differently(record), *noted]


def _joined(
    record: Record, text: str, wanted: str, evaluation: result.Evaluation
) -> Verdict | None:
    """That it is as the guide proposes it, who else sends included; None if it is not."""
    from mailcow_dns_tui.topics.spf.merge import difference, is_joined

    addresses = (outcome.address for outcome in evaluation.outcomes)
    ours = {f"ip{6 if ':' in each else 4}:{each}" for each in addresses}
    if not is_joined(text, wanted, ours, record.owner):
        return None
    why = difference(text, wanted, ours)
    return Verdict(Status.OK, AS_WANTED, f"{described(record)} allows this server. {why}".rstrip())


def _of_troubles(
    record: Record, text: grammar.PublishedSpf, evaluation: result.Evaluation
) -> Iterator[Verdict]:
    for trouble, phrase in evaluation.troubles:
        joined = trouble is result.Permerror.REFERENCE and text.spaced != text.text
        # A name that took in the next word is valid, and leads nowhere.
        hint = " (its strings are joined without a blank)" if joined else ""
        told = {"phrase": safe(phrase) + hint, "effect": _effect(trouble, evaluation)}
        message = TROUBLES[trouble].message.format(name=record.owner_text, **told)
        fix = TROUBLES[trouble].fix.format(where=where(record))
        yield replace(TROUBLES[trouble], message=message, fix=fix)


def _effect(trouble: result.Permerror, evaluation: result.Evaluation) -> str:
    if trouble in evaluation.met:
        return GIVE_UP
    results = {outcome.verdict for outcome in evaluation.outcomes}
    return PASSES_BEFORE if results == {result.PASSED} else COME_TO_IT


TROUBLES = {
    result.Permerror.LOOKUPS: Verdict(
        Status.ERROR,
        result.TOO_MANY_LOOKUPS,
        "The SPF record of {name} takes {phrase}, but RFC 7208 allows only 10: {effect}.",
        "Change it {where}: delete what no longer sends for you, and write addresses with ip4: and "
        "ip6: in place of names.",
    ),
    result.Permerror.VOIDS: Verdict(
        Status.ERROR,
        result.TOO_MANY_VOID_LOOKUPS,
        "The SPF record of {name} takes {phrase}; RFC 7208 allows only 2 of these: {effect}.",
        "Change it {where}: delete the names that have no such addresses or do not exist.",
    ),
    result.Permerror.REFERENCE: Verdict(
        Status.ERROR,
        result.BROKEN_REFERENCE,
        "The SPF record of {name} can't be used, because {phrase}: {effect}.",
        "Correct that name {where}, or delete it from the record.",
    ),
}
"""What is to be said of each reason for which receivers give up."""


def _what_to_add(text: str, wanted: str, record: Record) -> str:
    """Who else sends is to stay: the record gets what it lacks, where that is enough."""
    lacking = grammar.lacking_words(text, wanted, record.owner)
    if lacking:
        return f"Add {' '.join(lacking)} right after v=spf1 {where(record)}."
    if grammar.is_plain(text):
        return "Publish what it refers to first: the MX record and the server's address records."
    return f"Change it to the wanted value {where(record)}."


def _of_addresses(record: Record, evaluation: result.Evaluation, fix: str) -> Iterator[Verdict]:
    name = record.owner_text
    results = {outcome.verdict for outcome in evaluation.outcomes}
    if not results:
        message = f"The plan has no address, so the SPF record of {name} can't be checked."
        yield Verdict(Status.UNKNOWN, result.NO_ADDRESS, message, f"Enter it {in_plan('ipv4')}.")
    if "temperror" in results | evaluation.others:
        message = f"Not all names in the SPF record of {name} could be looked up."
        yield Verdict(Status.UNKNOWN, COULD_NOT_ASK, message, ASK_AGAIN)
    elif result.UNTOLD in results:
        message = (
            f"Whether the SPF record of {name} allows this server depends on the part of the "
            "sender's address before the @, which can't be tried for all."
        )
        fix = "Send a test message from one of your addresses, and look whether SPF passes."
        yield Verdict(Status.UNKNOWN, COULD_NOT_ASK, message, fix)
    if evaluation.differing:
        message = (
            f"The SPF record of {name} allows this server by what some name servers have of "
            f"{listed_names(evaluation.differing)}, and not by what others have."
        )
        yield Verdict(Status.WARNING, SERVERS_DISAGREE, message, UPDATING)
        return
    refused = [o for o in evaluation.outcomes if o.verdict in {"fail", "softfail", "neutral"}]
    if refused:
        told = " and ".join(f"{outcome.address} ({outcome.verdict})" for outcome in refused)
        message = f"The SPF record of {name} does not allow {told}."
        yield Verdict(Status.ERROR, result.NOT_ALLOWED, message, fix)


def _of_others(record: Record, evaluation: result.Evaluation, planned: bool) -> Iterator[Verdict]:
    name = record.owner_text
    terms = evaluation.opening_terms
    out = listed_texts(terms)
    if result.PASSED in evaluation.others:
        told = listed(map(_opening, evaluation.open))
        message = f"The SPF record of {name} lets everybody send its mail, by {told}."
        fix = f"Delete {out} from it, and end it with -all {where(record)}."
        yield Verdict(Status.ERROR, result.OPEN_TO_ALL, message, fix, terms=terms)
    elif evaluation.wide:
        told = listed(map(_opening, evaluation.wide))
        message = f"The SPF record of {name} lets a large part of the internet send, by {told}."
        fix = f"Change the number after / to that of your own network {where(record)}."
        if any(each.own != each.inner for each in evaluation.wide):
            fix = (
                f"Delete {out} from it {where(record)}, and add the addresses of those that still "
                "send."
            )
        yield Verdict(Status.ERROR, result.WIDE_RANGE, message, fix, terms=terms)
    if "neutral" in evaluation.others and not planned:
        how = "ends with ?all" if evaluation.has_end else "ends without all"
        message = f"The SPF record of {name} {how}, so it says nothing against forged mail."
        yield Verdict(
            Status.WARNING,
            result.NEUTRAL_END,
            message,
            f"End it with -all or ~all {where(record)}.",
        )


def _opening(each: result.Opening) -> str:
    leads = "" if each.own == each.inner else f", which leads to `{brief(each.inner)}`"
    return f"`{brief(each.own)}`{leads}"


def telling_what_was_meant(found: Finding, host: Name | None) -> Finding:
    """The finding; where the record asks for the mail host in a wrong way, with the right one.

    A host with MX records may be named for the sake of those.
    """
    best = found.lookup.representative
    text = grammar.only_valid(best) if best else ""
    mechanism, why = MISTAKEN.get(found.code, ("", ""))
    has_mx = any(
        (e.name, e.rdtype) == (host, RdataType.MX) and e.found for e in found.other_lookups
    )
    if found.record is None or host is None or not mechanism or has_mx:
        return found
    name = ascii_form(host)
    word = next((w for w in text.split() if w.lower().rstrip(".") == f"{mechanism}:{name}"), None)
    if word is None:
        return found
    here = found.record.with_zone(found.lookup.zone)
    message = f"{found.message[:-1]}: {word} asks for {why}."
    fix = f"Write a:{name} in place of {word} {where(here)}."
    return replace(found, message=message, fix=fix, terms=(word,))
