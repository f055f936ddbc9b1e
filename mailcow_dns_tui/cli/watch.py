"""`check --watch`: one check after another, and only what has changed."""

import asyncio
import json
import signal
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TextIO

from mailcow_dns_tui.cli.output import write_report
from mailcow_dns_tui.cli.report import Checked, as_json, exit_code, outline
from mailcow_dns_tui.model.changes import (
    Change,
    ChangeKind,
    History,
    change_json,
    change_line,
    state_of,
)

ENDING = (signal.SIGINT, signal.SIGTERM)
ENDED_BY = 128
"""What a shell adds to the number of the signal that ended a command."""
LEAST_REST = 1.0
MOST_ALIKE = 3
"""A network that is gone for a while is one piece of news, and not one a record."""
ALIKE = {
    ChangeKind.COULD_NOT_ASK: "? {} records could not be asked now; the first: {}",
    ChangeKind.ASKED_AGAIN: "✓ {} records could be asked again, and stand as they stood before",
}

Log = Callable[[str], None]
OpenOutput = Callable[[], AbstractContextManager[TextIO]]


@dataclass
class Watch:
    """Checks until a signal comes.

    Attributes:
        examine: one whole check, which asks everything anew.
        pace: seconds from the start of a check to the start of the next, which never overlaps it.
        format: of the output: a table and lines for people, or a JSON object a line.
        log: takes a JSON object a line; None for no log.
    """

    examine: Callable[[], Awaitable[Checked]]
    pace: float
    format: str
    output: OpenOutput
    log: Log | None = None
    _last: Checked | None = None

    async def run(self) -> int:
        """Watch, and return the exit code of the last whole check; without one the signal's."""
        loop = asyncio.get_running_loop()
        ended: asyncio.Future[int] = loop.create_future()
        for each in ENDING:
            loop.add_signal_handler(each, _end, ended, each)
        rounds = asyncio.ensure_future(self._rounds())
        try:
            either: tuple[asyncio.Future[Any], ...] = (rounds, ended)
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            if rounds.done():
                await rounds
        finally:
            rounds.cancel()
            await asyncio.gather(rounds, return_exceptions=True)
            for each in ENDING:
                loop.remove_signal_handler(each)
        if self._last is None:
            return ENDED_BY + ended.result()
        self._note("ended", summary=outline(self._last.outcome)["summary"])
        return exit_code(self._last.outcome)

    async def _rounds(self) -> None:
        began = time.monotonic()
        history = await self._first()
        while True:
            now = time.monotonic()
            await asyncio.sleep(max(LEAST_REST, began + self.pace - now))
            began = time.monotonic()
            self._last = await self.examine()
            history, told = history.then(map(state_of, self._last.findings))
            self._tell(told)

    async def _first(self) -> History:
        self._last = checked = await self.examine()
        with self.output() as file:
            if self.format == "json":
                file.write(f"{json.dumps(as_json(checked))}\n")
            else:
                write_report(checked, self.format, file)
                file.write(f"\nChecked again every {self.pace:g} s; Ctrl+C ends it.\n")
        self._note("began", summary=outline(checked.outcome)["summary"])
        return History.beginning(map(state_of, checked.findings))

    def _tell(self, told: Sequence[Change]) -> None:
        for change in told:
            self._note("changed", **change_json(change))
        with self.output() as file:
            file.writelines(f"{line}\n" for line in self._lines(told))

    def _lines(self, told: Sequence[Change]) -> list[str]:
        if self.format == "json":
            return [json.dumps(_stamped("changed", change_json(change))) for change in told]
        clock = datetime.now().astimezone().strftime("%H:%M:%S")
        return [f"{clock}  {line}" for line in change_lines(told)]

    def _note(self, event: str, **data: Any) -> None:
        if self.log is not None:
            self.log(json.dumps(_stamped(event, data)))


def _end(ended: "asyncio.Future[int]", by: signal.Signals) -> None:
    if not ended.done():
        ended.set_result(by)


def _stamped(event: str, data: dict[str, Any]) -> dict[str, Any]:
    now = datetime.now().astimezone().isoformat(timespec="seconds")
    return {"time": now, "event": event, **data}


def change_lines(told: Sequence[Change]) -> list[str]:
    """A line a change; what befell many records alike is one."""
    lines: list[str] = []
    for kind in ChangeKind:
        alike = [change for change in told if change.kind is kind]
        if kind in ALIKE and len(alike) > MOST_ALIKE:
            lines.append(ALIKE[kind].format(len(alike), alike[0].about.message))
        else:
            lines += map(change_line, alike)
    return lines
