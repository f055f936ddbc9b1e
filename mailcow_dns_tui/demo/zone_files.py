"""The zone files of the example, as its operator and its providers have them: faults and all."""

from mailcow_dns_tui.demo.plan import (
    BUECHER_KEY,
    BUECHER_VERIFICATION,
    EXAMPLE_ORG_KEY,
    EXAMPLE_ORG_STS_ID,
    EXAMPLE_ORG_VERIFICATION,
)

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
