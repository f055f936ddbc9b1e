"""Rules for single answers."""

from collections.abc import Callable

import pytest

from mailcow_dns_tui.model import validators

Validator = Callable[[str], str | None]
SHA256 = "0eb097e28cf930681e78036e3b82a9d0263c66d51e416aa6e88f150e15a9470c"

GOOD: list[tuple[Validator, list[str]]] = [
    (validators.host_name, ["mail.example.org", " Mail.Example.org. ", "bücher.example"]),
    (validators.ipv4, ["192.0.2.10", " 10.0.0.1 ", "127.0.0.1"]),
    (validators.ipv6, ["2001:db8::10", "2001:DB8:0:0::10", " ::1 ", "fd00::1"]),
    (validators.dav_path, ["/", "/SOGo/dav/", '/"quoted\\path;/']),
    (validators.spki_sha256, [SHA256, SHA256.upper(), f" {SHA256} "]),
    (
        validators.ca_identity,
        ["letsencrypt.org", "letsencrypt.org; validationmethods=dns-01", "LetsEncrypt.org"],
    ),
    (validators.selector, ["dkim", "DKIM", "2026-11", "a.b", "s_1", "x", "a" * 63]),
    (
        validators.spf_mechanism,
        [
            "mx",
            "a",
            "+mx",
            "?a:mail.example.org",
            "a/24//64",
            "ip4:192.0.2.0/24",
            "ip6:2001:db8::/32",
            "include:_spf.example.org",
            "~include:spf.example.org",
            "exists:%{i}._spf.%{d}",
        ],
    ),
    (validators.spf_all, ["-all", "~all", "?all"]),
    (
        validators.report_uri,
        ["mailto:reports@example.org", "mailto:a@{domain}", "mailto:a%2Cb@xn--bcher-kva.example"],
    ),
    (
        validators.tls_report_uri,
        ["https://reports.example.org/v1", "https://r.example/{domain}", "mailto:a@{domain}"],
    ),
    (validators.dmarc_fo, ["0", "1", "d", "s", "1:d:s", "0:d"]),
    (validators.mta_sts_id, ["20261123000000", "a", "Z9" * 16]),
    (
        validators.verification,
        [
            "google-site-verification=x",
            "MS=ms1",
            'with "quotes"; \\ and blanks',
            "größer",
            "a" * 2000,
        ],
    ),
]

BAD: list[tuple[Validator, str, list[str]]] = [
    (
        validators.host_name,
        "Only the name",
        ["https://mail.example.org", "me@example.org", "mail.example.org:443", "2001:db8::1"],
    ),
    (validators.host_name, "This is an IP address", ["192.0.2.10", " 192.0.2.10 "]),
    (validators.host_name, "A full name", ["mail", "localhost", "org.", "."]),
    (
        validators.host_name,
        "not a name that DNS can carry",
        ["my_host.example.org", "mail..example.org", "-a.example.org", "a b.example", "x.\x1b[2J"],
    ),
    (validators.host_name, "not a name that DNS can carry", [f"{'a' * 64}.example", "a.1234"]),
    (
        validators.ipv4,
        "An IPv4 address is wanted",
        ["", "192.0.2", "192.0.2.256", "192.0.2.010", "2001:db8::1", "example.org", "1.2.3.4/24"],
    ),
    (validators.ipv4, "No host can have", ["0.0.0.0", "224.0.0.1", "255.255.255.255"]),
    (validators.ipv6, "An IPv6 address is wanted", ["", "192.0.2.10", "2001:db8", "1::2::3"]),
    (validators.ipv6, "from % on", ["fe80::1%eth0"]),
    (validators.ipv6, "IPv4 address in IPv6 form", ["::ffff:192.0.2.10"]),
    (validators.ipv6, "No host can have", ["::", "ff02::1"]),
    (validators.dav_path, "A path is wanted", ["SOGo/dav/", "/a b", "/ä", "/a\nb", "/\x1b"]),
    (validators.spki_sha256, "64 hexadecimal", ["", SHA256[1:], f"{SHA256}0", f"g{SHA256[1:]}"]),
    (
        validators.ca_identity,
        "domain name",
        [
            "letsencrypt",
            ";",
            'letsencrypt.org"',
            "letsencrypt.org; ä",
            "letsencrypt.org\n$INCLUDE x",
        ],
    ),
    (
        validators.selector,
        "short name",
        ["", "-a", "a-", "a..b", ".a", "a b", "ü", "a" * 64, "dkim._domainkey@", 'a"', "a\nb"],
    ),
    (
        validators.spf_mechanism,
        "one word",
        ["", "mx a", "mx\n-all", "include:\x1b", "ä"],
    ),
    (validators.spf_mechanism, "choice of its own", ["all", "-all", "~ALL", "+all"]),
    (validators.spf_mechanism, "in front: ip4:203.0.113.77.", ["203.0.113.77"]),
    (validators.spf_mechanism, "in front: ip6:2001:db8::/32.", ["2001:db8::/32"]),
    (
        validators.spf_mechanism,
        "no such mechanism",
        [
            "mxx",
            "ip4:300.0.0.1",
            "ip4:2001:db8::1",
            "ip6:192.0.2.1",
            "include:",
            "a/33",
            "$INCLUDE",
        ],
    ),
    (validators.spf_all, "-all, ~all or ?all", ["", "all", "+all", "-ALL ", "redirect=x"]),
    (validators.report_uri, "%2C", ["mailto:a@example.org,mailto:b@example.org", "mailto:a b@c.d"]),
    (validators.report_uri, "%2C", ["mailto:a@example.org!10m", "mailto:a@example.org\n"]),
    (
        validators.report_uri,
        "An address",
        ["mailto:mailto:a@b.cd", "mailto:<a@b.cd", "mailto:@b.cd"],
    ),
    (validators.report_uri, "no valid domain", ["mailto:a@example", "mailto:a@192.0.2.1"]),
    (validators.report_uri, "Put mailto: in front: mailto:a@", ["a@example.org", "a@{domain}"]),
    (validators.report_uri, "An address is wanted", ["", "example.org", "https://r.example/"]),
    (
        validators.report_uri,
        "An address is wanted",
        ["mailto:", "mailto:@a.example", "mailto:a@ü.example"],
    ),
    (validators.tls_report_uri, "An address is wanted", ["http://r.example/"]),
    (validators.tls_report_uri, "%2C", ["https://r.example/a,b", "https://r.example/a;b"]),
    (validators.tls_report_uri, "has no valid host", ["https://", "https:///path", "https://[::/"]),
    (validators.dmarc_fo, "0, 1, d and s", ["", "2", "d,s", "d:d", "1:"]),
    (validators.dmarc_fo, "exclude each other", ["0:1", "1:0:d"]),
    (validators.mta_sts_id, "1 to 32 letters", ["", "a" * 33, "2026-11-23", "ä", "a\n"]),
    (validators.verification, "longer than", ["a" * 2001, "ä" * 1001]),
    (validators.verification, "SPF record", ["v=spf1 mx -all", "V=SPF1 -all"]),
    (validators.verification, "can't be published", ["a\nb", "a\x1b[2J", "a\u202eb", "a\ud800"]),
]


@pytest.mark.parametrize(("rule", "text"), [(rule, text) for rule, texts in GOOD for text in texts])
def test_good(rule: Validator, text: str) -> None:
    assert rule(text) is None


@pytest.mark.parametrize(
    ("rule", "gist", "text"),
    [(rule, gist, text) for rule, gist, texts in BAD for text in texts],
)
def test_bad(rule: Validator, gist: str, text: str) -> None:
    sentence = rule(text)
    assert sentence is not None
    assert gist in sentence


@pytest.mark.parametrize("value", [0, 1, 3600, 2**31 - 1])
def test_good_ttl(value: int) -> None:
    assert validators.ttl(value) is None


@pytest.mark.parametrize("value", [-1, 2**31])
def test_bad_ttl(value: int) -> None:
    assert validators.ttl(value) == "A TTL is from 0 to 2147483647 seconds."


@pytest.mark.parametrize(("value", "good"), [(0, False), (1, True), (65535, True), (65536, False)])
def test_port(value: int, good: bool) -> None:
    assert validators.port(value) == (None if good else "A port is from 1 to 65535.")


@pytest.mark.parametrize("rule", [rule for rule, _, _ in BAD])
def test_a_sentence_shows_no_control_character(rule: Validator) -> None:
    sentence = rule("\x1b]0;hidden\x07\u202e")
    assert sentence is not None
    assert sentence.isprintable()
