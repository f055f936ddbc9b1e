"""What the tests of the commands share."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from mailcow_dns_tui.cli.main import main
from mailcow_dns_tui.demo import DemoPolicies
from mailcow_dns_tui.lookup.network import Network
from mailcow_dns_tui.lookup.question import Endpoint, ResolverAddress
from tests.signing import PROBES

COMMAND = [sys.executable, "-m", "mailcow_dns_tui"]
INSTALLED = Path(sys.executable).with_name("mailcow-dns-tui")
ANSWERS = ["--hostname", "mail.example.org", "--ipv4", "192.0.2.10", "--domain", "example.org"]


def refusal(arguments: Sequence[str], capsys: pytest.CaptureFixture[str]) -> str:
    """What is said of a command that ends with 2; nothing goes to standard output."""
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    return err


def at_port(port: int, resolver: Endpoint) -> Callable[[Sequence[ResolverAddress]], Network]:
    """Connects as if this port were 53 in all the world, and to no policy host at all."""
    return lambda resolvers: Network(
        resolvers or [resolver], authority_port=port, probes=PROBES, fetcher=DemoPolicies()
    )
