"""MTA-STS: the record, the host, and the policy, which is handed over as if it had been fetched."""

from dataclasses import replace

from mailcow_dns_tui.model.policy_page import FetchFailure, PolicyPage
from tests.battery.case import SETUP, Case, Published, txt
from tests.memory_dns import policy_page

PLANNED = replace(SETUP, domains=(replace(SETUP.domains[0], mta_sts_id="20261123000000"),))
OWNER, HOST = "_mta-sts", "mta-sts"
GOOD = "v=STSv1; id=20261123000000"
OURS, OLD = "mail.example.org", "old.example.org"
BACKUP = "@ MX + 20 backup.example.net.\nbackup.example.net. A 203.0.113.250"


def good(mode: str = "enforce", max_age: int = 604800, mx: str = OURS) -> PolicyPage:
    return policy_page(mode, max_age, mx)


def record(what: str, fault: str, near: str = GOOD, finds: str = "not-valid warning") -> Case:
    """The TXT record."""
    return Case(
        what,
        f"{OWNER} TXT {txt(fault)}",
        f"mta-sts {finds}",
        f"{OWNER} TXT {txt(near)}",
        setup=PLANNED,
    )


def policy(
    what: str, fault: PolicyPage, finds: str, near: PolicyPage | None = None, notes: str = ""
) -> Case:
    """The page at the policy host."""
    return Case(
        what,
        Published(page=fault),
        f"mta-sts {finds}",
        Published(page=near or good()),
        notes,
        setup=PLANNED,
    )


def field(
    what: str, old: str, new: str, near: str, finds: str = "policy-not-valid warning"
) -> Case:
    """A field of the policy, in a form that senders refuse, and in one that they take."""
    page = good()
    bad, fine = (
        replace(page, body=page.body.replace(old.encode(), t.encode())) for t in (new, near)
    )
    return policy(f"every policy field: {what}", bad, finds, fine)


STOPPING = "policy-not-valid warning, mta-sts policy-without-mx error"

CASES = (
    record("TXT grammar: no id", "v=STSv1;", "v=STSv1;id=20261123000000"),
    record("TXT grammar: an id with hyphens", "v=STSv1; id=2026-11-23", f"{GOOD} ; "),
    record("TXT grammar: letter case", GOOD.lower(), f"v=STSv1; more=x;{GOOD.partition(';')[2]}"),
    record("TXT grammar: no semicolon", GOOD.replace(";", "")),
    record("TXT grammar: a semicolon twice", f"{GOOD};;", f"{GOOD};"),
    Case(
        "TXT number",
        fault=f"{OWNER} TXT {txt(GOOD)}\n{OWNER} TXT {txt('v=STSv1; id=1')}",
        finds="mta-sts several-records warning",
        near=f"{OWNER} TXT {txt(GOOD)}\n{OWNER} TXT {txt('v=STSv10; id=1')}",
        setup=PLANNED,
    ),
    Case(
        "missing",
        fault=f"{OWNER} TXT -",
        finds="mta-sts missing info",
        setup=PLANNED,
    ),
    Case(
        "TXT grammar: by a CNAME",
        fault=f"{OWNER} TXT -\n{OWNER} CNAME sts.example.net.",
        finds="mta-sts cname-in-the-way warning",
        near=f"{OWNER} TXT -\n{OWNER} CNAME sts.example.net.\nsts.example.net. TXT {txt(GOOD)}",
        setup=PLANNED,
    ),
    Case(
        "pasting: an underscore lost",
        fault=f"{OWNER} TXT -\n{HOST} CNAME -\n{HOST} A 192.0.2.10\n{HOST} TXT {txt(GOOD)}",
        finds="mta-sts misplaced info",
        near=f"{HOST} CNAME -\n{HOST} A 192.0.2.10\n{HOST} TXT {txt(GOOD)}",
        setup=PLANNED,
        names=("_mta-sts",),
    ),
    record("id equal to the planned one", "v=STSv1; id=1", finds="other-id warning"),
    Case(
        "host resolves",
        fault=f"{HOST} CNAME -",
        finds="mta-sts missing info, mta-sts policy-not-served warning",
        near=f"{HOST} CNAME -\n{HOST} A 192.0.2.10\n{HOST} AAAA 2001:db8::10",
        setup=PLANNED,
    ),
    Case(
        "host resolves: to a host of others that serves the policy",
        fault=Published(
            f"{HOST} CNAME sts.example.net.\nsts.example.net. A 203.0.113.250",
            page=PolicyPage(404),
        ),
        finds="mta-sts different warning, mta-sts policy-not-served warning",
        near=f"{HOST} CNAME sts.example.net.\nsts.example.net. A 203.0.113.250",
        notes="mta-sts works-differently info",
        setup=PLANNED,
    ),
    *(
        policy(
            f"policy fetched over HTTPS with a valid certificate: {failure.name}",
            PolicyPage(failure=failure),
            "policy-certificate warning",
        )
        for failure in (FetchFailure.WRONG_NAME, FetchFailure.EXPIRED, FetchFailure.UNTRUSTED)
    ),
    *(
        policy(
            f"policy fetched over HTTPS: {failure.name}",
            PolicyPage(failure=failure),
            "policy-not-served warning",
        )
        for failure in (FetchFailure.REFUSED, FetchFailure.NO_TLS, FetchFailure.BROKEN_OFF)
    ),
    *(
        policy(
            f"policy fetched over HTTPS: {failure.name}, which may be this machine's fault",
            PolicyPage(failure=failure),
            "could-not-ask unknown",
        )
        for failure in (FetchFailure.TIMEOUT, FetchFailure.NO_ROUTE, FetchFailure.NO_TRUST_STORE)
    ),
    policy("policy fetched: status", PolicyPage(404), "policy-not-served warning"),
    policy(
        "no redirect",
        PolicyPage(301, failure=FetchFailure.REDIRECT, detail="https://www.example.org/"),
        "policy-not-served warning",
    ),
    policy(
        "size",
        PolicyPage(200, failure=FetchFailure.TOO_LARGE),
        "policy-not-served warning",
        replace(good(), body=good().body + b"x-note: long\n" * 4000),
    ),
    policy(
        "content type",
        replace(good(), content_type="text/html"),
        "policy-content-type warning",
        replace(good(), content_type="Text/Plain"),
    ),
    field("version", "STSv1", "stsv1", "STSv1 "),
    field("version: missing", "version: STSv1\n", "", "version:STSv1\n"),
    field("mode", "enforce", "on", "enforce"),
    field("mode: in capitals", "enforce", "Enforce", "enforce\nmode: none"),
    field("max_age", "604800", "7d", "0604800"),
    field("max_age: too large", "604800", "31557601", "31557600"),
    field("mx: missing", f"mx: {OURS}\n", "", f"mx: {OURS.upper()}\r\n"),
    field(
        "mx: several in a line",
        OURS,
        f"{OURS}, mx2.example.org",
        f"*.example.org\nx-more: {OURS}",
        STOPPING,
    ),
    field("mx: a dot behind", OURS, f"{OURS}.", OURS.title(), STOPPING),
    field("a remark", "mode:", "# ours\nmode:", "mode:"),
    field("a remark: in one that stops mail", OURS, f"{OLD}\n# ours", OURS, STOPPING),
    field(
        "mx: a dot behind, while testing",
        f"enforce\nmax_age: 604800\nmx: {OURS}",
        f"testing\nmax_age: 604800\nmx: {OURS}.",
        "enforce\nmax_age: 604800\nmx: *.example.org",
    ),
    policy(
        "MX set covered both ways",
        good(mx=OLD),
        "policy-without-mx error, mta-sts policy-unused-mx info",
        good(mx="*.example.org"),
    ),
    policy(
        "MX set covered both ways: a host that takes no mail",
        good(mx=f"{OURS}\nmx: backup.example.net"),
        "policy-unused-mx info",
    ),
    Case(
        "MX set covered both ways: another that takes mail",
        fault=BACKUP,
        finds="mta-sts policy-other-mx warning",
        near=Published(page=good(mx=OURS)),
        names=("backup.example.net",),
        setup=PLANNED,
    ),
    Case(
        "MX set covered both ways: by a policy that is not planned",
        fault=Published(f"{OWNER} TXT {txt(GOOD)}\n{HOST} A 192.0.2.10", page=good(mx=OLD)),
        finds="mta-sts policy-without-mx error",
        near=Published(page=good()),
        near_setup=PLANNED,
    ),
    Case(
        "MX set covered both ways: by a policy that is not planned, nor valid",
        fault=Published(f"{OWNER} TXT {txt(GOOD)}\n{HOST} A 192.0.2.10", page=good(mx=f"{OURS}.")),
        finds="mta-sts policy-without-mx error",
        near=Published(page=good()),
        near_setup=PLANNED,
    ),
    policy("mode advice", good(mode="testing"), "policy-testing info"),
    policy("mode advice: none", good(mode="none"), "policy-none info"),
    policy("max_age advice", good(max_age=86399), "policy-short info", good(max_age=86400)),
    record("pasting: literal quotes", f'"{GOOD}"'),
    record("pasting: literal backslashes", GOOD.replace(";", "\\;")),
    record("pasting: literal quotes with backslashes", rf"\"{GOOD}\""),
    record("pasting: literal quotes as HTML entities", f"&quot;{GOOD}&quot;"),
    record("TXT grammar: the version last", "id=20261123000000; v=STSv1"),
    record("pasting: HTML entities", GOOD.replace(";", "&#59;")),
    record("pasting: smart quotes", f"“{GOOD}”"),
    record("pasting: `;` taken as a comment", "v=STSv1"),
    *(
        Case(
            f"pasting: {what}",
            fault=f"{OWNER} TXT -\n{name} TXT + {txt(GOOD)}",
            finds="mta-sts misplaced info",
            near=f"{name} TXT + {txt(GOOD)}",
            setup=PLANNED,
        )
        for what, name in (
            ("the zone appended twice to the name", "_mta-sts.example.org"),
            ("the record at the apex", "@"),
        )
    ),
)
