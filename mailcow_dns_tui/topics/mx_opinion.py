"""What the MX records of a domain mean for its mail."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from dns.name import Name
from dns.rdata import Rdata
from dns.rdtypes.ANY.MX import MX

from mailcow_dns_tui.model.answer import Answer
from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.model.names import ascii_form, unicode_form
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.txt import shown
from mailcow_dns_tui.topics.aliases import could_not_tell
from mailcow_dns_tui.topics.judgement import (
    Verdict,
    as_wanted,
    different,
    missing,
    where,
    works_differently,
)
from mailcow_dns_tui.topics.mx_targets import Kind, Targets
from mailcow_dns_tui.topics.words import listed

DELIVER_HERE = {Kind.OURS, Kind.ALIAS, Kind.PARTLY}


def opinions(record: Record, answer: Answer, targets: Targets) -> Sequence[Verdict]:
    published = [rdata for rdata in answer.rdatas if isinstance(rdata, MX)]
    if not published:
        return (_without_mx(record, answer, targets),)
    by_kind = {kind: _of_kind(published, kind, targets) for kind in Kind}
    unknown = _exchanges(by_kind[Kind.UNKNOWN])
    ours = [rdata for kind in DELIVER_HERE for rdata in by_kind[kind]]
    if unknown and not ours:
        return (could_not_tell(unknown),)
    verdicts = [*_foreign(record, ours, by_kind[Kind.FOREIGN])]
    verdicts += _useless(record, by_kind, targets, Status.WARNING if ours else Status.ERROR)
    verdicts += [could_not_tell(unknown)] if unknown else []
    verdicts += _partly(record, by_kind[Kind.PARTLY], targets)
    wholly = [rdata for rdata in ours if rdata not in by_kind[Kind.PARTLY]]
    return [*verdicts, *_ours(record, wholly, by_kind[Kind.ALIAS])]


def _of_kind(published: Iterable[MX], kind: Kind, targets: Targets) -> list[MX]:
    return [rdata for rdata in published if targets.kind(rdata.exchange) is kind]


def _exchanges(published: Iterable[Rdata]) -> set[Name]:
    return {rdata.exchange for rdata in published if isinstance(rdata, MX)}


def _names(published: Iterable[MX]) -> str:
    return listed(sorted(map(unicode_form, _exchanges(published))))


def _without_mx(record: Record, answer: Answer, targets: Targets) -> Verdict:
    """Without MX, senders take the domain itself for its mail host (RFC 5321 5.1)."""
    domain, add = unicode_form(record.owner), missing(record).fix
    itself = targets.of(record.owner)
    if itself.leads_to(targets.ours):
        message = (
            f"{domain} has no MX record; mail arrives only because its address is this server's."
        )
        return Verdict(Status.WARNING, "implicit-mx", message, add)
    if itself.unknown and itself.addresses <= targets.ours:
        message = f"{domain} has no MX record, and its own address could not be looked up."
        return Verdict(Status.UNKNOWN, "could-not-ask", message, add)
    if not itself.addresses:
        gone = f"{domain} does not exist in DNS, and has no MX record: mail for it bounces at once."
        return replace(missing(record), message=gone) if answer.nxdomain else missing(record)
    addresses = listed(sorted(map(shown, itself.addresses)))
    message = f"{domain} has no MX record, so its mail goes to its own address {addresses}."
    return replace(missing(record), message=message, meant=tuple(itself.addresses))


def _ours(record: Record, ours: Sequence[MX], aliases: Sequence[MX]) -> Iterator[Verdict]:
    if aliases:
        yield Verdict(
            Status.WARNING,
            "target-is-alias",
            f"{_names(aliases)}, which takes the mail of {unicode_form(record.owner)}, is a CNAME: "
            "some senders refuse that (RFC 2181 10.3).",
            f"Change the MX record to {_wanted(record)} {where(record)}.",
            meant=tuple(aliases),
        )
    elif ours:
        exact = not _exchanges((record.rdata,)).isdisjoint(_exchanges(ours))
        yield as_wanted(record) if exact else works_differently(record)


def _partly(record: Record, partly: Sequence[MX], targets: Targets) -> Iterator[Verdict]:
    for name in sorted(_exchanges(partly)):
        host, others = unicode_form(name), listed(sorted(map(shown, targets.others(name))))
        yield Verdict(
            Status.ERROR if targets.loses_a_family(name) else Status.WARNING,
            "extra-address",
            f"{host}, which takes the mail of {unicode_form(record.owner)}, also points to "
            f"{others}: some mail goes there.",
            f"Delete that address, unless it is this server's too, or change the MX record from "
            f"{host} to {_wanted(record)} {where(record)}.",
            meant=tuple(rdata for rdata in partly if rdata.exchange == name),
        )


def _foreign(record: Record, ours: Sequence[MX], foreign: Sequence[MX]) -> Iterator[Verdict]:
    domain = unicode_form(record.owner)
    if not ours:
        if foreign:
            message = f"Mail for {domain} goes to {_names(foreign)}, not to this server."
            yield different(record, message)
        return
    preference = min(rdata.preference for rdata in ours)
    before = [rdata for rdata in foreign if rdata.preference <= preference]
    after = [rdata for rdata in foreign if rdata.preference > preference]
    if before:
        earlier = any(rdata.preference < preference for rdata in before)
        order = "before it goes to this server" if earlier else "as often as to this server"
        yield Verdict(
            Status.ERROR,
            "foreign-mx-first",
            f"Mail for {domain} goes to {_names(before)} {order}.",
            f"Delete the other MX records {where(record)}; give those of your own backup servers "
            f"a higher number than {preference}.",
            meant=tuple(before),
        )
    if after:
        yield Verdict(
            Status.WARNING,
            "foreign-mx",
            f"While this server does not answer, mail for {domain} goes to {_names(after)}.",
            f"Delete those MX records {where(record)}, unless they are your own backup servers.",
            meant=tuple(after),
        )


def _useless(
    record: Record, by_kind: dict[Kind, list[MX]], targets: Targets, status: Status
) -> Iterator[Verdict]:
    """What leads nowhere: senders pass over it to the next one, if there is one."""
    domain, fix = unicode_form(record.owner), _replace_or_delete(record, status)
    if appended := by_kind[Kind.ZONE_APPENDED]:
        message = f"The MX of {domain} names {_names(appended)}: the panel appended the domain."
        yield Verdict(status, "doubled-target", message, _with_dot(fix, status), tuple(appended))
    if addresses := by_kind[Kind.ADDRESS]:
        texts = listed(sorted(targets.address_in(rdata.exchange) for rdata in addresses))
        message = f"The MX of {domain} names the address {texts}, where a hostname has to be."
        yield Verdict(status, "address-as-target", message, fix, tuple(addresses))
    if dead := by_kind[Kind.DEAD]:
        message = (
            f"The MX of {domain} names {_names(dead)}, which has no address that can be reached."
        )
        yield Verdict(status, "dead-target", message, fix, tuple(dead))
    if null := by_kind[Kind.NULL]:
        alone = not any(by_kind[kind] for kind in Kind if kind is not Kind.NULL)
        message = _null_message(domain, null, alone=alone)
        yield Verdict(status, "null-mx", message, fix, tuple(null))


def _null_message(domain: str, null: Sequence[MX], *, alone: bool) -> str:
    if not alone:
        return f"Beside other MX records is a null MX (.), which says that {domain} takes no mail."
    number = min(rdata.preference for rdata in null)
    aside = f"; its number is {number} in place of 0" if number else ""
    return f"A null MX (.) says that {domain} takes no mail, so senders give up at once{aside}."


def _with_dot(fix: str, status: Status) -> str:
    if status is Status.WARNING:
        return fix
    return f"{fix[:-1]}, and end the name with a dot if the panel appends the domain."


def _replace_or_delete(record: Record, status: Status) -> str:
    if status is Status.WARNING:
        return f"Delete that MX record {where(record)}."
    return f"Change that MX record to {_wanted(record)} {where(record)}."


def _wanted(record: Record) -> str:
    return next((ascii_form(name) for name in _exchanges((record.rdata,))), "")
