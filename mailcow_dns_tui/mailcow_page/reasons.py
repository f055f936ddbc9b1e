"""Why mailcow's own DNS page says something else of a record than a check does."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from ipaddress import ip_network

from dns.rdata import Rdata
from dns.rdatatype import RdataType
from dns.rdtypes.ANY.TXT import TXT

from mailcow_dns_tui.mailcow_page.cell import NOTE, Cell, Mark, cells
from mailcow_dns_tui.mailcow_page.rows import PageRow, PageView, RowKind
from mailcow_dns_tui.model.code import MISSING
from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.record import Tier
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.model.text import txt_rdata, txt_value


@dataclass(frozen=True)
class Case:
    """A cell of the page beside the check's finding about the same record."""

    row: PageRow
    cell: Cell
    finding: Finding
    setup: Setup
    seen: PageView

    @property
    def good(self) -> bool:
        """Whether the check has nothing against it."""
        return self.finding.status.is_good

    @property
    def agrees(self) -> bool:
        """Whether the page and the check come to the same verdict."""
        if self.cell == Cell(Mark.OPTIONAL) and self.finding.tier is Tier.OPTIONAL:
            return self.finding.code == MISSING
        return {Mark.GOOD: self.good, Mark.OTHER: not self.good}.get(
            self.cell.mark, self.cell.mark is Mark.QUESTION and not self.good
        )

    @property
    def texts(self) -> tuple[TXT, ...]:
        """The TXT records at the name, of whatever kind."""
        rrset = self.seen.of(self.row.name, RdataType.TXT) or ()
        return tuple(rdata for rdata in rrset if isinstance(rdata, TXT))


def why(case: Case) -> str:
    """The first reason that holds; empty where none is known."""
    holding = (sentence for sentence, *when in REASONS if all(holds(case) for holds in when))
    return next(holding, "")


Condition = Callable[[Case], bool]
Reason = tuple[str, *tuple[Condition, ...]]
"""A sentence, and all that has to be so for it."""


def _where(*conditions: Condition) -> Callable[..., Iterator[Reason]]:
    """Gives its conditions to all the reasons that it is called with."""

    def reasons(*given: Reason) -> Iterator[Reason]:
        for reason in given:
            yield reason[0], *(*conditions, *reason[1:])

    return reasons


def _row(kind: RowKind) -> Condition:
    return lambda case: case.row.kind is kind


def _shows(*marks: Mark) -> Condition:
    return lambda case: case.cell.mark in marks


def _code(*codes: str) -> Condition:
    """Whether the check found one of these."""
    return lambda case: case.finding.code in codes


def _fine(case: Case) -> bool:
    return case.good


def _wrong(case: Case) -> bool:
    return not case.good


def _ticks_wrongly(case: Case) -> bool:
    return case.cell.mark is Mark.GOOD and not case.good


def _would_tick(change: Callable[[str, Case], str], *, joined: bool = True) -> Condition:
    """Whether it is for this alone that the page does not tick: with the texts changed, it does.

    Where it is not `joined`, a text of several strings stays as it is.
    """

    def changed(rdata: Rdata, case: Case) -> Rdata:
        if not isinstance(rdata, TXT) or (not joined and len(rdata.strings) > 1):
            return rdata
        return txt_rdata(change(txt_value(rdata), case))

    def holds(case: Case) -> bool:
        rrsets = {
            key: tuple(changed(rdata, case) for rdata in rrset)
            for key, rrset in case.seen.rrsets.items()
        }
        shown = cells(case.row, case.setup, replace(case.seen, rrsets=rrsets))
        return bool(shown) and all(cell.mark is Mark.GOOD for cell in shown)

    return holds


def _without_refusals(text: str, case: Case) -> str:
    return " ".join(word for word in text.split(" ") if not word.startswith(("-", "~")))


def _with_single_addresses(text: str, case: Case) -> str:
    return " ".join(_single(word, case) for word in text.split(" "))


def _single(word: str, case: Case) -> str:
    """Of a range that the server is in, the server; of a name with a range, the name."""
    start, colon, network = word.partition(":")
    if start.lstrip("+") not in {"ip4", "ip6"}:
        return word.partition("/")[0]
    try:
        inside = [a for a in case.setup.server.addresses if a in ip_network(network, strict=False)]
    except ValueError:
        return word
    return f"{start}{colon}{inside[0]}" if inside else word


def _leads_here(case: Case) -> bool:
    """Whether all addresses of the name are the server's."""
    types = (RdataType.A, RdataType.AAAA)
    found = {r.to_text() for each in types for r in case.seen.of(case.row.name, each) or ()}
    return bool(found) and found <= set(map(str, case.setup.server.addresses))


def _is_alias(case: Case) -> bool:
    return case.seen.aliases.get(case.row.name) is not None


def _begins_otherwise(start: str) -> Condition:
    """Whether no text begins as the page knows them."""
    return lambda case: not any(txt_value(r).lower().startswith(start) for r in case.texts)


SPF = _row(RowKind.SPF)
DKIM = _row(RowKind.DKIM)
MTA_STS = _row(RowKind.MTA_STS)
ALIAS = _row(RowKind.ALIAS)
TLSA = _row(RowKind.TLSA)
HOST = _row(RowKind.HOST)
PTR = _row(RowKind.PTR)
SRV = _row(RowKind.SRV)
WORKS = _code("as-wanted", "works-differently")
"""It is published otherwise than planned, and works."""
OPTIONAL = _shows(Mark.OPTIONAL)
OTHER = _shows(Mark.OTHER)
QUESTION = _shows(Mark.QUESTION)
MISSING_OR_OTHER = _shows(Mark.OTHER, Mark.OPTIONAL)
ONE_IS_ENOUGH = "One right record is enough for it; the others count for mail, too."

REASONS: tuple[Reason, ...] = (
    ("It can't load: the SPF records refer to each other in a circle.", _shows(Mark.BROKEN)),
    ("It never judges DMARC, only shows the text and calls it optional.", _row(RowKind.DMARC)),
    ("It never compares this record, and always calls it optional.", _row(RowKind.TLS_REPORTS)),
    *_where(OPTIONAL, lambda case: not case.finding.found)(
        (
            "It calls every missing record optional; mail needs this one.",
            _wrong,
            lambda case: case.finding.tier is Tier.REQUIRED,
        ),
        ("It calls every missing record optional.",),
    ),
    *_where(SPF, _ticks_wrongly)(
        ("It takes two SPF records as one; receivers refuse them all.", _code("several-records")),
        ("It does not mind that every server is allowed.", _code("open-to-all", "wide-range")),
        ("It does not mind how the record ends.", _code("neutral-end")),
        ("It only looks for the server's addresses, and tests nothing else that receivers test.",),
    ),
    *_where(SPF, QUESTION, _fine)(
        (
            "It never ticks SPF for a server without both IPv4 and IPv6.",
            lambda case: len(case.setup.server.addresses) < 2,
        ),
        (
            "It knows SPF in small letters only; for receivers the case does not matter.",
            _would_tick(lambda text, case: text.lower(), joined=False),
        ),
        (
            "It stops at the first word with - or ~, before it has found the server.",
            _would_tick(_without_refusals, joined=False),
        ),
        (
            "It compares single addresses, and does not know ranges such as /24, nor even /32.",
            _would_tick(_with_single_addresses, joined=False),
        ),
        (
            "It takes the first string of a text only; receivers join them.",
            _would_tick(lambda text, case: text),
        ),
    ),
    (
        "It reads SPF more simply than receivers do, and misses the server's addresses in it.",
        SPF,
        QUESTION,
    ),
    (
        "It takes no notice of a text that does not begin with v=spf.",
        SPF,
        OPTIONAL,
        _begins_otherwise("v=spf"),
    ),
    *_where(DKIM, _ticks_wrongly)(
        (ONE_IS_ENOUGH, _code("several-records")),
        ("It does not mind how long the key is.", _code("key-size")),
        (
            "It compares nothing but the key; receivers look at the rest, too.",
            _code("not-valid", "test-mode"),
        ),
    ),
    *_where(DKIM, OPTIONAL)(
        (
            "It takes no notice of a text that does not begin with v=DKIM.",
            _begins_otherwise("v=dkim"),
        ),
        (
            "It shows a wrong DKIM key as it shows a missing one: as optional.",
            _wrong,
            _code("other-key", "cut-off", "revoked", "not-valid", "wildcard-answers"),
        ),
        ("It wants k=rsa before p=, and the key letter by letter; yours means the same.", _fine),
    ),
    (
        "It compares the text letter by letter; yours means the same.",
        MTA_STS,
        QUESTION,
        _fine,
        WORKS,
    ),
    (
        "It takes capital and small letters for the same; senders do not.",
        MTA_STS,
        _ticks_wrongly,
        _code("not-valid"),
    ),
    (
        "It looks at one text only; senders also get the policy, and want no second text.",
        MTA_STS,
        _ticks_wrongly,
    ),
    (
        "It takes no notice of a text that does not begin as one for MTA-STS.",
        MTA_STS,
        OPTIONAL,
        _begins_otherwise("v=sts"),
    ),
    *_where(ALIAS, _fine)(
        (
            "It ticks addresses in place of the CNAME only if IPv4 and IPv6 are both the server's.",
            OTHER,
            lambda case: any(text.endswith(NOTE) for text in case.cell.texts),
            _leads_here,
        ),
        (
            "It looks for a CNAME or an IPv4 address; yours leads to the server by IPv6.",
            OPTIONAL,
            lambda case: not case.seen.of(case.row.name, RdataType.A),
            _leads_here,
        ),
    ),
    (
        "It wants capital and small letters as in the hostname; DNS makes no difference.",
        OTHER,
        _fine,
        lambda case: case.row.wanted.lower() in map(str.lower, case.cell.texts),
    ),
    (
        "It wants the CNAME to name the host itself; yours leads there by another way.",
        ALIAS,
        OTHER,
        _fine,
        _leads_here,
    ),
    (
        "It wants the name to lead to mailcow; senders get a policy from where it leads, too.",
        ALIAS,
        MISSING_OR_OTHER,
        _fine,
        _code("works-differently"),
        lambda case: case.finding.topic == "mta-sts",
    ),
    ("It looks at the CNAME only, not at what is behind it.", ALIAS, _ticks_wrongly, _is_alias),
    (
        "It wants no CNAME at the hostname; senders follow it.",
        HOST,
        MISSING_OR_OTHER,
        _fine,
        _is_alias,
    ),
    (
        "It does not look whether the name leads back to the address.",
        PTR,
        _ticks_wrongly,
        _code("not-confirmed"),
    ),
    (
        "It does not look at DNSSEC, without which the record counts for nothing.",
        TLSA,
        _ticks_wrongly,
        _code("no-effect", "bogus"),
    ),
    ("It knows the form 3 1 1 only; yours means the same.", TLSA, OTHER, _fine, WORKS),
    (
        "It compares host and port only, and one right record is enough for it.",
        SRV,
        _ticks_wrongly,
    ),
    (
        ONE_IS_ENOUGH,
        _ticks_wrongly,
        lambda case: len(case.seen.of(case.row.name, case.row.rdtype) or ()) > 1,
    ),
    (
        "It compares letter by letter; yours works as well.",
        _shows(Mark.OPTIONAL, Mark.OTHER, Mark.QUESTION),
        _fine,
        WORKS,
    ),
    (
        "It takes no notice of an IPv6 address that is published instead.",
        ALIAS,
        OPTIONAL,
        _wrong,
        lambda case: bool(case.seen.of(case.row.name, RdataType.AAAA)),
    ),
)
"""The first that holds is told; where none does, the page's reason is not known."""
