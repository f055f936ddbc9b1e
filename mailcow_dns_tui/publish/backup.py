"""The way back: a zone file of what was there, with what was changed since in comments at its end.

Each change is noted before it is made, so that a run that was killed can be undone as well.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import dns.exception
import dns.name
import dns.rdata
import dns.rdataclass
import dns.zone
from dns.name import Name
from dns.rdata import Rdata
from dns.rdatatype import RdataType

from mailcow_dns_tui.files import FOR_OWNER, OutputError, not_written, private_log, read_whole
from mailcow_dns_tui.model.names import ascii_form
from mailcow_dns_tui.publish.changes import (
    Change,
    Contents,
    Key,
    ZoneRRset,
    applied,
    differences,
    has_beside_cname,
    less,
)

HEAD = """\
; {zone} as its provider had it at {time}, before mailcow-dns-tui changed it.
; What it changed stands at the end. To take that back: mailcow-dns-tui publish --undo FILE
$ORIGIN {zone}
"""
WENT, CAME = ";- ", ";+ "
LARGEST = 64 * 2**20
MOST_IN_A_SECOND = 100


class BackupError(Exception):
    """A file that is no way back; the text says why."""


@dataclass(frozen=True)
class Backup:
    """What was there, and what was changed since.

    Attributes:
        before: what the zone had.
        after: the same with all changes that were noted, be it that they were made or not.
    """

    zone: Name
    before: Contents
    after: Contents


@dataclass(frozen=True)
class Journal:
    """A file that is being written."""

    path: Path

    def note(self, changes: Iterable[Change]) -> None:
        """Say what is about to be changed.

        Raises:
            OutputError: where it can't be written; then nothing may be changed.
        """
        with private_log(self.path) as write:
            for change in changes:
                for line in _noted(change):
                    write(line)


def keep(plan: Path, zone: Name, contents: Contents, clock: datetime) -> Journal:
    """Keep what is there beside the plan, for its owner alone.

    Raises:
        OutputError: where that can't be done.
    """
    path = _new_file(plan, zone, clock)
    lines = [HEAD.format(zone=zone, time=clock.isoformat(timespec="seconds"))]
    for _, rrset in sorted(contents.items()):
        lines.extend(f"{line}\n" for line in _lines(rrset, rrset.rdatas))
    try:
        with path.open("w", encoding="utf-8") as file:
            file.writelines(lines)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise not_written(path, error) from error
    return Journal(path)


def _new_file(plan: Path, zone: Name, clock: datetime) -> Path:
    """`plan.example.org.20261130-210312.zone`, which nobody else writes to."""
    stem = f"{plan.stem}.{ascii_form(zone).replace('/', '_')}.{clock:%Y%m%d-%H%M%S}"
    for number in range(1, MOST_IN_A_SECOND):
        path = plan.with_name(f"{stem}{f'-{number}' if number > 1 else ''}.zone")
        try:
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FOR_OWNER))
        except FileExistsError:
            continue
        except OSError as error:
            raise not_written(path, error) from error
        return path
    raise OutputError(f"{plan.with_name(f'{stem}.zone')}: is there already.")


def read_backup(path: Path) -> Backup:
    """Read such a file.

    Raises:
        BackupError: where it can't be read, or is none.
    """
    try:
        text = read_whole(path, LARGEST).decode()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise BackupError(f"{path}: can't be read: {why}.") from error
    try:
        zone = dns.zone.from_text(text, relativize=False, check_origin=False)
        noted = list(read_notes(text.splitlines()))
    except (dns.exception.DNSException, ValueError) as error:
        raise BackupError(f"{path}: is no zone file that publish has kept: {error}") from error
    if zone.origin is None:
        raise BackupError(f"{path}: names no zone ($ORIGIN).")
    before = _contents(zone)
    return Backup(zone.origin, before, _replayed(before, noted))


def undoing(backup: Backup, now: Contents) -> tuple[tuple[Change, ...], tuple[Name, ...]]:
    """What takes back what was changed, and nothing else; and the names where that can't be done.

    Each datum that came goes, and each that went comes back; what others have changed since stays.
    A name is left where a CNAME would come to stand beside something.
    """
    touched = [change.key for change in differences(backup.before, backup.after)]
    changes = [Change(now.get(key), _as_before(key, backup, now)) for key in touched]
    left = [change for change in changes if not change.is_nothing]
    beside = has_beside_cname(applied(now, left), {change.key[0] for change in left})
    made = (change for change in left if change.key[0] not in beside)
    return tuple(sorted(made, key=lambda change: change.after is not None)), tuple(sorted(beside))


def _as_before(key: Key, backup: Backup, now: Contents) -> ZoneRRset | None:
    before, after, there = (each.get(key) for each in (backup.before, backup.after, now))
    old, new, current = (each.rdatas if each else () for each in (before, after, there))
    came, went = less(new, old), less(old, new)
    left = less(current, came)
    rdatas = (*left, *less(went, left))
    if not rdatas:
        return None
    return ZoneRRset(*key, _ttl_before(before, after, there), rdatas)


def _ttl_before(before: ZoneRRset | None, after: ZoneRRset | None, now: ZoneRRset | None) -> int:
    """The old one, unless others have set another since; at least one of the last two is there."""
    is_others = now is not None and (after is None or now.ttl != after.ttl)
    known = (now, before, after) if is_others else (before, now, after)
    return next(each.ttl for each in known if each)


def _lines(rrset: ZoneRRset, rdatas: Iterable[Rdata]) -> Iterator[str]:
    for rdata in rdatas:
        yield f"{rrset.owner} {rrset.ttl} IN {rrset.rdtype.name} {rdata.to_text()}"


def _noted(change: Change) -> Iterator[str]:
    for mark, rrset in ((WENT, change.before), (CAME, change.after)):
        if rrset is not None:
            yield from (f"{mark}{line}" for line in _lines(rrset, rrset.rdatas))


def read_notes(lines: Iterable[str]) -> Iterator[tuple[str, ZoneRRset]]:
    """Each datum that went or came (`WENT`, `CAME`), in that order."""
    for line in lines:
        mark = line[: len(WENT)]
        if mark in {WENT, CAME}:
            owner, ttl, _, rdtype, data = line[len(mark) :].split(None, 4)
            kind = RdataType.from_text(rdtype)
            rdata = dns.rdata.from_text(dns.rdataclass.IN, kind, data)
            yield mark, ZoneRRset(dns.name.from_text(owner), kind, int(ttl), (rdata,))


def _replayed(before: Contents, noted: Iterable[tuple[str, ZoneRRset]]) -> Contents:
    after = dict(before)
    for mark, rrset in noted:
        key = rrset.owner, rrset.rdtype
        there = after.pop(key, None)
        others = less(there.rdatas if there else (), rrset.rdatas)
        rdatas = others if mark == WENT else (*others, *rrset.rdatas)
        if rdatas:
            after[key] = ZoneRRset(*key, rrset.ttl, rdatas)
    return after


def _contents(zone: dns.zone.Zone) -> Contents:
    found: dict[Key, ZoneRRset] = {}
    for owner, rdataset in zone.iterate_rdatasets():
        kind = RdataType(rdataset.rdtype)
        found[owner, kind] = ZoneRRset(owner, kind, rdataset.ttl, tuple(rdataset))
    return found
