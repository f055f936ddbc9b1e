"""The SPF records in an answer, and how they compare with the wanted one."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from dns.name import Name
from dns.rdtypes.ANY.TXT import TXT
from spftrace import Term, parse

from mailcow_dns_tui.model.answer import Answer
from mailcow_dns_tui.model.names import ascii_form
from mailcow_dns_tui.model.txt import txt_value
from mailcow_dns_tui.topics.spf_syntax import is_meant, syntax_fault

VERSION = re.compile(r"v=spf1( |$)", re.IGNORECASE)
LARGEST_STRING = 255


@dataclass(frozen=True)
class Published:
    """A text that is, or was to be, an SPF record.

    Attributes:
        octets: on the wire.
        spaced: with a blank between its strings, where receivers read none (RFC 7208 3.3) and
            one would make a record of it; else the same as the text.
    """

    text: str
    octets: int
    spaced: str

    @property
    def counts(self) -> bool:
        """Whether receivers take it for an SPF record."""
        return VERSION.match(self.text) is not None


def published(answer: Answer) -> Sequence[Published]:
    """What receivers take for SPF records; where nothing is one, what was to be one."""
    texts = [_published(rdata) for rdata in answer.rdatas if isinstance(rdata, TXT)]
    counted = [each for each in texts if each.counts]
    return counted or [each for each in texts if is_meant(each.text)]


def only_valid(answer: Answer) -> str:
    """The text of the one record that receivers evaluate; empty where they evaluate none."""
    counted = [each.text for each in published(answer) if each.counts]
    return counted[0] if len(counted) == 1 and not syntax_fault(counted[0]) else ""


def _published(rdata: TXT) -> Published:
    text = txt_value(rdata)
    octets = sum(len(string) + 1 for string in rdata.strings)
    return Published(text, octets, _spaced(rdata) or text)


def _spaced(rdata: TXT) -> str:
    """What was meant by strings that were cut between two words, not where one was full."""
    if any(len(string) == LARGEST_STRING for string in rdata.strings):
        return ""
    spaced = ""
    for string in rdata.strings:
        piece = string.decode(errors="replace")
        joint = "" if not spaced or spaced.endswith(" ") or piece.startswith(" ") else " "
        spaced += joint + piece
    return "" if syntax_fault(spaced) else spaced


def same_meaning(text: str, wanted: str, domain: Name) -> bool:
    """Whether two records by the grammar say the same of every sender.

    Where all mechanisms before `all` mean pass, their order is of no matter.
    """
    return _meaning(text, ascii_form(domain)) == _meaning(wanted, ascii_form(domain))


def is_plain(text: str) -> bool:
    """Whether every mechanism but `all` says who may send, so that their order is of no matter."""
    terms = [term for term in parse(text).terms if term.is_mechanism and term.name != "all"]
    return all(term.qualifier == "+" for term in terms)


def lacking_words(text: str, wanted: str, domain: Name) -> Sequence[str]:
    """The mechanisms of the wanted record that the other has not, its end left out."""
    name = ascii_form(domain)
    there = {term_meaning(term, name) for term in parse(text).terms}
    terms = (term for term in parse(wanted).terms if term.is_mechanism and term.name != "all")
    return [str(term.raw) for term in terms if term_meaning(term, name) not in there]


def _meaning(text: str, domain: str) -> tuple[object, ...]:
    record = parse(text)
    terms = [term_meaning(term, domain) for term in record.terms if term.is_mechanism]
    ends = [n for n, term in enumerate(terms) if term[1] == "all"]
    terms, end = (terms[: ends[0]], terms[ends[0]]) if ends else (terms, None)
    if all(term[0] == "+" for term in terms):
        terms = sorted(set(terms))
    modifiers = [term_meaning(term, domain) for term in record.terms if not term.is_mechanism]
    redirects = [term for term in modifiers if term[1] == "redirect" and end is None]
    return (*terms, end, *redirects)


def term_meaning(term: Term, domain: str) -> tuple[str, str, str, int, int]:
    """Its qualifier, name, argument and prefix lengths, each in one form."""
    target = term.arg or ""
    if "%" not in target:
        target = target.lower().rstrip(".")
    if target == domain.lower():
        target = ""
    cidr4 = 32 if term.cidr4 is None else term.cidr4
    cidr6 = 128 if term.cidr6 is None else term.cidr6
    return term.qualifier, term.name, target, cidr4, cidr6
