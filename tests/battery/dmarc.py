"""DMARC, by RFC 9989."""

from dataclasses import replace

from mailcow_dns_tui.model.setup import Dmarc, Setup
from tests.battery.case import DMARC, SETUP, Case, txt

OWNER = "_dmarc"
NOT_VALID = "dmarc not-valid error"
DIFFERS = "dmarc works-differently info"
CONSENT = "example.org._report._dmarc.example.com."
TO_OTHERS = f"{DMARC},mailto:x@example.com"


def record(*texts: str) -> str:
    return "\n".join(f"{OWNER} TXT {txt(text)}" for text in texts)


def planning(policy: Dmarc) -> Setup:
    return replace(SETUP, dmarc=policy)


def tags(what: str, fault: str, finds: str, near: str, notes: str = "") -> Case:
    """Tags behind a good record."""
    return Case(what, record(f"{DMARC}; {fault}"), finds, record(f"{DMARC}; {near}"), notes)


def no_record(what: str, fault: str) -> Case:
    return Case(what, record(fault), NOT_VALID, record(f" {DMARC} ;".strip()))


SUB = replace(
    SETUP,
    domains=(replace(SETUP.domains[0], name="sub.example.org"),),
    dmarc=Dmarc(rua=("mailto:reports@example.org",)),
)
STRICT_ABOVE = '_dmarc.example.org. TXT "v=DMARC1; p=reject"'
WITHOUT = "_dmarc.sub TXT -"

CASES = (
    Case("missing", fault=f"{OWNER} TXT -", finds="dmarc missing warning"),
    no_record("version: in small letters", DMARC.replace("DMARC", "dmarc")),
    no_record("version: another", DMARC.replace("DMARC1", "DMARC2")),
    no_record("version: misspelt", DMARC.replace("DMARC", "DMRAC")),
    no_record("order: the version last", f"{DMARC.removeprefix('v=DMARC1; ')}; v=DMARC1"),
    Case(
        "order: free behind the version",
        fault=record(DMARC.replace("v=DMARC1; ", "")),
        finds=NOT_VALID,
        near=record("v = DMARC1;rua=mailto:mailauth-reports@example.org ; P=Reject;;"),
    ),
    no_record("grammar: no semicolon", "v=DMARC1 p=reject"),
    no_record("grammar: a blank in front", f" {DMARC}"),
    Case(
        "grammar: a semicolon missing",
        fault=record("v=DMARC1; p=reject rua=mailto:mailauth-reports@example.org"),
        finds="dmarc unknown-policy error",
        near=record("v=DMARC1;p=reject;rua=mailto:mailauth-reports@example.org"),
    ),
    tags("grammar: a colon", "fo:0", "dmarc unreadable-tag warning", "fo=0"),
    tags("grammar: a tag twice", "p=none", "dmarc duplicate-tag warning", "sp=reject"),
    tags("tags unknown", "colour=red", "dmarc unknown-tag info", "np=reject"),
    tags("removed (`pct`, `rf`, `ri`)", "pct=10", "dmarc removed-tag warning", "t=n"),
    tags(
        "removed (`pct`, `rf`, `ri`): without effect before",
        "pct=100; ri=86400; rf=afrf",
        "dmarc removed-tag info",
        "psd=u",
    ),
    tags("misspelt", "akdim=s", "dmarc misspelt-tag warning", "adkim=r"),
    Case(
        "misspelt: the policy",
        fault=record("v=DMARC1; policy=reject; rua=mailto:mailauth-reports@example.org"),
        finds="dmarc different warning, dmarc misspelt-tag warning",
        near=record(DMARC),
    ),
    Case(
        "a bad `p`, and what receivers make of it",
        fault=record("v=DMARC1; p=rejct"),
        finds="dmarc unknown-policy error",
        near=record("v=DMARC1; p=REJECT"),
        notes=DIFFERS,
    ),
    Case(
        "a bad `p`, and what receivers make of it: with an address for reports",
        fault=record(DMARC.replace("reject", "rejekt")),
        finds="dmarc unknown-policy error",
        near=record(DMARC.replace("reject", "Reject")),
    ),
    Case(
        "no `p`: `sp` does not count",
        fault=record(DMARC.replace("p=reject", "sp=reject")),
        finds="dmarc different warning",
        near=record(f"{DMARC}; sp=reject"),
        names=("p is missing",),
    ),
    Case(
        "no `p`: and no address for reports",
        fault=record("v=DMARC1; adkim=s; sp=reject"),
        finds="dmarc different warning",
        near=record("v=DMARC1; adkim=s; p=reject"),
        notes=DIFFERS,
        names=("ignore the whole record",),
    ),
    tags("a bad `sp`", "sp=nnoe", "dmarc unknown-policy error", "sp=reject"),
    tags("a bad `np`", "np=", "dmarc unknown-policy error", "np=reject"),
    tags("a bad value", "aspf=relaxed", "dmarc bad-value info", "aspf=r"),
    tags("a public suffix", "psd=y", "dmarc public-suffix warning", "psd=n", DIFFERS),
    Case(
        "several records",
        fault=record(DMARC, "v=DMARC1; p=none"),
        finds="dmarc several-records error",
        near=record(DMARC, "hello", "v=DMARC12; p=none"),
    ),
    Case(
        "record at the wrong name",
        fault=f"{OWNER} TXT -\nmail._dmarc TXT {txt(DMARC)}\n@ TXT + {txt(DMARC)}",
        finds="dmarc misplaced warning",
        near=f"@ TXT + {txt(DMARC)}",
    ),
    Case(
        "tree walk for subdomains",
        fault=f'{WITHOUT}\n{STRICT_ABOVE[:-1]}; sp=none"',
        finds="dmarc inherited-policy warning",
        near=STRICT_ABOVE,
        setup=SUB,
    ),
    Case(
        "tree walk for subdomains: as strict",
        fault=f"{WITHOUT}\n{STRICT_ABOVE}",
        finds="dmarc inherited-policy info",
        near=f'{STRICT_ABOVE[:-1]}; sp=none"',
        setup=SUB,
    ),
    Case(
        "tree walk for subdomains: sp without p",
        fault=f'{WITHOUT}\n_dmarc.example.org. TXT "v=DMARC1; sp=reject; rua=mailto:a@example.org"',
        finds="dmarc inherited-policy warning",
        near=STRICT_ABOVE,
        setup=SUB,
    ),
    Case(
        "tree walk for subdomains: sp without p, and without an address",
        fault=f'{WITHOUT}\n_dmarc.example.org. TXT "v=DMARC1; sp=reject"',
        finds="dmarc missing warning",
        near=STRICT_ABOVE,
        setup=SUB,
    ),
    Case(
        "tree walk for subdomains: nothing above that counts",
        fault=f"{WITHOUT}\n{STRICT_ABOVE}\n{STRICT_ABOVE.replace('reject', 'none')}",
        finds="dmarc missing warning",
        near=STRICT_ABOVE,
        setup=SUB,
    ),
    Case(
        "tree walk for subdomains: reports to the organisation",
        fault="",
        finds="dmarc reports-not-authorised warning",
        near=STRICT_ABOVE,
        setup=SUB,
    ),
    Case(
        "weaker than planned",
        fault=record(DMARC.replace("reject", "none")),
        finds="dmarc different warning",
        near=record(DMARC),
    ),
    tags("weaker than planned: below", "sp=quarantine", "dmarc different warning", "sp=reject"),
    tags("weaker than planned: in test", "t=y", "dmarc different warning", "t=n"),
    Case(
        "stricter than planned",
        fault=record(DMARC),
        finds=DIFFERS,
        near=record(DMARC.replace("reject", "none")),
        setup=planning(Dmarc(p="none")),
    ),
    Case(
        "weaker than planned: alignment",
        fault=record(DMARC),
        finds="dmarc different warning",
        near=record(f"{DMARC}; aspf=S"),
        setup=planning(Dmarc(aspf="s")),
    ),
    Case(
        "`rua` without scheme",
        fault=record("v=DMARC1; p=reject; rua=mailauth-reports@example.org"),
        finds="dmarc bad-report-address warning",
        near=record("v=DMARC1; p=reject; rua=MAILTO:mailauth-reports@example.org!10m"),
        names=("mailauth-reports@example.org",),
    ),
    Case(
        "`rua` with the scheme twice",
        fault=record("v=DMARC1; p=reject; rua=mailto:mailto:mailauth-reports@example.org"),
        finds="dmarc bad-report-address warning",
        near=record("v=DMARC1; p=reject; rua=mailto:mailauth-reports@example.org"),
        names=("mailto:mailto:mailauth-reports@example.org is no address",),
    ),
    Case(
        "a comma without an address beside it",
        fault=record(f"{DMARC},"),
        finds="dmarc bad-report-address warning",
        near=record(f"{DMARC} ;"),
    ),
    tags(
        "`ruf` without scheme",
        "ruf=f@example.org",
        "dmarc bad-report-address warning",
        "ruf=mailto:f@example.org",
        DIFFERS,
    ),
    Case(
        "to another organisation without its authorisation record",
        fault=record(TO_OTHERS),
        finds="dmarc reports-not-authorised warning",
        near=f'{record(TO_OTHERS)}\n{CONSENT} TXT "v=DMARC1"',
        names=("example.org._report._dmarc.example.com",),
    ),
    Case(
        "to another organisation without its authorisation record: that is none",
        fault=f'{record(TO_OTHERS)}\n{CONSENT} TXT "v=dmarc1"',
        finds="dmarc reports-not-authorised warning",
        near=f'{record(TO_OTHERS)}\n*._report._dmarc.example.com. TXT "v=DMARC1;"',
    ),
    Case(
        "to another organisation without its authorisation record: that is planned",
        fault=f"{CONSENT} TXT -",
        finds="dmarc missing warning",
        near=f'{CONSENT} TXT "v=DMARC1; rua=mailto:y@example.com"',
        setup=planning(Dmarc(rua=("mailto:x@example.com",))),
    ),
    no_record("pasting: literal quotes", f'"{DMARC}"'),
    no_record("pasting: literal backslashes", DMARC.replace(";", "\\;")),
    no_record("pasting: smart quotes", f"“{DMARC}”"),
    no_record("pasting: HTML entities", f"&quot;{DMARC}&quot;"),
    Case(
        "pasting: `;` taken as a comment",
        fault=record("v=DMARC1"),
        finds="dmarc cut-off warning",
        near=f"{OWNER} TXT " + txt(DMARC).replace(";", r"\;"),
    ),
    Case(
        "pasting: the zone appended twice to the name",
        fault=f"{OWNER} TXT -\n_dmarc.example.org TXT {txt(DMARC)}",
        finds="dmarc misplaced warning",
        near=f"_dmarc.example.org TXT {txt(DMARC)}",
        names=("_dmarc.example.org.example.org",),
    ),
    Case(
        "pasting: an underscore lost",
        fault=f"{OWNER} TXT -\ndmarc TXT {txt(DMARC)}",
        finds="dmarc misplaced warning",
        near=f"dmarc TXT {txt(DMARC)}",
        names=("dmarc.example.org",),
    ),
    Case(
        "pasting: a wildcard that answers for a name that is not there",
        fault=f'{OWNER} TXT -\n* TXT "hello"',
        finds="dmarc wildcard-answers warning",
        near='* TXT "hello"',
        names=("*.example.org",),
    ),
    Case(
        "pasting: a CNAME beside other records",
        fault=f"{OWNER} TXT -\n{OWNER} CNAME www",
        finds="dmarc cname-in-the-way warning",
        near=f"{OWNER} TXT -\n{OWNER} CNAME all.example.net.\nall.example.net. TXT {txt(DMARC)}",
        names=("www.example.org",),
    ),
)
