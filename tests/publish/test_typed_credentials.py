"""`publish` on a terminal: what is typed unseen, and a yes."""

import stat
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from tests.cli.plain.dialogue import dialogue
from tests.conftest import need
from tests.publish.published import Published


@pytest.fixture
def published(tmp_path: Path) -> Iterator[Published]:
    need("named")
    need("unbound")
    with ExitStack() as stack:
        yield Published(tmp_path, stack)


def command(published: Published, *options: str) -> Sequence[str]:
    """`publish` beside the test's own servers."""
    ports = [str(published.resolver.endpoint.port), str(published.port)]
    module = [sys.executable, "-m", "tests.publish.local_publish"]
    return [*module, str(published.plan), *ports, *options]


def test_a_secret_is_typed_unseen_and_a_yes_publishes(published: Published) -> None:
    published.start("@ A 203.0.113.80")
    bind = published.bind
    typed = {
        "Primary name server": bind.endpoint.address,
        "Port": str(bind.endpoint.port),
        "Key name": bind.key_name,
        "Secret": bind.secret,
        "Algorithm": "",
        "Publish 6 changes? [y/N]": "y",
        "Publish 17 changes? [y/N]": "n",
    }
    with dialogue(command(published, "--provider", "any"), {}) as terminal:
        for prompt, answer in typed.items():
            terminal.hears(prompt)
            terminal.says(answer)
        code, shown = terminal.ends(), terminal.text
    assert bind.secret not in shown
    assert "allow-transfer for the key" in shown
    assert published.texts("mail", "A") == ["192.0.2.10"]
    assert published.texts("@", "MX") == []
    assert code == 1


def test_what_is_typed_is_kept_in_the_file_that_the_user_names(published: Published) -> None:
    published.start("@ A 203.0.113.80")
    bind, file = published.bind, published.folder / "token.env"
    named = command(published, "--provider", "any", "--credentials", str(file), "--dry-run")
    known = {"RFC2136_HOST": bind.endpoint.address, "RFC2136_PORT": str(bind.endpoint.port)}
    for secret in ("d3Jvbmc=", bind.secret):
        typed = {"Key name": bind.key_name, "Secret": secret, "Algorithm": ""}
        with dialogue(named, known) as terminal:
            terminal.hears("What you type is kept in")
            for prompt, answer in typed.items():
                terminal.hears(prompt)
                terminal.says(answer)
            terminal.ends()
        assert file.exists() == (secret == bind.secret)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with dialogue(named, known) as terminal:
        assert (terminal.ends(), "Secret" in terminal.text) == (1, False)
    assert bind.secret not in published.plan.read_text()


def test_the_file_that_the_plan_names_is_read_where_it_is(
    published: Published, capsys: pytest.CaptureFixture[str]
) -> None:
    file = published.folder / "token.env"
    server = replace(published.setup.server, credentials=str(file), panel="any")
    published.setup = replace(published.setup, server=server)
    published.start("@ A 203.0.113.80")
    lines, published.environment = published.environment, {}
    assert published.publish("--dry-run") == 3
    assert "wants also: Primary name" in capsys.readouterr().out
    file.write_text("".join(f"{name}={text}\n" for name, text in lines.items()))
    file.chmod(0o600)
    assert published.publish("--dry-run") == 1


def test_nothing_is_asked_for_where_nobody_knows_the_provider(published: Published) -> None:
    published.start("@ A 203.0.113.80")
    with dialogue(command(published), {}) as terminal:
        assert terminal.ends() == 1
        shown = " ".join(terminal.text.split())
    assert "--provider any is for a name server that takes updates (RFC 2136)." in shown
