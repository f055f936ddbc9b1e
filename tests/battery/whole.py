"""Every option of a plan at once, and what the network may not do on the way to the screen."""

from dataclasses import replace

from mailcow_dns_tui.demo.example import SPKI_SHA256
from mailcow_dns_tui.model.setup import (
    DkimKey,
    Dmarc,
    Domain,
    Offer,
    Server,
    Services,
    Setup,
    TlsReports,
)
from tests.battery.case import DKIM, KEY, OTHER_KEY, REVERSE, Case, Published, Signing, txt

FULL = Setup(
    server=Server("mail.example.org", "192.0.2.10", "2001:db8::10", SPKI_SHA256, "letsencrypt.org"),
    services=Services().with_service(replace(Services().of("pop3"), offer=Offer.NOT_PROVIDED)),
    tls_reports=TlsReports(),
    domains=(
        Domain(
            "example.org",
            dkim=(DkimKey(key=KEY), DkimKey("next", OTHER_KEY)),
            mta_sts_id="20261123000000",
            verification=("google-site-verification=abc", "MS=ms1"),
        ),
        Domain(
            "example.com",
            dkim=(DkimKey(key=OTHER_KEY),),
            dmarc=Dmarc(rua=("mailto:a@example.org", "mailto:b@reports.example.net")),
        ),
        Domain("alias.example.net", dkim=(DkimKey(key=KEY),), alias_of="example.org"),
    ),
)
OTHER_FORMS = f"""
    {REVERSE} PTR -
    {REVERSE} CNAME 10.0-31.2.0.192.in-addr.arpa.
    10.0-31.2.0.192.in-addr.arpa. PTR MAIL.example.ORG.
    @ MX 0 MAIL
    @ TXT "V=SPF1  A +MX " "-ALL"
    @ TXT "MS=ms1"
    @ TXT "a text of somebody else's"
    @ TXT "google-site-" "verification=abc"
    mail CAA -
    autodiscover CNAME -
    autodiscover A 192.0.2.10
    autodiscover AAAA 2001:db8::10
    autoconfig CNAME www
    www CNAME mail
    dkim._domainkey TXT {txt(f"p={KEY[:99]} {KEY[99:]};t=s;k=rsa;")}
    old._domainkey TXT "v=DKIM1; p="
    _dmarc TXT "v = DMARC1;rua=mailto:mailauth-reports@example.org;P=Reject"
    _mta-sts TXT "v=STSv1; id=20261123000000"
    _smtp._tls TXT "v=TLSRPTv1;rua=mailto:mailauth-reports@example.org ; "
    _imaps._tcp SRV 0 1 993 MAIL
    _pop3._tcp SRV 10 5 0 .
    _caldavs._tcp TXT "PATH=/SOGo/dav/"
    _25._tcp.mail TLSA 3 1 1 {"ab" * 32}
    _25._tcp.mail TLSA 3 1 1 {SPKI_SHA256}
"""
EVIL = r"\027[2J\027]0;owned\007\r\n\226\128\174[bold red]"

CASES = (
    Case(
        "a correct zone gets no warning and no error, whatever its form",
        fault=Published('mail CAA 0 issue ";"', signing=Signing.GOOD),
        finds="caa forbidden-ca error",
        near=Published(OTHER_FORMS, signing=Signing.GOOD),
        notes="caa missing info",
        setup=FULL,
    ),
    Case(
        "a correct zone gets no warning and no error: as planned",
        fault=Published(f"_dmarc TXT -\n_dmarc.example.com. TXT {txt(DKIM)}", signing=Signing.GOOD),
        finds="dmarc missing warning",
        near=Published(signing=Signing.GOOD),
        setup=FULL,
    ),
    *(
        Case(
            f"a correct zone gets no warning and no error: with a wildcard for {what}",
            fault=Published('mail CAA 0 issue ";"', signing=Signing.GOOD),
            finds="caa forbidden-ca error",
            near=Published(f"* {line}", signing=Signing.GOOD),
            setup=FULL,
        )
        for what, line in (
            ("all names", "CNAME mail"),
            ("addresses of others", "A 203.0.113.250"),
            ("texts", 'TXT "v=spf1 -all"'),
            ("mail", "MX 10 mail"),
        )
    ),
    Case(
        "control characters, escape sequences and markup are not obeyed: DMARC",
        fault=f'_dmarc TXT "v=DMARC1; p={EVIL}"',
        finds="dmarc unknown-policy error, dmarc unreadable-tag warning",
        near=f'_dmarc TXT + "{EVIL}"',
    ),
    Case(
        "control characters, escape sequences and markup are not obeyed: DKIM",
        fault=f'dkim._domainkey TXT "v=DKIM1; p={EVIL}"',
        finds="dkim not-valid error",
        near=f'evil._domainkey TXT "{EVIL}"',
    ),
    Case(
        "control characters, escape sequences and markup are not obeyed: MX",
        fault=r"@ MX 10 \027[31m\010[bold].example.net.",
        finds="mx dead-target error, spf not-allowed error",
        near=r"www MX 10 \027[31m\010[bold].example.net.",
    ),
)
