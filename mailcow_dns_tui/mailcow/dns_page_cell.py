"""What mailcow's own DNS page shows as "Current State" of a row."""

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

import dns.name
from dns.rdatatype import RdataType
from dns.rdtypes.ANY.TXT import TXT

from mailcow_dns_tui.mailcow.dns_page_rows import Kind, Row
from mailcow_dns_tui.mailcow.dns_page_seen import Seen, plain
from mailcow_dns_tui.mailcow.dns_page_spf import Circle, allowed_hosts
from mailcow_dns_tui.model.names import ascii_form
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.model.txt import txt_value

NOTE = " ¹"
"""The footnote "Value derived from A/AAAA record."; newer versions show its HTML as text."""
CROSS = "✗ (CNAME)"
"""The only cross of the whole page; here, too, newer versions show its HTML as text."""
DKIM_KEY = re.compile(r"v=DKIM1;.*k=rsa;.*p=([^;]*).*", re.IGNORECASE)


class Mark(Enum):
    """What a cell begins or ends with; the value is how it looks."""

    GOOD = "✓"
    QUESTION = "?"
    OPTIONAL = "²"
    """The footnote "This record is optional.", which every row has until something changes it."""
    OTHER = ""
    """Only what is published instead, without a tick."""
    BROKEN = "an empty page"


@dataclass(frozen=True)
class Cell:
    """A cell; `texts` is what is published, where the page shows it."""

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


def cells(row: Row, setup: Setup, seen: Seen) -> Cells:
    """All that the cell may show, for each order in which a resolver hands out the records.

    The order as it was seen comes first; there are none where too little is known.
    """
    if row.rdtype == RdataType.TXT:
        return _of_texts(row, setup, seen)
    if row.kind is Kind.HOST and seen.aliases.get(row.name) is not None:
        return _of_aliased_host(row, seen)
    if row.kind is Kind.ALIAS:
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


def _of_aliased_host(row: Row, seen: Seen) -> Cells:
    """The first address is overwritten by a cross, or for IPv6 by nothing."""
    texts = seen.texts(row.name, row.rdtype)
    if texts is None:
        return ()
    if not texts:
        return (OPTIONAL,)
    cross = CROSS if row.rdtype == RdataType.A else ""
    turned = (texts[i:] + texts[:i] for i in range(len(texts)))
    return _each_once(_compared((cross, *each[1:]), row.wanted) for each in turned)


def _of_alias(row: Row, seen: Seen) -> Cells:
    if row.name not in seen.aliases:
        return ()
    target = seen.aliases[row.name]
    if target is not None:
        return (_compared((plain(target),), row.wanted),)
    return _of_addresses(row, seen)


def _of_addresses(row: Row, seen: Seen) -> Cells:
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


def _of_pair(own: str, hosts: str, row: Row, seen: Seen) -> Cells:
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


def _of_texts(row: Row, setup: Setup, seen: Seen) -> Cells:
    rrset = seen.of(row.name, row.rdtype)
    if rrset is None:
        return ()
    texts = [txt_value(rdata) for rdata in rrset if isinstance(rdata, TXT)]
    allows = _allows(row, setup, seen) if row.kind is Kind.SPF else None
    if allows is None and row.kind is Kind.SPF and any(map(_is_spf, texts)):
        return ()
    turned = (texts[i:] + texts[:i] for i in range(max(1, len(texts))))
    return _each_once(_last(row, each, allows or Mark.QUESTION) for each in turned)


def _last(row: Row, texts: Sequence[str], spf: Mark) -> Cell:
    """Each text that is of the row's kind overwrites what the one before has left."""
    cell = OPTIONAL
    for text in texts:
        cell = _of_text(row, text, spf) or cell
    return cell


def _of_text(row: Row, text: str, spf: Mark) -> Cell | None:
    start = text[:7].lower()
    if start.startswith("v=sts"):
        is_same = text.lower() == row.wanted.lower()
        return Cell(Mark.GOOD if is_same else Mark.QUESTION, (text,))
    if start.startswith("v=dmarc") and row.kind is Kind.DMARC:
        return Cell(Mark.OPTIONAL, (text.replace(" ", ""),))
    if _is_spf(text) and row.kind is Kind.SPF:
        return Cell(spf, (f"{text} ²",))
    if start.startswith("v=dkim") and row.kind is Kind.DKIM:
        return GOOD if _key(text) == _key(row.wanted) else None
    return None


def _is_spf(text: str) -> bool:
    return text[:5].lower() == "v=spf"


def _key(text: str) -> str | None:
    found = DKIM_KEY.search(text)
    return found[1] if found else None


def _allows(row: Row, setup: Setup, seen: Seen) -> Mark | None:
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
