"""DNSSEC, and what two name servers that answer can differ in."""

from dataclasses import replace

from mailcow_dns_tui.model.setup import DkimKey, Domain
from tests.battery.case import DKIM, KEY, SETUP, Case, Published, Signing, txt

GOOD = Published(signing=Signing.GOOD)
BOGUS = ", ".join(
    f"{topic} resolver-fails unknown" for topic in ("host", "clients", "mx", "spf", "dkim", "dmarc")
)
GONE = (
    "mx missing error, spf missing error, dkim missing error, "
    "dmarc missing warning, clients missing warning"
)
NEW_KEY = f"dkim._domainkey TXT {txt(f'v=DKIM1; p={KEY[:100]}AAAA{KEY[104:]}')}"
TWO = replace(SETUP, domains=(*SETUP.domains, Domain("example.com", dkim=(DkimKey(key=KEY),))))

BACKUP = "20 mx.example.com."

CASES = (
    *(
        Case(
            f"dnssec: bogus: {signing.name}",
            fault=Published(signing=signing),
            finds=f"dnssec bogus error, {BOGUS}",
            near=GOOD,
        )
        for signing in (Signing.OTHER_DS, Signing.EXPIRED, Signing.STRIPPED)
    ),
    Case("delegation: stale", Published(serials=(2, 3)), "delegation stale-server info"),
    Case(
        "delegation: stale, by serial number arithmetic",
        fault=Published(serials=(1, 4294967295)),
        finds="delegation stale-server info",
        near=Published(serials=(4294967295, 4294967295)),
    ),
    Case(
        "delegation: disagreeing",
        fault=Published("ns3.example.com. A 127.0.0.10", on_second="@ NS ns3.example.com."),
        finds="delegation servers-differ warning",
    ),
    *(
        Case(
            f"delegation: disagreeing: {what}",
            fault=Published(on_second=line),
            finds=f"{topic} servers-disagree warning{more}",
            near=Published(on_second=near),
            names=("127.0.0.11",),
        )
        for what, line, topic, near, more in (
            ("MX", "@ MX 10 mx.example.com.", "mx", "@ MX 20 mail", ""),
            ("DKIM", NEW_KEY, "dkim", f"dkim._domainkey TXT {txt(DKIM)}", ""),
            ("DMARC", "_dmarc TXT -", "dmarc", "www TXT hello", ""),
        )
    ),
    Case(
        "delegation: wrong in different ways",
        fault=Published(
            f"@ MX + {BACKUP}\nmx.example.com. A 192.0.2.99", on_second=f"@ MX {BACKUP}"
        ),
        finds="mx different error",
        near=Published(),
        names=("not to this server. So it is on ns2.", "but not on ns1."),
    ),
    Case(
        "delegation: a domain that does not exist",
        fault=Published(absent="example.com."),
        finds=f"delegation no-such-domain error, {GONE}",
        setup=TWO,
        names=("example.com",),
    ),
)
