"""The table of those who publish, beside the packages that are installed."""

import inspect
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import dns.rdatatype
import pytest

from mailcow_dns_tui.mailcow.secret import Secret
from mailcow_dns_tui.panels.load import profiles
from mailcow_dns_tui.publish.changes import PUBLISHED_TYPES, Change, Trouble
from mailcow_dns_tui.publish.octodns_zone import connect
from mailcow_dns_tui.publish.providers import (
    Publisher,
    Writes,
    publisher_of,
    publishers,
    why_not,
    without,
)
from tests.publish.zones import APEX, rrset

CLAIMS = ("class", "rights", "writes")
CLAIMED = ("transfers", "rows", "lacks", "unread", "min_ttl", "limits")
"""What needs evidence where there is something."""
TESTED = {"any", "powerdns", "hetzner", "cloudflare", "desec", "inwx", "ovh"}


def installed(publisher: Publisher) -> bool:
    try:
        return bool(version(publisher.package))
    except PackageNotFoundError:
        return False


def of(publisher: Publisher) -> Any:
    module, _, name = publisher.class_path.rpartition(".")
    return getattr(import_module(module), name)


def parameters(made: Any) -> Iterator[str]:
    for kind in made.__mro__:
        yield from inspect.signature(kind.__init__).parameters
    # octodns-hetzner takes it out of its further parameters.
    yield "backend"


KNOWN = [publisher for publisher in publishers().values() if installed(publisher)]


def test_each_panel_has_somebody_who_publishes_or_says_that_nobody_does() -> None:
    known = [*publishers(), *without()]
    assert len(known) == len({*known})
    assert {*known} - {panel.id for panel in profiles()} == {"scaleway", "transip"}
    assert {panel.id for panel in profiles()} <= {*known}
    assert publisher_of("netcup") is None
    assert why_not("netcup") == (
        "Nothing can be published at netcup: octoDNS, which does that, does not know it. "
        "Copy the records into its panel."
    )


def test_those_that_the_tests_speak_to_are_installed() -> None:
    assert {publisher.id for publisher in KNOWN} >= TESTED


@pytest.mark.parametrize("publisher", publishers().values(), ids=lambda each: each.id)
def test_each_claim_has_its_evidence(publisher: Publisher) -> None:
    claims = {*CLAIMS, *(claim for claim in CLAIMED if getattr(publisher, claim))}
    assert claims <= publisher.evidence.keys()


@pytest.mark.parametrize("publisher", KNOWN, ids=lambda each: each.id)
def test_the_class_takes_what_is_given_and_writes_what_is_said(publisher: Publisher) -> None:
    made = of(publisher)
    given = {*(each.key for each in publisher.credentials), *publisher.options}
    assert given <= {*parameters(made)}
    missing = {each for each in PUBLISHED_TYPES if dns.rdatatype.to_text(each) not in made.SUPPORTS}
    assert {*publisher.lacks} == missing


def test_what_was_not_given_is_asked_for_by_its_label() -> None:
    publisher = publishers()["ovh"]
    trouble = connect(publisher, {}, APEX)
    assert getattr(trouble, "text", "") == (
        "OVHcloud wants also: Application key, Application secret, Consumer key."
    )


def test_nobody_loads_octodns_who_does_not_publish() -> None:
    code = (
        "import sys, mailcow_dns_tui.publish.octodns_zone, mailcow_dns_tui.publish.providers as p;"
        "p.publishers(); print([name for name in sys.modules if name.startswith('octodns')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize("publisher", KNOWN, ids=lambda each: each.id)
def test_what_the_class_can_not_do_is_known_before(publisher: Publisher) -> None:
    zone = connect(publisher, {each.key: Secret("1") for each in publisher.credentials}, APEX)
    assert not isinstance(zone, Trouble)
    short = rrset("mail", "A", "192.0.2.1", ttl=1)
    tlsa = rrset("mail", "TLSA", f"3 1 1 {32 * 'ab'}", ttl=3600)
    long = rrset("mail", "A", "192.0.2.1", ttl=3600)
    assert zone.refusal(Change(None, long)) == ""
    assert ("at least" in zone.refusal(Change(None, short))) == bool(publisher.min_ttl)
    assert ("type" in zone.refusal(Change(None, tlsa))) == bool(publisher.lacks)
    anew = zone.refusal(Change(long, rrset("mail", "A", "192.0.2.9", ttl=3600)))
    assert ("taken away before" in anew) == (publisher.writes in {Writes.ADDS, Writes.ANEW})
    caa = [rrset("@", "CAA", *data, ttl=3600) for data in (['0 issue "a"'], ['0 issue "b"'])]
    assert ("in part" in zone.refusal(Change(*caa))) == bool(publisher.unread)
    assert "type" in zone.refusal(Change(rrset("sub", "NS", "ns1.sub"), None))
