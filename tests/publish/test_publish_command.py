"""`publish` against a real BIND: the diff, the yes, the order, and the way back."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.conftest import need
from tests.publish.published import Published
from tests.publish.zones import FOREIGN


@pytest.fixture
def published(tmp_path: Path) -> Iterator[Published]:
    need("named")
    need("unbound")
    with ExitStack() as stack:
        yield Published(tmp_path, stack)


OTHERS = tuple(line for line in FOREIGN if not line.startswith("@ MX"))


def test_from_one_address_to_all_good(
    published: Published, capsys: pytest.CaptureFixture[str]
) -> None:
    published.start("@ A 203.0.113.80")
    assert published.publish("--dry-run") == 1
    published.publish_all()
    capsys.readouterr()
    assert published.publish("--dry-run") == 0
    assert "Everything that the plan wants is published and good." in capsys.readouterr().out


def test_records_of_others_stay_to_the_byte(published: Published) -> None:
    published.start(*OTHERS)
    before = published.records()
    published.publish_all()
    assert published.records() >= before
