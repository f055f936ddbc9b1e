"""The address of a mailcow as people type it or copy it out of a browser."""

import pytest

from mailcow_dns_tui.mailcow.api_errors import ApiServer, read_url, url_problem


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        ("https://mail.example.org", "https://mail.example.org"),
        (" https://mail.example.org/ \n", "https://mail.example.org"),
        ("HTTPS://Mail.Example.ORG:443", "https://mail.example.org"),
        ("mail.example.org", "https://mail.example.org"),
        ("mail.example.org:8443", "https://mail.example.org:8443"),
        ("https://mail.example.org:8443/admin/dashboard?x=1#y", "https://mail.example.org:8443"),
        ("https://mail.example.org/api/v1/get/domain/all", "https://mail.example.org"),
        ("https://mäil.bücher.example", "https://xn--mil-qla.xn--bcher-kva.example"),
        ("https://mail.example.org.", "https://mail.example.org"),
        ("https://192.0.2.10:8443", "https://192.0.2.10:8443"),
        ("https://[2001:db8::10]:8443/", "https://[2001:db8::10]:8443"),
        ("https://localhost:8443", "https://localhost:8443"),
    ],
)
def test_what_is_meant(typed: str, url: str) -> None:
    assert url_problem(typed) is None
    assert read_url(typed) == url
    assert read_url(url) == url


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "An address is wanted"),
        ("https://", "An address is wanted"),
        ("ftp://mail.example.org", "An address is wanted"),
        ("http://mail.example.org", "Begin with https://"),
        ("https://root:secret@mail.example.org", "Leave out what is before the @"),
        ("https://mail.example.org:0", "A port is from 1 to 65535."),
        ("https://mail.example.org:70000", "A port is from 1 to 65535."),
        ("https://mail.example.org:x", "A port is from 1 to 65535."),
        ("https://[::1", "An address is wanted"),
        ("https://[fe80::1%eth0]", "Only the name is wanted"),
        ("https://mail", "A full name is wanted"),
        ("https://mail_1.example.org", "This is not a name that DNS can carry"),
        ("https://exam ple.org", "This is not a name that DNS can carry"),
        ("https:mail.example.org", "A full name is wanted"),
        ("https://a..example.org", "This is not a name that DNS can carry"),
        ("https://" + "a." * 120 + "example", "This name is too long"),
    ],
)
def test_what_is_told(typed: str, sentence: str) -> None:
    problem = url_problem(typed)
    assert problem is not None
    assert problem.startswith(sentence)
    assert "secret" not in problem


@pytest.mark.parametrize(
    ("url", "address", "is_here"),
    [
        ("https://mail.example.org", "127.0.0.1", True),
        ("https://mail.example.org", "127.0.1.1", True),
        ("https://mail.example.org", "::1", True),
        ("https://mail.example.org", "0.0.0.0", True),
        ("https://mail.example.org", "::", True),
        ("https://localhost:8443", "", True),
        ("https://127.0.0.1:8443", "", True),
        ("https://[::1]", "", True),
        ("https://mail.example.org", "", False),
        ("https://mail.example.org", "192.0.2.10", False),
        ("https://mail.example.org", "172.22.1.1", False),
        ("https://192.0.2.10", "", False),
        ("https://localhost", "192.0.2.10", False),
    ],
)
def test_only_a_loopback_address_needs_no_certificate(
    url: str, address: str, is_here: bool
) -> None:
    assert ApiServer(url, address).is_here is is_here
