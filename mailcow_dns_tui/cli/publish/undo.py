"""`publish --undo`: what a run has changed is taken back, after a yes as well."""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from dns.name import Name
from dns.rdatatype import RdataType
from dns.rdtypes.ANY.NS import NS

from mailcow_dns_tui import plan_file
from mailcow_dns_tui.cli.asked import UsageError
from mailcow_dns_tui.cli.options import Arguments
from mailcow_dns_tui.cli.output import standard_output
from mailcow_dns_tui.cli.plain.lines import Lines
from mailcow_dns_tui.cli.publish.as_json import undo_json
from mailcow_dns_tui.cli.publish.reaching import Providers
from mailcow_dns_tui.cli.publish.told import told_undo
from mailcow_dns_tui.engine.local import LocalEngine
from mailcow_dns_tui.guide.providers import chosen
from mailcow_dns_tui.panels.load import by_id, generic, recognise
from mailcow_dns_tui.panels.profile import Profile
from mailcow_dns_tui.publish.backup import Backup, BackupError, keep, read_backup, undoing
from mailcow_dns_tui.publish.changes import Change, Contents, ProviderZone, Trouble, are_same
from mailcow_dns_tui.publish.left import Outcome

YES = frozenset({"y", "yes"})
CHANGED = "The zone has changed in the meantime; this is how it is now."


async def undo(
    arguments: Arguments, path: Path, engine: LocalEngine, providers: Providers
) -> Outcome:
    """Show the way back, and go it."""
    backup = _backup(path)
    zone = await providers.connect(backup.zone, await _panel(backup.zone, arguments, engine))
    if isinstance(zone, Trouble):
        return _failed(zone)
    return await Undoing(arguments, path, backup, zone, providers).run(engine)


def _backup(path: Path) -> Backup:
    try:
        return read_backup(path)
    except BackupError as error:
        raise UsageError(str(error)) from error


async def _panel(zone: Name, arguments: Arguments, engine: LocalEngine) -> Profile:
    """As chosen in the plan, where there is one; else by the zone's name servers."""
    path = arguments.plan or plan_file.default_plan_path()
    if path.exists():
        setup = plan_file.read_plan(path)
        if known := by_id(chosen(zone, setup) or chosen(None, setup)):
            return known
    lookup = await engine.ask(zone, RdataType.NS)
    servers = [rdata.target for rdata in lookup.rdatas if isinstance(rdata, NS)]
    return recognise(servers) or generic()


class Undoing:
    """The way back of one zone."""

    def __init__(
        self,
        arguments: Arguments,
        path: Path,
        backup: Backup,
        zone: ProviderZone,
        providers: Providers,
    ) -> None:
        self._arguments = arguments
        self._path = path
        self._backup = backup
        self._zone = zone
        self._title = providers.titles[backup.zone]
        self._lines = Lines(sys.stdin)

    async def run(self, engine: LocalEngine) -> Outcome:
        """Until what was agreed to is what is done."""
        reading = await asyncio.to_thread(self._zone.read)
        while not isinstance(reading, Trouble):
            changes, left = undoing(self._backup, reading.contents)
            self._show(changes, left)
            if not changes or not self._agrees():
                return Outcome.LEFT if changes or left else Outcome.DONE
            reading = await asyncio.to_thread(self._zone.read)
            if isinstance(reading, Trouble):
                break
            if are_same(undoing(self._backup, reading.contents)[0], changes):
                return await self._apply(changes, left, reading.contents, engine)
            self._lines.say(CHANGED)
        return _failed(reading)

    def _show(self, changes: Sequence[Change], left: Sequence[Name]) -> None:
        zone = self._backup.zone
        if self._arguments.format == "json":
            with standard_output() as file:
                file.write(undo_json(zone, changes, left))
        else:
            self._lines.line(*told_undo(zone, self._title, changes, left))

    def _agrees(self) -> bool:
        if self._arguments.dry_run or self._arguments.yes:
            return self._arguments.yes
        return self._lines.ask("Take this back? [y/N]").lower() in YES

    async def _apply(
        self, changes: Sequence[Change], left: Sequence[Name], now: Contents, engine: LocalEngine
    ) -> Outcome:
        journal = keep(self._path.with_name("undo"), self._backup.zone, now, engine.now())
        journal.note(changes)
        trouble = await asyncio.to_thread(self._zone.apply, changes)
        if trouble is not None:
            return _failed(trouble)
        if self._arguments.format == "text":
            self._lines.say(f"It is taken back. What was there: {journal.path}")
        return Outcome.LEFT if left else Outcome.DONE


def _failed(trouble: Trouble) -> Outcome:
    from mailcow_dns_tui.files import complain

    complain(f"{trouble.text}\n")
    return Outcome.UNKNOWN
