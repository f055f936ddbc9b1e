"""`publish --undo`: what a run has changed is taken back, after a yes as well."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from dns.name import Name
from dns.rdatatype import RdataType
from dns.rdtypes.ANY.NS import NS

from mailcow_dns_tui.cli.asked import UsageError
from mailcow_dns_tui.cli.options import Arguments
from mailcow_dns_tui.cli.output import standard_output
from mailcow_dns_tui.cli.publish.answers import Answers
from mailcow_dns_tui.cli.publish.as_json import undo_json
from mailcow_dns_tui.cli.publish.reaching import Providers
from mailcow_dns_tui.cli.publish.told import told_event, told_undo
from mailcow_dns_tui.engine.local import LocalEngine
from mailcow_dns_tui.files import complain
from mailcow_dns_tui.guide.boxes import chosen
from mailcow_dns_tui.model.answer import Source
from mailcow_dns_tui.model.names import ascii_form
from mailcow_dns_tui.model.setup import Domain, Setup
from mailcow_dns_tui.panels.load import by_id, generic, recognise
from mailcow_dns_tui.panels.profile import Profile
from mailcow_dns_tui.publish.applying import apply, read
from mailcow_dns_tui.publish.backup import Backup, BackupError, Fate, keep, read_backup
from mailcow_dns_tui.publish.changes import (
    Change,
    Contents,
    ProviderZone,
    Trouble,
    TroubleReason,
    are_same,
)
from mailcow_dns_tui.publish.left import Outcome
from mailcow_dns_tui.publish.run import Waiting
from mailcow_dns_tui.publish.snapshot import lacking, waits
from mailcow_dns_tui.publish.undoing import UndoAct, WayBack, way_back

QUESTION = "Take this back? [y/N]"
CHANGED = "The zone has changed in the meantime; this is how it is now."


async def undo(
    arguments: Arguments, path: Path, setup: Setup, engine: LocalEngine, providers: Providers
) -> Outcome:
    """Show the way back, and go it."""
    backup = _backup(path)
    zone = await providers.connect(backup.zone, await _panel(backup.zone, setup, engine))
    if isinstance(zone, Trouble):
        return _failed(zone)
    return await Undoing(arguments, path, backup, zone, providers).run(engine)


def _backup(path: Path) -> Backup:
    try:
        return read_backup(path)
    except BackupError as error:
        raise UsageError(str(error)) from error


async def _panel(zone: Name, setup: Setup, engine: LocalEngine) -> Profile:
    """As chosen in the plan; else by the zone's name servers."""
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
        self._late: set[Source] = set()
        self._answers = Answers(arguments)
        self._lines = self._answers.lines

    async def run(self, engine: LocalEngine) -> Outcome:
        """Until what was agreed to is what is done."""
        reading = await read(self._zone)
        while not isinstance(reading, Trouble):
            way = way_back(self._backup, reading, self._zone.refusal)
            self._show(way)
            agreed = self._agreed(way)
            if not agreed:
                self._answers.complain_of_unmatched()
                return Outcome.LEFT if way.acts or way.left else Outcome.DONE
            reading = await read(self._zone)
            if isinstance(reading, Trouble):
                break
            if _is_same(way_back(self._backup, reading, self._zone.refusal), way):
                self._answers.complain_of_unmatched()
                is_all = len(agreed) == len(way.acts) and not way.left
                return await self._apply(agreed, reading.contents, engine, is_all=is_all)
            self._lines.say(CHANGED)
        return _failed(reading)

    def _show(self, way: WayBack) -> None:
        zone = self._backup.zone
        if self._arguments.format == "json":
            with standard_output() as file:
                file.write(undo_json(zone, way))
        else:
            self._lines.line(*told_undo(zone, self._title, way))

    def _agreed(self, way: WayBack) -> Sequence[UndoAct]:
        """In their order; none where the first question is answered by no."""
        plain = [act for act in way.acts if not act.questions]
        if self._arguments.dry_run or (plain and not self._answers.agree(QUESTION)):
            return ()
        return [a for a in way.acts if not a.questions or self._answers.accept(a, QUESTION)]

    async def _apply(
        self, acts: Sequence[UndoAct], now: Contents, engine: LocalEngine, *, is_all: bool
    ) -> Outcome:
        """One act after the other; what is refused keeps no other back."""
        journal = keep(self._path.with_name("undo"), self._backup.zone, now, engine.now())
        made: list[Change] = []
        for act in acts:
            if act.questions:
                await self._wait(made, engine)
            journal.note(act.changes)
            trouble, fates = await apply(self._zone, act.changes)
            journal.conclude(fates)
            made.extend(change for change, fate in fates if fate is Fate.MADE)
            if trouble is not None:
                complain(f"{trouble.text}\n")
                if trouble.reason is not TroubleReason.REFUSED:
                    return Outcome.UNKNOWN
                is_all = False
        if self._arguments.format == "text":
            said = "It is taken back." if is_all else "The rest is taken back."
            self._lines.say(f"{said} What was there: {journal.path}")
        return Outcome.DONE if is_all else Outcome.LEFT

    async def _wait(self, made: list[Change], engine: LocalEngine) -> None:
        """Until all name servers have what was made: mail goes by what comes next."""
        setup = Setup(domains=(Domain(ascii_form(self._backup.zone)),))
        asked = partial(lacking, tuple(made), setup, engine)
        said = ""
        async for servers in waits(asked, self._late, self._arguments.patience):
            told = told_event(Waiting(servers))
            if told != said and self._arguments.format == "text":
                self._lines.say(told)
            said = told
        made.clear()


def _is_same(one: WayBack, other: WayBack) -> bool:
    mine, others = ([c for act in way.acts for c in act.changes] for way in (one, other))
    return are_same(mine, others)


def _failed(trouble: Trouble) -> Outcome:
    complain(f"{trouble.text}\n")
    return Outcome.UNKNOWN
