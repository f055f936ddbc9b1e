"""What stands near a record that is missing, and is meant for it; what another name brings."""

from dataclasses import replace

from mailcow_dns_tui.demo.example import SPKI_SHA256
from mailcow_dns_tui.model.setup import DEFAULT_SERVICES, DkimKey, Domain, Offer, Services, Spf
from tests.battery.case import DKIM, DMARC, KEY, OTHER_KEY, SETUP, Case, Published, txt

IMAPS = replace(
    SETUP,
    services=Services(
        tuple(
            each if each.key == "imaps" else replace(each, offer=Offer.OMITTED)
            for each in DEFAULT_SERVICES
        )
    ),
)
WITH_MX = replace(SETUP, spf=Spf(("mx",)))
SUB = replace(
    SETUP, domains=(*SETUP.domains, Domain("sub.example.org", dkim=(DkimKey(key=OTHER_KEY),)))
)
ONE_KEY = replace(
    SETUP, domains=(*SETUP.domains, Domain("sub.example.org", dkim=(DkimKey(key=KEY),)))
)
"""Both domains sign with the same key."""
OTHERS_MAIL = """
    @ MX 10 mx.example.net.
    @ TXT "v=spf1 ip4:203.0.113.250 -all"
    @ A 203.0.113.250
    mx.example.net. A 203.0.113.250
"""
SUB_RECORDS = f"""
    dkim._domainkey.sub TXT {txt(f"v=DKIM1; k=rsa; p={OTHER_KEY}")}
    _dmarc.sub TXT {txt("v=DMARC1; p=reject; rua=mailto:mailauth-reports@sub.example.org")}
    autodiscover.sub CNAME mail
    autoconfig.sub CNAME mail
"""
SUB_MAIL = """
    sub MX 10 mail
    sub TXT "v=spf1 mx a -all"
    sub A 203.0.113.251
"""


def sub(lines: str) -> Published:
    """In the zone of the domain above."""
    return Published(lines, absent="sub.example.org")


ALL_OF_SUB = sub(f"{SUB_RECORDS}{SUB_MAIL}")
MEANT_FOR_HOST = "asks for the MX records of that host, not for its addresses"

CASES = (
    Case(
        "entered at a host: MX",
        fault="@ MX -\nmail MX 10 mail",
        finds="mx misplaced error, spf not-allowed error",
        near="mail MX 10 mail",
        setup=WITH_MX,
        names=("mail.example.org.",),
    ),
    Case(
        "entered at a host: DMARC",
        fault='_dmarc TXT -\nwww TXT "v=DMARC1; p=reject"',
        finds="dmarc misplaced warning",
        near='www TXT "v=DMARC1; p=reject"',
        names=("www.example.org, where nobody looks for it",),
    ),
    Case(
        "entered at a host: with its service",
        fault=f"_dmarc TXT -\n_dmarc.mail TXT {txt(DMARC)}",
        finds="dmarc misplaced warning",
        near=f"_dmarc.mail TXT {txt(DMARC)}",
        names=("_dmarc.mail.example.org",),
    ),
    Case(
        "name and value swapped",
        fault="@ MX -\nmail MX 10 @",
        finds="mx misplaced error, spf not-allowed error",
        near="mail MX 10 @",
        setup=WITH_MX,
        names=("swapped: it stands at mail.example.org, and names example.org",),
    ),
    Case(
        "the type mixed up: SRV",
        fault=f"_imaps._tcp SRV -\n_imaps._tcp TLSA 3 1 1 {SPKI_SHA256}",
        finds="clients other-type info",
        near=f"_imaps._tcp TLSA 3 1 1 {SPKI_SHA256}",
        setup=IMAPS,
        names=("has a record of the type TLSA, and no SRV record",),
    ),
    Case(
        "the type mixed up: SPF",
        fault='@ TXT -\n@ SPF "v=spf1 mx a -all"',
        finds="spf other-type error",
        near='@ SPF "v=spf1 mx a -all"',
        names=("has a record of the type SPF, and no SPF record",),
    ),
    Case(
        "the key of a subdomain at the name of its parent",
        fault=sub(
            f"""
            {SUB_RECORDS}{SUB_MAIL}
            dkim._domainkey.sub TXT -
            dkim._domainkey TXT {txt(f"v=DKIM1; k=rsa; p={OTHER_KEY}")}
            """
        ),
        finds="dkim other-key error, dkim misplaced error",
        near=ALL_OF_SUB,
        setup=SUB,
        names=("dkim._domainkey.sub.example.org is at another name: dkim._domainkey.example.org",),
    ),
    Case(
        "the parent's own key, written another way",
        fault=sub(
            f"""
            {SUB_RECORDS}{SUB_MAIL}
            dkim._domainkey.sub TXT -
            dkim._domainkey TXT {txt(f"v=DKIM1;k=rsa;t=s;s=email;p={KEY}")}
            """
        ),
        finds="dkim missing error",
        near=sub(
            f"""
            {SUB_RECORDS}{SUB_MAIL}
            dkim._domainkey.sub TXT -
            dkim._domainkey.sub TXT {txt(f"v=DKIM1;p={KEY}")}
            dkim._domainkey TXT {txt(f"v=DKIM1;k=rsa;t=s;s=email;p={KEY}")}
            """
        ),
        setup=ONE_KEY,
        names=("dkim._domainkey.sub.example.org has no DKIM record",),
    ),
    Case(
        "`_domainkey` as a zone of its own",
        fault=Published("dkim._domainkey TXT -", zone="_domainkey.example.org"),
        finds="dkim missing error",
        near=Published(zone="_domainkey.example.org"),
        names=("of _domainkey.example.org (a zone of its own, not those of example.org)",),
    ),
    Case(
        "`_domainkey` as a zone of its own: entered without it",
        fault=Published(
            f"dkim._domainkey TXT -\ndkim TXT {txt(DKIM)}", zone="_domainkey.example.org"
        ),
        finds="dkim misplaced error",
        near=Published(f"dkim TXT {txt(DKIM)}", zone="_domainkey.example.org"),
        names=("Add it with the name dkim in the DNS settings of _domainkey.example.org",),
    ),
    Case(
        "mx: where a: was meant",
        fault='@ TXT "v=spf1 mx:mail.example.org -all"',
        finds="spf not-allowed error",
        near='@ TXT "v=spf1 a:mail.example.org -all"',
        notes="spf works-differently info",
        names=(MEANT_FOR_HOST, "Write a:mail.example.org in place of mx:mail.example.org"),
    ),
    Case(
        "mx: where a: was meant: a host that has MX records, of others",
        fault="""
            @ TXT "v=spf1 mx:mail.example.org -all"
            mail MX 10 mx.example.net.
            mx.example.net. A 203.0.113.250
        """,
        finds="spf not-allowed error",
        near="""
            @ TXT "v=spf1 mx a mx:mail.example.org -all"
            mail MX 10 mx.example.net.
            mx.example.net. A 203.0.113.250
        """,
        names=("Add mx a right after v=spf1",),
    ),
    Case(
        "the lines of the key file in a key",
        fault=f"""dkim._domainkey TXT {
            txt(f"v=DKIM1; p=-----BEGIN PUBLIC KEY-----{KEY}-----END PUBLIC KEY-----")
        }""",
        finds="dkim not-valid error",
        near=f"dkim._domainkey TXT {txt(f'v=DKIM1; p={KEY}')}",
        names=("has the BEGIN and END lines of the key file in it",),
    ),
    Case(
        "a mail domain that is a CNAME",
        fault=sub(f"{OTHERS_MAIL}{SUB_RECORDS}\nsub CNAME @"),
        finds="mx different error, spf not-allowed error",
        near=sub(f"{SUB_RECORDS}\nsub CNAME @"),
        setup=SUB,
        names=(
            "sub.example.org is a CNAME to example.org, so what stands there counts for it. Mail",
            "Delete the CNAME of sub.example.org, and add the MX record in its place",
            "Delete the CNAME of sub.example.org, and add the SPF record in its place",
        ),
    ),
    Case(
        "a wildcard that takes the mail of a domain",
        fault=sub(
            """
            * MX 10 mx.example.net.
            * TXT "v=spf1 -all"
            mx.example.net. A 203.0.113.250
            """
        ),
        finds=(
            "mx wildcard-answers error, spf wildcard-answers error, dkim wildcard-answers error,"
            "dmarc inherited-policy info, clients missing warning"
        ),
        near=ALL_OF_SUB,
        setup=SUB,
        names=(
            "the wildcard *.example.org answers for it.",
            "Mail for sub.example.org goes to mx.example.net",
        ),
    ),
)
