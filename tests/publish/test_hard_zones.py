"""`publish` on zones that are large, signed, shared, slow, and while it is killed."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.conftest import need
from tests.publish.kills import Killing
from tests.publish.published import Published
from tests.publish.zones import FOREIGN
from tests.servers import wait_until

OTHERS = tuple(line for line in FOREIGN if not line.startswith("@ MX"))


@pytest.fixture
def published(tmp_path: Path) -> Iterator[Published]:
    need("named")
    need("nsd")
    need("unbound")
    with ExitStack() as stack:
        yield Published(tmp_path, stack)


def test_two_runs_at_once_come_to_the_same(published: Published) -> None:
    published.start(*OTHERS)
    before = published.records()
    both = [published.begin("--wait", "10") for _ in range(2)]
    told = [each.communicate()[0] for each in both]
    assert {each.returncode for each in both} <= {0, 1}, told
    published.publish_all()
    assert published.records() >= before
    assert [text for text in published.texts("@", "TXT") if "spf" in text] == ['"v=spf1 mx a -all"']


def test_a_zone_that_its_server_signs(
    published: Published, capsys: pytest.CaptureFixture[str]
) -> None:
    published.start(*OTHERS, more="dnssec-policy default;")
    wait_until(lambda: bool(published.texts("@", "DNSKEY")))
    keys = published.texts("@", "DNSKEY")
    published.publish_all()
    assert published.texts("@", "DNSKEY") == keys
    assert published.texts("mail", "A") == ["192.0.2.10"]
    assert "RRSIG" not in published.backups()[0].read_text()


def test_a_zone_with_5000_records(published: Published) -> None:
    published.start(*OTHERS, *(f"h{n} A 203.0.113.{n % 256}" for n in range(5000)))
    before = published.records()
    assert published.publish("--yes") in {0, 1}
    assert published.texts("@", "MX") == ["10 mail.example.org."]
    assert published.records() >= before


def test_what_a_secondary_lacks_is_waited_for_and_told(
    published: Published, capsys: pytest.CaptureFixture[str]
) -> None:
    published.start("@ A 203.0.113.80", second=True)
    published.patience = 1.0
    assert published.publish("--yes") == 1
    told = capsys.readouterr().out
    assert "Waiting for ns2.example.net.\n" in told
    published.catch_up()
    assert published.publish("--dry-run") == 1
    published.catch_up()
    published.patience = 0.1
    published.publish_all()


def test_before_mail_is_taken_back_what_a_secondary_lacks_is_waited_for(
    published: Published, capsys: pytest.CaptureFixture[str]
) -> None:
    published.start("mail A 192.0.2.10", second=True)
    published.patience = 0.1
    assert published.publish("--yes") == 1
    (backup,) = published.backups()
    published.catch_up()
    capsys.readouterr()
    named = ("--confirm", "autoconfig.example.org", "--confirm", "autodiscover.example.org")
    published.publish("--undo", str(backup), "--yes", *named)
    said = capsys.readouterr().out
    assert said.count("Waiting for ns2.example.net.\n") == 1
    assert published.texts("autoconfig", "CNAME") == []


def test_killed_at_any_moment_the_next_run_goes_on(tmp_path: Path) -> None:
    need("named")
    need("unbound")
    killing = Killing(tmp_path, seed=1)
    killing.kill(4)
    assert killing.faults == []
