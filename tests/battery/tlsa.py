"""TLSA: the pinned key, below a chain of trust that holds."""

from dataclasses import replace

from mailcow_dns_tui.demo.example import SPKI_SHA256
from tests.battery.case import SETUP, Case, Published, Signing

PLANNED = replace(SETUP, server=replace(SETUP.server, spki_sha256=SPKI_SHA256))
OWNER = "_25._tcp.mail"
OURS, OTHER = f"3 1 1 {SPKI_SHA256}", f"3 1 1 {'ab' * 32}"
MX = "@ MX 10 mx\nmx A 192.0.2.10\nmx AAAA 2001:db8::10"
SRV = "srv A 192.0.2.10\nsrv AAAA 2001:db8::10"
ALIAS = f"""
    mail * -
    mail CNAME srv
    srv TXT "v=spf1 a -all"
    {OWNER} TLSA {OURS}
    {SRV}
"""
DIGEST, LONG = "ab" * 32, "ab" * 64
STALE = (f"2 1 1 {DIGEST}", f"3 0 1 {DIGEST}", f"3 0 2 {LONG}", OTHER)


def signed(lines: str = "") -> Published:
    return Published(lines, signing=Signing.GOOD)


def tlsa(what: str, fault: str, finds: str, *near: str) -> Case:
    pinned = "\n".join(f"{OWNER} TLSA {each}" for each in (*near, OURS))
    return Case(
        what, signed(f"{OWNER} TLSA {fault}"), f"tlsa {finds}", signed(pinned), setup=PLANNED
    )


CASES = (
    Case(
        "only with a secure chain",
        fault="",
        finds="tlsa no-effect warning",
        near=signed(),
        setup=PLANNED,
    ),
    Case(
        "only with a secure chain: a wrong key without one",
        fault=f"{OWNER} TLSA {OTHER}",
        finds="tlsa other-key warning, tlsa no-effect warning",
        near=signed(),
        setup=PLANNED,
    ),
    tlsa("matches the planned key", OTHER, "other-key error", OTHER),
    Case(
        "missing",
        fault=signed(f"{OWNER} TLSA -"),
        finds="tlsa missing info",
        near=signed(f"{OWNER} TLSA {OURS.upper()}"),
        setup=PLANNED,
    ),
    tlsa("unusable usages: 0", f"0 0 1 {DIGEST}", "unusable warning", f"0 0 1 {DIGEST}"),
    tlsa("unusable usages: 1", f"1 1 1 {SPKI_SHA256}", "unusable warning", f"1 1 1 {SPKI_SHA256}"),
    tlsa("unusable: a selector", f"3 2 1 {SPKI_SHA256}", "unusable warning"),
    tlsa("unusable: a matching type", f"3 1 3 {SPKI_SHA256}", "unusable warning"),
    tlsa(
        "selector that breaks at renewal",
        f"3 0 1 {DIGEST}",
        "pins-certificate unknown",
        f"3 0 1 {DIGEST}",
    ),
    tlsa("an authority", f"2 1 1 {DIGEST}", "pins-authority unknown", f"2 1 1 {DIGEST}"),
    *(
        Case(
            f"several: {what}",
            fault=signed("\n".join(f"{OWNER} TLSA {each}" for each in rdatas)),
            finds=f"tlsa {finds}",
            near=signed("\n".join(f"{OWNER} TLSA {each}" for each in (*rdatas, OURS))),
            setup=PLANNED,
            names=(f"{says} TLSA records of _25._tcp.mail.example.org", "beside them"),
        )
        for what, rdatas, finds, says in (
            ("old keys", (OTHER, f"3 1 1 {'cd' * 32}"), "other-key error", "None of the 2"),
            (
                "for the web",
                (f"0 0 1 {DIGEST}", f"1 1 1 {DIGEST}"),
                "unusable warning",
                "None of the 2",
            ),
            ("what can't be compared", STALE, "pins-certificate unknown", "One of the 4"),
        )
    ),
    tlsa("another form", f"3 1 2 {LONG}", "other-form unknown", f"3 0 2 {LONG}"),
    Case(
        "not planned: below a secure chain",
        fault=signed(f"{OWNER} TLSA {OTHER}"),
        finds="tlsa key-not-in-plan unknown",
        near=signed(),
        near_setup=PLANNED,
    ),
    Case(
        "not planned: without a secure chain",
        fault=f"{OWNER} TLSA {OTHER}",
        finds="tlsa no-effect info",
        near=signed(),
        near_setup=PLANNED,
    ),
    Case(
        "another name that an MX record has",
        fault=signed(f"{MX}\n_25._tcp.mx TLSA {OTHER}"),
        finds="tlsa other-key error",
        near=signed(f"{MX}\n_25._tcp.mx TLSA {OURS}"),
        names=("_25._tcp.mx.example.org",),
        setup=PLANNED,
    ),
    Case(
        "the host that a CNAME leads to",
        fault=signed(f"{ALIAS}\n_25._tcp.srv TLSA {OTHER}"),
        finds="tlsa other-key error",
        near=signed(f"{ALIAS}\n_25._tcp.srv TLSA {OURS}"),
        names=("_25._tcp.srv.example.org",),
        setup=PLANNED,
    ),
    Case(
        "the host that a CNAME leads to: of another name that an MX record has",
        fault=signed(f"@ MX 10 mx\nmx CNAME srv\n{SRV}\n_25._tcp.srv TLSA {OTHER}"),
        finds="tlsa other-key error",
        near=signed(f"@ MX 10 mx\nmx CNAME srv\n{SRV}\n_25._tcp.srv TLSA {OURS}"),
        names=("_25._tcp.srv.example.org",),
        setup=PLANNED,
    ),
    Case(
        "malformed",
        fault=f"{OWNER} TLSA 3 1 1 abcdef",
        finds="tlsa malformed warning, tlsa no-effect warning",
        near=signed(),
        setup=PLANNED,
    ),
    *(
        Case(
            f"right owner: {name}",
            fault=signed(f"{OWNER} TLSA -\n{name} TLSA {OURS}"),
            finds="tlsa misplaced warning",
            near=signed(f"{name} TLSA {OTHER}"),
            setup=PLANNED,
        )
        for name in ("_25._tcp", "_tcp._25.mail", "25._tcp.mail", f"{OWNER}.example.org", "mail")
    ),
    Case(
        "right owner: by a wildcard",
        fault=signed(f"{OWNER} TLSA -\n*._tcp.mail TLSA {OTHER}"),
        finds="tlsa wildcard-answers error",
        near=signed(f"{OWNER} TLSA -\n*._tcp.mail TLSA {OURS}"),
        setup=PLANNED,
    ),
    Case(
        "right owner: by a CNAME",
        fault=signed(f"{OWNER} TLSA -\n{OWNER} CNAME dane"),
        finds="tlsa cname-in-the-way warning",
        near=signed(f"{OWNER} TLSA -\n{OWNER} CNAME dane\ndane TLSA {OURS}"),
        setup=PLANNED,
    ),
)
