"""The SPF records in an answer, and what is wrong with their texts, in words (RFC 7208 12)."""

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_interface, ip_network
from typing import TYPE_CHECKING

from dns.name import Name
from dns.rdtypes.ANY.TXT import TXT

from mailcow_dns_tui.model.answer import Answer
from mailcow_dns_tui.model.names import ascii_form
from mailcow_dns_tui.model.text import brief, txt_value

if TYPE_CHECKING:
    from spftrace import Term
    from spftrace.parser import Record as SpfRecord


@lru_cache(maxsize=512)
def parse(text: str) -> "SpfRecord":
    """The record by the grammar; one object for all who ask, and not to be changed.

    Raises:
        ValueError: where the text breaks the grammar.
    """
    # spftrace takes as long to load as all topics together, and planning needs none of it.
    import spftrace

    try:
        return spftrace.parse(text)
    except spftrace.SpfPermError as error:
        raise ValueError(str(error)) from None


MECHANISMS = {"all", "include", "a", "mx", "ptr", "ip4", "ip6", "exists"}
BLANKS = "only blanks may stand between words, no commas or semicolons"
HINTS = (
    (r".*[^\x20-\x7e]", "it has a character that is not plain ASCII, such as a long dash"),
    (r".*&(\w+|#\w+);", "it holds HTML code"),
    (r".*[\"'\\]", "quotation marks and backslashes do not belong there"),
    (r"[-+~?]?ip(v4|v6)?[:=/]", "addresses are written with ip4: or ip6:"),
    (r"[-+~?]?ipv[46]", "addresses are written with ip4: or ip6:"),
    (r".*[,;]", BLANKS),
    (r"[-+~?]$", "no blank may follow it"),
    (r"[-+~?]?\w+[:=/]$", "no blank may follow it"),
    (r"[-+~?]?all.", "nothing may follow all without a blank"),
    (r"..*[-+~?]all$", "a blank is missing before all"),
    (r"[-+~?]?(include|a|mx|exists|ptr):\d+(\.\d+){3}", "an address is written with ip4:"),
    (r"[-+~?]?(include|a|mx|exists|ptr):", "it does not name a domain"),
    (r"[-+~?]?redirect:", "it is written with =, not with a colon"),
    (r"[-+~?]?(redirect|exp)=", "it does not name a domain, or has a sign before it"),
    (r"[-+~?]?ip4:\d+(\.\d+){3}:", "no port may stand behind it"),
    (r"[-+~?]?ip4:.*:", "an IPv6 address is written with ip6:"),
    (r"[-+~?]?ip6:\d+(\.\d+){3}", "an IPv4 address is written with ip4:"),
    (r"[-+~?]?ip[46]:", "it is no address or range of addresses"),
    (r"[-+~?]?\d+(\.\d+){3}", "an address is written with ip4:"),
)
"""From the special to the general: the first pattern that a wrong word begins with tells why."""


def syntax_fault(text: str) -> str:
    """The first thing that is wrong, as a clause; empty for a record by the grammar."""
    try:
        parse(text)
    except ValueError as error:
        wrong = next(filter(is_wrong, text.split(" ")[1:]), None)
        return (
            f"`{brief(wrong)}` is wrong: {_hint(wrong)}" if wrong else _doubled(text) or str(error)
        )
    return ""


def _doubled(text: str) -> str:
    """Which modifier stands twice (RFC 7208 6)."""
    names = [word.lower().partition("=")[0] for word in text.split(" ") if "=" in word]
    twice = next((name for name in ("redirect", "exp") if names.count(name) > 1), None)
    return f"{twice}= stands twice in it, and may stand once" if twice else ""


def is_wrong(word: str) -> bool:
    """Whether a word breaks the grammar (RFC 7208 12)."""
    try:
        parse(f"v=spf1 {word}")
    except ValueError:
        return True
    return False


def _hint(word: str) -> str:
    for pattern, hint in HINTS:
        if re.match(pattern, word, re.IGNORECASE):
            return hint
    name = re.split("[:/=]", word.lstrip("-+~?").lower())[0]
    return "its value is not valid" if name in MECHANISMS else "SPF knows no such word"


def version_fault(text: str) -> str:
    """Why receivers do not take a text for an SPF record that is meant to be one."""
    if text[:1].isspace():
        return "it begins with a blank"
    if re.match(r"&(\w+|#\w+);", text):
        return "it begins with HTML code"
    if not text[:1].isalnum():
        return "it begins with a quotation mark or another sign"
    if re.match(r"v=spf1", text, re.IGNORECASE):
        return "after v=spf1 there is no blank"
    return "it does not begin with v=spf1 and a blank"


def is_meant(text: str) -> bool:
    """Whether a text that is no SPF record was to be one.

    `spf2.0/` begins a Sender ID record (RFC 4406 3.1), which is another thing.
    """
    bare = html.unescape(text).lower()
    return bool(re.match(r"[\W_]*(v\s*[=:]\s*\W?spf|spf\s*[=:]?\s*v?1\b)", bare))


def mechanisms(text: str) -> tuple["Term", ...]:
    """The mechanisms of a record by the grammar, in order."""
    return tuple(term for term in parse(text).terms if term.is_mechanism)


def unknown_modifiers(text: str) -> Iterator[str]:
    """What is ignored for its `=`, and was probably to be more than that."""
    for term in parse(text).terms:
        if not term.is_mechanism and term.name in {*MECHANISMS, "v", "ipv4", "ipv6", "ip"}:
            yield term.raw


def ignored_mechanisms(text: str) -> tuple["Term", ...]:
    """The mechanisms after the first `all` (RFC 7208 5.1)."""
    terms = mechanisms(text)
    end = next((n for n, term in enumerate(terms) if term.name == "all"), len(terms))
    return terms[end + 1 :]


def ignored_redirect(text: str) -> str:
    """The redirect that an `all` overrules (RFC 7208 6.1)."""
    record = parse(text)
    ends = any(term.name == "all" for term in mechanisms(text))
    return record.redirect.raw if record.redirect is not None and ends else ""


VERSION = re.compile(r"v=spf1( |\Z)", re.ASCII | re.IGNORECASE)
LARGEST_STRING = 255


@dataclass(frozen=True)
class PublishedSpf:
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


def published(answer: Answer) -> Sequence[PublishedSpf]:
    """What receivers take for SPF records; where nothing is one, what was to be one."""
    texts = [_published(rdata) for rdata in answer.rdatas if isinstance(rdata, TXT)]
    counted = [each for each in texts if each.counts]
    return counted or [each for each in texts if is_meant(each.text)]


def only_valid(answer: Answer) -> str:
    """The text of the one record that receivers evaluate; empty where they evaluate none."""
    counted = [each.text for each in published(answer) if each.counts]
    return counted[0] if len(counted) == 1 and not syntax_fault(counted[0]) else ""


def _published(rdata: TXT) -> PublishedSpf:
    text = txt_value(rdata)
    octets = sum(len(string) + 1 for string in rdata.strings)
    return PublishedSpf(text, octets, _spaced(rdata) or text)


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
    counted = mechanisms(text)[: -len(ignored_mechanisms(text)) or None]
    there = {term_meaning(term, name) for term in counted}
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


def term_meaning(term: "Term", domain: str) -> tuple[str, str, str, int, int]:
    """Its qualifier, name, argument and prefix lengths, each in one form."""
    target = term.arg or ""
    if "%" not in target:
        target = target.lower().rstrip(".")
    if target == domain.lower():
        target = ""
    cidr4 = 32 if term.cidr4 is None else term.cidr4
    cidr6 = 128 if term.cidr6 is None else term.cidr6
    if term.name in {"ip4", "ip6"}:
        length = cidr4 if term.name == "ip4" else cidr6
        target = str(ip_network(f"{target}/{length}", strict=False).network_address)
    return term.qualifier, term.name, target, cidr4, cidr6


ANY_VERSION = re.compile(r"[\W_]*(v\s*[=:]\s*\W?)?spf\s*[=:]?\s*v?\d*[;,]?", re.IGNORECASE)
DASHES = re.compile("[\N{HYPHEN}-\N{HORIZONTAL BAR}\N{MINUS SIGN}]")
QUOTES = re.compile(
    "[\"'\\\\\N{LEFT SINGLE QUOTATION MARK}-\N{DOUBLE HIGH-REVERSED-9 QUOTATION MARK}]"
)
ALL = r"[-+~?]?all\b"
TORN = (
    (re.compile(rf"([:=/]) +(?!{ALL})", re.IGNORECASE), r"\1"),
    (re.compile(r"(?<!\S)([-+~?]) +(?=\w)"), r"\1"),
)
"""Blanks inside of a word."""
GLUED_TO_ALL = re.compile(r"(.*?)([-~?]all)\W*", re.IGNORECASE)
ADDRESS = re.compile(
    r"([-+~?]?)(?:(?:ip(?:v?[46])?|a|mx|include|exists|ptr)[:=/]+)?(.+)", re.IGNORECASE
)


def repaired(text: str) -> tuple[str, ...]:
    """The words after the version; those that nobody can guess at stay wrong."""
    body = ANY_VERSION.sub("", html.unescape(text), count=1)
    body = QUOTES.sub("", DASHES.sub("-", body))
    for torn, whole in TORN:
        body = torn.sub(whole, body)
    return tuple(word for each in body.split() for word in _of_word(each))


def _of_word(word: str) -> Iterator[str]:
    if not is_wrong(word):
        yield word
        return
    for part in filter(None, re.split("[,;]+", word)):
        if is_wrong(part) and (glued := GLUED_TO_ALL.fullmatch(part)):
            yield from filter(None, (_of_part(glued[1]), glued[2]))
        else:
            yield _of_part(part)


def _of_part(part: str) -> str:
    if not part or not is_wrong(part):
        return part
    if re.match("redirect:", part, re.IGNORECASE):
        return part.replace(":", "=", 1)
    match = ADDRESS.fullmatch(part)
    version = _version(match[2]) if match else 0
    return f"{match[1]}ip{version}:{match[2]}" if match and version else part


def _version(address: str) -> int:
    """Of an address or a range of addresses; 0 for what is neither."""
    try:
        return ip_interface(address).version
    except ValueError:
        return 0
