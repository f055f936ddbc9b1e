"""What mail clients find: SRV records, and the path of calendars."""

from dataclasses import replace

from mailcow_dns_tui.model.setup import Offer, Setup
from tests.battery.case import NO_SERVICES, SETUP, Case

IMAPS, IMAP, POP3 = "_imaps._tcp", "_imap._tcp", "_pop3._tcp"
DAV = "_caldavs._tcp"


def offering(key: str, offer: Offer = Offer.PROVIDED) -> Setup:
    """A plan with this service alone."""
    services = NO_SERVICES.with_service(replace(NO_SERVICES.of(key), offer=offer))
    return replace(SETUP, services=services)


NO_POP3 = offering("pop3", Offer.NOT_PROVIDED)
WRONG = "clients different warning"
FAILS = "clients different error"
DIFFERS = "clients works-differently info"
WEB = "web A 203.0.113.250"


def srv(what: str, fault: str, finds: str, near: str, notes: str = "") -> Case:
    """The record for IMAP over TLS."""
    return Case(
        what, f"{IMAPS} SRV {fault}", finds, f"{IMAPS} SRV {near}", notes, setup=offering("imaps")
    )


CASES = (
    *(
        Case(
            f"every SRV: {service} is missing",
            fault=f"_{service}._tcp SRV -",
            finds="clients missing info",
            setup=offering(service),
            near=f"_{service}._tcp SRV 5 100 {port} MAIL",
            notes=DIFFERS,
        )
        for service, port in (
            ("imap", 143),
            ("imaps", 993),
            ("pop3", 110),
            ("pop3s", 995),
            ("submission", 587),
            ("submissions", 465),
            ("smtps", 465),
            ("sieve", 4190),
            ("autodiscover", 443),
            ("carddavs", 443),
            ("caldavs", 443),
        )
    ),
    Case(
        "every SRV: target",
        fault=f"{IMAPS} SRV 0 1 993 web\n{WEB}",
        finds=WRONG,
        setup=offering("imaps"),
        near=f"{IMAPS} SRV 0 1 993 imap\nimap A 192.0.2.10\nimap AAAA 2001:db8::10",
        notes=DIFFERS,
    ),
    srv("every SRV: port", "0 1 9930 mail", WRONG, "0 1 993 mail"),
    srv("every SRV: priority and weight", "10 0 993 mail", DIFFERS, "0 1 993 MAIL"),
    Case(
        "“not provided” in its right form",
        fault=f"{POP3} SRV 0 0 110 .",
        finds="clients not-valid warning",
        near=f"{POP3} SRV 10 5 0 .",
        setup=NO_POP3,
    ),
    Case(
        "“not provided” in its right form: beside a server",
        fault=f"{POP3} SRV 0 0 0 .\n{POP3} SRV 0 1 110 mail",
        finds="clients not-valid warning",
        near="",
        setup=NO_POP3,
    ),
    Case(
        "“not provided”: a service that is provided",
        fault=f"{POP3} SRV 0 0 0 .",
        finds=WRONG,
        near=f"{POP3} SRV 0 1 110 mail",
        setup=offering("pop3"),
    ),
    Case(
        "target that is a CNAME",
        fault=f"{IMAPS} SRV 0 1 993 imap\nimap CNAME mail",
        finds="clients target-is-alias warning",
        setup=offering("imaps"),
        near="imap CNAME mail",
        names=("imap.example.org",),
    ),
    srv(
        "target that does not resolve", "0 1 993 gone", "clients dead-target error", "0 1 993 mail"
    ),
    Case(
        "target that does not resolve: beside ours",
        fault=f"{IMAPS} SRV 0 1 993 mail\n{IMAPS} SRV 10 1 993 gone",
        finds="clients dead-target warning",
        setup=offering("imaps"),
        near=f"{IMAPS} SRV 0 1 993 mail",
        names=("gone.example.org",),
    ),
    Case(
        "target that has other addresses beside the server's",
        fault=f"{IMAPS} SRV 0 1 993 imap\nimap A 192.0.2.10\nimap A 10.0.0.1",
        finds="clients different warning",
        setup=offering("imaps"),
        near=f"{IMAPS} SRV 0 1 993 imap\nimap A 192.0.2.10\nimap A 203.0.113.254\n"
        "mail A + 203.0.113.254",
        notes="clients works-differently info",
        names=("leads to imap.example.org port 993, which also points to 10.0.0.1.",),
    ),
    srv("implicit-TLS ports mixed up", "0 1 143 mail", FAILS, "0 1 993 mail"),
    Case(
        "implicit-TLS ports mixed up: STARTTLS",
        fault=f"{IMAP} SRV 0 1 993 mail",
        finds=FAILS,
        setup=offering("imap"),
        near=f"{IMAP} SRV 0 1 143 mail",
    ),
    Case(
        "implicit-TLS ports mixed up: the relay's",
        fault="_submission._tcp SRV 0 1 25 mail",
        finds=FAILS,
        setup=offering("submission"),
        near="_submission._tcp SRV 0 1 587 mail",
    ),
    *(
        Case(
            f"implicit-TLS ports mixed up: {service}",
            fault=f"_{service}._tcp SRV 0 1 {wrong} mail",
            finds=FAILS,
            setup=offering(service),
            near=f"_{service}._tcp SRV 0 1 {right} mail",
        )
        for service, wrong, right in (
            ("pop3", 995, 110),
            ("pop3s", 110, 995),
            ("submission", 465, 587),
            ("submissions", 587, 465),
            ("smtps", 587, 465),
            ("sieve", 993, 4190),
            ("autodiscover", 80, 443),
            ("carddavs", 80, 443),
            ("caldavs", 80, 443),
        )
    ),
    Case(
        "DAV path TXT",
        fault=f'{DAV} TXT "path=/dav/"',
        finds=WRONG,
        setup=offering("caldavs"),
        near=f'{DAV} TXT "txtvers=1" "PATH=/SOGo/dav/"',
    ),
    Case(
        "DAV path TXT: missing beside its SRV",
        fault=f"{DAV} TXT -",
        finds="clients missing info",
        setup=offering("caldavs"),
        near=f'{DAV} TXT "path=/SOGo/dav/"',
    ),
    Case(
        "DAV path TXT: in quotes",
        fault=rf'{DAV} TXT "\"path=/SOGo/dav/\""',
        finds="clients missing info",
        setup=offering("caldavs"),
        near=f'{DAV} TXT "path=/SOGo/dav/"\n{DAV} TXT "hello"',
    ),
    Case(
        "DAV path TXT: without its SRV",
        fault=f"{DAV} SRV -",
        finds="clients missing info",
        setup=offering("caldavs"),
    ),
    Case(
        "pasting: a wildcard that answers for a name that is not there",
        fault=f"{IMAPS} SRV -\n*._tcp SRV 0 1 9930 mail",
        finds="clients wildcard-answers warning",
        setup=offering("imaps"),
        near=f"{IMAPS} SRV -\n*._tcp SRV 0 1 993 mail",
        names=("*._tcp.example.org",),
    ),
    Case(
        "DAV path TXT: pasting: the zone appended twice to the name",
        fault=f'{DAV} TXT -\n{DAV}.example.org TXT "path=/SOGo/dav/"',
        finds="clients misplaced info",
        setup=offering("caldavs"),
        near=f'{DAV}.example.org TXT "path=/SOGo/dav/"',
    ),
    Case(
        "DAV path TXT: without the last slash",
        fault=f'{DAV} TXT "path=/SOGo/dav"',
        finds=DIFFERS,
        setup=offering("caldavs"),
        near=f'{DAV} TXT "path=/SOGo/dav/"',
    ),
    srv("pasting: SRV numbers swapped", "0 993 1 mail", FAILS, "0 1 993 mail"),
    srv("pasting: SRV numbers swapped: first", "993 0 1 mail", FAILS, "0 1 993 mail"),
    srv(
        "pasting: the zone appended twice to the target",
        "0 1 993 mail.example.org",
        "clients dead-target error",
        "0 1 993 mail.example.org.",
    ),
    *(
        Case(
            f"pasting: {what}",
            fault=f"{IMAPS} SRV -\n{name} SRV 0 1 993 mail",
            finds="clients misplaced info",
            setup=offering("imaps"),
            near=f"{name} SRV 0 1 993 mail",
            names=(f"{name}.example.org",),
        )
        for what, name in (
            ("an underscore lost", "imaps._tcp"),
            ("an underscore lost: the other", "_imaps.tcp"),
            ("turned-round names", "_tcp._imaps"),
            ("the zone appended twice to the name", f"{IMAPS}.example.org"),
        )
    ),
    Case(
        "pasting: a CNAME beside other records",
        fault=f"{IMAPS} SRV -\n{IMAPS} CNAME mail",
        finds="clients cname-in-the-way warning",
        setup=offering("imaps"),
        near=f"{IMAPS} SRV -\n{IMAPS} CNAME srv.example.net.\n"
        "srv.example.net. SRV 0 1 993 mail.example.org.",
    ),
)
