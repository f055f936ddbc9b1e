"""The planned SPF record, what an evaluation comes to, and the codes of what is found of it."""

from dataclasses import dataclass
from enum import Enum, auto

from dns.name import Name

from mailcow_dns_tui.model.code import Act, Code
from mailcow_dns_tui.model.setup import Server
from mailcow_dns_tui.model.setup import Spf as Policy
from mailcow_dns_tui.model.validators import spf_all, spf_mechanism
from mailcow_dns_tui.topics.phrases import in_plan

PASSED = "pass"
UNTOLD = "untold"
"""In place of a result where that depends on the part of the sender's address before the @."""


class Permerror(Enum):
    """Why receivers give up on a record (permerror)."""

    LOOKUPS = auto()
    VOIDS = auto()
    REFERENCE = auto()


@dataclass(frozen=True)
class SpfOutcome:
    """What a receiver makes of mail from one address: a result of RFC 7208 2.6, or `UNTOLD`."""

    address: str
    verdict: str


@dataclass(frozen=True)
class Opening:
    """What lets too many pass.

    Attributes:
        own: the term of the record itself; an include lets pass what the included record lets
            pass (RFC 7208 5.2).
        inner: the term that decides, which may be in what the own one leads to.
    """

    own: str
    inner: str


@dataclass(frozen=True)
class Evaluation:
    """What receivers make of a record.

    Attributes:
        outcomes: of each address that mail is sent from.
        others: the results for senders that the record says nothing about.
        open: what lets those pass.
        has_end: no sender runs off the end of the record, or of what it redirects to.
        troubles: with a phrase for each.
        met: those troubles that mail from one of the addresses meets.
        wide: address ranges that are too large to be anybody's servers.
        differing: names that the record refers to, of which name servers have different records
            that make a difference to the outcomes.
    """

    outcomes: tuple[SpfOutcome, ...]
    others: frozenset[str]
    open: tuple[Opening, ...]
    has_end: bool
    troubles: tuple[tuple[Permerror, str], ...]
    met: frozenset[Permerror]
    wide: tuple[Opening, ...]
    differing: tuple[Name, ...] = ()

    @property
    def opening_terms(self) -> tuple[str, ...]:
        """The terms of the record itself that let too many pass."""
        return tuple(dict.fromkeys(each.own for each in (*self.open, *self.wide)))


NOT_ALLOWED = Code(
    "not-allowed", "SPF does not allow one of the server's addresses", Act.CHANGE, symptom=True
)
OPEN_TO_ALL = Code("open-to-all", "SPF allows every server", Act.CHANGE)
WIDE_RANGE = Code("wide-range", "SPF allows a large part of the internet", Act.CHANGE)
NEUTRAL_END = Code("neutral-end", "SPF says nothing against other servers", Act.CHANGE)
TOO_MANY_LOOKUPS = Code(
    "too-many-lookups", "SPF takes more DNS lookups than receivers make", Act.CHANGE
)
TOO_MANY_VOID_LOOKUPS = Code(
    "too-many-void-lookups",
    "SPF takes more lookups without an answer than receivers bear",
    Act.CHANGE,
)
BROKEN_REFERENCE = Code(
    "broken-reference", "SPF refers to a name without a usable SPF record, or to itself", Act.CHANGE
)
AFTER_ALL = Code("after-all", "SPF has words after `all`, without effect", Act.CHANGE)
REDIRECT_IGNORED = Code(
    "redirect-ignored", "SPF has `redirect` beside `all`, without effect", Act.CHANGE
)
IGNORED_TERM = Code(
    "ignored-term", "SPF has a word that receivers ignore, such as `include=`", Act.CHANGE
)
USES_PTR = Code("uses-ptr", "SPF uses `ptr`, which some receivers ignore", Act.CHANGE)
TOO_LONG = Code(
    "too-long",
    "SPF, or all TXT records beside it, make a DNS answer too large for some",
    tolerable=True,
)
NO_ADDRESS = Code(
    "no-address", "SPF can't be evaluated, since the plan has no address", place=in_plan("ipv4")
)
NO_EHLO_SPF = Code(
    "no-ehlo-spf", "the hostname has no SPF record, by which bounces are checked", None
)
EHLO_NOT_ALLOWED = Code(
    "ehlo-not-allowed", "the hostname's SPF record does not allow the server itself", Act.CHANGE
)


def address_words(server: Server) -> tuple[str, ...]:
    """The mechanisms that name the server's addresses: `ip4:192.0.2.1`."""
    return tuple(f"ip{each.version}:{each}" for each in server.addresses)


def spf_record_text(policy: Policy) -> str | None:
    """The record of a policy; None while a part of it is wrong."""
    if spf_all(policy.all) or any(map(spf_mechanism, policy.mechanisms)):
        return None
    return " ".join(("v=spf1", *policy.mechanisms, policy.all))
