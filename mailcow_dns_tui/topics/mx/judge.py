"""What the MX records of a domain mean for its mail."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from dns.name import Name
from dns.rdata import Rdata
from dns.rdtypes.ANY.MX import MX

from mailcow_dns_tui.model.answer import Answer
from mailcow_dns_tui.model.code import COULD_NOT_ASK, DIFFERENT, Act, Code
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.names import ascii_form, unicode_form
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.text import listed
from mailcow_dns_tui.topics.context import Context
from mailcow_dns_tui.topics.host.judge import EXTRA_ADDRESS
from mailcow_dns_tui.topics.judge import (
    Verdict,
    as_wanted,
    different,
    is_unroutable,
    missing,
    where,
    works_differently,
)
from mailcow_dns_tui.topics.phrases import listed_data, listed_names
from mailcow_dns_tui.topics.targets import (
    DEAD_TARGET,
    DOUBLED_TARGET,
    TARGET_IS_ALIAS,
    MxTargets,
    Reach,
    TargetKind,
    could_not_tell,
    lacking_somewhere,
)

FOREIGN_MX = Code("foreign-mx", "other servers take mail when this one does not answer", Act.REMOVE)
FOREIGN_MX_FIRST = Code(
    "foreign-mx-first", "other servers take mail before this one, or as often", Act.REMOVE
)
ADDRESS_AS_TARGET = Code(
    "address-as-target", "an MX names an address in place of a host", Act.CHANGE
)
NULL_MX = Code("null-mx", "a null MX says that the domain takes no mail", Act.CHANGE)
IMPLICIT_MX = Code(
    "implicit-mx", "the domain has no MX; mail arrives by its own address", Act.PUBLISH
)


DELIVER_HERE = {TargetKind.OURS, TargetKind.ALIAS, TargetKind.PARTLY}


def judge_answer(record: Record, answer: Answer, targets: MxTargets) -> Sequence[Verdict]:
    """All that is to be said of the MX records in one answer, by where each of them leads."""
    published = [rdata for rdata in answer.rdatas if isinstance(rdata, MX)]
    if not published:
        return (_without_mx(record, answer, targets),)
    by_kind: dict[TargetKind, list[MX]] = {kind: [] for kind in TargetKind}
    for rdata in published:
        by_kind[targets.kind(rdata.exchange)].append(rdata)
    unknown = _exchanges(by_kind[TargetKind.UNKNOWN])
    ours = [rdata for kind in DELIVER_HERE for rdata in by_kind[kind]]
    if unknown and not ours:
        return (could_not_tell(unknown),)
    verdicts = [*_foreign(record, ours, by_kind[TargetKind.FOREIGN])]
    verdicts += _useless(record, by_kind, targets, ours)
    verdicts += [could_not_tell(unknown)] if unknown else []
    verdicts += _partly(record, by_kind[TargetKind.PARTLY], targets)
    uneven = {name: there for name in _exchanges(ours) if (there := targets.of(name).lacking)}
    verdicts += [lacking_somewhere(record, name, uneven[name]) for name in sorted(uneven)]
    ours = [rdata for rdata in ours if rdata.exchange not in uneven]
    wholly = [rdata for rdata in ours if rdata not in by_kind[TargetKind.PARTLY]]
    return [*verdicts, *_ours(record, wholly, by_kind[TargetKind.ALIAS])]


def arrives_elsewhere(mx: Finding) -> bool:
    """Whether the domain's mail goes to other servers."""
    return mx.code in {DIFFERENT, FOREIGN_MX, FOREIGN_MX_FIRST}


def arriving_at(host: Name | None, context: Context) -> Sequence[Name]:
    """The domains whose mail somebody may deliver to the host of that name.

    Those without a finding as well: their MX is right, or it is muted and nothing known of it.
    """
    found = context.of_topic("mx")
    away = {each.domain for each in found} - {f.domain for f in found if _may_lead_to(host, f)}
    return [domain for domain in context.setup.apexes if domain not in away]


def _may_lead_to(host: Name | None, mx: Finding) -> bool:
    lookup = mx.lookup
    if lookup.unknown:
        return True
    # Without MX mail goes to the domain itself (RFC 5321 5.1).
    heard = (*lookup.views, *mx.late)
    names = (_exchanges(each.rdatas) or {lookup.name, *each.aliases} for each in heard)
    return host in set[Name]().union(*names, *(each.aliases for each in mx.other_lookups))


def _exchanges(published: Iterable[Rdata]) -> set[Name]:
    return {rdata.exchange for rdata in published if isinstance(rdata, MX)}


def _names(published: Iterable[MX]) -> str:
    return listed_names(_exchanges(published))


def _without_mx(record: Record, answer: Answer, targets: MxTargets) -> Verdict:
    """Without MX, senders take the domain itself for its mail host (RFC 5321 5.1)."""
    domain, add = record.owner_text, missing(record).fix
    itself = targets.of(record.owner)
    if itself.reach(targets.ours) is Reach.OURS:
        message = (
            f"{domain} has no MX record; mail arrives only because its address is this server's."
        )
        return Verdict(Status.WARNING, IMPLICIT_MX, message, add)
    if itself.unknown and itself.addresses <= targets.ours:
        message = f"{domain} has no MX record, and its own address could not be looked up."
        return Verdict(Status.UNKNOWN, COULD_NOT_ASK, message, add)
    if not itself.addresses:
        gone = f"{domain} does not exist in DNS, and has no MX record: mail for it bounces at once."
        return replace(missing(record), message=gone) if answer.nxdomain else missing(record)
    addresses = listed_data(itself.addresses)
    message = f"{domain} has no MX record, so its mail goes to its own address {addresses}."
    return replace(missing(record), message=message, rdatas=tuple(itself.addresses))


def _ours(record: Record, ours: Sequence[MX], aliases: Sequence[MX]) -> Iterator[Verdict]:
    if aliases:
        yield Verdict(
            Status.WARNING,
            TARGET_IS_ALIAS,
            f"{_names(aliases)}, which takes the mail of {record.owner_text}, is a CNAME: "
            "some senders refuse that (RFC 2181 10.3).",
            f"Change the MX record to {_wanted(record)} {where(record)}.",
            rdatas=tuple(aliases),
        )
    elif ours:
        exact = not _exchanges((record.rdata,)).isdisjoint(_exchanges(ours))
        yield as_wanted(record) if exact else works_differently(record)


def _partly(record: Record, partly: Sequence[MX], targets: MxTargets) -> Iterator[Verdict]:
    for name in sorted(_exchanges(partly)):
        host, others = unicode_form(name), targets.others(name)
        concerned = tuple(rdata for rdata in partly if rdata.exchange == name)
        message = (
            f"{host}, which takes the mail of {record.owner_text}, also points to "
            f"{listed_data(others)}"
        )
        if others <= targets.owners.own:
            message = f"{message}, whose reverse DNS names this server."
            yield Verdict(Status.INFO, EXTRA_ADDRESS, message, rdatas=concerned)
            continue
        lost = all(map(is_unroutable, others))
        then = "nobody outside can deliver mail there" if lost else "some mail goes there"
        yield Verdict(
            Status.ERROR if targets.loses_a_family(name) else Status.WARNING,
            EXTRA_ADDRESS,
            f"{message}: {then}.",
            f"Delete that address, unless it is this server's too, or change the MX record from "
            f"{host} to {_wanted(record)} {where(record)}.",
            rdatas=concerned,
        )


def _foreign(record: Record, ours: Sequence[MX], foreign: Sequence[MX]) -> Iterator[Verdict]:
    domain = record.owner_text
    if not ours:
        if foreign:
            message = f"Mail for {domain} goes to {_names(foreign)}, not to this server."
            yield different(record, message)
        return
    preference = min(rdata.preference for rdata in ours)
    before = [rdata for rdata in foreign if rdata.preference <= preference]
    after = [rdata for rdata in foreign if rdata.preference > preference]
    if before:
        orders = {
            "before it goes to this server": any(r.preference < preference for r in before),
            "as often as to this server": any(r.preference == preference for r in before),
        }
        order = " or ".join(order for order, is_so in orders.items() if is_so)
        yield Verdict(
            Status.ERROR,
            FOREIGN_MX_FIRST,
            f"Mail for {domain} goes to {_names(before)} {order}.",
            f"Delete the other MX records {where(record)}; give those of your own backup servers "
            f"a higher number than {preference}.",
            rdatas=tuple(before),
        )
    if after:
        yield Verdict(
            Status.WARNING,
            FOREIGN_MX,
            f"While this server does not answer, mail for {domain} goes to {_names(after)}.",
            f"Delete those MX records {where(record)}, unless they are your own backup servers.",
            rdatas=tuple(after),
        )


def _useless(
    record: Record, by_kind: dict[TargetKind, list[MX]], targets: MxTargets, ours: Sequence[MX]
) -> Iterator[Verdict]:
    """What leads nowhere: senders pass over most of it to the next one, if there is one."""
    domain, status = record.owner_text, Status.WARNING if ours else Status.ERROR
    fix = dotted = f"Delete that MX record {where(record)}."
    if not ours:
        change = f"Change that MX record to {_wanted(record)} {where(record)}"
        fix = f"{change}."
        dotted = f"{change}, and end the name with a dot if the panel appends the domain."
    if appended := by_kind[TargetKind.ZONE_APPENDED]:
        message = f"The MX of {domain} names {_names(appended)}: the panel appended the domain."
        yield Verdict(status, DOUBLED_TARGET, message, dotted, tuple(appended))
    if addresses := by_kind[TargetKind.ADDRESS]:
        texts = listed(sorted(targets.address_in(rdata.exchange) for rdata in addresses))
        message = f"The MX of {domain} names the address {texts}, where a hostname has to be."
        yield Verdict(status, ADDRESS_AS_TARGET, message, fix, tuple(addresses))
    if dead := by_kind[TargetKind.DEAD]:
        message = (
            f"The MX of {domain} names {_names(dead)}, which has no address that can be reached."
        )
        if looping := _looping(dead, ours, targets):
            status = Status.ERROR
            message = (
                f"The MX of {domain} names {_names(looping)}, which leads each sender to itself: "
                "Postfix then returns the mail, and does not go on to this server."
            )
        yield Verdict(status, DEAD_TARGET, message, fix, tuple(looping or dead))
    if null := by_kind[TargetKind.NULL]:
        alone = not any(by_kind[kind] for kind in TargetKind if kind is not TargetKind.NULL)
        message = _null_message(domain, null, alone=alone)
        yield Verdict(Status.ERROR, NULL_MX, message, fix, tuple(null))


def _looping(dead: Sequence[MX], ours: Sequence[MX], targets: MxTargets) -> Sequence[MX]:
    """Those that Postfix takes for itself, where it gives up all that do not come before them."""
    best = min((rdata.preference for rdata in ours), default=-1)
    return [r for r in dead if r.preference <= best and targets.is_loopback(r.exchange)]


def _null_message(domain: str, null: Sequence[MX], *, alone: bool) -> str:
    if not alone:
        return (
            f"Beside other MX records is a null MX (.), which says that {domain} takes no mail: "
            "Postfix then delivers to none of them, and returns the mail at once."
        )
    number = min(rdata.preference for rdata in null)
    aside = f"; its number is {number} in place of 0" if number else ""
    return f"A null MX (.) says that {domain} takes no mail, so senders give up at once{aside}."


def _wanted(record: Record) -> str:
    return next((ascii_form(name) for name in _exchanges((record.rdata,))), "")
