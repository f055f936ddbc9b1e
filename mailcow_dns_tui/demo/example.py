"""The example: its plan, its MTA-STS policies, and its zone files with all their faults."""

from collections.abc import Sequence

from dns.name import Name

from mailcow_dns_tui.model.policy_page import FetchFailure, PolicyPage
from mailcow_dns_tui.model.setup import DkimKey, Domain, Server, Setup, TlsReports

EXAMPLE_ORG_KEY = (
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAqrYl/MlNNGcSUmEdYQ+OTmpU7VsT17FpvU+urkNeVkW/"
    "dgcEWrKRO35UGOXy1dTG98rBsl2SnvA3Gsj8v+Y4ZxgKBUjtHDNrV8A7CPtxdvIGh5cUPblLumIpkOHvlctSOabC"
    "NiW4ZVZJA87zVtHqfWjeyTVwE3aWgaAIy4SskupaufwubZ7wDtfvn82O6JED+Z5l+QoA1fgp/bmChdMCG8j0DN5V"
    "vRpdPEFGLPiw4+O85dOSbRM51CJ1JYMGIpsRIt0fwOv24nPR8Fjv2UHvV0ym4aB4oG6VJEMRKF4n/gg/AvGbZY29"
    "UdniaVroVrveGEwkopRel9lEoL3czQdQLwIDAQAB"
)
BUECHER_KEY = (
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAutzznhpLSFU4wnSJajnVstLVm9oZNUfWb+9y5iyWg4jl"
    "pz3OKNkvlZVORsSG0NdhvdbZplFkm8dJJCPpBw2IBYRfGwjS6FWzq3Rc7peFVi5KmOb8O/BIrbkBgtvtVf4IAXA+"
    "3rUH0OHQZAEa3oP13yNW0Qp9KrKIHT1kQtXRyg2CsoyJsx21RHx1aGyK2RldXFcn2hngOjpJBVQd7pgthTZF6X/L"
    "k9q0jsg3lbi1G6fEmpU1e32ROeC/6D5KL8/VYYCiU3aIPucBTryoETAnDdCNN88v8QVD8P5GM9aDLoWYFJlzbAbj"
    "AUaCnDXn3xEERLNiJR2e1MDtOwlCzxIO/wIDAQAB"
)
SPKI_SHA256 = "0eb097e28cf930681e78036e3b82a9d0263c66d51e416aa6e88f150e15a9470c"
EXAMPLE_ORG_STS_ID = "20261102081500"
BUECHER_STS_ID = "20261119173000"
REPORTS_READ = "The reports of the first weeks were read."
EXAMPLE_ORG_VERIFICATION = "google-site-verification=Zk3vR0mT7yQx1pLs9WcJ5bNdUa8HfGe2oXiKtVqYhM4"
BUECHER_VERIFICATION = "google-site-verification=p8WbXn2LdQ6tYsJvR4uKcE1zGfAiMo7hTq0NkV9yCx5"


def demo_setup() -> Setup:
    """A mail server with two domains; the second is written with an umlaut."""
    return Setup(
        server=Server(
            hostname="mail.example.org",
            ipv4="192.0.2.10",
            ipv6="2001:db8::10",
            spki_sha256=SPKI_SHA256,
            caa="letsencrypt.org",
        ),
        tls_reports=TlsReports(),
        domains=(
            Domain(
                name="example.org",
                dkim=(DkimKey(key=EXAMPLE_ORG_KEY),),
                mta_sts_id=EXAMPLE_ORG_STS_ID,
                verification=(EXAMPLE_ORG_VERIFICATION,),
                dmarc_at_once=REPORTS_READ,
            ),
            Domain(
                name="bücher.example",
                dkim=(DkimKey(key=BUECHER_KEY),),
                mta_sts_id=BUECHER_STS_ID,
                verification=(BUECHER_VERIFICATION,),
                dmarc_at_once=REPORTS_READ,
            ),
        ),
    )


POLICY = b"""\
version: STSv1
mode: enforce
max_age: 604800
mx: mail.example.org
"""
DOMAINS = frozenset({"example.org.", "xn--bcher-kva.example."})


class DemoPolicies:
    """Has the page that mailcow serves for each domain; asks nobody."""

    async def fetch(self, domain: Name, addresses: Sequence[str]) -> PolicyPage:
        """Get a domain's policy; NO_ADDRESS where its host has no address."""
        if domain.to_text() in DOMAINS and addresses:
            return PolicyPage(200, "text/plain; charset=UTF-8", POLICY)
        return PolicyPage(failure=FetchFailure.NO_ADDRESS)


SERIAL = "2026112001"
OLD_SERIAL = "2026103001"
OLD_DIGEST = "5c1d9b07e2a4f86310bd72c9ee548a6f03d1b7c2849e5fa06d3b18c7f2e4a951"
OTHER_DAYS_ID = "20260314102233"
SPF = "v=spf1 mx a -all"
OLD_SPF = "v=spf1 ip4:198.51.100.7 -all"
HOSTING_SPF = "v=spf1 include:_spf.example.net ~all"
DKIM_CUT = 255

DKIM_TAGS = "v=DKIM1; k=rsa; t=s; s=email; p="
EXAMPLE_ORG_DKIM = DKIM_TAGS + EXAMPLE_ORG_KEY
CUT_DKIM = (DKIM_TAGS + BUECHER_KEY)[:DKIM_CUT]
BUECHER_DMARC = "v=DMARC1; p=reject; rua=mailto:mailauth-reports@xn--bcher-kva.example"

ROOT = """\
$ORIGIN .
$TTL 86400
@ SOA a.root-servers.net. hostmaster.example.net. 2026112001 1800 900 604800 300
@ NS a.root-servers.net.
a.root-servers.net. A 127.0.0.5
example.net. NS ns1.example.net.
example.org. NS ns1.example.net.
example.org. NS ns2.example.net.
xn--bcher-kva.example. NS ns1.example.net.
xn--bcher-kva.example. NS ns2.example.net.
xn--bcher-kva.example. NS ns3.example.net.
2.0.192.in-addr.arpa. NS ns1.example.net.
8.b.d.0.1.0.0.2.ip6.arpa. NS ns1.example.net.
ns1.example.net. A 127.0.0.2
ns2.example.net. A 127.0.0.3
ns3.example.net. A 127.0.0.4
"""

PROVIDER = """\
$ORIGIN example.net.
$TTL 3600
@ SOA ns1 hostmaster 2026112001 7200 900 1209600 300
@ NS ns1
ns1 A 127.0.0.2
ns2 A 127.0.0.3
ns3 A 127.0.0.4
_spf TXT "v=spf1 ip4:203.0.113.0/24 ~all"
*.hosting A 203.0.113.80
"""

REVERSE_IPV4 = """\
$ORIGIN 2.0.192.in-addr.arpa.
$TTL 3600
@ SOA ns1.example.net. hostmaster.example.net. 2026112001 7200 900 1209600 300
@ NS ns1.example.net.
10 PTR mail.example.org.
"""

REVERSE_IPV6 = """\
$ORIGIN 8.b.d.0.1.0.0.2.ip6.arpa.
$TTL 3600
@ SOA ns1.example.net. hostmaster.example.net. 2026112001 7200 900 1209600 300
@ NS ns1.example.net.
0.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0 PTR static-10.customers.example.net.
"""

EXAMPLE_ORG = f"""\
$ORIGIN example.org.
$TTL 3600
@ SOA ns1.example.net. hostmaster.example.net. {SERIAL} 7200 900 1209600 300
@ NS ns1.example.net.
@ NS ns2.example.net.
@ A 203.0.113.80
www CNAME @
@ MX 10 mail
@ TXT "{SPF}"
@ TXT "{EXAMPLE_ORG_VERIFICATION}"
@ TXT "MS=ms47120935"
@ TXT "apple-domain-verification=Qm4ZtYx7LwR2sKcV"
@ TXT "facebook-domain-verification=h3v9xq0t5u8k1s7m2n4p6r0w8y3z5b"
@ TXT "atlassian-domain-verification=T8nW2rLx5KqJ0vYc7ZsP4mHd1BfG9uEa6XoIiCtVyRkMwQzS3hDlNjUbOgAeFp"
@ TXT "docusign=7d1c0a52-64be-4f0e-9a3b-2f5c8e7b9d10"
@ TXT "stripe-verification=4b0c8d6e2f91a7350e6d4c2b8a19f7e3d5c1b0a9f8e7d6c5b4a3928170f6e5d4"
@ TXT "adobe-idp-site-verification=c3a9e1f7b5d2084692cb7d1e5f3a8069"
mail A 192.0.2.10
mail AAAA 2001:db8::10
mail CAA 0 issue "letsencrypt.org"
_25._tcp.mail TLSA 3 1 1 {OLD_DIGEST}
dkim._domainkey TXT "{EXAMPLE_ORG_DKIM[:DKIM_CUT]}" "{EXAMPLE_ORG_DKIM[DKIM_CUT:]}"
_dmarc TXT "v=DMARC1; p=none; rua=maito:mailauth-reports@example.org"
autodiscover CNAME mail
autoconfig CNAME mail
_imap._tcp SRV 0 1 143 mail
_imaps._tcp SRV 0 1 993 mail
_pop3._tcp SRV 0 1 110 mail
_pop3s._tcp SRV 0 1 995 mail
_submission._tcp SRV 0 1 587 mail
_submissions._tcp SRV 0 1 465 mail
_smtps._tcp SRV 0 1 465 mail
_sieve._tcp SRV 0 1 4190 mail
_autodiscover._tcp SRV 0 1 443 mail
_carddavs._tcp SRV 0 1 443 mail
_carddavs._tcp TXT "path=/SOGo/dav/"
_caldavs._tcp SRV 0 1 443 mail
_caldavs._tcp TXT "path=/SOGo/dav/"
mta-sts CNAME mail
_mta-sts TXT "v=STSv1;id={EXAMPLE_ORG_STS_ID};"
_smtp._tls TXT "v=TLSRPTv1; rua=mailto:mailauth-reports@example.org"
"""

STALE_EXAMPLE_ORG = EXAMPLE_ORG.replace(SERIAL, OLD_SERIAL).replace(SPF, OLD_SPF)
"""From before the server moved."""

BUECHER = f"""\
$ORIGIN xn--bcher-kva.example.
$TTL 3600
@ SOA ns1.example.net. hostmaster.example.net. {SERIAL} 7200 900 1209600 300
@ NS ns1.example.net.
@ NS ns2.example.net.
@ NS ns3.example.net.
@ A 203.0.113.80
www CNAME @
@ MX 10 mail.example.org
@ TXT "{SPF}"
@ TXT "{HOSTING_SPF}"
@ TXT "\\"{BUECHER_VERIFICATION}\\""
dkim._domainkey TXT "{CUT_DKIM}"
_dmarc.xn--bcher-kva.example TXT "{BUECHER_DMARC}"
autodiscover CNAME autodiscover.hosting.example.net.
autoconfig CNAME mail.example.org.
_imap._tcp SRV 0 1 143 mail.example.org.
_imaps._tcp SRV 0 1 143 mail.example.org.
_pop3._tcp SRV 0 1 110 mail.example.org.
_pop3s._tcp SRV 0 1 995 mail.example.org.
_submission._tcp SRV 0 587 1 mail.example.org.
_submissions._tcp SRV 0 1 465 mail.example.org.
_smtps._tcp SRV 0 1 465 mail.example.org.
_sieve._tcp SRV 0 1 4190 mail.example.org.
_autodiscover._tcp SRV 0 1 443 mail.example.org.
_carddavs._tcp SRV 0 1 443 mail.example.org.
_carddavs._tcp TXT "path=/SOGo/dav/"
_caldavs._tcp SRV 0 1 443 mail.example.org.
mta-sts CNAME mail.example.org.
_mta-sts TXT "v=STSv1;id={OTHER_DAYS_ID};"
_smtp._tls TXT "v=TLSRPTv1; rua=mailto:mailauth-reports@xn--bcher-kva.example"
"""
