"""Where mail goes."""

from dataclasses import replace

from mailcow_dns_tui.model.setup import Spf
from tests.battery.case import SETUP, Case

MX2 = """
    mx2 A 192.0.2.10
    mx2 AAAA 2001:db8::10
"""
FOREIGN = "mx.example.net. A 203.0.113.250"
BY_NAME = replace(SETUP, spf=Spf(("a:mail.example.org",)))
"""With an SPF record that does not depend on the MX."""

CASES = (
    Case(
        "ours",
        fault=f"""
            @ MX 10 mx.example.net.
            {FOREIGN}
        """,
        setup=BY_NAME,
        finds="mx different error",
        near="@ MX 0 MAIL",
        names=("mx.example.net",),
    ),
    Case(
        "the only or the preferred one",
        fault=f"""
            @ MX 10 mail
            @ MX 20 mx.example.net.
            {FOREIGN}
        """,
        setup=BY_NAME,
        finds="mx foreign-mx warning",
        near="""
            @ MX 10 mail
            @ MX 20 mail
        """,
        names=("mx.example.net",),
    ),
    Case(
        "foreign ones first",
        fault=f"""
            @ MX 10 mail
            @ MX 5 mx.example.net.
            {FOREIGN}
        """,
        setup=BY_NAME,
        finds="mx foreign-mx-first error",
        near=f"""
            @ MX 10 mail
            @ MX 5 mx2
            {MX2}
        """,
        names=("mx.example.net",),
    ),
    Case(
        "foreign ones first: as often",
        fault=f"""
            @ MX 10 mail
            @ MX 10 mx.example.net.
            {FOREIGN}
        """,
        setup=BY_NAME,
        finds="mx foreign-mx-first error",
        near=f"""
            @ MX 10 mx2
            {MX2}
        """,
        notes="mx works-differently info",
    ),
    Case(
        "ours: by another name, in one family",
        fault="""
            @ MX 10 mx2
            mx2 A 192.0.2.10
            mx2 AAAA 2001:db8:ffff::99
        """,
        setup=BY_NAME,
        finds="mx extra-address error",
        near="""
            @ MX 10 mx2
            mx2 A 192.0.2.10
        """,
        notes="mx works-differently info",
    ),
    Case(
        "ours: by another name, with a private address beside",
        fault="""
            @ MX 10 mx2
            mx2 A 192.0.2.10
            mx2 A 10.0.0.1
        """,
        setup=BY_NAME,
        finds="mx extra-address warning",
        near=f"""
            @ MX 10 mx2
            {MX2}
        """,
        notes="mx works-differently info",
        names=("also points to 10.0.0.1: nobody outside can deliver mail there",),
    ),
    Case(
        "ours: by another name, with a private address in one family",
        fault="""
            @ MX 10 mx2
            mx2 A 192.0.2.10
            mx2 AAAA fd00::1
        """,
        setup=BY_NAME,
        finds="mx extra-address warning",
        near=f"""
            @ MX 10 mx2
            {MX2}
        """,
        notes="mx works-differently info",
        names=("fd00::1",),
    ),
    Case(
        "ours: by another name, with a second address of the server",
        fault="""
            @ MX 10 mx2
            mx2 A 192.0.2.10
            mx2 A 203.0.113.250
        """,
        setup=BY_NAME,
        finds="mx extra-address warning",
        near="""
            @ MX 10 mx2
            mx2 A 192.0.2.10
            mx2 A 203.0.113.252
            252.113.0.203.in-addr.arpa. PTR mail.example.org.
        """,
        notes="mx extra-address info",
    ),
    Case(
        "dead ones",
        fault="""
            @ MX 10 mail
            @ MX 5 old.example.net.
        """,
        setup=BY_NAME,
        finds="mx dead-target warning",
        near=f"""
            @ MX 10 mail
            @ MX 20 mx2
            {MX2}
        """,
        names=("old.example.net",),
    ),
    Case(
        "targets without address",
        fault="@ MX 10 old",
        setup=BY_NAME,
        finds="mx dead-target error",
        near="old TXT nothing",
        names=("old.example.org",),
    ),
    Case(
        "targets without address: a private one only",
        fault="""
            @ MX 10 nas
            nas A 192.168.0.5
        """,
        setup=BY_NAME,
        finds="mx dead-target error",
        near="nas A 192.168.0.5",
    ),
    Case(
        "CNAME targets",
        fault="""
            @ MX 10 mx
            mx CNAME mail
        """,
        setup=BY_NAME,
        finds="mx target-is-alias warning",
        near="mx CNAME mail",
        names=("RFC 2181 10.3",),
    ),
    Case(
        "CNAME targets: that lead elsewhere",
        fault=f"""
            @ MX 10 mx
            mx CNAME mx.example.net.
            {FOREIGN}
        """,
        setup=BY_NAME,
        finds="mx different error",
        near=f"""
            mx CNAME mx.example.net.
            {FOREIGN}
        """,
    ),
    Case(
        "IP literals",
        fault="@ MX 10 192.0.2.10.",
        setup=BY_NAME,
        finds="mx address-as-target error",
    ),
    Case(
        "IP literals: beside ours, with the zone appended",
        fault="""
            @ MX 10 mail
            @ MX 20 192.0.2.10
        """,
        setup=BY_NAME,
        finds="mx address-as-target warning",
        near="""
            @ MX 10 mail.example.org.
        """,
    ),
    Case(
        "null MX alone",
        fault="@ MX 0 .",
        setup=BY_NAME,
        finds="mx null-mx error",
        near="www MX 0 .",
    ),
    Case(
        "null MX with a preference",
        fault="@ MX 10 .",
        setup=BY_NAME,
        finds="mx null-mx error",
        near="www MX 10 .",
    ),
    Case(
        "null MX mixed",
        fault="""
            @ MX 10 mail
            @ MX 0 .
        """,
        setup=BY_NAME,
        finds="mx null-mx error",
        near="@ MX 10 mail",
    ),
    Case("missing", fault="@ MX -", setup=BY_NAME, finds="mx missing error"),
    Case(
        "missing (implicit MX)",
        fault="""
            @ MX -
            @ A 192.0.2.10
        """,
        setup=BY_NAME,
        finds="mx implicit-mx warning",
        near="@ A 203.0.113.250",
    ),
    Case(
        "missing (implicit MX): and the domain's address is another's",
        fault="""
            @ MX -
            @ A 203.0.113.250
        """,
        setup=BY_NAME,
        finds="mx missing error",
        near="@ A 203.0.113.250",
        names=("203.0.113.250",),
    ),
    Case(
        "pasting: the zone appended twice to the target",
        fault="@ MX 10 mail.example.org",
        setup=BY_NAME,
        finds="mx doubled-target error",
        near="@ MX 10 mail",
    ),
    Case(
        "pasting: the zone appended twice to the name",
        fault="""
            @ MX -
            example.org MX 10 mail.example.org.
        """,
        setup=BY_NAME,
        finds="mx misplaced error",
        near="example.org MX 10 mail.example.org.",
        names=("example.org.example.org",),
    ),
    Case(
        "pasting: a wildcard that answers for a doubled target",
        fault="""
            @ MX 10 mail.example.org
            * A 203.0.113.250
        """,
        setup=BY_NAME,
        finds="mx doubled-target error",
        near="* A 203.0.113.250",
    ),
)
