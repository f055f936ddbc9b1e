"""The way back: a zone file of what was there, with what was changed since in comments at its end.

Each change is noted before it is made, and what came of it after that; so a run that was killed
can be undone as well.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from pathlib import Path

import dns.exception
import dns.name
import dns.rdata
import dns.rdataclass
from dns.name import Name
from dns.rdata import Rdata
from dns.rdatatype import RdataType

from mailcow_dns_tui.files import FOR_OWNER, OutputError, not_written, read_whole
from mailcow_dns_tui.model.names import ascii_form
from mailcow_dns_tui.publish.changes import Change, Contents, Key, ZoneRRset, less

HEAD = """\
; {zone} as its provider had it at {time}, before mailcow-dns-tui changed it.
; What it changed stands at the end. To take that back: mailcow-dns-tui publish --undo FILE
$ORIGIN {zone}
"""
ORIGIN = "$ORIGIN "
REMOVED, ADDED, OUTCOME = ";- ", ";+ ", ";= "
LARGEST = 64 * 2**20
MOST_IN_A_SECOND = 100


class BackupError(Exception):
    """A file that is no way back; the text says why."""


class Fate(Enum):
    """What came of a change, in the word of the file."""

    MADE = "made"
    UNMADE = "unmade"
    UNKNOWN = "unknown"
    """The provider did not say; as where the run was killed."""


@dataclass(frozen=True)
class Noted:
    """A datum that went or came, in a change to its RRset."""

    mark: str
    rrset: ZoneRRset

    @property
    def key(self) -> Key:
        """Whose RRset it is of."""
        return self.rrset.owner, self.rrset.rdtype


@dataclass(frozen=True)
class Backup:
    """What was there, and what was changed since.

    Attributes:
        before: what the zone had.
        after: the same with all changes that were made, or may have been.
        unknown: the RRsets of which nobody knows whether all changes to them were made.
        order: the RRsets in the order in which they were last changed.
    """

    zone: Name
    before: Contents
    after: Contents
    unknown: frozenset[Key] = frozenset()
    order: tuple[Key, ...] = ()


@dataclass(frozen=True)
class Journal:
    """A file that is being written."""

    path: Path

    def note(self, changes: Iterable[Change]) -> None:
        """Say what is about to be changed; it is on the disk when this returns.

        Raises:
            OutputError: where it can't be written; then nothing may be changed.
        """
        self._write(line for change in changes for line in _noted(change))

    def conclude(self, fates: Iterable[tuple[Change, Fate]]) -> None:
        """Say what came of changes that were noted.

        Raises:
            OutputError: where it can't be written.
        """
        self._write(
            f"{OUTCOME}{fate.value} {change.key[0]} {change.key[1].name}" for change, fate in fates
        )

    def _write(self, lines: Iterable[str]) -> None:
        """Neither a link that somebody has put there is followed, nor is a new file begun."""
        try:
            _put(os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_NOFOLLOW), lines)
        except OSError as error:
            raise not_written(self.path, error) from error


def keep(plan: Path, zone: Name, contents: Contents, clock: datetime) -> Journal:
    """Keep what is there beside the plan, for its owner alone.

    Raises:
        OutputError: where that can't be done, or would not be a way back.
    """
    head = HEAD.format(zone=zone, time=clock.isoformat(timespec="seconds")).splitlines()
    rrsets = [rrset for _, rrset in sorted(contents.items())]
    lines = [*head, *(line for rrset in rrsets for line in _lines(rrset))]
    path, file = _new_file(plan, zone, clock)
    try:
        _put(file, lines)
    except OSError as error:
        raise not_written(path, error) from error
    try:
        kept = read_backup(path).before
    except BackupError as error:
        raise OutputError(str(error)) from error
    if not (kept.keys() == contents.keys() and all(kept[k].is_same(contents[k]) for k in kept)):
        raise OutputError(f"{path}: is not what the provider has.")
    return Journal(path)


def _put(file: int, lines: Iterable[str]) -> None:
    with os.fdopen(file, "wb") as stream:
        stream.writelines(f"{line}\n".encode() for line in lines)
        stream.flush()
        os.fsync(file)


def _new_file(plan: Path, zone: Name, clock: datetime) -> tuple[Path, int]:
    """`plan.example.org.20261130-210312.zone`, which nobody else writes to."""
    stem = f"{plan.stem}.{ascii_form(zone).replace('/', '_')}.{clock:%Y%m%d-%H%M%S}"
    for number in range(1, MOST_IN_A_SECOND):
        path = plan.with_name(f"{stem}{f'-{number}' if number > 1 else ''}.zone")
        try:
            return path, os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FOR_OWNER)
        except FileExistsError:
            continue
        except OSError as error:
            raise not_written(path, error) from error
    raise OutputError(f"{plan.with_name(f'{stem}.zone')}: is there already.")


def read_backup(path: Path) -> Backup:
    """Read such a file.

    Raises:
        BackupError: where it can't be read, or is none.
    """
    try:
        lines = read_whole(path, LARGEST).decode().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise BackupError(f"{path}: can't be read: {why}.") from error
    try:
        return _read(lines)
    except (dns.exception.DNSException, ValueError) as error:
        raise BackupError(f"{path}: is no zone file that publish has kept: {error}") from error


def _read(lines: Sequence[str]) -> Backup:
    origin = next((line for line in lines if line.startswith(ORIGIN)), None)
    if origin is None:
        raise ValueError("it names no zone ($ORIGIN)")
    before: dict[Key, ZoneRRset] = {}
    for line in lines:
        if line and not line.startswith((";", ORIGIN)):
            _add(before, _datum(line))
    judged = _judged(lines)
    noted = [each for each, fate in judged if fate is not Fate.UNMADE]
    unknown = frozenset(each.key for each, fate in judged if fate is Fate.UNKNOWN)
    # The last time counts.
    order = tuple(reversed(dict.fromkeys(each.key for each in reversed(noted))))
    zone = dns.name.from_text(origin.removeprefix(ORIGIN).strip())
    return Backup(zone, before, _replayed(before, noted), unknown, order)


def _lines(rrset: ZoneRRset) -> Iterator[str]:
    for rdata in rrset.rdatas:
        yield f"{rrset.owner} {rrset.ttl} IN {rrset.rdtype.name} {rdata.to_text()}"


def _noted(change: Change) -> Iterator[str]:
    for mark, rrset in ((REMOVED, change.before), (ADDED, change.after)):
        if rrset is not None:
            yield from (f"{mark}{line}" for line in _lines(rrset))


def _datum(line: str) -> ZoneRRset:
    owner, ttl, _, rdtype, data = line.split(None, 4)
    kind = RdataType.from_text(rdtype)
    rdata = dns.rdata.from_text(dns.rdataclass.IN, kind, data)
    return ZoneRRset(dns.name.from_text(owner), kind, int(ttl), (rdata,))


def read_notes(lines: Iterable[str]) -> Iterator[Noted]:
    """Each datum that went or came (`REMOVED`, `ADDED`), in that order."""
    for line in lines:
        if line.startswith((REMOVED, ADDED)):
            yield Noted(line[: len(REMOVED)], _datum(line[len(REMOVED) :]))


def _judged(lines: Iterable[str]) -> Sequence[tuple[Noted, Fate]]:
    """Each with what came of its change; unknown where that is not said."""
    found: list[tuple[Noted, Fate]] = []
    open_from: dict[Key, int] = {}
    for line in lines:
        for noted in read_notes([line]):
            open_from.setdefault(noted.key, len(found))
            found.append((noted, Fate.UNKNOWN))
        if line.startswith(OUTCOME):
            word, owner, rdtype = line.removeprefix(OUTCOME).split()
            key = dns.name.from_text(owner), RdataType.from_text(rdtype)
            for place in range(open_from.pop(key, len(found)), len(found)):
                noted, fate = found[place]
                found[place] = noted, Fate(word) if noted.key == key else fate
    return found


def _replayed(before: Contents, noted: Iterable[Noted]) -> Contents:
    after = dict(before)
    for each in noted:
        there = after.pop(each.key, None)
        others = less(there.rdatas if there else (), each.rrset.rdatas)
        rdatas = others if each.mark == REMOVED else (*others, *each.rrset.rdatas)
        if rdatas:
            after[each.key] = ZoneRRset(*each.key, each.rrset.ttl, rdatas)
    return after


def _add(contents: dict[Key, ZoneRRset], datum: ZoneRRset) -> None:
    key = datum.owner, datum.rdtype
    there = contents.get(key)
    rdatas: tuple[Rdata, ...] = (*(there.rdatas if there else ()), *datum.rdatas)
    contents[key] = ZoneRRset(*key, datum.ttl, rdatas)
