"""Block lists, which are asked on request only."""

from dataclasses import replace

from mailcow_dns_tui.topics.dnsbl import DEFAULT_LISTS, SPAMCOP, SPAMHAUS_ZEN
from tests.battery.case import SETUP, Case

PUBLIC = replace(SETUP, server=replace(SETUP.server, ipv4="1.2.3.4", ipv6="2a01:4f8::10"))
NEIGHBOUR = replace(PUBLIC, server=replace(PUBLIC.server, ipv4="1.2.3.5"))
LISTS = (replace(SPAMHAUS_ZEN, zone="zen.example.net"), replace(SPAMCOP, zone="bl.example.net"))
ZEN, BL = (f"{each.zone}." for each in LISTS)
V6_LISTED = f"2.0.0.0.0.0.f.7.f.f.f.f{'.0' * 20}"
V6_OURS = f"0.1{'.0' * 22}.8.f.4.0.1.0.a.2"
ALIVE = f"""
    2.0.0.127.{ZEN} A 127.0.0.2
    {V6_LISTED}.{ZEN} A 127.0.0.2
    2.0.0.127.{BL} A 127.0.0.2
"""
REAL = f"""
    2.0.0.127.zen.spamhaus.org. A 127.0.0.2
    {V6_LISTED}.zen.spamhaus.org. A 127.0.0.2
    4.3.2.1.zen.spamhaus.org. A 127.0.0.2
    2.0.0.127.bl.spamcop.net. A 127.0.0.2
"""


def listed(what: str, answer: str, finds: str) -> Case:
    return Case(
        what,
        fault=f"{ALIVE}\n4.3.2.1.{ZEN} A {answer}",
        finds=f"dnsbl {finds}",
        near=f"{ALIVE}\n5.3.2.1.{ZEN} A {answer}",
        lists=LISTS,
        setup=PUBLIC,
    )


def list_fault(what: str, fault: str, finds: str) -> Case:
    return Case(what, fault, f"dnsbl {finds}", ALIVE, lists=LISTS, setup=PUBLIC)


CASES = (
    Case(
        "on request only: the lists that are asked then",
        fault=REAL,
        finds="dnsbl listed error",
        near=REAL,
        lists=DEFAULT_LISTS,
        setup=PUBLIC,
        near_setup=NEIGHBOUR,
        names=("1.2.3.4",),
    ),
    listed("a hit", "127.0.0.4", "listed error"),
    listed("a hit: where no mail server should be", "127.0.0.10", "listed-by-policy warning"),
    Case(
        "a hit: IPv6",
        fault=f"{ALIVE}\n{V6_OURS}.{ZEN} A 127.0.0.3",
        finds="dnsbl listed error",
        near=ALIVE,
        lists=LISTS,
        setup=PUBLIC,
    ),
    Case(
        "a hit: on a list that few refuse by alone",
        fault=f"{ALIVE}\n4.3.2.1.{BL} A 127.0.0.2",
        finds="dnsbl listed warning",
        near=ALIVE,
        lists=LISTS,
        setup=PUBLIC,
    ),
    list_fault(
        "proves a list alive (127.0.0.2)",
        f"{ALIVE}\n2.0.0.127.{BL} A -\nwww.{BL} A 192.0.2.200",
        "list-not-believed unknown",
    ),
    list_fault(
        "proves a list alive (not 127.0.0.1)",
        f"{ALIVE}\n1.0.0.127.{BL} A 127.0.0.2",
        "list-not-believed unknown",
    ),
    list_fault(
        "proves a list alive: one that has everything",
        f"{ALIVE}\n2.0.0.127.{BL} A -\n*.{BL} A 127.0.0.2",
        "list-not-believed unknown",
    ),
    list_fault(
        "proves a list alive: a hit on a dead one",
        f"{ALIVE}\n2.0.0.127.{BL} A -\n4.3.2.1.{BL} A 127.0.0.2",
        "list-not-believed unknown",
    ),
    listed("an answer without a meaning", "203.0.113.250", "list-not-believed unknown"),
    listed("decodes refusals: a typing error", "127.255.255.252", "list-refuses unknown"),
    listed("decodes refusals: a public resolver", "127.255.255.254", "list-refuses unknown"),
    listed("decodes refusals: too much", "127.255.255.255", "list-refuses unknown"),
    list_fault(
        "decodes refusals: of everything",
        f"{ALIVE}\n2.0.0.127.{ZEN} A 127.255.255.254",
        "list-refuses unknown",
    ),
)
