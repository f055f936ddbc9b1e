"""What a record would cost receivers, by what was looked up already (RFC 7208 4.6.4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import dns.exception
import dns.name
from dns.name import Name
from dns.rdata import Rdata
from dns.rdatatype import RdataType

from mailcow_dns_tui.model.answer import Lookup
from mailcow_dns_tui.topics.spf.record import only_valid, parse
from mailcow_dns_tui.topics.targets import exchanges

if TYPE_CHECKING:
    from spftrace import Term

MOST_LOOKUPS = 10
"""Terms that ask the DNS; receivers give up on a record that takes more."""
MOST_VOIDS = 2
REFERRING = frozenset({"include", "redirect"})
ASKING = frozenset({"a", "mx", "exists", "ptr"})


@dataclass(frozen=True)
class LookupCosts:
    """Of a record and of all that it refers to.

    Attributes:
        terms: that ask the DNS.
        voids: questions without an answer, of senders with IPv4 and with IPv6.
        broken: it refers to what is no single valid record, or to itself.
    """

    terms: int = 0
    voids: tuple[int, int] = (0, 0)
    broken: bool = False

    def __add__(self, other: "LookupCosts") -> "LookupCosts":
        voids = self.voids[0] + other.voids[0], self.voids[1] + other.voids[1]
        return LookupCosts(self.terms + other.terms, voids, self.broken or other.broken)

    @property
    def fits(self) -> bool:
        """Whether receivers read the record to its end."""
        within = self.terms <= MOST_LOOKUPS and max(self.voids) <= MOST_VOIDS
        return within and not self.broken


class LookupCounter:
    """Counts by the answers that a check got.

    Args:
        lookups: those answers.
        trusting: what was not asked is taken to be there, and to cost nothing further.
    """

    def __init__(self, lookups: Sequence[Lookup], *, trusting: bool = True) -> None:
        self._lookups: Mapping[tuple[Name, RdataType], Lookup] = {
            (each.name, each.rdtype): each for each in lookups
        }
        self._trusting = trusting

    def text_at(self, name: Name | None) -> str | None:
        """The record that receivers read there, empty for none; None for what nobody heard."""
        lookup = self._lookups.get((name, RdataType.TXT)) if name else None
        return only_valid(lookup.representative) if lookup and lookup.representative else None

    def addresses(self, name: Name) -> frozenset[Rdata] | None:
        """What a name leads to; None where a family was not asked, or nobody answered."""
        found = [self._lookups.get((name, each)) for each in (RdataType.A, RdataType.AAAA)]
        if any(each is None or each.unknown for each in found):
            return None
        return frozenset(rdata for each in found if each for rdata in each.rdatas)

    def costs(self, text: str, owner: Name, path: tuple[Name, ...] = ()) -> LookupCosts:
        """Of a record by the grammar, up to its `all`."""
        terms = parse(text).terms
        end = next((n for n, term in enumerate(terms) if term.name == "all"), len(terms))
        total = LookupCosts()
        for term in terms[:end]:
            if term.name != "redirect" or end == len(terms):
                total += self._of_term(term, owner, (*path, owner))
        return total

    def _of_term(self, term: "Term", owner: Name, path: tuple[Name, ...]) -> LookupCosts:
        target = target_of(term, owner)
        if term.name in REFERRING:
            return LookupCosts(terms=1) + self._of_reference(target, path)
        if term.name not in ASKING:
            return LookupCosts()
        if term.name == "ptr":
            return LookupCosts(1)
        count = self._mx_voids if term.name == "mx" else self._voids
        second = RdataType.A if term.name == "exists" else RdataType.AAAA
        return LookupCosts(1, (count(target, RdataType.A), count(target, second)))

    def _of_reference(self, target: Name | None, path: tuple[Name, ...]) -> LookupCosts:
        text = self.text_at(target)
        if target in path or text == "":
            return LookupCosts(broken=True)
        if target is None or text is None:
            failed = target is None or (target, RdataType.TXT) in self._lookups
            return LookupCosts(broken=not (failed or self._trusting))
        return self.costs(text, target, path)

    def _voids(self, target: Name | None, rdtype: RdataType) -> int:
        lookup = self._lookups.get((target, rdtype)) if target else None
        return int(lookup is not None and lookup.absent)

    def _mx_voids(self, target: Name | None, rdtype: RdataType) -> int:
        """Of the MX record, or of the hosts that it names."""
        lookup = self._lookups.get((target, RdataType.MX)) if target else None
        hosts = exchanges(lookup) if lookup else ()
        return self._voids(target, RdataType.MX) + sum(self._voids(h, rdtype) for h in hosts)


def target_of(term: "Term", owner: Name) -> Name | None:
    """The name that a term asks for; None where macros make it another for each sender."""
    if not term.arg:
        return owner
    try:
        return None if "%" in term.arg else dns.name.from_text(term.arg)
    except dns.exception.DNSException:
        return None
