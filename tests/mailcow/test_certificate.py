"""The certificate in mailcow's folder."""

import contextlib
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from hypothesis import given, settings
from hypothesis import strategies as st

from mailcow_dns_tui.mailcow.certificate import LARGEST_FILE, key_from, key_in
from mailcow_dns_tui.mailcow.source_error import SourceError, Why
from mailcow_dns_tui.model.certificate import public_key_info, read_certificate
from mailcow_dns_tui.model.suggestion import Suggestion
from tests.mail_certificates import EXAMPLE, HOST, Issued, Key, issued
from tests.mailcow.other_user import as_nobody, close_to_others, open_folder


def refused(folder: Path, hostname: str = HOST) -> SourceError:
    outcome = key_in(folder, hostname)
    assert isinstance(outcome, SourceError)
    assert outcome.sentence.endswith(".")
    return outcome


def accepted(one: Issued, folder: Path, hostname: str = HOST) -> Suggestion:
    one.in_folder(folder)
    outcome = key_in(folder, hostname)
    assert isinstance(outcome, Suggestion)
    return outcome


def test_a_good_certificate(tmp_path: Path) -> None:
    one = issued(HOST, "autodiscover.example.org")
    assert accepted(one, tmp_path) == Suggestion(
        "server.spki_sha256", one.spki_sha256, "cert.pem", offered=True
    )
    read = read_certificate(one.der)
    assert read is not None
    assert read.not_after == one.certificate.not_valid_after_utc
    assert read.names == (HOST, "autodiscover.example.org")
    assert read.issuer == "O=An Authority,CN=R10"


@pytest.mark.parametrize(
    "make",
    [
        partial(rsa.generate_private_key, 65537, 2048),
        partial(ec.generate_private_key, ec.SECP384R1()),
        ed25519.Ed25519PrivateKey.generate,
    ],
)
def test_the_digest_of_every_kind_of_key(tmp_path: Path, make: Callable[[], Key]) -> None:
    one = issued(HOST, key=make())
    assert accepted(one, tmp_path).value == one.spki_sha256


RSA_PSS = b"""\
-----BEGIN CERTIFICATE-----
MIICejCCAa+gAwIBAgIUZxxme3GILErTsivCP+ckTqvINGEwQQYJKoZIhvcNAQEK
MDSgDzANBglghkgBZQMEAgEFAKEcMBoGCSqGSIb3DQEBCDANBglghkgBZQMEAgEF
AKIDAgFeMBsxGTAXBgNVBAMMEG1haWwuZXhhbXBsZS5vcmcwIBcNMjYxMTIzMTQx
MDAxWhgPMjEyNjEwMzAxNDEwMDFaMBsxGTAXBgNVBAMMEG1haWwuZXhhbXBsZS5v
cmcwgZ0wCwYJKoZIhvcNAQEKA4GNADCBiQKBgQDRtdXRmFnLN5OGyCc3tf8ovsCE
+cRkWNF5WYnBgeUrPZcxPx/0IH0hyww6KhvSt2LW0uH8/bGhXo0rxw5its+hrB8S
9/3lvUO7nEOMUHmOF4TfLV7Ut3KQFLa5wAQhW4LS9xrOZOSnnnXK4OZ5Ym0xkHip
P5vznrekMMLlN2Pc2QIDAQABo1MwUTAdBgNVHQ4EFgQUUP7ffWT7+wZS+e5WEX87
Ax/0IJgwHwYDVR0jBBgwFoAUUP7ffWT7+wZS+e5WEX87Ax/0IJgwDwYDVR0TAQH/
BAUwAwEB/zBBBgkqhkiG9w0BAQowNKAPMA0GCWCGSAFlAwQCAQUAoRwwGgYJKoZI
hvcNAQEIMA0GCWCGSAFlAwQCAQUAogMCAV4DgYEAiP8tQiNwgk2f2PlW5pwTawK+
XIykxNZHDy3TcG2BbCwzqKA59nXdYV1dPCv9qXSNgolKpRVeCv+kX6npkUzgkqos
Eh5YQJ5vfgjzOVmyKkkjDhaRo/G52jVLGZ43AwCvffyAPid6O+PB/9YNG7wcVlYv
KEs4FXrIxu6zJ+LlHxk=
-----END CERTIFICATE-----
"""
"""By OpenSSL, for mail.example.org; a library may write such a key anew as plain RSA."""
RSA_PSS_SPKI_SHA256 = "bea54e496ab6ed21cb3ce6deaaa9f5d7627f4e2487e492d56cf1f8ee4aa34872"


def test_the_digest_is_of_the_key_as_it_is_signed(tmp_path: Path) -> None:
    issued(HOST).in_folder(tmp_path).write_bytes(RSA_PSS)
    outcome = key_in(tmp_path, HOST)
    assert isinstance(outcome, Suggestion)
    assert outcome.value == RSA_PSS_SPKI_SHA256


def test_the_first_one_of_a_chain_counts(tmp_path: Path) -> None:
    one, next_one = issued(HOST), issued("authority.example")
    path = one.in_folder(tmp_path)
    path.write_bytes(one.pem + next_one.pem)
    outcome = key_in(tmp_path, HOST)
    assert isinstance(outcome, Suggestion)
    assert outcome.value == one.spki_sha256


@pytest.mark.parametrize(
    ("names", "hostname"),
    [
        (["MAIL.example.org"], HOST),
        (["*.example.org"], HOST),
        (["xn--bcher-kva.example"], "bücher.example"),
        (["other.example", HOST], "mail.example.org."),
        (["other.example"], ""),
        ([], HOST),
    ],
)
def test_names_that_fit(tmp_path: Path, names: list[str], hostname: str) -> None:
    accepted(issued(*names, common_name=HOST), tmp_path, hostname)


@pytest.mark.parametrize(
    "names", [["other.example"], ["*.mail.example.org"], ["*.org"], ["example.org"], ["mail.*"]]
)
def test_names_that_do_not_fit(tmp_path: Path, names: list[str]) -> None:
    # The common name counts for nothing beside other names.
    issued(*names, common_name=HOST).in_folder(tmp_path)
    refusal = refused(tmp_path)
    assert refusal.why is Why.OTHER_NAME
    assert names[0] in refusal.sentence


def test_mailcows_own_example(tmp_path: Path) -> None:
    issued(HOST, issuer=EXAMPLE).in_folder(tmp_path)
    refusal = refused(tmp_path)
    assert refusal.why is Why.EXAMPLE
    assert "example" in refusal.sentence


def test_an_expired_one(tmp_path: Path) -> None:
    one = issued(HOST, days=-1)
    one.in_folder(tmp_path)
    refusal = refused(tmp_path)
    assert refusal.why is Why.EXPIRED
    assert f"{one.certificate.not_valid_after_utc:%Y-%m-%d}" in refusal.sentence


def test_no_file(tmp_path: Path) -> None:
    assert refused(tmp_path).why is Why.NO_FILE
    (tmp_path / "data/assets/ssl/cert.pem").mkdir(parents=True)
    assert "not a file" in refused(tmp_path).sentence


def test_a_file_for_root_alone() -> None:
    with open_folder() as folder:
        path = issued(HOST).in_folder(folder)
        with as_nobody():
            assert isinstance(key_in(folder, HOST), Suggestion)
        close_to_others(path)
        with as_nobody():
            refusal = refused(folder)
    assert refusal.why is Why.NO_FILE
    assert "sudo" in refusal.sentence


@pytest.mark.parametrize("what", ["nothing", "key", "der", "cut", "large", "words"])
def test_what_is_no_certificate(tmp_path: Path, what: str) -> None:
    one = issued(HOST)
    path = one.in_folder(tmp_path)
    contents = {
        "nothing": b"",
        "key": one.key_pem,
        "der": one.der,
        "cut": one.pem[: len(one.pem) // 2],
        "large": one.pem + b"\n" * LARGEST_FILE,
        "words": b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    }
    path.write_bytes(contents[what])
    refusal = refused(tmp_path)
    assert refusal.why is (Why.NO_FILE if what == "large" else Why.NOT_A_CERTIFICATE)


def test_names_from_a_stranger_are_safe_to_show() -> None:
    evil = issued("evil\x1b[2J.example", common_name=HOST)
    outcome = key_from(evil.der, HOST, "port 25 of 192.0.2.1")
    assert isinstance(outcome, SourceError)
    assert outcome.sentence.isprintable()


@pytest.mark.parametrize(
    ("shown", "why"),
    [(issued(HOST, issuer=EXAMPLE), Why.EXAMPLE), (issued("other.example"), Why.OTHER_NAME)],
)
def test_what_a_server_shows_is_refused_as_well(shown: Issued, why: Why) -> None:
    outcome = key_from(shown.der, HOST, "port 25 of 192.0.2.1")
    assert isinstance(outcome, SourceError)
    assert outcome.why is why


GOOD = issued(HOST).der
VERSION = b"\xa0\x03\x02\x01"


@pytest.mark.parametrize("version", [b"\x07", b"\x80"])
def test_a_version_that_there_is_not(version: bytes) -> None:
    at = GOOD.index(VERSION) + len(VERSION)
    outcome = key_from(GOOD[:at] + version + GOOD[at + 1 :], HOST, "a server")
    assert isinstance(outcome, SourceError)
    assert outcome.why is Why.NOT_A_CERTIFICATE


def test_a_serial_number_that_there_should_not_be() -> None:
    at = GOOD.index(VERSION) + len(VERSION) + 3
    changed = GOOD[:at] + b"\x81" + GOOD[at + 1 :]
    assert isinstance(key_from(changed, HOST, "a server"), Suggestion)


def test_the_key_of_the_first_version_of_certificates() -> None:
    """It has no field for the version."""
    tbs = x509.load_der_x509_certificate(GOOD).tbs_certificate_bytes
    content = tbs[tbs.index(VERSION) + len(VERSION) + 1 :]
    first = b"\x30\x82" + len(content).to_bytes(2, "big") + content
    assert public_key_info(first) == public_key_info(tbs)


@settings(deadline=None)
@given(st.data())
def test_any_bytes_in_the_place_of_a_certificate(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(GOOD) - 1))
    changed = GOOD[:at] + data.draw(st.binary(min_size=1, max_size=3)) + GOOD[at + 1 :]
    for der in (changed, GOOD[:at]):
        outcome = key_from(der, HOST, "a server")
        read = read_certificate(der)
        assert (read is None) <= isinstance(outcome, SourceError)
        shown = outcome.sentence if isinstance(outcome, SourceError) else ""
        assert f"{shown}{read.issuer if read else ''}".isprintable()


@settings(deadline=None)
@given(st.data())
def test_any_bytes_in_the_place_of_what_is_signed(data: st.DataObject) -> None:
    tbs = x509.load_der_x509_certificate(GOOD).tbs_certificate_bytes
    at = data.draw(st.integers(0, len(tbs) - 1))
    for der in (tbs[:at], tbs[:at] + data.draw(st.binary(min_size=1, max_size=3)) + tbs[at + 1 :]):
        with contextlib.suppress(ValueError):
            assert public_key_info(der) in der
