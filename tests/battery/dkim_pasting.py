"""What pasting does to a DKIM key record."""

from tests.battery.case import DKIM, KEY, Case, txt
from tests.battery.dkim import NOT_VALID, OWNER, key

CASES = (
    Case(
        "pasting: cut at 255",
        fault=key(DKIM[:255]),
        finds="dkim cut-off error",
        near=f'{OWNER} TXT "{DKIM[:255]}" "{DKIM[255:]}"',
        names=("223",),
    ),
    Case(
        "pasting: the zone appended twice to the name",
        fault=f"{OWNER} TXT -\ndkim._domainkey.example.org TXT {txt(DKIM)}",
        finds="dkim misplaced error",
        near=f"dkim._domainkey.example.org TXT {txt(DKIM)}",
        names=("dkim._domainkey.example.org.example.org",),
    ),
    Case(
        "pasting: an underscore lost",
        fault=f"{OWNER} TXT -\ndkim.domainkey TXT {txt(DKIM)}",
        finds="dkim misplaced error",
        near=f"dkim.domainkey TXT {txt(DKIM)}",
        names=("dkim.domainkey.example.org",),
    ),
    Case(
        "pasting: turned-round names",
        fault=f"{OWNER} TXT -\n_domainkey.dkim TXT {txt(DKIM)}",
        finds="dkim misplaced error",
        near=f"_domainkey.dkim TXT {txt(DKIM)}",
        names=("_domainkey.dkim.example.org",),
    ),
    Case(
        "pasting: the record at the apex",
        fault=f"{OWNER} TXT -\n@ TXT + {txt(DKIM)}",
        finds="dkim misplaced error",
        near=f"@ TXT + {txt(DKIM)}",
    ),
    Case(
        "pasting: `;` taken as a comment",
        fault=key("v=DKIM1"),
        finds="dkim cut-off error",
        near=key(DKIM.replace("; ", ";")),
    ),
    Case(
        "pasting: no-break spaces",
        fault=key(DKIM.replace("; ", ";\N{NO-BREAK SPACE}")),
        finds=NOT_VALID,
        near=key(DKIM.replace("; ", ";\r\n\t")),
        names=("no-break",),
    ),
    Case("pasting: HTML entities", fault=key(DKIM.replace(";", "&#59;")), finds=NOT_VALID),
    Case("pasting: smart quotes", fault=key(f"“{DKIM}”"), finds=NOT_VALID),
    Case(
        "pasting: a + that became a blank",
        fault=key(DKIM.replace("+", " ")),
        finds=NOT_VALID,
        near=key(DKIM.replace("+", " +")),
    ),
    Case("pasting: the key alone", fault=key(KEY), finds=NOT_VALID, near=key(f"p={KEY}")),
)
