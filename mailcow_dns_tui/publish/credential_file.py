"""A file with what providers want to be shown, for its owner alone.

Its lines are `NAME=VALUE`, or `NAME@ZONE=VALUE` for one zone alone.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dns.name import Name

from mailcow_dns_tui.files import FOR_OWNER, OpenToOthersError, read_whole, write_atomically
from mailcow_dns_tui.mailcow.secret import Secret
from mailcow_dns_tui.model.names import ascii_form
from mailcow_dns_tui.publish.providers import Credential, Publisher

LARGEST = 65_536
QUOTES = "\"'"


class CredentialFileError(Exception):
    """One that can't be read or written; the text says why, without anything of it."""


@dataclass(frozen=True)
class Stored:
    """What need not be typed: what stands in a file, else in the environment."""

    lines: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The file's, by their names."""

    def of(self, publisher: Publisher, zone: Name) -> dict[str, Secret]:
        """By the keys of what a publisher wants for a zone; empty where it is not there."""
        return {each.key: Secret(self._text(each, zone)) for each in publisher.credentials}

    def has_own(self, publisher: Publisher, zone: Name) -> bool:
        """Whether the file has something for the zone alone."""
        return any(self.name(each, zone) != each.env for each in publisher.credentials)

    def name(self, wanted: Credential, zone: Name) -> str:
        """By which one of a zone stands in the file."""
        own = f"{wanted.env}@{ascii_form(zone)}"
        return own if own in self.lines else wanted.env

    def _text(self, wanted: Credential, zone: Name) -> str:
        named = (self.lines.get(name) for name in (self.name(wanted, zone), wanted.env))
        return next(filter(None, named), os.environ.get(wanted.env, "")).strip()


def read_credentials(path: Path | None, *, may_lack: bool = False) -> Stored:
    """Of two lines with one name the last; `may_lack`: the file need not be there yet.

    Raises:
        CredentialFileError: it can't be read, others may read it, or it is something else.
    """
    return Stored(_parsed(path, _text(path, may_lack=may_lack))) if path else Stored()


def keep_credentials(
    path: Path, publisher: Publisher, zone: Name, given: Mapping[str, Secret]
) -> None:
    """Add to a file, which may not be there yet, what it lacks of that a publisher wants.

    Raises:
        CredentialFileError: it can't be written, or is there as what can't be read.
    """
    text = _text(path, may_lack=True)
    stored = Stored(_parsed(path, text))
    values = {stored.name(c, zone): given[c.key].reveal() for c in publisher.credentials}
    new = {n: value for n, value in values.items() if value and value != stored.lines.get(n)}
    if not new:
        return
    begun = f"{text}\n" if text and not text.endswith("\n") else text
    lines = (f"{name}={_quoted(value)}\n" for name, value in new.items())
    try:
        write_atomically(path, [begun, *lines], FOR_OWNER)
    except OSError as error:
        raise CredentialFileError(f"{path}: can't be written: {error.strerror}.") from None


def _text(path: Path, *, may_lack: bool) -> str:
    try:
        return read_whole(path, LARGEST, is_secret=True).decode()
    except OpenToOthersError:
        raise CredentialFileError(f"{path}: others may read it: chmod 600 {path}") from None
    except OSError as error:
        if may_lack and isinstance(error, FileNotFoundError):
            return ""
        raise CredentialFileError(f"{path}: can't be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise CredentialFileError(f"{path}: is not UTF-8.") from None


def _parsed(path: Path, text: str) -> Mapping[str, str]:
    found = {}
    for number, line in enumerate(text.splitlines(), 1):
        name, equals, value = line.strip().removeprefix("export ").partition("=")
        if name and not name.startswith("#"):
            if not equals:
                raise CredentialFileError(f"{path}: line {number}: NAME=VALUE is wanted.")
            found[name.strip()] = _unquoted(value.strip())
    return found


def _unquoted(text: str) -> str:
    """Without one pair of quotes around it."""
    return text[1:-1] if _is_quoted(text) else text


def _quoted(text: str) -> str:
    """As it is read again."""
    return f'"{text}"' if _is_quoted(text) else text


def _is_quoted(text: str) -> bool:
    return len(text) > 1 and text[0] == text[-1] and text[0] in QUOTES
