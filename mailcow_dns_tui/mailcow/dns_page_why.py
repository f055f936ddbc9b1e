"""Why mailcow's own DNS page says something else of a record than a check does."""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass

from mailcow_dns_tui.mailcow.dns_page_case import Case
from mailcow_dns_tui.mailcow.dns_page_cell import NOTE, Mark
from mailcow_dns_tui.mailcow.dns_page_rows import Kind
from mailcow_dns_tui.model.record import Tier
from mailcow_dns_tui.model.txt import txt_value

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
    """The first reason that holds."""
    return next(reason.sentence for reason in REASONS if reason.explains(case))


def _spf_has(pattern: str) -> Condition:
    found = re.compile(pattern)
    return lambda case: any(found.search(txt_value(rdata)) for rdata in case.spf)


def _is_split(case: Case) -> bool:
    return any(len(rdata.strings) > 1 for rdata in case.spf)


def _has_one_family(case: Case) -> bool:
    return len(case.setup.server.addresses) < 2


def _differs_in_case(case: Case) -> bool:
    return case.row.wanted.lower() in map(str.lower, case.cell.texts)


def _stands_on_addresses(case: Case) -> bool:
    return any(text.endswith(NOTE) for text in case.cell.texts)


GOOD = (Mark.GOOD,)
NOT_GOOD = (Mark.OPTIONAL, Mark.OTHER, Mark.QUESTION)
SHORT_OF_IT = "It takes the first string of a text only; receivers join them."

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
        codes=("open-to-all", "wide-range", "neutral-end"),
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
        when=_spf_has(r"[A-Z]"),
        good=True,
    ),
    Reason(
        "It stops at the first word with - or ~, before it has found the server.",
        Kind.SPF,
        (Mark.QUESTION,),
        when=_spf_has(r" [-~]\S+ +\S"),
        good=True,
    ),
    Reason(
        "It compares single addresses, and does not know ranges such as /24, nor even /32.",
        Kind.SPF,
        (Mark.QUESTION,),
        when=_spf_has(r"/\d"),
        good=True,
    ),
    Reason(SHORT_OF_IT, Kind.SPF, (Mark.QUESTION,), good=True, when=_is_split),
    Reason(
        "It reads SPF more simply than receivers do, and misses the server's addresses in it.",
        Kind.SPF,
        (Mark.QUESTION, Mark.OPTIONAL),
    ),
    # DKIM
    Reason(
        "It compares nothing but the key; receivers look at the rest, too.",
        Kind.DKIM,
        GOOD,
        good=False,
    ),
    Reason(
        "It shows a wrong DKIM key as it shows a missing one: as optional.",
        Kind.DKIM,
        (Mark.OPTIONAL,),
        good=False,
    ),
    Reason(
        "It wants k=rsa before p=, and the key letter by letter; yours means the same.",
        Kind.DKIM,
        (Mark.OPTIONAL,),
    ),
    # MTA-STS
    Reason(
        "It compares the text letter by letter; yours means the same.",
        Kind.MTA_STS,
        (Mark.QUESTION,),
        good=True,
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
    ),
    Reason("It looks at the CNAME only, not at what is behind it.", Kind.ALIAS, GOOD, good=False),
    # The host, and what names it
    Reason(
        "It wants no CNAME at the hostname; senders follow it.",
        Kind.HOST,
        (Mark.OTHER, Mark.OPTIONAL),
        good=True,
    ),
    Reason(
        "It does not look at DNSSEC, without which the record counts for nothing.",
        Kind.TLSA,
        GOOD,
        good=False,
        codes=("no-effect", "bogus"),
    ),
    Reason(
        "It knows the form 3 1 1 only; yours means the same.", Kind.TLSA, (Mark.OTHER,), good=True
    ),
    Reason(
        "It compares host and port only, and one right record is enough for it.",
        Kind.SRV,
        GOOD,
        good=False,
    ),
    Reason(
        "One right record is enough for it; the others count for mail, too.", marks=GOOD, good=False
    ),
    Reason("It compares letter by letter; yours works as well.", marks=NOT_GOOD, good=True),
    Reason("It takes no notice of what is published instead.", marks=NOT_GOOD),
)
"""The first that holds is told."""
