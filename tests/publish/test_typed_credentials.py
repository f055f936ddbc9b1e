"""`publish` on a terminal: what is typed unseen, and a yes."""

import os
import pty
import subprocess
import sys
from collections.abc import Iterator, Sequence
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


def dialogue(
    published: Published, options: Sequence[str], *answers: tuple[str, str]
) -> tuple[str, int]:
    """What the terminal shows, when each answer is typed behind its prompt; and the exit code."""
    ports = [str(published.resolver.endpoint.port), str(published.port)]
    words = [str(published.plan), *ports, *options]
    command = [sys.executable, "-m", "tests.publish.local_publish", *words]
    terminal, inner = pty.openpty()
    process = subprocess.Popen(
        command, stdin=inner, stdout=inner, stderr=inner, start_new_session=True
    )
    os.close(inner)
    shown, left = "", list(answers)
    while data := _read(terminal):
        shown += data
        if left and left[0][0] in shown.rpartition("\n")[2]:
            os.write(terminal, f"{left.pop(0)[1]}\n".encode())
    os.close(terminal)
    return shown, process.wait()


def _read(terminal: int) -> str:
    try:
        return os.read(terminal, 65_536).decode(errors="replace")
    except OSError:  # nobody has the other end any more
        return ""


def test_a_secret_is_typed_unseen_and_a_yes_publishes(published: Published) -> None:
    published.start("@ A 203.0.113.80")
    bind = published.bind
    shown, code = dialogue(
        published,
        ["--provider", "any"],
        ("Primary name server", bind.endpoint.address),
        ("Port", str(bind.endpoint.port)),
        ("Key name", bind.key_name),
        ("Secret", bind.secret),
        ("Algorithm", ""),
        ("Publish 6 changes? [y/N]", "y"),
        ("? [y/N]", "n"),
    )
    assert bind.secret not in shown
    assert "allow-transfer for the key" in shown
    assert published.texts("mail", "A") == ["192.0.2.10"]
    assert published.texts("@", "MX") == []
    assert code == 1


def test_nothing_is_asked_for_where_nobody_knows_the_provider(published: Published) -> None:
    published.start("@ A 203.0.113.80")
    shown, code = dialogue(published, [])
    assert "--provider any is for a name server that takes updates (RFC 2136)." in " ".join(
        shown.split()
    )
    assert code == 1
