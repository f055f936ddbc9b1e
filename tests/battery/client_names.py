"""What mail clients find: autodiscover and autoconfig."""

from tests.battery.case import Case

WRONG = "clients different warning"
PERHAPS = "clients perhaps-proxy warning"
WEB = "web A 203.0.113.250"


def alias(what: str, name: str, fault: str, near: str, notes: str = "", finds: str = WRONG) -> Case:
    """What is published in place of the CNAME that is wanted."""
    gone = f"{name} CNAME -\n"
    return Case(what, gone + fault, finds, gone + near, notes)


CASES = (
    *(
        case
        for name in ("autodiscover", "autoconfig")
        for case in (
            alias(
                f"{name}: missing",
                name,
                "",
                f"{name} A 192.0.2.10\n{name} AAAA 2001:db8::10",
                finds="clients missing warning",
            ),
            alias(
                f"{name}: that leads elsewhere",
                name,
                f"{name} CNAME web\n{WEB}",
                f"{name} CNAME web\nweb CNAME mail",
                finds=PERHAPS,
            ),
            alias(
                f"{name}: addresses in place of a CNAME",
                name,
                f"{name} A 203.0.113.250",
                f"{name} A 192.0.2.10",
                finds=PERHAPS,
            ),
            alias(f"{name}: that leads nowhere", name, f"{name} CNAME web", f"{name} CNAME MAIL"),
            alias(
                f"{name}: pasting: the zone appended twice to the target",
                name,
                f"{name} CNAME mail.example.org",
                f"{name} CNAME mail.example.org.",
            ),
        )
    ),
    Case(
        "autodiscover: half of its addresses",
        fault="autodiscover CNAME -\nautodiscover A 192.0.2.10\n"
        "autodiscover AAAA 2001:db8:ffff::99",
        finds=WRONG,
        near="autodiscover CNAME -\nautodiscover A 192.0.2.10",
    ),
    Case(
        "autodiscover: addresses beside the server's",
        fault="autodiscover CNAME -\nautodiscover A 192.0.2.10\nautodiscover A 203.0.113.250",
        finds=WRONG,
        near="autodiscover CNAME -\nautodiscover A 192.0.2.10\nautodiscover A 203.0.113.253\n"
        "mail A + 203.0.113.253",
        names=("has the address 203.0.113.250, which is not this server's",),
    ),
    Case(
        "autoconfig: pasting: a wildcard that answers for a name that is not there",
        fault=f"autoconfig CNAME -\n* CNAME web\n{WEB}",
        finds="clients wildcard-answers warning",
        near="autoconfig CNAME -\n* CNAME mail",
        names=("*.example.org",),
    ),
    Case(
        "autoconfig: pasting: the zone appended twice to the name",
        fault="autoconfig CNAME -\nautoconfig.example.org CNAME mail",
        finds="clients misplaced warning",
        near="autoconfig.example.org CNAME mail",
        names=("autoconfig.example.org.example.org",),
    ),
)
