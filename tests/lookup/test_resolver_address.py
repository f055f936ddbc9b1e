"""What `--resolver` takes."""

import pytest

from mailcow_dns_tui.lookup.question import DohEndpoint, Endpoint, ResolverAddress, parse_resolver


@pytest.mark.parametrize(
    ("text", "resolver"),
    [
        ("192.0.2.1", Endpoint("192.0.2.1", 53)),
        (" 192.0.2.1:5353 ", Endpoint("192.0.2.1", 5353)),
        ("2001:db8::1", Endpoint("2001:db8::1", 53)),
        ("[2001:db8::1]", Endpoint("2001:db8::1", 53)),
        ("[2001:DB8::1]:5353", Endpoint("2001:db8::1", 5353)),
        ("https://dns.example/dns-query", DohEndpoint("https://dns.example/dns-query")),
    ],
)
def test_good(text: str, resolver: ResolverAddress) -> None:
    assert parse_resolver(text) == resolver


NOT_ADDRESSES = ["", "dns.example", "192.0.2.300", "[::1", "[::1]5", "[]", "::1:53:"]
NOT_PORTS = ["192.0.2.1:0", "192.0.2.1:65536", "192.0.2.1:", "192.0.2.1:x", "[::1]:"]
NOT_URLS = ["https://", "https://dns.example:x/", "http://dns.example/"]


@pytest.mark.parametrize("text", [*NOT_ADDRESSES, *NOT_PORTS, *NOT_URLS])
def test_bad_is_said_in_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"is no resolver: .+\.$"):
        parse_resolver(text)


@pytest.mark.parametrize(
    "text", ["192.0.2.1", "192.0.2.1:5353", "[2001:db8::1]:5353", "https://d.example/"]
)
def test_shown_as_it_is_typed(text: str) -> None:
    assert str(parse_resolver(text)) == text


@pytest.mark.parametrize(
    ("address", "is_local"),
    [
        ("10.9.9.2", True),
        ("192.168.0.1", True),
        ("100.64.0.1", True),
        ("fd00::1", True),
        ("9.9.9.9", False),
        ("2620:fe::9", False),
        ("64:ff9b::9.9.9.9", False),  # the internet's, where NAT64 leads
        ("127.0.0.1", False),
    ],
)
def test_addresses_of_local_networks(address: str, is_local: bool) -> None:
    assert Endpoint(address).is_local is is_local
