"""What topics with TXT records share: finding one among others, report addresses."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from dns.name import Name
from dns.rdtypes.ANY.TXT import TXT

from mailcow_dns_tui.model.answer import Answer
from mailcow_dns_tui.model.code import WILDCARD_ANSWERS, Act, Code
from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.names import parse_name
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.step import GuideStep
from mailcow_dns_tui.model.text import brief, txt_rdata, txt_value
from mailcow_dns_tui.model.validators import LOCAL_PART
from mailcow_dns_tui.topics.phrases import listed_texts

REPORTS_NOT_AUTHORISED = Code(
    "reports-not-authorised",
    "DMARC: reports go to another organisation that has not agreed to take them",
    Act.CHANGE,
)
DUPLICATE_TAG = Code("duplicate-tag", "DMARC, TLS reports: a tag stands twice", Act.CHANGE)


def wanted_text(record: Record) -> str:
    """The text of a planned TXT record; empty for one of another type."""
    return txt_value(record.rdata) if isinstance(record.rdata, TXT) else ""


def values(answer: Answer | None) -> Sequence[str]:
    """The TXT values in an answer, each with its strings joined."""
    rdatas = answer.rdatas if answer else ()
    return [txt_value(rdata) for rdata in rdatas if isinstance(rdata, TXT)]


QUOTES = "\"'`\u00b4\u2018\u2019\u201a\u201c\u201d\u201e\u00ab\u00bb\u2033"

HTML_ENTITY = re.compile(r"&(#\w+|[a-z]+);?")


@dataclass(frozen=True)
class TxtProtocol:
    """A kind of TXT record.

    Attributes:
        version: what it begins with: `v=DMARC1`.
        valid: matches from the start what readers take for such a record.
        meant: found in the text of what was meant to be one, in lower case and without blanks.
    """

    version: str
    valid: re.Pattern[str]
    meant: re.Pattern[str]

    def reads(self, text: str) -> bool:
        """Whether readers take the text for such a record."""
        return self.valid.match(text) is not None

    def valid_texts(self, answer: Answer | None) -> Sequence[str]:
        """The values that readers take for such records."""
        return [text for text in values(answer) if self.reads(text)]

    def texts(self, answer: Answer | None) -> Sequence[str]:
        """The same; where none is, the values that were meant to be such records."""
        return self.valid_texts(answer) or [
            text for text in values(answer) if self.meant.search("".join(text.lower().split()))
        ]

    def fault(self, text: str) -> tuple[str, str]:
        """Why the text is no such record, and what to write instead, as the ends of sentences."""
        version, small = self.version, self.version.lower()
        marks = (
            (
                HTML_ENTITY.search(text) is not None,
                "it has HTML entities in its data",
                "as plain text, without & signs",
            ),
            (
                text[:1] in QUOTES,
                "it has quotation marks in its data",
                "without any quotation marks",
            ),
            ("\\" in text, "it has backslashes in its data", "without backslashes"),
            (text[:1].isspace(), "it begins with a blank", f"with {version} right at the start"),
            (
                text.startswith(version),
                "no semicolon stands right after its version",
                f"with {version}; at the start",
            ),
            (
                text.lower().startswith(small),
                "its version has the wrong letter case",
                f"with {version} written exactly so",
            ),
            (version in text, "its version does not come first", f"with {version} first"),
        )
        known = ((fault, remedy) for applies, fault, remedy in marks if applies)
        return next(known, (f"it does not begin with {version}", f"with {version} at the start"))


MAIL = re.compile(rf"mailto:{LOCAL_PART}@([!->A-~]+)(\?[!-~]*)?", re.IGNORECASE)
SIZE_LIMIT = re.compile(r"![0-9]+[kmgt]?\Z", re.IGNORECASE)
"""Removed by RFC 9989; receivers skip it."""


def report_uris(value: str) -> Sequence[str]:
    """The addresses in a tag's value, blanks and empty ones left out."""
    return [uri for each in value.split(",") if (uri := SIZE_LIMIT.sub("", each.strip(" \t")))]


def has_idle_comma(value: str) -> bool:
    """Whether a comma in a tag's value has no address beside it."""
    return "," in value and not all(each.strip(" \t") for each in value.split(","))


def mail_host(uri: str) -> Name | None:
    """The domain that reports go to by mail; None where the address is not valid."""
    match = MAIL.fullmatch(uri)
    if match is None or "!" in uri or ";" in uri:
        return None
    return parse_name(match[1])


def is_https(uri: str) -> bool:
    """Whether reports can be posted there (RFC 8460 3)."""
    if not re.fullmatch(r"https://[!-~]+", uri, re.IGNORECASE) or re.search("[!;]", uri):
        return False
    if re.search(r"%(?![0-9A-Fa-f]{2})", uri):
        return False
    try:
        host = urlsplit(uri).hostname or ""
    except ValueError:
        return False
    # RFC 3986 3.2.2; the braces of a placeholder that nobody filled in are no host.
    return re.fullmatch(r'[^"<>\\^`{|}]+', host) is not None


def uri_meaning(uri: str) -> str:
    """The address with letter case left out where it says nothing."""
    before, at, host = uri.rpartition("@")
    if not at or mail_host(uri) is None:
        return uri
    scheme, _, local = before.partition(":")
    return f"{scheme.lower()}:{local}@{host.lower()}"


def uri_meanings(uris: Iterable[str]) -> frozenset[str]:
    """The addresses as `uri_meaning` has them, each once."""
    return frozenset(map(uri_meaning, uris))


def uri_fault(uri: str) -> str:
    """What is wrong with an address that is not valid, as the end of a sentence."""
    shown = brief(uri)
    if re.fullmatch(r"[!-9;-~]+@[!-9;-~]+", uri) and mail_host(f"mailto:{uri}") is not None:
        return f"{shown} has no mailto: in front"
    if is_https(uri):
        return f"{shown} is a web address, and reports go by mail only"
    return f"{shown} is no address that reports can go to"


KEPT = (
    "Reports also go to {addresses}, as before. If nobody reads them there, leave that out, and "
    "the rest works as well."
)
LOST = "No reports go to {addresses} any more, which has not agreed to take them."


@dataclass(frozen=True)
class Reports:
    """How a protocol's records name who gets reports.

    Attributes:
        protocol: tells its records from others.
        addresses: the valid addresses in a record's text, in its order.
    """

    protocol: TxtProtocol
    addresses: Callable[[str], Iterable[str]]

    def keeping(self, record: Record, found: Finding) -> Record:
        """The record with the addresses that are published beside its own."""
        more = () if found.code == REPORTS_NOT_AUTHORISED else tuple(self.others(record, found))
        return (
            replace(record, rdata=txt_rdata(_with(wanted_text(record), more))) if more else record
        )

    def told(self, step: GuideStep, record: Record) -> GuideStep:
        """The step with what becomes of the addresses that the plan's record lacks."""
        addresses = tuple(self.others(record, step.finding))
        if not addresses or step.record is None:
            return step
        said = LOST if step.finding.code == REPORTS_NOT_AUTHORISED else KEPT
        warning = said.format(addresses=listed_texts(addresses))
        return replace(step, warnings=(*step.warnings, warning))

    def others(self, record: Record, found: Finding) -> Iterator[str]:
        """The addresses of what is published that the record does not have, each once."""
        ours, seen = uri_meanings(self.addresses(wanted_text(record))), set[str]()
        best = None if found.code == WILDCARD_ANSWERS else found.lookup.representative
        texts = self.protocol.texts(best)
        for uri in (uri for text in texts for uri in self.addresses(text)):
            if uri_meaning(uri) not in ours and uri_meaning(uri) not in seen:
                seen.add(uri_meaning(uri))
                yield uri


def _with(text: str, more: Sequence[str]) -> str:
    """The text of a record, with further addresses in its rua."""
    parts = list(filter(None, (part.strip() for part in text.split(";"))))
    rua = next((part for part in parts if part.startswith("rua=")), None)
    if rua is None:
        return "; ".join([*parts, f"rua={','.join(more)}"])
    return "; ".join(",".join([part, *more]) if part is rua else part for part in parts)
