"""What becomes of a failure of a provider's class, in words without any secret."""

import sys
from dataclasses import replace

import pytest

from mailcow_dns_tui.mailcow.secret import Secret
from mailcow_dns_tui.publish.changes import Trouble, TroubleReason
from mailcow_dns_tui.publish.octodns_zone import ZoneAtProvider, connect
from mailcow_dns_tui.publish.providers import publishers
from tests.publish.emulation import RIGHT, TTL, running
from tests.publish.emulations import Cloudflare
from tests.publish.zones import APEX

GIVEN = {"host": "192.0.2.53", "key_name": "k", "key_secret": "c2VjcmV0"}


def zone_of(panel: str, **given: str) -> ZoneAtProvider:
    secrets = {key: Secret(text) for key, text in given.items()}
    zone = connect(publishers()[panel], secrets, APEX)
    assert not isinstance(zone, Trouble)
    return zone


def test_a_package_without_its_class_is_not_installed() -> None:
    publisher = replace(publishers()["any"], class_path="octodns_bind.NoSuchClass")
    answer = connect(publisher, {key: Secret(text) for key, text in GIVEN.items()}, APEX)
    assert isinstance(answer, Trouble)
    assert answer.reason is TroubleReason.NOT_INSTALLED


def test_a_class_that_ends_the_program_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    zone = zone_of("any", **GIVEN)
    monkeypatch.setattr(zone._class, "zone_records", lambda *_, **__: sys.exit("no"))
    answer = zone.read()
    assert isinstance(answer, Trouble)
    assert answer.reason is TroubleReason.BROKEN_ANSWER


class CloudflareError(Exception):
    pass


@pytest.mark.parametrize(
    ("secret", "said"),
    [
        ("s3cr3t+", "s3cr3t+"),
        ("s3cr3t+", "s3cr3t%2B"),
        ('pa"ss', '{"token": "pa\\"ss"}'),
        ("pa'ss", "pa\\'ss"),
        ("<pass>", "&lt;pass&gt;"),
    ],
)
def test_no_secret_is_quoted_in_any_form(secret: str, said: str) -> None:
    zone = zone_of("cloudflare", token=secret)
    answer = zone._failure(CloudflareError(f"refused: {said}, 192.0.2.53"))
    assert "ss" not in answer.text.partition("refused:")[2]
    assert "s3cr3t" not in answer.text
    assert "192.0.2.53" in answer.text


def test_what_is_no_secret_is_quoted() -> None:
    zone = zone_of("any", **GIVEN, port="53")
    cause = ConnectionError()
    cause.status_code = 400  # type: ignore[attr-defined]
    cause.args = ("192.0.2.53: port 53",)
    assert "192.0.2.53: port 53" in zone._failure(cause).text


def test_a_record_that_octodns_can_not_read_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    emulated = Cloudflare()
    emulated.add("xn--ls8h", "A", TTL, "192.0.2.1")
    with running(emulated, monkeypatch):
        answer = zone_of("cloudflare", token=RIGHT).read()
    assert isinstance(answer, Trouble)
    assert answer.reason is TroubleReason.UNREADABLE
    assert "can't read a record that example.org has at Cloudflare: " in answer.text
    assert "Codepoint" in answer.text
