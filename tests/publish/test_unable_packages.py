"""`publish` where the provider's package can't do all that is wanted."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.conftest import need
from tests.publish.published import Published


@pytest.fixture
def published(tmp_path: Path) -> Iterator[Published]:
    need("named")
    need("unbound")
    with ExitStack() as stack:
        yield Published(tmp_path, stack)


def test_what_a_package_lacks_is_left_and_told_and_the_rest_is_published(
    published: Published, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("octodns_bind.Rfc2136Provider.SUPPORTS", {"A", "AAAA", "TXT", "MX", "NS"})
    published.start("@ A 203.0.113.80")
    published.publish_until(lambda code: bool(published.texts("_dmarc", "TXT")))
    assert published.publish("--yes") == 1
    told = " ".join(capsys.readouterr().out.split())
    assert "_imaps._tcp.example.org SRV is of a type that its package can't write." in told
