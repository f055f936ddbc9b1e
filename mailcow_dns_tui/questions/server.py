"""What is asked about the mail server."""

from functools import partial

from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.setup import DEFAULT_TTL
from mailcow_dns_tui.questions.question import Question, Section, number


def _is_about(record: Record, rdtype: str) -> bool:
    """Whether it is the host's A or AAAA record, or the reverse DNS of such an address."""
    import dns.reversename

    tops = {"A": dns.reversename.ipv4_reverse_domain, "AAAA": dns.reversename.ipv6_reverse_domain}
    is_reverse = record.owner.is_subdomain(tops[rdtype])
    return is_reverse or (record.topic == "host" and record.type_text == rdtype)


ABOUT_TLSA = (
    "It is for DANE: senders such as GMX and Comcast then deliver only to a server that has this "
    "key. F2 reads it from mailcow's certificate. By hand: openssl x509 -noout -pubkey -in "
    "data/assets/ssl/cert.pem | openssl pkey -pubin -outform DER | sha256sum"
)

HOST = Section(
    "The mail server",
    (
        Question(
            "server.hostname",
            "Hostname",
            "The full name of the mail host: MAILCOW_HOSTNAME in mailcow.conf.",
            placeholder="mail.example.org",
        ),
        Question(
            "server.ipv4",
            "IPv4 address",
            "The public address that mail is sent from. One of the two is enough.",
            placeholder="192.0.2.10",
            selects=partial(_is_about, rdtype="A"),
        ),
        Question(
            "server.ipv6",
            "IPv6 address",
            "Leave it empty if the server sends no mail over IPv6.",
            placeholder="2001:db8::10",
            selects=partial(_is_about, rdtype="AAAA"),
        ),
        Question(
            "server.ttl",
            "TTL",
            "Seconds for which resolvers may keep a record; 300 while you try things.",
            number(DEFAULT_TTL),
            placeholder=str(DEFAULT_TTL),
            restrict=r"\d{0,10}",
            is_retyped=True,
        ),
    ),
)

CERTIFICATE = Section(
    "The certificate, if you want it in DNS",
    (
        Question(
            "server.caa",
            "CAA",
            "Only this authority may issue the host's certificates: letsencrypt.org.",
            placeholder="none",
            topic="caa",
        ),
        Question(
            "server.spki_sha256",
            "TLSA",
            "SHA-256 of the certificate's public key, in hex; useful only with DNSSEC.",
            more=ABOUT_TLSA,
            placeholder="none",
            topic="tlsa",
        ),
    ),
)

SECTIONS = (HOST, CERTIFICATE)

ABOUT_KEY = (
    "A read-only key is enough: in mailcow under System, Configuration, Access, API. Allow this "
    "machine's address there. The key is tried once, and kept nowhere."
)
ABOUT_OUTSIDE = (
    "Behind NAT this machine can't know its public address. ip4.mailcow.email and "
    "ip6.mailcow.email, which mailcow itself uses, can tell; they learn the address by it."
)
