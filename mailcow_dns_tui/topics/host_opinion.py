"""What the addresses of the mail host mean for mail and clients."""

from collections.abc import Iterable, Iterator, Sequence

from dns.name import Name
from dns.rdata import Rdata
from dns.rdatatype import RdataType

from mailcow_dns_tui.model.address_kinds import unroutable
from mailcow_dns_tui.model.answer import Answer
from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.txt import shown
from mailcow_dns_tui.topics.addresses import address_of
from mailcow_dns_tui.topics.cdn import GREY_CLOUD, is_proxy
from mailcow_dns_tui.topics.judgement import Verdict, as_wanted, different, missing, where
from mailcow_dns_tui.topics.owners import Owners
from mailcow_dns_tui.topics.words import in_plan, listed


def opinions(record: Record, answer: Answer, owners: Owners) -> Sequence[Verdict]:
    host, published = record.owner, frozenset(answer.rdatas)
    if planned := _unroutable_plan(record):
        return (planned,)
    if record.rdata in published:
        verdicts = [*_alias(record, answer), *_useless(host, published, Status.WARNING)]
        verdicts += _beside(host, frozenset(filter(is_usable, published - {record.rdata})), owners)
        return verdicts or (as_wanted(record),)
    if answer.aliases:
        return (_leads_elsewhere(record, answer),)
    if not published:
        return (missing(record),)
    foreign = frozenset(filter(is_usable, published))
    instead = (_instead(record, foreign),) if foreign else ()
    return (*_useless(host, published, Status.ERROR), *instead)


def unplanned(host: Name, published: Iterable[Rdata], owners: Owners) -> Verdict:
    """Judge what is there of the family for which the plan has no address."""
    name, addresses = unicode_form(host), frozenset(published)
    useless = tuple(_useless(host, addresses, Status.ERROR))
    if useless:
        return useless[0]
    place = _place(addresses)
    if foreign := addresses - owners.own - owners.unknown:
        return Verdict(
            Status.ERROR,
            "unplanned-address",
            f"{name} also has the address {_listed(foreign)}: not in the plan"
            f"{_who_goes_there(foreign)}.",
            f"If it is this server's, enter it {place} and set its reverse DNS; else delete it.",
            tuple(foreign),
        )
    return _perhaps_own(name, addresses, owners)


def _perhaps_own(name: str, addresses: frozenset[Rdata], owners: Owners) -> Verdict:
    """Without it in the plan, nobody looks whether mail that is sent from there passes."""
    what = "it" if len(addresses) == 1 else "one of them"
    message = f"{name} also has the address {_listed(addresses)}: not in the plan"
    if addresses <= owners.own:
        message = f"{message}, though its reverse DNS names this host."
        fix = f"Enter {what} {_place(addresses)}."
        return Verdict(Status.WARNING, "unplanned-address", message, fix)
    message = f"{message}, and its reverse DNS could not be looked up."
    fix = f"If {what} is this server's, enter it {_place(addresses)}; else delete it."
    return Verdict(Status.WARNING, "unplanned-address", message, fix)


def _place(addresses: Iterable[Rdata]) -> str:
    """Where the wizard asks for such an address."""
    is_ipv6 = any(rdata.rdtype == RdataType.AAAA for rdata in addresses)
    return in_plan("ipv6" if is_ipv6 else "ipv4")


def _who_goes_there(addresses: Iterable[Rdata]) -> str:
    if any(rdata.rdtype == RdataType.AAAA for rdata in addresses):
        return ", and many senders and Let's Encrypt try IPv6 first"
    return ", and mail that comes over IPv4 goes there"


def _unroutable_plan(record: Record) -> Verdict | None:
    address = address_of(record.rdata)
    kind = unroutable(address) if address else ""
    if not kind:
        return None
    message = f"The planned address {address} is {kind}: nobody outside can deliver mail to it."
    place = _place([record.rdata])
    fix = f"Enter the server's public address {place}, then publish that."
    return Verdict(Status.ERROR, "unroutable-address", message, fix)


def _alias(record: Record, answer: Answer) -> Iterator[Verdict]:
    if answer.aliases:
        host = unicode_form(record.owner)
        message = f"{host} is a CNAME: some senders refuse an MX that leads to one (RFC 2181 10.3)."
        yield Verdict(Status.WARNING, "host-is-alias", message, _no_alias(record))


def _leads_elsewhere(record: Record, answer: Answer) -> Verdict:
    host, target = unicode_form(record.owner), unicode_form(answer.aliases[-1])
    addresses = _listed(answer.rdatas)
    has = f"the address {addresses}" if addresses else f"no {record.type_text} record"
    message = f"{host} is a CNAME that leads to {target}, which has {has}."
    return different(record, message, _no_alias(record))


def _no_alias(record: Record) -> str:
    return f"Delete the CNAME, and add the wanted {record.type_text} record {where(record)}."


def is_usable(rdata: Rdata) -> bool:
    """Whether a mail server can have the address."""
    address = address_of(rdata)
    return address is not None and not unroutable(address) and not is_proxy(address)


def _useless(host: Name, published: Iterable[Rdata], proxy: Status) -> Iterator[Verdict]:
    """Addresses that no mail server can have; `proxy` is how bad it is to have a proxy's."""
    name = unicode_form(host)
    addresses = {rdata: address for rdata in published if (address := address_of(rdata))}
    kinds = {rdata: unroutable(address) for rdata, address in addresses.items()}
    if nowhere := tuple(rdata for rdata, kind in kinds.items() if kind):
        texts = sorted(f"{addresses[rdata]} ({kinds[rdata]})" for rdata in nowhere)
        message = f"{name} points to {listed(texts)}: nobody outside can deliver mail there."
        fix = "Delete that address; publish only the server's public ones."
        yield Verdict(Status.ERROR, "unroutable-address", message, fix, nowhere)
    if proxies := tuple(rdata for rdata, address in addresses.items() if is_proxy(address)):
        texts = sorted(str(addresses[rdata]) for rdata in proxies)
        message = f"{name} points to Cloudflare's proxy ({listed(texts)}), which passes on no mail."
        yield Verdict(proxy, "proxy-address", message, GREY_CLOUD, proxies)


def _beside(host: Name, foreign: frozenset[Rdata], owners: Owners) -> Iterator[Verdict]:
    name = unicode_form(host)
    if elsewhere := foreign - owners.own:
        yield Verdict(
            Status.WARNING,
            "extra-address",
            f"{name} also points to {_listed(elsewhere)}: some mail and some clients go there.",
            "Delete that address, unless it is this server's as well.",
            tuple(elsewhere),
        )
    elif foreign:
        message = f"{name} also points to {_listed(foreign)}, whose reverse DNS names it too."
        yield Verdict(Status.INFO, "extra-address", message, meant=tuple(foreign))


def _instead(record: Record, foreign: frozenset[Rdata]) -> Verdict:
    first = ""
    if record.rdtype == RdataType.AAAA:
        first = ": many senders and Let's Encrypt try IPv6 first"
    host = unicode_form(record.owner)
    return different(record, f"{host} points to {_listed(foreign)}, not to this server{first}.")


def _listed(addresses: Iterable[Rdata]) -> str:
    return listed(sorted(map(shown, addresses)))
