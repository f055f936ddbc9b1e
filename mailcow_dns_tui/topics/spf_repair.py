"""What was meant by an SPF record that breaks the grammar, where the slip is plain."""

import html
import re
from collections.abc import Iterator
from ipaddress import ip_interface

from mailcow_dns_tui.topics.spf_syntax import is_wrong

VERSION = re.compile(r"[\W_]*(v\s*[=:]\s*\W?)?spf\s*[=:]?\s*v?\d*[;,]?", re.IGNORECASE)
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
    body = VERSION.sub("", html.unescape(text), count=1)
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
