"""What the user has to show a provider: from a file, from the environment, or typed unseen."""

import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from dns.name import Name

from mailcow_dns_tui.cli.asked import UsageError
from mailcow_dns_tui.cli.plain.lines import Lines
from mailcow_dns_tui.files import complain
from mailcow_dns_tui.mailcow.secret import Secret
from mailcow_dns_tui.model.names import ascii_form
from mailcow_dns_tui.publish.credential_file import (
    CredentialFileError,
    keep_credentials,
    read_credentials,
)
from mailcow_dns_tui.publish.providers import Credential, Publisher

MADE = "{title} wants credentials, made {where}. Enough is: {rights}"
IS_KEPT = "What you type is kept in {path}, for you alone, once {title} has accepted it."


class Credentials:
    """Each is asked for once in a run, and kept nowhere but in the file that the user names.

    Args:
        path: a file of lines `NAME=VALUE`, or `NAME@ZONE=VALUE`; None: there is none. At a terminal
            it need not be there yet.

    Raises:
        UsageError: it can't be read, or others may read it.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._file = _read(path) if path and (path.exists() or not _is_asked()) else {}
        self._typed: dict[str, Mapping[str, Secret]] = {}
        self._known: dict[tuple[str, Name | None], Mapping[str, Secret]] = {}

    def of(self, publisher: Publisher, zone: Name) -> Mapping[str, Secret]:
        """By the keys of what the publisher wants for a zone, as far as it is given."""
        has_own = any(_of_zone(each, zone) in self._file for each in publisher.credentials)
        place = publisher.id, zone if has_own else None
        if place not in self._known:
            found = {each.key: self._given(each, zone) for each in publisher.credentials}
            lacking = [c for c in publisher.credentials if not found[c.key] and not c.default]
            if lacking and _is_asked():
                found = _typed(publisher, found, self._path)
                self._typed[publisher.id] = found
            self._known[place] = {key: each for key, each in found.items() if each}
        return self._known[place]

    def has_any(self, publisher: Publisher, zone: Name) -> bool:
        """Whether something of what the publisher wants is there without being typed."""
        return any(self._given(each, zone) for each in publisher.credentials)

    def is_kept(self, publisher: Publisher) -> bool:
        """Whether what was typed for one is to be kept, once it is known to be right."""
        return self._path is not None and publisher.id in self._typed

    def keep(self, publisher: Publisher) -> None:
        """Put what was typed for one into the file."""
        typed = self._typed.pop(publisher.id)
        if self._path is not None:
            try:
                keep_credentials(self._path, publisher, typed)
            except CredentialFileError as error:
                complain(f"{error}\n")

    def _given(self, wanted: Credential, zone: Name) -> Secret:
        named = (self._file.get(name) for name in (_of_zone(wanted, zone), wanted.env))
        text = next(filter(None, named), os.environ.get(wanted.env, ""))
        return Secret(text.strip())


def _of_zone(wanted: Credential, zone: Name) -> str:
    return f"{wanted.env}@{ascii_form(zone)}"


def _is_asked() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()


def _typed(
    publisher: Publisher, known: Mapping[str, Secret], path: Path | None
) -> dict[str, Secret]:
    lines, found = Lines(sys.stdin), dict(known)
    where, rights = publisher.made_at.rstrip("."), publisher.rights
    lines.say(MADE.format(title=publisher.title, where=where, rights=rights))
    if path is not None:
        lines.say(IS_KEPT.format(path=path, title=publisher.title))
    # Where the input ends, the rest is lacking.
    with suppress(EOFError):
        for each in publisher.credentials:
            if not found[each.key]:
                preset = f" [{each.default}]" if each.default else ""
                ask = lines.ask_secret if each.secret else lines.ask
                found[each.key] = Secret(ask(f"{each.label}{preset}:"))
    return found


def _read(path: Path) -> Mapping[str, str]:
    try:
        return read_credentials(path)
    except CredentialFileError as error:
        raise UsageError(str(error)) from None
