"""What the tests of the commands share."""

import sys
from collections.abc import Sequence

import pytest

from mailcow_dns_tui.cli import main

COMMAND = [sys.executable, "-m", "mailcow_dns_tui"]
ANSWERS = ["--hostname", "mail.example.org", "--ipv4", "192.0.2.10", "--domain", "example.org"]


def refusal(arguments: Sequence[str], capsys: pytest.CaptureFixture[str]) -> str:
    """What is said of a command that ends with 2; nothing goes to standard output."""
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    return err
