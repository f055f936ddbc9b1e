"""The properties of a CAA RRset, as an authority reads them (RFC 8659 4, RFC 8657)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from dns.rdtypes.ANY.CAA import CAA

KNOWN = frozenset({"issue", "issuewild", "iodef"})
FOR_OTHERS = frozenset({"issuemail", "issuevmc"})
"""About certificates for mail (RFC 9495) and for marks; Let's Encrypt knows both."""
CRITICAL = 128 | 1
"""RFC 8659 4.1 has only the first bit; Let's Encrypt takes the last one for it as well."""

BLANK = " \t"
LABEL = r"[A-Za-z0-9](?:-*[A-Za-z0-9])*"
AUTHORITY = re.compile(rf"(?:{LABEL}(?:\.{LABEL})*)?")
PARAMETER = re.compile(rf"({LABEL})[ \t]*=[ \t]*([!-:<-~]*)")


@dataclass(frozen=True)
class Issue:
    """The value of an `issue` property.

    Attributes:
        authority: the identity as it is written; empty where the property forbids all.
        parameters: names and values of the conditions that the authority has to keep.
    """

    authority: str
    parameters: tuple[tuple[str, str], ...]

    def values(self, name: str) -> Sequence[str]:
        """Of each parameter with this name."""
        return [value for each, value in self.parameters if each == name]


def tag_of(rdata: CAA) -> str:
    return rdata.tag.decode(errors="replace").lower()


def value_of(rdata: CAA) -> str:
    text: str = rdata.value.decode(errors="replace")
    return text


def blocks(rdata: CAA) -> bool:
    """Whether an authority that does not know the property must issue nothing."""
    return bool(rdata.flags & CRITICAL) and tag_of(rdata) not in KNOWN


def read_issue(value: str) -> Issue | None:
    """Read the value by RFC 8659 4.2; None where it breaks the grammar, and so allows nobody."""
    authority, *parts = (part.strip(BLANK) for part in value.split(";"))
    # The only empty part that the grammar has is one after the authority.
    parts = [] if parts == [""] else parts
    matches = map(PARAMETER.fullmatch, parts)
    pairs = tuple((match[1], match[2]) for match in matches if match)
    if not AUTHORITY.fullmatch(authority) or len(pairs) < len(parts):
        return None
    return Issue(authority, pairs)
