"""What is wrong in the example: every trouble that people report of mail DNS, once."""

from dataclasses import dataclass

from mailcow_dns_tui.demo.example import (
    BUECHER_DMARC,
    BUECHER_VERIFICATION,
    CUT_DKIM,
    HOSTING_SPF,
    OLD_DIGEST,
    OLD_SPF,
    OTHER_DAYS_ID,
    SPF,
)
from mailcow_dns_tui.demo.world import NS1, NS2, NS3

IPV6_PTR = f"0.1{'.0' * 22}.8.b.d.0.1.0.0.2.ip6.arpa."
BUECHER = "xn--bcher-kva.example."


@dataclass(frozen=True)
class Fault:
    """One fault, as a name server has it.

    Attributes:
        published: the rdata that make the fault, others may be beside them; a TXT as its joined
            strings. Empty where something is missing.
        server: the address of the name server.
    """

    what: str
    owner: str
    rdtype: str
    published: tuple[str, ...] = ()
    server: str = NS1


FAULTS = (
    Fault(
        "reverse DNS of the IPv6 address has the provider's default",
        IPV6_PTR,
        "PTR",
        ("static-10.customers.example.net.",),
    ),
    Fault(
        "TLSA pins an old key",
        "_25._tcp.mail.example.org.",
        "TLSA",
        (f"3 1 1 {OLD_DIGEST}",),
    ),
    Fault(
        "a name server has the zone from before the server moved, with the old SPF",
        "example.org.",
        "TXT",
        (OLD_SPF,),
        NS2,
    ),
    Fault(
        "DMARC asks for nothing, and mailto: is misspelt",
        "_dmarc.example.org.",
        "TXT",
        ("v=DMARC1; p=none; rua=maito:mailauth-reports@example.org",),
    ),
    Fault("a name server is dead", BUECHER, "SOA", server=NS3),
    Fault(
        "the MX has no final dot, so that the zone is appended",
        BUECHER,
        "MX",
        (f"10 mail.example.org.{BUECHER}",),
    ),
    Fault("there are two SPF records", BUECHER, "TXT", (SPF, HOSTING_SPF)),
    Fault(
        "the verification was stored with its quotes",
        BUECHER,
        "TXT",
        (f'"{BUECHER_VERIFICATION}"',),
    ),
    Fault(
        "the DKIM key is cut off after 255 characters",
        f"dkim._domainkey.{BUECHER}",
        "TXT",
        (CUT_DKIM,),
    ),
    Fault("DMARC is missing", f"_dmarc.{BUECHER}", "TXT"),
    Fault(
        "DMARC lies where the panel appended the zone a second time",
        f"_dmarc.{BUECHER}{BUECHER}",
        "TXT",
        (BUECHER_DMARC,),
    ),
    Fault(
        "autodiscover leads to the web host",
        f"autodiscover.{BUECHER}",
        "CNAME",
        ("autodiscover.hosting.example.net.",),
    ),
    Fault(
        "the SRV of IMAP over TLS has the port of the other",
        f"_imaps._tcp.{BUECHER}",
        "SRV",
        ("0 1 143 mail.example.org.",),
    ),
    Fault(
        "an SRV has port and weight swapped",
        f"_submission._tcp.{BUECHER}",
        "SRV",
        ("0 587 1 mail.example.org.",),
    ),
    Fault("the path of the calendars is missing", f"_caldavs._tcp.{BUECHER}", "TXT"),
    Fault(
        "MTA-STS has the id of another day",
        f"_mta-sts.{BUECHER}",
        "TXT",
        (f"v=STSv1;id={OTHER_DAYS_ID};",),
    ),
)
