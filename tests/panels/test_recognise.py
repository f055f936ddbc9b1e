"""Providers by their name servers."""

import dns.name
import pytest

from mailcow_dns_tui.panels.load import by_id, generic, profiles, recognise


@pytest.mark.parametrize(
    ("name_servers", "expected"),
    [
        (["hydrogen.ns.hetzner.com", "oxygen.ns.hetzner.com", "helium.ns.hetzner.de"], "hetzner"),
        (["ns1045.UI-DNS.de", "ns1045.ui-dns.org"], "ionos"),
        (["root-dns.netcup.net", "second-dns.netcup.net"], "netcup"),
        (["ada.ns.cloudflare.com", "bob.ns.cloudflare.com"], "cloudflare"),
        (["ns.inwx.de", "ns2.inwx.de", "ns3.inwx.eu"], "inwx"),
        (["ns.domrobot.com"], "inwx"),
        (["ns-1.awsdns-04.com", "ns-1600.awsdns-08.co.uk", "ns-9.awsdns-5.net"], "route53"),
        (["ns1-01.azure-dns.com", "ns2-01.azure-dns.net"], "azure"),
        (["ns-cloud-a1.googledomains.com"], "google-cloud"),
        (["dns12.ovh.net", "ns12.ovh.net"], "ovh"),
        # Those of a stranger, of two providers, of one and a stranger, and none at all.
        (["ns1.example.net"], None),
        (["ns.inwx.de", "root-dns.netcup.net"], None),
        (["ns.inwx.de", "ns1.example.net"], None),
        ([], None),
        # A name that only ends in the same letters, or is a part of a suffix.
        (["ns.notnetcup.net"], None),
        (["net"], None),
        (["ns1.awsdns.com"], None),
    ],
)
def test_a_provider_is_told_by_all_of_its_name_servers(
    name_servers: list[str], expected: str | None
) -> None:
    found = recognise(map(dns.name.from_text, name_servers))
    assert (found.id if found else None) == expected


def test_no_suffix_is_that_of_two_providers() -> None:
    suffixes = [suffix for profile in profiles() for suffix in profile.name_servers]
    assert len(suffixes) == len(set(suffixes))
    assert all(suffix == suffix.lower().strip(".") for suffix in suffixes)


def test_a_profile_is_found_by_its_id() -> None:
    assert [by_id(profile.id) for profile in profiles()] == list(profiles())
    assert by_id("nobody") is None


def test_the_panel_that_is_not_known_is_never_recognised_and_never_certain() -> None:
    other = generic()
    assert not other.name_servers
    assert profiles()[-1] is other
    assert {evidence.level.value for evidence in other.evidence.values()} == {"?"}
