"""What the user has to show a provider: from a file, from the environment, or typed unseen."""

import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from dns.name import Name

from mailcow_dns_tui.cli.asked import UsageError
from mailcow_dns_tui.cli.plain.lines import Lines
from mailcow_dns_tui.files import complain
from mailcow_dns_tui.mailcow.secret import Secret
from mailcow_dns_tui.publish.credential_file import (
    CredentialFileError,
    Stored,
    keep_credentials,
    read_credentials,
)
from mailcow_dns_tui.publish.providers import Publisher

MADE = "{title} wants credentials, made {where}. Enough is: {rights}"
IS_KEPT = "What you type is kept in {path}, for you alone, once {title} has accepted it."


class Credentials:
    """Each is asked for once in a run, and kept nowhere but in the file that the user names.

    Args:
        path: the file; None: there is none.
        may_lack: it need not be there yet, as at a terminal.

    Raises:
        UsageError: it can't be read, or others may read it.
    """

    def __init__(self, path: Path | None, *, may_lack: bool = False) -> None:
        self._path = path
        self._stored = _read(path, may_lack=may_lack or _is_asked())
        self._typed: dict[str, Mapping[str, Secret]] = {}
        self._known: dict[tuple[str, Name | None], Mapping[str, Secret]] = {}

    def of(self, publisher: Publisher, zone: Name) -> Mapping[str, Secret]:
        """By the keys of what the publisher wants for a zone, as far as it is given."""
        place = publisher.id, zone if self._stored.has_own(publisher, zone) else None
        if place not in self._known:
            found = self._stored.of(publisher, zone)
            lacking = [c for c in publisher.credentials if not found[c.key] and not c.default]
            if lacking and _is_asked():
                found = _typed(publisher, found, self._path)
                self._typed[publisher.id] = found
            self._known[place] = {key: each for key, each in found.items() if each}
        return self._known[place]

    def has_any(self, publisher: Publisher, zone: Name) -> bool:
        """Whether something of what the publisher wants is there without being typed."""
        return any(self._stored.of(publisher, zone).values())

    def is_kept(self, publisher: Publisher) -> bool:
        """Whether what was typed for one is to be kept, once it is known to be right."""
        return self._path is not None and publisher.id in self._typed

    def keep(self, publisher: Publisher, zone: Name) -> None:
        """Put what was typed for one, and is right for this zone, into the file."""
        typed = self._typed.pop(publisher.id)
        if self._path is not None:
            try:
                keep_credentials(self._path, publisher, zone, typed)
            except CredentialFileError as error:
                complain(f"{error}\n")


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


def _read(path: Path | None, *, may_lack: bool) -> Stored:
    try:
        return read_credentials(path, may_lack=may_lack)
    except CredentialFileError as error:
        raise UsageError(str(error)) from None
