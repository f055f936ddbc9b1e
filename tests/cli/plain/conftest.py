"""The dialogue in this process, answered by lines that are there before."""

import io
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import pytest

from mailcow_dns_tui.cli.arguments import parse
from mailcow_dns_tui.cli.plain.start import run
from mailcow_dns_tui.lookup.network import Network
from mailcow_dns_tui.lookup.question import Endpoint
from mailcow_dns_tui.mailcow import conf

NOBODY = Endpoint("127.0.0.1", 1)
Talk = Callable[..., tuple[int, str]]


@pytest.fixture
def talk(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Talk:
    """`talk(lines, *options)`: the exit code, and all that was said, on one line.

    Nobody answers it on the network, and this machine has no mailcow that is not named.
    """
    monkeypatch.setattr(conf, "find_folder", lambda given: given)

    def made(lines: Sequence[str], *options: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
        words = options or (str(tmp_path / "plan.toml"),)
        code = run(parse([*words, "--plain"]), connect=partial(Network, [NOBODY]))
        return code, " ".join(capsys.readouterr().out.split())

    return made
