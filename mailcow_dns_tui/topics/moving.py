"""What has to be right before this server answers a domain's mail, and what goes afterwards.

Receivers of its replies look up the domain's SPF and DKIM records, and with them the server's
addresses, each of which they may still have as it was before.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from ipaddress import IPv4Network, IPv6Network, ip_network

from dns.name import Name, root
from dns.rdtypes.IN.SRV import SRV

from mailcow_dns_tui.model.answer import Answer
from mailcow_dns_tui.model.code import DIFFERENT, NOT_YET_VISIBLE, Act
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.names import Address, unicode_form
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.step import GuideStep
from mailcow_dns_tui.model.text import listed, txt_rdata, txt_value
from mailcow_dns_tui.topics.context import (
    ON_ITS_WAY,
    Context,
    alias,
    blocks,
    is_left,
    own,
    remembered_until,
    removals,
)
from mailcow_dns_tui.topics.host.judge import had_before
from mailcow_dns_tui.topics.judge import address_of
from mailcow_dns_tui.topics.mx.judge import FOREIGN_MX_FIRST
from mailcow_dns_tui.topics.phrases import in_plan
from mailcow_dns_tui.topics.spf import result
from mailcow_dns_tui.topics.spf.cost import MOST_LOOKUPS, LookupCounter, target_of
from mailcow_dns_tui.topics.spf.merge import redirects_to
from mailcow_dns_tui.topics.spf.record import mechanisms, only_valid
from mailcow_dns_tui.topics.spf.steps import (
    refuses,
    spf_rdatas,
    spf_step,
)
from mailcow_dns_tui.topics.steps import draft, put
from mailcow_dns_tui.topics.text_record import wanted_text

MOST_LEFT = 16
"""Of addresses that are kept in mind; the oldest are forgotten first."""
ADDRESS_TYPES = frozenset({"A", "AAAA"})
IP_WORD = re.compile(r"\+?ip[46]:(.+)", re.IGNORECASE)
BY_NAME = (
    "It allows this server by names only, for which receivers may still have an address from "
    "before: they could refuse its mail."
)
GOES_ELSEWHERE = frozenset({DIFFERENT, FOREIGN_MX_FIRST})
STILL_FOUND = (
    "Mail programs still find the mailboxes at {hosts} by it. This step opens when the mail of "
    "{domain} comes to this server."
)
LEFT_OVER = (
    "That is the address of the server before this one: whoever has it next could send mail as "
    "{domain}."
)
STILL_SENDS = (
    "Does the old server still send mail for {domain}? Then leave it, and enter it {place}."
)


def allowed_first(domain: Name | None, context: Context) -> Iterator[str]:
    """What is published must not speak against the server."""
    for found in context.of("spf", domain):
        if found.code == result.NOT_ALLOWED:
            yield (
                f"The SPF record of {_name(domain)} does not allow this server, and receivers "
                f"{_fate(found)}. This step opens when the record does."
            )


def _fate(spf: Finding) -> str:
    """What receivers do with replies that do not pass by the record."""
    is_refused = refuses(spf.lookup.answered, spf.other_lookups)
    return "would refuse its replies" if is_refused else "could take its replies for forged"


def replies_first(domain: Name | None, context: Context) -> Iterator[str]:
    """Whoever gets the domain's mail answers it."""
    yield from allowed_first(domain, context)
    spf = context.of("spf", domain)
    for found in spf:
        late = found.late or tuple(_beside(found, context))
        if refuses(late, found.other_lookups):
            yield _old_record(domain, late, context)
    is_signed = any(each.dkim for each in context.setup.domains if each.apex == domain)
    unsigned = any(map(blocks, context.of("dkim", domain))) or not is_signed
    if unsigned and any(map(_may_fail, spf)):
        yield (
            f"This server's replies for {_name(domain)} may pass neither SPF nor DKIM, and be "
            "refused. This step opens when the SPF or the DKIM record is right."
        )


def _old_record(domain: Name | None, late: Sequence[Answer], context: Context) -> str:
    return (
        f"Receivers may still have the old SPF record of {_name(domain)}"
        f"{remembered_until(late, context.clock)}, and would refuse this server's replies. This "
        "step opens when the new one is seen everywhere."
    )


def programs_stay(step: GuideStep, context: Context) -> Iterator[str]:
    """Programs that find the old server by a record need it as long as the mailboxes are there."""
    found = step.finding
    hosts = dict.fromkeys(_hosts_of_others(found, context)) if step.removals else ()
    if hosts and any(each.code in GOES_ELSEWHERE for each in context.of("mx", found.domain)):
        yield STILL_FOUND.format(hosts=listed(hosts), domain=_name(found.domain))


def _hosts_of_others(found: Finding, context: Context) -> Iterator[str]:
    """The hosts outside of the operator's zones to which an alias, or SRV records, lead."""
    services = (rdata.target for rdata in own(found) if isinstance(rdata, SRV))
    for host in (*found.lookup.aliases[:1], *services):
        if host != root and not context.setup.zones_with(host):
            yield unicode_form(host)


def _name(domain: Name | None) -> str:
    return unicode_form(domain) if domain else ""


def _beside(spf: Finding, context: Context) -> Iterator[Answer]:
    """Where not all have the same, and none of it is right: what may not allow the server.

    Where the record is right somewhere, what others have is judged as well.
    """
    if not blocks(spf):
        return
    seen = {answer.data: answer for answer in spf.lookup.views}
    for answer in seen.values() if len(seen) > 1 else ():
        if not all(_allows(answer, each, spf) for each in context.setup.server.addresses):
            yield answer


def _may_fail(spf: Finding) -> bool:
    """Whether somebody may have a record by which this server does not pass."""
    is_tolerable = spf.status is Status.WARNING and spf.code not in ON_ITS_WAY
    return blocks(spf) and not is_tolerable


def found_by_spf(domain: Name | None, context: Context) -> Iterator[str]:
    """Whoever knows this server by its names alone has to find its addresses there."""
    for spf in context.of("spf", domain):
        for host in context.all_about(context.wanted("host")):
            yield from _found_by(spf, host, context)


def _found_by(spf: Finding, host: Finding, context: Context) -> Iterator[str]:
    seen = spf.lookup.resolver
    is_named = _name_it(spf.lookup.answered, spf, host)
    is_seen = seen is None or _name_it([seen], spf, host)
    if host.code in ON_ITS_WAY and blocks(host) and not (is_named and is_seen):
        yield (
            f"Receivers may still not see the {host.rdtype} record of {unicode_form(host.name)}"
            f"{remembered_until(host.late, context.clock)}, by which the SPF record of "
            f"{_name(spf.domain)} allows this server, and {_fate(spf)}. This step opens when it "
            "is seen everywhere."
        )
    elif not had_before(host, context):
        return
    elif seen and is_named and not is_seen:
        yield _old_record(spf.domain, [seen], context)
    elif not is_named and _will_name_it(spf, context):
        yield (
            f"Receivers may still have another address of {unicode_form(host.name)}, and "
            f"{_fate(spf)}: the SPF record of {_name(spf.domain)} allows this server "
            "by names only. This step opens when that record has the server's addresses."
        )


def _will_name_it(spf: Finding, context: Context) -> bool:
    """Whether there is a step by which the record gets the server's addresses."""
    record = spf.record
    if record is None:
        return False
    return any(map(is_left, context.about(record))) or any(_with_addresses(record, context))


def _name_it(answers: Iterable[Answer], spf: Finding, host: Finding) -> bool:
    """Whether each of these records allows the host's address by itself, and not by a name."""
    address = address_of(host.record.rdata) if host.record else None
    return address is None or all(_allows(answer, address, spf) for answer in answers)


def _allows(answer: Answer, address: Address, spf: Finding) -> bool:
    """Whether the record has the address itself; also where there is no valid record."""
    text = only_valid(answer)
    return not text or _names(text, address, spf)


def _names(text: str, address: Address, found: Finding, depth: int = 0) -> bool:
    """Whether the record has the address itself, or one that it includes or redirects to."""
    heard = LookupCounter(found.other_lookups)

    def is_named_at(target: Name | None) -> bool:
        there = heard.text_at(target) if depth < MOST_LOOKUPS else None
        return bool(there) and _names(there or "", address, found, depth + 1)

    for term in mechanisms(text):
        is_named = term.name == "all"
        if term.name == f"ip{address.version}":
            is_named = address in ip_network(term.raw.partition(":")[2], strict=False)
        if term.name == "include":
            is_named = is_named_at(target_of(term, found.name))
        if is_named:
            return term.qualifier == "+"
    return is_named_at(redirects_to(text))


def left_behind(before: Sequence[str], steps: Sequence[GuideStep]) -> tuple[str, ...]:
    """The addresses that the hostname had, and that these steps take away from it, with others."""
    gone = (
        each.value
        for step in steps
        if step.finding.topic == "host"
        for each in step.removals
        if each.type_text in ADDRESS_TYPES
    )
    return tuple(dict.fromkeys((*before, *gone)))[-MOST_LEFT:]


def _is_left(word: str, context: Context) -> bool:
    found = IP_WORD.fullmatch(word)
    left = {*map(_network, context.setup.guide.left)}
    ours = {_network(str(address)) for address in context.setup.server.addresses}
    return found is not None and _network(found[1]) in left - ours - {None}


def _network(text: str) -> IPv4Network | IPv6Network | None:
    try:
        return ip_network(text)
    except ValueError:
        return None


def further_steps(record: Record, context: Context) -> Iterator[GuideStep]:
    """What to change in a record that is good as it is, before mail moves or after it."""
    yield from tuple(_with_addresses(record, context)) or _without_old_server(record, context)


def _with_addresses(record: Record, context: Context) -> Iterator[GuideStep]:
    """Name the server's addresses before mail moves, while some may have others for its names."""
    found, host = _good_alone(record, context), context.wanted("host")
    moved = context.stands((*context.wanted("mx", record.domain), *host))
    if moved or found is None:
        return
    seen = found.lookup.resolver
    mistaken = [each for each in context.all_about(host) if had_before(each, context)]
    if not all(_name_it(found.lookup.answered, found, each) for each in mistaken):
        yield replace(spf_step(record, found, context), why=BY_NAME)
    elif seen and not all(_name_it([seen], found, each) for each in mistaken):
        yield draft(Act.WAIT, record, replace(found, code=NOT_YET_VISIBLE, late=(seen,)))


def _good_alone(record: Record, context: Context) -> Finding | None:
    """The finding about a record that stands at its name itself, and needs nothing else."""
    about = context.about(record)
    if len(about) != 1 or is_left(about[0]) or alias(about[0]) or about[0].of_wildcard:
        return None
    return about[0] if len(spf_rdatas(about[0])) == 1 else None


def _without_old_server(record: Record, context: Context) -> Iterator[GuideStep]:
    """Take the old addresses out."""
    found = _good_alone(record, context)
    if found is None:
        return
    (there,) = spf_rdatas(found)
    words = txt_value(there).split()
    planned = wanted_text(record).split()
    gone = [word for word in words if word not in planned and _is_left(word, context)]
    if not gone:
        return
    now = replace(record, rdata=txt_rdata(" ".join(w for w in words if w not in gone)))
    name = record.owner_text
    yield replace(
        put(record, found, removals(found, [there]), now=now),
        what=f"Change the SPF record of {name}: delete {listed(gone)} from it.",
        why=LEFT_OVER.format(domain=name),
        warnings=(STILL_SENDS.format(domain=name, place=in_plan("senders")),),
        asks_first=True,
    )
