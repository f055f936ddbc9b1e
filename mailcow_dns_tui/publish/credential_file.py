"""A file with what providers want to be shown: lines `NAME=VALUE`, for its owner alone."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from mailcow_dns_tui.files import FOR_OWNER, OpenToOthersError, read_whole, write_atomically
from mailcow_dns_tui.mailcow.secret import Secret
from mailcow_dns_tui.publish.providers import Publisher

LARGEST = 65_536
QUOTES = "\"'"


class CredentialFileError(Exception):
    """One that can't be read or written; the text says why, without anything of it."""


def read_credentials(path: Path) -> Mapping[str, str]:
    """By their names; of two lines with one name the last.

    Raises:
        CredentialFileError: it can't be read, others may read it, or it is something else.
    """
    return _parsed(path, _text(path))


def keep_credentials(path: Path, publisher: Publisher, given: Mapping[str, Secret]) -> None:
    """Add what a publisher wants to a file, which may not be there yet.

    Raises:
        CredentialFileError: it can't be written, or is there as what can't be read.
    """
    text = _text(path) if path.exists() else ""
    _parsed(path, text)
    begun = f"{text}\n" if text and not text.endswith("\n") else text
    values = ((each.env, given[each.key].reveal()) for each in publisher.credentials)
    lines = (f"{name}={_quoted(value)}\n" for name, value in values if value)
    try:
        write_atomically(path, [begun, *lines], FOR_OWNER)
    except OSError as error:
        raise CredentialFileError(f"{path}: can't be written: {error.strerror}.") from None


def _text(path: Path) -> str:
    try:
        return read_whole(path, LARGEST, is_secret=True).decode()
    except OpenToOthersError:
        raise CredentialFileError(f"{path}: others may read it: chmod 600 {path}") from None
    except OSError as error:
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
