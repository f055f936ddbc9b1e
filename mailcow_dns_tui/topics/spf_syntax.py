"""What is wrong with the text of an SPF record, in words (RFC 7208 12)."""

import html
import re
from collections.abc import Iterator

from spftrace import SpfPermError, Term, parse

from mailcow_dns_tui.model.txt import brief

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
    except SpfPermError as error:
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
    try:
        parse(f"v=spf1 {word}")
    except SpfPermError:
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


def mechanisms(text: str) -> tuple[Term, ...]:
    """The mechanisms of a record by the grammar, in order."""
    return tuple(term for term in parse(text).terms if term.is_mechanism)


def unknown_modifiers(text: str) -> Iterator[str]:
    """What is ignored for its `=`, and was probably to be more than that."""
    for term in parse(text).terms:
        if not term.is_mechanism and term.name in {*MECHANISMS, "v", "ipv4", "ipv6", "ip"}:
            yield term.raw


def ignored_mechanisms(text: str) -> tuple[Term, ...]:
    """The mechanisms after the first `all` (RFC 7208 5.1)."""
    terms = mechanisms(text)
    end = next((n for n, term in enumerate(terms) if term.name == "all"), len(terms))
    return terms[end + 1 :]


def ignored_redirect(text: str) -> str:
    """The redirect that an `all` overrules (RFC 7208 6.1)."""
    record = parse(text)
    ends = any(term.name == "all" for term in mechanisms(text))
    return record.redirect.raw if record.redirect is not None and ends else ""
