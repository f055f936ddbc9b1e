"""The mail host: its addresses, and its name."""

from dataclasses import replace

from tests.battery.case import SETUP, Case

ONLY_IPV4 = replace(SETUP, server=replace(SETUP.server, ipv6=""))
ONLY_IPV6 = replace(SETUP, server=replace(SETUP.server, ipv4=""))
AT_APEX = replace(SETUP, server=replace(SETUP.server, hostname="example.org"))
AWAY = ", ptr not-confirmed error, spf not-allowed error, spf ehlo-not-allowed warning"
"""What follows where the hostname does not have an address that mail comes from."""

CASES = (
    Case(
        "addresses as planned",
        fault="mail A 203.0.113.250",
        finds=f"host different error{AWAY}",
        near="mail A 192.0.2.10",
        names=("203.0.113.250",),
    ),
    Case(
        "addresses as planned: one is missing",
        fault="mail AAAA -",
        finds=f"host missing error{AWAY}",
        near="mail AAAA 2001:db8::0:10",
    ),
    Case(
        "addresses as planned: the zone doubled in the name",
        fault="""
            mail A -
            mail.example.org A 192.0.2.10
        """,
        finds=f"host misplaced error{AWAY}",
        near="mail.example.org A 192.0.2.10",
    ),
    Case(
        "addresses as planned: by a wildcard",
        fault="""
            mail A -
            mail AAAA -
            mail TXT -
            * A 203.0.113.250
            * AAAA 2001:db8:ffff::99
        """,
        finds="host wildcard-answers error, ptr not-confirmed error, spf not-allowed error, "
        "spf no-ehlo-spf info",
        near="""
            mail A -
            mail AAAA -
            mail TXT -
            * A 192.0.2.10
            * AAAA 2001:db8::10
        """,
        notes="spf no-ehlo-spf info",
    ),
    Case(
        "extra or foreign ones",
        fault="mail A + 203.0.113.250",
        finds="host extra-address warning",
        near="""
            mail A + 203.0.113.251
            251.113.0.203.in-addr.arpa. PTR mail.example.org.
        """,
        notes="host extra-address info",
        names=("203.0.113.250",),
    ),
    *(
        Case(
            f"private, loopback, link-local or CGNAT addresses: {address} alone",
            fault=f"mail {rdtype} {address}",
            finds=f"host unroutable-address error{AWAY}",
            near=f"nas {rdtype} {address}",
            names=(address,),
        )
        for rdtype, address in (
            ("A", "10.0.0.5"),
            ("A", "172.31.255.1"),
            ("A", "192.168.1.2"),
            ("A", "127.0.0.1"),
            ("A", "169.254.3.4"),
            ("A", "100.64.0.1"),
            ("AAAA", "fd00::1"),
            ("AAAA", "::1"),
            ("AAAA", "fe80::1"),
        )
    ),
    Case(
        "private, loopback, link-local or CGNAT addresses: beside ours",
        fault="mail A + 192.168.1.2",
        finds="host unroutable-address error",
        near="",
        names=("192.168.1.2",),
    ),
    Case(
        "private, loopback, link-local or CGNAT addresses: in the plan",
        fault="",
        setup=replace(SETUP, server=replace(SETUP.server, ipv4="10.0.0.5")),
        finds="host unroutable-address error, ptr missing error",
        near_setup=SETUP,
        names=("10.0.0.5",),
    ),
    Case(
        "a CDN's proxy address (name the switch)",
        fault="mail A 104.16.1.2",
        finds=f"host proxy-address error{AWAY}",
        near="www A 104.16.1.2",
        names=("DNS only", "does not lead back to it but to Cloudflare's proxy"),
    ),
    Case(
        "a CDN's proxy address (name the switch): IPv6",
        fault="mail AAAA 2606:4700::6810:1",
        finds=f"host proxy-address error{AWAY}",
        near="www AAAA 2606:4700::6810:1",
        names=("DNS only", "does not lead back to it but to Cloudflare's proxy"),
    ),
    Case(
        "an AAAA that is not ours",
        fault="mail AAAA 2001:db8:ffff::99",
        finds=f"host different error{AWAY}",
        near="www AAAA 2001:db8:ffff::99",
        names=("2001:db8:ffff::99",),
    ),
    Case(
        "an AAAA that is not ours: none is planned",
        fault="mail AAAA 2001:db8:ffff::99",
        setup=ONLY_IPV4,
        finds="host unplanned-address error",
        near="",
        names=("2001:db8:ffff::99", "Let's Encrypt"),
    ),
    Case(
        "addresses as planned: an A that is not, where none is planned",
        fault="mail A 203.0.113.250",
        setup=ONLY_IPV6,
        finds="host unplanned-address error",
        near="",
        notes="host one-family info",
        names=("203.0.113.250",),
    ),
    Case(
        "hostname is a CNAME",
        fault="""
            mail * -
            mail CNAME srv
            srv A 192.0.2.10
            srv AAAA 2001:db8::10
            srv TXT "v=spf1 a -all"
        """,
        finds="host host-is-alias warning",
        near="srv CNAME mail",
    ),
    Case(
        "hostname is a CNAME: and its target has no SPF record",
        fault="""
            mail * -
            mail CNAME srv
            srv A 192.0.2.10
            srv AAAA 2001:db8::10
        """,
        finds="host host-is-alias warning, spf no-ehlo-spf info",
        near="srv CNAME mail",
        names=("v=spf1 a -all at srv.example.org",),
    ),
    Case(
        "hostname equals a mail domain",
        fault="",
        setup=AT_APEX,
        finds="host host-is-domain info",
        near="""
            @ A 192.0.2.10
            @ AAAA 2001:db8::10
        """,
        near_setup=SETUP,
    ),
)
