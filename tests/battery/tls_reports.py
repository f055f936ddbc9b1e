"""The record for TLS reports."""

from dataclasses import replace

from mailcow_dns_tui.model.setup import TlsReports
from tests.battery.case import SETUP, Case, txt

PLANNED = replace(SETUP, tls_reports=TlsReports())
OWNER = "_smtp._tls"
GOOD = "v=TLSRPTv1; rua=mailto:mailauth-reports@example.org"


def record(what: str, fault: str, near: str = GOOD) -> Case:
    return Case(
        what,
        f"{OWNER} TXT {txt(fault)}",
        "tls-rpt different warning",
        f"{OWNER} TXT {txt(near)}",
        setup=PLANNED,
    )


CASES = (
    Case("missing", fault=f"{OWNER} TXT -", finds="tls-rpt missing info", setup=PLANNED),
    record("grammar: a blank before the semicolon", GOOD.replace(";", " ;"), f"{GOOD} ; "),
    record("grammar: letter case", GOOD.lower(), GOOD.replace("; ", ";")),
    record("grammar: the version last", "rua=mailto:a@example.org; v=TLSRPTv1"),
    record("grammar: no address", "v=TLSRPTv1; rua=", f"v=TLSRPTv1; x=y;{GOOD.partition(';')[2]}"),
    record(
        "an address without scheme", GOOD.replace("mailto:", ""), GOOD.replace("mailto", "MAILTO")
    ),
    record("an address over the web without TLS", "v=TLSRPTv1; rua=http://example.org/r"),
    record("a semicolon between addresses", f"{GOOD};mailto:b@example.org"),
    Case(
        "another address than planned",
        fault=f"{OWNER} TXT {txt('v=TLSRPTv1; rua=https://example.net/report')}",
        finds="tls-rpt works-differently info",
        near=f"{OWNER} TXT {txt(GOOD)}",
        setup=PLANNED,
    ),
    Case(
        "several records",
        fault=f"{OWNER} TXT {txt(GOOD)}\n{OWNER} TXT {txt(GOOD + ';')}",
        finds="tls-rpt several-records warning",
        near=f'{OWNER} TXT {txt(GOOD)}\n{OWNER} TXT "v=TLSRPTv10;"\n{OWNER} TXT hello',
        setup=PLANNED,
    ),
    Case(
        "addresses in two fields",
        fault=f"{OWNER} TXT {txt(f'{GOOD}; rua=mailto:mailauth-reports@example.org')}",
        finds="tls-rpt duplicate-tag warning",
        near=f"{OWNER} TXT {txt(GOOD)}",
        setup=PLANNED,
    ),
    record("pasting: literal quotes", f'"{GOOD}"'),
    record("pasting: literal backslashes", GOOD.replace(";", "\\;")),
    record("pasting: HTML entities", GOOD.replace(";", "&#59;")),
    record("pasting: smart quotes", f"“{GOOD}”"),
    record("pasting: `;` taken as a comment", "v=TLSRPTv1"),
    *(
        Case(
            f"pasting: {what}",
            fault=f"{OWNER} TXT -\n{name} TXT + {txt(GOOD)}",
            finds=f"tls-rpt misplaced {status}",
            near=f"{name} TXT + {txt(GOOD)}",
            setup=PLANNED,
        )
        for what, name, status in (
            ("`_tls._smtp`", "_tls._smtp", "warning"),
            ("an underscore lost", "smtp._tls", "info"),
            ("the zone appended twice to the name", f"{OWNER}.example.org", "info"),
            ("the record at the apex", "@", "warning"),
        )
    ),
)
