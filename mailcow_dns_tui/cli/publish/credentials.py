"""What the user has to show a provider: from a file, from the environment, or typed unseen."""

import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from dns.name import Name

from mailcow_dns_tui.cli.asked import UsageError
from mailcow_dns_tui.cli.plain.lines import Lines
from mailcow_dns_tui.files import OpenToOthersError, read_whole
from mailcow_dns_tui.mailcow.secret import Secret
from mailcow_dns_tui.model.names import ascii_form
from mailcow_dns_tui.publish.providers import Credential, Publisher

LARGEST = 65_536
QUOTES = "\"'"
MADE = "{title} wants credentials, made {where}. Enough is: {rights}"


class Credentials:
    """Each is asked for once in a run, and kept nowhere.

    Args:
        path: a file of lines `NAME=VALUE`, or `NAME@ZONE=VALUE`; None: there is none.

    Raises:
        UsageError: it can't be read, or others may read it.
    """

    def __init__(self, path: Path | None) -> None:
        self._file = _read(path) if path else {}
        self._known: dict[tuple[str, Name | None], Mapping[str, Secret]] = {}

    def of(self, publisher: Publisher, zone: Name) -> Mapping[str, Secret]:
        """By the keys of what the publisher wants for a zone, as far as it is given."""
        has_own = any(_of_zone(each, zone) in self._file for each in publisher.credentials)
        place = publisher.id, zone if has_own else None
        if place not in self._known:
            found = {each.key: self._given(each, zone) for each in publisher.credentials}
            lacking = [c for c in publisher.credentials if not found[c.key] and not c.default]
            if lacking and _is_asked():
                found = _typed(publisher, found)
            self._known[place] = {key: each for key, each in found.items() if each}
        return self._known[place]

    def has_any(self, publisher: Publisher, zone: Name) -> bool:
        """Whether something of what the publisher wants is there without being typed."""
        return any(self._given(each, zone) for each in publisher.credentials)

    def _given(self, wanted: Credential, zone: Name) -> Secret:
        named = (self._file.get(name) for name in (_of_zone(wanted, zone), wanted.env))
        text = next(filter(None, named), os.environ.get(wanted.env, ""))
        return Secret(text.strip())


def _of_zone(wanted: Credential, zone: Name) -> str:
    return f"{wanted.env}@{ascii_form(zone)}"


def _is_asked() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()


def _typed(publisher: Publisher, known: Mapping[str, Secret]) -> dict[str, Secret]:
    lines, found = Lines(sys.stdin), dict(known)
    where, rights = publisher.made_at.rstrip("."), publisher.rights
    lines.say(MADE.format(title=publisher.title, where=where, rights=rights))
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
        text = read_whole(path, LARGEST, is_secret=True).decode()
    except OpenToOthersError:
        raise UsageError(f"{path}: others may read it: chmod 600 {path}") from None
    except OSError as error:
        raise UsageError(f"{path}: can't be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise UsageError(f"{path}: is not UTF-8.") from None
    found = {}
    for number, line in enumerate(text.splitlines(), 1):
        name, equals, value = line.strip().removeprefix("export ").partition("=")
        if name and not name.startswith("#"):
            if not equals:
                raise UsageError(f"{path}: line {number}: NAME=VALUE is wanted.")
            found[name.strip()] = _unquoted(value.strip())
    return found


def _unquoted(text: str) -> str:
    """Without one pair of quotes around it."""
    is_quoted = len(text) > 1 and text[0] == text[-1] and text[0] in QUOTES
    return text[1:-1] if is_quoted else text
