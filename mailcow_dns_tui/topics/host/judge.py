"""What the addresses at the hostname mean for mail and clients."""

from collections.abc import Iterable, Iterator, Sequence
from ipaddress import ip_network

from dns.name import Name
from dns.rdata import Rdata
from dns.rdatatype import RdataType

from mailcow_dns_tui.model.answer import Answer
from mailcow_dns_tui.model.code import Act, Code
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.names import Address, unicode_form, unroutable
from mailcow_dns_tui.model.rdata_text import shown
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.text import listed
from mailcow_dns_tui.topics.context import Context
from mailcow_dns_tui.topics.judge import Verdict, address_of, as_wanted, different, missing, where
from mailcow_dns_tui.topics.phrases import in_plan, listed_data
from mailcow_dns_tui.topics.targets import AddressOwnership

EXTRA_ADDRESS = Code(
    "extra-address",
    "the hostname, or another host that an MX names, has further addresses",
    Act.REMOVE,
)
UNPLANNED_ADDRESS = Code(
    "unplanned-address",
    "the hostname has an address of a family for which the plan has none",
    Act.REMOVE,
)
ONE_FAMILY = Code("one-family", "the plan has no IPv4 address, and not all senders have IPv6", None)
UNROUTABLE_ADDRESS = Code(
    "unroutable-address",
    "the hostname, or the plan, has an address that the internet has no way to",
    Act.CHANGE,
)
PROXY_ADDRESS = Code(
    "proxy-address", "the hostname leads to a proxy that passes on no mail", Act.CHANGE
)
HOST_IS_ALIAS = Code(
    "host-is-alias", "the hostname is a CNAME that leads to this server", Act.CHANGE, tolerable=True
)
HOST_IS_DOMAIN = Code("host-is-domain", "the hostname is also a mail domain", None)


CLOUDFLARE = (
    "173.245.48.0/20",
    "103.21.244.0/22",
    "103.22.200.0/22",
    "103.31.4.0/22",
    "141.101.64.0/18",
    "108.162.192.0/18",
    "190.93.240.0/20",
    "188.114.96.0/20",
    "197.234.240.0/22",
    "198.41.128.0/17",
    "162.158.0.0/15",
    "104.16.0.0/13",
    "104.24.0.0/14",
    "172.64.0.0/13",
    "131.0.72.0/22",
    "2400:cb00::/32",
    "2606:4700::/32",
    "2803:f800::/32",
    "2405:b500::/32",
    "2405:8100::/32",
    "2a06:98c0::/29",
    "2c0f:f248::/32",
)
"""As published at https://www.cloudflare.com/ips/."""

GREY_CLOUD = "Switch the proxy off: in Cloudflare, turn the orange cloud to grey (DNS only)."
NETWORKS = tuple(map(ip_network, CLOUDFLARE))


def is_proxy(address: Address) -> bool:
    """Whether it is one of Cloudflare's proxies, which pass on web traffic and no mail."""
    return any(address in network for network in NETWORKS)


def judge_answer(record: Record, answer: Answer, owners: AddressOwnership) -> Sequence[Verdict]:
    """All that is to be said of the addresses at the hostname, of one family."""
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


def unplanned(host: Name, published: Iterable[Rdata], owners: AddressOwnership) -> Verdict:
    """Judge what is there of the family for which the plan has no address."""
    name, addresses = unicode_form(host), frozenset(published)
    useless = tuple(_useless(host, addresses, Status.ERROR))
    if useless:
        return useless[0]
    place = _place(addresses)
    if foreign := addresses - owners.own - owners.unknown:
        return Verdict(
            Status.ERROR,
            UNPLANNED_ADDRESS,
            f"{name} also has the address {listed_data(foreign)}: not in the plan"
            f"{_who_goes_there(foreign)}.",
            f"If it is this server's, enter it {place} and set its reverse DNS; else delete it.",
            tuple(foreign),
        )
    return _perhaps_own(name, addresses, owners)


def _perhaps_own(name: str, addresses: frozenset[Rdata], owners: AddressOwnership) -> Verdict:
    """Without it in the plan, nobody looks whether mail that is sent from there passes."""
    what = "it" if len(addresses) == 1 else "one of them"
    message = f"{name} also has the address {listed_data(addresses)}: not in the plan"
    if addresses <= owners.own:
        message = f"{message}, though its reverse DNS names this host."
        fix = f"Enter {what} {_place(addresses)}."
        return Verdict(Status.WARNING, UNPLANNED_ADDRESS, message, fix)
    message = f"{message}, and its reverse DNS could not be looked up."
    fix = f"If {what} is this server's, enter it {_place(addresses)}; else delete it."
    return Verdict(Status.WARNING, UNPLANNED_ADDRESS, message, fix)


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
    return Verdict(Status.ERROR, UNROUTABLE_ADDRESS, message, fix)


def _alias(record: Record, answer: Answer) -> Iterator[Verdict]:
    if answer.aliases:
        host = record.owner_text
        message = f"{host} is a CNAME: some senders refuse an MX that leads to one (RFC 2181 10.3)."
        yield Verdict(Status.WARNING, HOST_IS_ALIAS, message, _no_alias(record))


def _leads_elsewhere(record: Record, answer: Answer) -> Verdict:
    host, target = record.owner_text, unicode_form(answer.aliases[-1])
    addresses = listed_data(answer.rdatas)
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
        yield Verdict(Status.ERROR, UNROUTABLE_ADDRESS, message, fix, nowhere)
    if proxies := tuple(rdata for rdata, address in addresses.items() if is_proxy(address)):
        texts = sorted(str(addresses[rdata]) for rdata in proxies)
        message = f"{name} points to Cloudflare's proxy ({listed(texts)}), which passes on no mail."
        yield Verdict(proxy, PROXY_ADDRESS, message, GREY_CLOUD, proxies)


def _beside(host: Name, foreign: frozenset[Rdata], owners: AddressOwnership) -> Iterator[Verdict]:
    name = unicode_form(host)
    if elsewhere := foreign - owners.own:
        yield Verdict(
            Status.WARNING,
            EXTRA_ADDRESS,
            f"{name} also points to {listed_data(elsewhere)}: some mail and some clients go there.",
            "Delete that address, unless it is this server's as well.",
            tuple(elsewhere),
        )
    elif foreign:
        message = f"{name} also points to {listed_data(foreign)}, whose reverse DNS names it too."
        yield Verdict(Status.INFO, EXTRA_ADDRESS, message, rdatas=tuple(foreign))


def _instead(record: Record, foreign: frozenset[Rdata]) -> Verdict:
    first = ""
    if record.rdtype == RdataType.AAAA:
        first = ": many senders and Let's Encrypt try IPv6 first"
    host = record.owner_text
    return different(record, f"{host} points to {listed_data(foreign)}, not to this server{first}.")


def is_mistaken(host: Iterable[Record], context: Context) -> bool:
    """Whether somebody may have another address of these records of the host, from before.

    A local network's, which its resolver has for good, may also be one that was published before.
    """
    return any(had_before(each, context) for each in context.all_about(host))


def had_before(host: Finding, context: Context) -> bool:
    """Whether a resolver has an address that the host had before; maybe for a local network."""
    seen = host.lookup.resolver
    old = {shown(rdata) for rdata in seen.rdatas} if seen else set()
    return not (old - {*host.expected}).isdisjoint(context.setup.guide.left)


def leads_elsewhere(found: Finding) -> bool:
    """Whether mail that comes by the host's name goes to another server."""
    if found.record is None:
        return False
    there = found.lookup.published
    return found.record.rdata not in there and any(map(is_usable, there))
