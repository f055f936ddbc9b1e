"""Reverse DNS."""

from dataclasses import replace

from tests.battery.case import REVERSE, REVERSE_IPV6, SETUP, Case

ONLY_IPV4 = replace(SETUP, server=replace(SETUP.server, ipv6=""))
NUMBERED = replace(SETUP, server=replace(SETUP.server, hostname="srv-10.example.org"))

CASES = (
    Case(
        "exists for every planned address",
        fault=f"{REVERSE} PTR -",
        finds="ptr missing error",
        near=f"{REVERSE} PTR MAIL.Example.ORG.",
        names=("5.7.25",),
    ),
    Case(
        "exists for every planned address (IPv6 included)",
        fault=f"{REVERSE_IPV6} PTR -",
        finds="ptr missing error",
        near="",
        near_setup=ONLY_IPV4,
        names=("5.7.25",),
    ),
    Case(
        "exists for every planned address: by a classless delegation",
        fault=f"""
            {REVERSE} PTR -
            {REVERSE} CNAME 10.0-31.2.0.192.in-addr.arpa.
        """,
        finds="ptr missing error",
        near=f"""
            {REVERSE} PTR -
            {REVERSE} CNAME 10.0-31.2.0.192.in-addr.arpa.
            10.0-31.2.0.192.in-addr.arpa. PTR mail.example.org.
        """,
    ),
    Case(
        "names the hostname",
        fault=f"{REVERSE} PTR old.example.net.",
        finds="ptr different error",
        near=f"{REVERSE} PTR mail.example.org.",
        names=("old.example.net",),
    ),
    Case(
        "names the hostname: by another of its names",
        fault=f"""
            {REVERSE} PTR srv1.example.net.
            srv1.example.net. A 192.0.2.10
        """,
        finds="ptr other-name warning",
        near="srv1.example.net. A 192.0.2.10",
        names=("srv1.example.net",),
    ),
    Case(
        "is forward-confirmed",
        fault=f"""
            {REVERSE} PTR srv1.example.net.
            srv1.example.net. A 203.0.113.250
        """,
        finds="ptr different error",
        near="srv1.example.net. A 203.0.113.250",
    ),
    Case(
        "provider default names",
        fault=f"{REVERSE} PTR static.10.2.0.192.customers.example.net.",
        finds="ptr provider-name error",
        near="",
        near_setup=NUMBERED,
        names=("static.10.2.0.192.customers.example.net",),
    ),
    Case(
        "provider default names: that lead back",
        fault=f"""
            {REVERSE} PTR ip-192-0-2-10.example.net.
            ip-192-0-2-10.example.net. A 192.0.2.10
        """,
        finds="ptr provider-name warning",
        near="ip-192-0-2-10.example.net. A 192.0.2.10",
    ),
    Case(
        "several PTRs",
        fault=f"{REVERSE} PTR + www.example.net.",
        finds="ptr several-ptr warning",
        near="www.example.net. A 192.0.2.10",
    ),
    Case(
        "pasting: the zone appended twice to the target",
        fault=f"{REVERSE} PTR mail.example.org.2.0.192.in-addr.arpa.",
        finds="ptr doubled-target error",
    ),
)
