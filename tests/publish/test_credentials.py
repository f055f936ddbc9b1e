"""What the user has to show a provider: how a file of it is read, and what is typed."""

import io
import stat
import sys
from pathlib import Path

import dns.name
import pytest

from mailcow_dns_tui.cli.publish.credentials import Credentials
from mailcow_dns_tui.mailcow.secret import Secret
from mailcow_dns_tui.publish.credential_file import (
    CredentialFileError,
    keep_credentials,
    read_credentials,
)
from mailcow_dns_tui.publish.providers import Publisher, publisher_of

ORG, NET = map(dns.name.from_text, ("example.org.", "example.net."))


def desec() -> Publisher:
    publisher = publisher_of("desec")
    assert publisher is not None
    return publisher


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("DESEC_TOKEN=abc", "abc"),
        ("export DESEC_TOKEN = 'abc'", "abc"),
        ('DESEC_TOKEN="a b"', "a b"),
        ("""DESEC_TOKEN=abc"'""", """abc"'"""),
        ("""DESEC_TOKEN='"abc"'""", '"abc"'),
        ('DESEC_TOKEN="', '"'),
    ],
)
def test_only_one_pair_of_quotes_is_around_a_credential(
    line: str, text: str, tmp_path: Path
) -> None:
    file = tmp_path / "token.env"
    file.write_text(f"# a comment\n{line}\n")
    file.chmod(0o600)
    (given,) = Credentials(file).of(desec(), ORG).values()
    assert given.reveal() == text


@pytest.mark.parametrize("text", ["abc", '"abc"', "'", "a=b # c", "''"])
def test_what_is_kept_is_read_again(text: str, tmp_path: Path) -> None:
    file = tmp_path / "token.env"
    keep_credentials(file, desec(), ORG, {"token": Secret("old")})
    file.write_text("# mine\nOTHER=1")
    keep_credentials(file, desec(), ORG, {"token": Secret(text)})
    assert read_credentials(file).lines == {"OTHER": "1", "DESEC_TOKEN": text}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.read_text().startswith("# mine\n")


def test_nothing_is_kept_in_a_file_that_others_read_or_that_is_something_else(
    tmp_path: Path,
) -> None:
    for text, mode in (("OTHER=1\n", 0o644), ("to do: all of it\n", 0o600)):
        file = tmp_path / "file"
        file.write_text(text)
        file.chmod(mode)
        with pytest.raises(CredentialFileError):
            keep_credentials(file, desec(), ORG, {"token": Secret("abc")})
        assert file.read_text() == text


def test_a_zone_can_have_credentials_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "token.env"
    file.write_text("DESEC_TOKEN=all\nDESEC_TOKEN@example.org=one\n")
    file.chmod(0o600)
    credentials = Credentials(file)
    given = [credentials.of(desec(), zone)["token"].reveal() for zone in (NET, ORG, NET)]
    assert given == ["all", "one", "all"]
    keep_credentials(file, desec(), ORG, {"token": Secret("new")})
    given = [read_credentials(file).of(desec(), zone)["token"].reveal() for zone in (NET, ORG)]
    assert given == ["all", "new"]


def test_what_is_kept_already_is_not_written_again(tmp_path: Path) -> None:
    file = tmp_path / "token.env"
    keep_credentials(file, desec(), ORG, {"token": Secret("abc")})
    file.chmod(0o400)
    before = file.stat()
    keep_credentials(file, desec(), ORG, {"token": Secret("abc")})
    assert file.stat() == before


def test_where_the_input_ends_the_credentials_are_lacking(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Ended(io.StringIO):
        def isatty(self) -> bool:
            return True

    def end(prompt: str) -> str:
        raise EOFError

    monkeypatch.delenv("DESEC_TOKEN", raising=False)
    monkeypatch.setattr(sys, "stdin", Ended())
    monkeypatch.setattr("getpass.getpass", end)
    assert Credentials(None).of(desec(), ORG) == {}
    assert "deSEC wants credentials" in capsys.readouterr().out
