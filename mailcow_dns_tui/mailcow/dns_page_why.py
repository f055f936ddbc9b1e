"""Why mailcow's own DNS page says something else of a record than a check does."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from ipaddress import ip_network

from dns.rdata import Rdata
from dns.rdatatype import RdataType
from dns.rdtypes.ANY.TXT import TXT

from mailcow_dns_tui.mailcow.dns_page_case import Case
from mailcow_dns_tui.mailcow.dns_page_cell import NOTE, Mark
from mailcow_dns_tui.mailcow.dns_page_rows import Kind
from mailcow_dns_tui.model.record import Tier
from mailcow_dns_tui.model.txt import txt_rdata, txt_value

Condition = Callable[[Case], bool]


@dataclass(frozen=True)
class Reason:
    """A sentence, and what it holds for; what is None holds for all."""

    sentence: str
    kind: Kind | None = None
    marks: Collection[Mark] | None = None
    good: bool | None = None
    codes: Collection[str] | None = None
    when: Condition | None = None

    def explains(self, case: Case) -> bool:
        return (
            self.kind in {None, case.row.kind}
            and (self.marks is None or case.cell.mark in self.marks)
            and self.good in {None, case.good}
            and (self.codes is None or case.finding.code in self.codes)
            and (self.when is None or self.when(case))
        )


def why(case: Case) -> str:
    """The first reason that holds; empty where none is known."""
    return next((reason.sentence for reason in REASONS if reason.explains(case)), "")


def _would_tick(change: Callable[[str, Case], str], *, joined: bool = True) -> Condition:
    """Whether it is for this alone that the page does not tick: with the texts changed, it does."""

    def changed(rdata: Rdata, case: Case) -> Rdata:
        if not isinstance(rdata, TXT) or (not joined and len(rdata.strings) > 1):
            return rdata
        return txt_rdata(change(txt_value(rdata), case))

    return lambda case: case.would_tick(lambda rdata: changed(rdata, case))


def _in_small_letters(text: str, case: Case) -> str:
    return text.lower()


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


def _as_it_is(text: str, case: Case) -> str:
    return text


def _has_one_family(case: Case) -> bool:
    return len(case.setup.server.addresses) < 2


def _differs_in_case(case: Case) -> bool:
    return case.row.wanted.lower() in map(str.lower, case.cell.texts)


def _stands_on_addresses(case: Case) -> bool:
    return any(text.endswith(NOTE) for text in case.cell.texts) and _leads_here(case)


def _leads_here(case: Case) -> bool:
    """Whether all addresses of the name are the server's."""
    types = (RdataType.A, RdataType.AAAA)
    found = {r.to_text() for each in types for r in case.seen.of(case.row.name, each) or ()}
    return bool(found) and found <= set(map(str, case.setup.server.addresses))


def _leads_here_by_ipv6(case: Case) -> bool:
    return not case.seen.of(case.row.name, RdataType.A) and _leads_here(case)


def _is_alias(case: Case) -> bool:
    return case.seen.aliases.get(case.row.name) is not None


def _has_several(case: Case) -> bool:
    return len(case.seen.of(case.row.name, case.row.rdtype) or ()) > 1


def _begins(*starts: str) -> Condition:
    """Whether a text begins as the page knows them."""
    return lambda case: any(txt_value(r).lower().startswith(starts) for r in case.texts)


def _begins_otherwise(*starts: str) -> Condition:
    begins = _begins(*starts)
    return lambda case: not begins(case)


GOOD = (Mark.GOOD,)
NOT_GOOD = (Mark.OPTIONAL, Mark.OTHER, Mark.QUESTION)
WORKING = frozenset({"as-wanted", "works-differently"})
"""Codes of what is published otherwise, and works."""
SHORT_OF_IT = "It takes the first string of a text only; receivers join them."
ONE_IS_ENOUGH = "One right record is enough for it; the others count for mail, too."
NO_NOTICE = "It takes no notice of a text that does not begin with {start}."

REASONS = (
    Reason("It can't load: the SPF records refer to each other in a circle.", marks=(Mark.BROKEN,)),
    Reason("It never judges DMARC, only shows the text and calls it optional.", Kind.DMARC),
    Reason("It never compares this record, and always calls it optional.", Kind.TLS_REPORTS),
    Reason(
        "It calls every missing record optional; mail needs this one.",
        marks=(Mark.OPTIONAL,),
        good=False,
        when=lambda case: not case.finding.found and case.finding.tier is Tier.REQUIRED,
    ),
    Reason(
        "It calls every missing record optional.",
        marks=(Mark.OPTIONAL,),
        when=lambda case: not case.finding.found,
    ),
    # SPF
    Reason(
        "It takes two SPF records as one; receivers refuse them all.",
        Kind.SPF,
        GOOD,
        good=False,
        codes=("several-records",),
    ),
    Reason(
        "It does not mind that every server is allowed.",
        Kind.SPF,
        GOOD,
        good=False,
        codes=("open-to-all", "wide-range"),
    ),
    Reason(
        "It does not mind how the record ends.", Kind.SPF, GOOD, good=False, codes=("neutral-end",)
    ),
    Reason(
        "It only looks for the server's addresses, and tests nothing else that receivers test.",
        Kind.SPF,
        GOOD,
        good=False,
    ),
    Reason(
        "It never ticks SPF for a server without both IPv4 and IPv6.",
        Kind.SPF,
        (Mark.QUESTION,),
        good=True,
        when=_has_one_family,
    ),
    Reason(
        "It knows SPF in small letters only; for receivers the case does not matter.",
        Kind.SPF,
        (Mark.QUESTION,),
        when=_would_tick(_in_small_letters, joined=False),
        good=True,
    ),
    Reason(
        "It stops at the first word with - or ~, before it has found the server.",
        Kind.SPF,
        (Mark.QUESTION,),
        when=_would_tick(_without_refusals, joined=False),
        good=True,
    ),
    Reason(
        "It compares single addresses, and does not know ranges such as /24, nor even /32.",
        Kind.SPF,
        (Mark.QUESTION,),
        when=_would_tick(_with_single_addresses, joined=False),
        good=True,
    ),
    Reason(SHORT_OF_IT, Kind.SPF, (Mark.QUESTION,), good=True, when=_would_tick(_as_it_is)),
    Reason(
        "It reads SPF more simply than receivers do, and misses the server's addresses in it.",
        Kind.SPF,
        (Mark.QUESTION,),
    ),
    Reason(
        NO_NOTICE.format(start="v=spf"),
        Kind.SPF,
        (Mark.OPTIONAL,),
        when=_begins_otherwise("v=spf"),
    ),
    # DKIM
    Reason(ONE_IS_ENOUGH, Kind.DKIM, GOOD, good=False, codes=("several-records",)),
    Reason("It does not mind how long the key is.", Kind.DKIM, GOOD, False, ("key-size",)),
    Reason(
        "It compares nothing but the key; receivers look at the rest, too.",
        Kind.DKIM,
        GOOD,
        good=False,
        codes=("not-valid", "test-mode"),
    ),
    Reason(
        NO_NOTICE.format(start="v=DKIM"),
        Kind.DKIM,
        (Mark.OPTIONAL,),
        when=_begins_otherwise("v=dkim"),
    ),
    Reason(
        "It shows a wrong DKIM key as it shows a missing one: as optional.",
        Kind.DKIM,
        (Mark.OPTIONAL,),
        good=False,
        codes=("other-key", "cut-off", "revoked", "not-valid", "wildcard-answers"),
    ),
    Reason(
        "It wants k=rsa before p=, and the key letter by letter; yours means the same.",
        Kind.DKIM,
        (Mark.OPTIONAL,),
        good=True,
    ),
    # MTA-STS
    Reason(
        "It compares the text letter by letter; yours means the same.",
        Kind.MTA_STS,
        (Mark.QUESTION,),
        good=True,
        codes=WORKING,
    ),
    Reason(
        "It takes capital and small letters for the same; senders do not.",
        Kind.MTA_STS,
        GOOD,
        good=False,
        codes=("not-valid",),
    ),
    Reason(
        "It looks at one text only; senders also get the policy, and want no second text.",
        Kind.MTA_STS,
        GOOD,
        good=False,
    ),
    Reason(
        "It takes no notice of a text that does not begin as one for MTA-STS.",
        Kind.MTA_STS,
        (Mark.OPTIONAL,),
        when=_begins_otherwise("v=sts"),
    ),
    # Names that lead to the host
    Reason(
        "It ticks addresses in place of the CNAME only if IPv4 and IPv6 are both the server's.",
        Kind.ALIAS,
        (Mark.OTHER,),
        good=True,
        when=_stands_on_addresses,
    ),
    Reason(
        "It looks for a CNAME or an IPv4 address; yours leads to the server by IPv6.",
        Kind.ALIAS,
        (Mark.OPTIONAL,),
        good=True,
        when=_leads_here_by_ipv6,
    ),
    Reason(
        "It wants capital and small letters as in the hostname; DNS makes no difference.",
        marks=(Mark.OTHER,),
        good=True,
        when=_differs_in_case,
    ),
    Reason(
        "It wants the CNAME to name the host itself; yours leads there by another way.",
        Kind.ALIAS,
        (Mark.OTHER,),
        good=True,
        when=_leads_here,
    ),
    Reason(
        "It wants the name to lead to mailcow; senders get a policy from where it leads, too.",
        Kind.ALIAS,
        (Mark.OTHER, Mark.OPTIONAL),
        good=True,
        codes=("works-differently",),
        when=lambda case: case.finding.topic == "mta-sts",
    ),
    Reason(
        "It looks at the CNAME only, not at what is behind it.",
        Kind.ALIAS,
        GOOD,
        good=False,
        when=_is_alias,
    ),
    # The host, and what names it
    Reason(
        "It wants no CNAME at the hostname; senders follow it.",
        Kind.HOST,
        (Mark.OTHER, Mark.OPTIONAL),
        good=True,
        when=_is_alias,
    ),
    Reason(
        "It does not look whether the name leads back to the address.",
        Kind.PTR,
        GOOD,
        good=False,
        codes=("not-confirmed",),
    ),
    Reason(
        "It does not look at DNSSEC, without which the record counts for nothing.",
        Kind.TLSA,
        GOOD,
        good=False,
        codes=("no-effect", "bogus"),
    ),
    Reason(
        "It knows the form 3 1 1 only; yours means the same.",
        Kind.TLSA,
        (Mark.OTHER,),
        good=True,
        codes=WORKING,
    ),
    Reason(
        "It compares host and port only, and one right record is enough for it.",
        Kind.SRV,
        GOOD,
        good=False,
    ),
    Reason(ONE_IS_ENOUGH, marks=GOOD, good=False, when=_has_several),
    Reason(
        "It compares letter by letter; yours works as well.",
        marks=NOT_GOOD,
        good=True,
        codes=WORKING,
    ),
    Reason(
        "It takes no notice of an IPv6 address that is published instead.",
        Kind.ALIAS,
        (Mark.OPTIONAL,),
        good=False,
        when=lambda case: bool(case.seen.of(case.row.name, RdataType.AAAA)),
    ),
)
"""The first that holds is told; where none does, the page's reason is not known."""
