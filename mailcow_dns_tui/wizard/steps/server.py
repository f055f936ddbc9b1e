"""Step 1: the mail host."""

from dataclasses import replace

from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.setup import DEFAULT_TTL, Setup
from mailcow_dns_tui.wizard.question import Question
from mailcow_dns_tui.wizard.steps.form import Section


def _with_ttl(setup: Setup, answer: str) -> Setup:
    ttl = int(answer) if answer.isdecimal() else DEFAULT_TTL
    return replace(setup, server=replace(setup.server, ttl=ttl))


def _is_of_ipv4(_: Setup, record: Record) -> bool:
    import dns.reversename

    is_reverse = record.owner.is_subdomain(dns.reversename.ipv4_reverse_domain)
    return is_reverse or (record.topic == "host" and record.type_text == "A")


def _is_of_ipv6(_: Setup, record: Record) -> bool:
    import dns.reversename

    is_reverse = record.owner.is_subdomain(dns.reversename.ipv6_reverse_domain)
    return is_reverse or (record.topic == "host" and record.type_text == "AAAA")


HOST = Section(
    "The mail server",
    "Nothing is published by this program; what you type is saved as you type it.",
    (
        Question(
            "server.hostname",
            "Hostname",
            "The full name of the mail host: MAILCOW_HOSTNAME in mailcow.conf.",
            lambda setup: setup.server.hostname,
            lambda setup, answer: replace(
                setup, server=replace(setup.server, hostname=answer.strip())
            ),
            placeholder="mail.example.org",
        ),
        Question(
            "server.ipv4",
            "IPv4 address",
            "The public address that mail is sent from. One of the two is enough.",
            lambda setup: setup.server.ipv4,
            lambda setup, answer: replace(setup, server=replace(setup.server, ipv4=answer.strip())),
            placeholder="192.0.2.10",
            shows=_is_of_ipv4,
        ),
        Question(
            "server.ipv6",
            "IPv6 address",
            "Leave it empty if the server sends no mail over IPv6.",
            lambda setup: setup.server.ipv6,
            lambda setup, answer: replace(setup, server=replace(setup.server, ipv6=answer.strip())),
            placeholder="2001:db8::10",
            shows=_is_of_ipv6,
        ),
        Question(
            "server.ttl",
            "TTL",
            "How long resolvers may keep a record, in seconds. 300 while you try things out.",
            lambda setup: str(setup.server.ttl),
            _with_ttl,
            placeholder=str(DEFAULT_TTL),
            restrict=r"\d{0,10}",
        ),
    ),
)

CERTIFICATE = Section(
    "The certificate, if you want it in DNS",
    "",
    (
        Question(
            "server.caa",
            "CAA",
            "Only this authority may issue certificates for the host: letsencrypt.org.",
            lambda setup: setup.server.caa,
            lambda setup, answer: replace(setup, server=replace(setup.server, caa=answer.strip())),
            placeholder="none",
            shows=lambda _, record: record.topic == "caa",
        ),
        Question(
            "server.spki_sha256",
            "TLSA",
            "SHA-256 of the certificate's public key, in hex; useful only with DNSSEC.",
            lambda setup: setup.server.spki_sha256,
            lambda setup, answer: replace(
                setup, server=replace(setup.server, spki_sha256=answer.strip())
            ),
            placeholder="none",
            shows=lambda _, record: record.topic == "tlsa",
        ),
    ),
)

SECTIONS = (HOST, CERTIFICATE)
