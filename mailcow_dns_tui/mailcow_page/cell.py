"""What mailcow's own DNS page shows as "Current State" of a row."""

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from ipaddress import AddressValueError, IPv6Address

import dns.exception
import dns.name
from dns.name import Name
from dns.rdata import Rdata
from dns.rdatatype import RdataType
from dns.rdtypes.ANY.MX import MX
from dns.rdtypes.ANY.TXT import TXT

from mailcow_dns_tui.mailcow_page.rows import PageRow, PageView, RowKind, page_text, plain
from mailcow_dns_tui.model.names import ascii_form
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.model.text import txt_value


class Circle(Exception):  # noqa: N818
    """SPF records that refer to each other without end, so that the page does not load."""


@dataclass(frozen=True)
class Hosts:
    """Addresses that the page takes for allowed.

    Attributes:
        texts: IPv6 in the long form, a network as `192.0.2.0/24`.
        whole: whether all the records that they come from are known.
    """

    texts: frozenset[str] = frozenset()
    whole: bool = True

    def __or__(self, other: "Hosts") -> "Hosts":
        return Hosts(self.texts | other.texts, self.whole and other.whole)

    def within(self, length: str) -> "Hosts":
        """The same with the length of a network behind each, as the page has them."""
        return Hosts(frozenset(f"{text}/{length}" for text in self.texts), self.whole)

    def allow(self, *addresses: str) -> bool | None:
        """Whether all of them are in it; None where that is unknown."""
        return True if self.texts.issuperset(addresses) else False if self.whole else None


UNKNOWN = Hosts(whole=False)


class _Redirected(Exception):  # noqa: N818
    """A record that leaves everything to another name's."""

    def __init__(self, hosts: Hosts) -> None:
        super().__init__()
        self.hosts = hosts


def allowed_hosts(domain: str, seen: PageView, asked: tuple[str, ...] = ()) -> Hosts:
    """The hosts that the page takes for allowed by the SPF record of a domain.

    Raises:
        Circle: where the records of the names refer to each other without end.
    """
    if domain in asked:
        raise Circle
    rrset = _of(domain, RdataType.TXT, seen)
    if rrset is None:
        return UNKNOWN
    hosts = Hosts()
    try:
        for rdata in rrset:
            if isinstance(rdata, TXT):
                hosts |= _of_record(rdata.strings[0].decode("latin-1"), domain, seen, asked)
    except _Redirected as redirected:
        return redirected.hosts
    return hosts


def _of_record(text: str, domain: str, seen: PageView, asked: tuple[str, ...]) -> Hosts:
    version, *terms = text.split(" ")
    hosts = Hosts()
    for term in terms if version == "v=spf1" else ():
        if term.startswith(("-", "~")):
            break
        hosts |= _of_term(term[1:] if term.startswith(("+", "?")) else term, domain, seen, asked)
    return hosts


def _of_term(term: str, domain: str, seen: PageView, asked: tuple[str, ...]) -> Hosts:
    if "=" in term:
        name, value, *_ = term.split("=")
        if name == "redirect":
            raise _Redirected(allowed_hosts(value, seen, (*asked, domain)))
        return Hosts()
    mechanism, colon, value = term.partition(":")
    target, slash, rest = value.partition("/") if colon else (domain, "", "")
    hosts = _of_mechanism(mechanism, target, domain, seen, asked)
    return hosts.within(rest.split("/")[0]) if slash else hosts


def _of_mechanism(
    mechanism: str, target: str, domain: str, seen: PageView, asked: tuple[str, ...]
) -> Hosts:
    match mechanism:
        case "include" if target != domain:
            return allowed_hosts(target, seen, (*asked, domain))
        case "a":
            return _addresses(target, seen)
        case "mx":
            return _exchanges(target, seen)
        case "ip4" | "ip6":
            return Hosts(frozenset({_expanded(target)}))
        case _:
            return Hosts()


def _exchanges(domain: str, seen: PageView) -> Hosts:
    rrset = _of(domain, RdataType.MX, seen)
    if rrset is None:
        return UNKNOWN
    hosts = Hosts()
    for rdata in rrset:
        if isinstance(rdata, MX) and rdata.exchange != dns.name.root:
            hosts |= _addresses(rdata.exchange.to_text(), seen)
    return hosts


def _addresses(domain: str, seen: PageView) -> Hosts:
    hosts = Hosts()
    for rdtype in (RdataType.A, RdataType.AAAA):
        rrset = _of(domain, rdtype, seen)
        hosts |= UNKNOWN if rrset is None else Hosts(frozenset(map(page_text, rrset)))
    return hosts


def _of(domain: str, rdtype: RdataType, seen: PageView) -> tuple[Rdata, ...] | None:
    name = _name(domain)
    return () if name is None else seen.of(name, rdtype)


def _name(text: str) -> Name | None:
    """None for what nothing can be asked about; macros are left as they stand."""
    try:
        return dns.name.from_text(text) if text and "%" not in text else None
    except (dns.exception.DNSException, UnicodeError):
        return None


def _expanded(text: str) -> str:
    try:
        return IPv6Address(text).exploded
    except AddressValueError:
        return text


NOTE = " ¹"
"""The footnote "Value derived from A/AAAA record."; newer versions show its HTML as text."""
CROSS = "✗ (CNAME)"
"""The only cross of the whole page; here, too, newer versions show its HTML as text."""
DKIM_KEY = re.compile(r"v=DKIM1;.*k=rsa;.*p=([^;]*).*", re.IGNORECASE)


class Mark(Enum):
    """The verdict of a cell, by which it begins or ends; the value is how it looks."""

    GOOD = "✓"
    QUESTION = "?"
    OPTIONAL = "²"
    """The footnote "This record is optional.", which every row has until something changes it."""
    OTHER = ""
    """Only what is published instead, without a tick."""
    BROKEN = "an empty page"


@dataclass(frozen=True)
class Cell:
    """The column "Current State" of a row; `texts` is what is published, where it is shown."""

    mark: Mark
    texts: tuple[str, ...] = ()

    @property
    def looks(self) -> str:
        """As it looks to a reader, on one line; what the footnote says stands behind it."""
        if self.mark is Mark.OPTIONAL:
            return " ".join((*self.texts, "² (optional)"))
        return " ".join((self.mark.value, *self.texts)).strip() or "nothing"

    @property
    def verdict(self) -> str:
        """The same without what is published, where a mark says enough."""
        return self.looks if self.mark is Mark.OTHER else Cell(self.mark).looks


OPTIONAL = Cell(Mark.OPTIONAL)
GOOD = Cell(Mark.GOOD)
Cells = tuple[Cell, ...]


def cells(row: PageRow, setup: Setup, seen: PageView) -> Cells:
    """All that the cell of a row may show, by the order in which a resolver hands out records.

    The order as it was seen comes first; there are none where too little is known.
    """
    if row.rdtype == RdataType.TXT:
        return _of_texts(row, setup, seen)
    if row.kind is RowKind.HOST and seen.aliases.get(row.name) is not None:
        return _of_aliased_host(row, seen)
    if row.kind is RowKind.ALIAS:
        return _of_alias(row, seen)
    texts = seen.texts(row.name, row.rdtype)
    if texts is None or (row.depends_on_first and len({text == ". 0" for text in texts}) > 1):
        return ()
    return (_compared(texts, row.wanted),)


def _compared(texts: Sequence[str], wanted: str) -> Cell:
    """One that is equal is enough, letter by letter."""
    if not texts:
        return OPTIONAL
    return GOOD if wanted in texts else Cell(Mark.OTHER, tuple(texts))


def _of_aliased_host(row: PageRow, seen: PageView) -> Cells:
    """The first address is overwritten by a cross, or for IPv6 by nothing."""
    texts = seen.texts(row.name, row.rdtype)
    if texts is None:
        return ()
    if not texts:
        return (OPTIONAL,)
    cross = CROSS if row.rdtype == RdataType.A else ""
    turned = (texts[i:] + texts[:i] for i in range(len(texts)))
    return _each_once(_compared((cross, *each[1:]), row.wanted) for each in turned)


def _of_alias(row: PageRow, seen: PageView) -> Cells:
    if row.name not in seen.aliases:
        return ()
    target = seen.aliases[row.name]
    if target is not None:
        return (_compared((plain(target),), row.wanted),)
    return _of_addresses(row, seen)


def _of_addresses(row: PageRow, seen: PageView) -> Cells:
    """Addresses in place of the CNAME: the first of each kind has to be the host's first."""
    host = dns.name.from_text(row.wanted)
    own, hosts = (seen.texts(name, RdataType.A) for name in (row.name, host))
    if own is None or (own and hosts is None):
        return ()
    if not own or not hosts:
        return (OPTIONAL,)
    pairs = list(itertools.product(own, hosts))
    found = [cell for one, other in pairs for cell in _of_pair(one, other, row, seen)]
    is_unknown = any(one == other and not _of_pair(one, other, row, seen) for one, other in pairs)
    return () if is_unknown else _each_once(found)


def _of_pair(own: str, hosts: str, row: PageRow, seen: PageView) -> Cells:
    if own != hosts:
        return (Cell(Mark.OTHER, (own + NOTE,)),)
    long_own, long_hosts = (
        seen.texts(name, RdataType.AAAA) for name in (row.name, dns.name.from_text(row.wanted))
    )
    if long_own is None or (long_own and long_hosts is None):
        return ()
    if not long_own:
        return (Cell(Mark.OTHER, (NOTE,)),)
    pairs = itertools.product(long_own, long_hosts or ("",))
    return tuple(GOOD if a == b else Cell(Mark.OTHER, (a + NOTE,)) for a, b in pairs)


def _of_texts(row: PageRow, setup: Setup, seen: PageView) -> Cells:
    rrset = seen.of(row.name, row.rdtype)
    if rrset is None:
        return ()
    texts = [txt_value(rdata) for rdata in rrset if isinstance(rdata, TXT)]
    allows = _allows(row, setup, seen) if row.kind is RowKind.SPF else None
    if allows is None and row.kind is RowKind.SPF and any(map(_is_spf, texts)):
        return ()
    turned = (texts[i:] + texts[:i] for i in range(max(1, len(texts))))
    return _each_once(_last(row, each, allows or Mark.QUESTION) for each in turned)


def _last(row: PageRow, texts: Sequence[str], spf: Mark) -> Cell:
    """Each text that is of the row's kind overwrites what the one before has left."""
    cell = OPTIONAL
    for text in texts:
        cell = _of_text(row, text, spf) or cell
    return cell


def _of_text(row: PageRow, text: str, spf: Mark) -> Cell | None:
    start = text[:7].lower()
    if start.startswith("v=sts"):
        is_same = text.lower() == row.wanted.lower()
        return Cell(Mark.GOOD if is_same else Mark.QUESTION, (text,))
    if start.startswith("v=dmarc") and row.kind is RowKind.DMARC:
        return Cell(Mark.OPTIONAL, (text.replace(" ", ""),))
    if _is_spf(text) and row.kind is RowKind.SPF:
        return Cell(spf, (f"{text} ²",))
    if start.startswith("v=dkim") and row.kind is RowKind.DKIM:
        return GOOD if _key(text) == _key(row.wanted) else None
    return None


def _is_spf(text: str) -> bool:
    return text[:5].lower() == "v=spf"


def _key(text: str) -> str | None:
    found = DKIM_KEY.search(text)
    return found[1] if found else None


def _allows(row: PageRow, setup: Setup, seen: PageView) -> Mark | None:
    """Both addresses have to be allowed: without IPv6 there is never a tick."""
    by_version = {address.version: address.exploded for address in setup.server.addresses}
    try:
        allowed = allowed_hosts(ascii_form(row.name), seen)
    except Circle:
        return Mark.BROKEN
    # An address that is missing is looked for as an empty text, which `ip6:` alone gives.
    verdict = allowed.allow(*(by_version.get(version, "") for version in (4, 6)))
    if verdict is None and len(by_version) == 2:
        return None
    return Mark.GOOD if verdict else Mark.QUESTION


def _each_once(found: Iterable[Cell]) -> Cells:
    return tuple(dict.fromkeys(found))
