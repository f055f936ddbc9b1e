"""Domain names as people type them."""

import dns.name
import pytest

from mailcow_dns_tui.model.names import (
    ascii_form,
    both_forms,
    parse_name,
    relative_text,
    unicode_form,
)


@pytest.mark.parametrize(
    ("typed", "ascii_text"),
    [
        ("mail.example.org", "mail.example.org"),
        ("  Mail.Example.ORG\t", "mail.example.org"),
        ("mail.example.org.", "mail.example.org"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("BÜCHER.example.", "xn--bcher-kva.example"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("XN--BCHER-KVA.EXAMPLE", "xn--bcher-kva.example"),
        ("straße.example", "xn--strae-oqa.example"),
        ("例え。テスト", "xn--r8jz45g.xn--zckzah"),
        ("3com.example", "3com.example"),
        ("1.example", "1.example"),
        ("a--b.example", "a--b.example"),
        (f"{'a' * 63}.example", f"{'a' * 63}.example"),
    ],
)
def test_a_name_is_read_in_each_of_its_forms(typed: str, ascii_text: str) -> None:
    name = parse_name(typed)
    assert name is not None
    assert ascii_form(name) == ascii_text
    assert name.is_absolute()


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        ".",
        "mail",
        "mail.",
        "org.",
        "_dmarc.example.org",
        "my_host.example.org",
        "*.example.org",
        "192.0.2.10",
        "2001:db8::10",
        "[192.0.2.10]",
        "example.123",
        "-mail.example.org",
        "mail-.example.org",
        "mail..example.org",
        ".example.org",
        "mail example.org",
        "mail.example.org/admin",
        "user@example.org",
        "mail\n.example.org",
        "mail\x00.example.org",
        'ma"il.example.org',
        r"ma\.il.example.org",
        r"\101bc.example.org",
        "%{d}.example.org",
        "💌.example",
        "\udcff.example",
        "bücher-.example",
        f"{'a' * 64}.example",
        f"{'ü' * 60}.example",
        ".".join(["a" * 62] * 5),
    ],
)
def test_what_is_no_host_name_is_not_read(typed: str) -> None:
    assert parse_name(typed) is None


@pytest.mark.parametrize(
    "text",
    [
        "xn--mil-8cd.example.org.",  # the Cyrillic а in mail
        "xn--a-ecp.example.org.",  # U+2488, which looks like 1 and a dot
        "xn--mail-oj8a.example.org.",  # not valid
        r"xn--a\.b.example.org.",
    ],
)
def test_a_name_that_may_look_like_another_is_shown_as_it_is_coded(text: str) -> None:
    assert unicode_form(dns.name.from_text(text)) == text.rstrip(".")


def test_an_internationalised_name_is_shown_in_both_forms() -> None:
    name = dns.name.from_text("xn--bcher-kva.example.")
    assert unicode_form(name) == "bücher.example"
    assert both_forms(name) == "bücher.example (xn--bcher-kva.example)"
    assert both_forms(dns.name.from_text("example.org.")) == "example.org"


@pytest.mark.parametrize("text", ["xn--zzzzzzzzz.example.", "xn--a.example."])
def test_a_name_that_is_no_valid_unicode_is_shown_in_ascii(text: str) -> None:
    assert unicode_form(dns.name.from_text(text)) == text.rstrip(".")


def test_a_control_character_of_a_name_stays_escaped() -> None:
    assert both_forms(dns.name.from_wire(b"\x02\x1b[\x03org\x00", 0)[0]) == r"\027[.org"


def test_a_name_inside_its_zone_is_relative() -> None:
    zone = dns.name.from_text("example.org.")
    assert relative_text(zone, zone) == "@"
    assert relative_text(dns.name.from_text("_dmarc.EXAMPLE.org."), zone) == "_dmarc"
    assert relative_text(dns.name.from_text("mail.example.com."), zone) == "mail.example.com."
    assert relative_text(dns.name.from_text("myexample.org."), zone) == "myexample.org."
