"""`check` of many domains, with a DNS in memory.

`python -m tests.memory_check PROCESSORS CASE [ARGUMENT]...`, with the arguments of the program. The
cases are what befalls whoever asks for the last domain: `none`, `killed`, `fault` or `silence`.
"""

import asyncio
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from dns.name import Name
from dns.rdatatype import RdataType

from mailcow_dns_tui.cli import commands
from mailcow_dns_tui.cli.main import main
from mailcow_dns_tui.model.answer import Failure, Lookup
from mailcow_dns_tui.model.setup import Domain, Setup
from mailcow_dns_tui.plan_file import write_plan
from tests.memory_dns import Fault, MemoryDns, good_zone
from tests.topics.setups import SMALL

COUNT = 70
NAMES = tuple(f"d{number:02}.test" for number in range(COUNT))
LAST = NAMES[-1]
SETUP: Setup = replace(SMALL, domains=(*SMALL.domains, *map(Domain, NAMES)))


class FaultyDns(MemoryDns):
    """Asked for the last domain, it does what the case says."""

    case = ""

    async def ask(self, name: Name, rdtype: RdataType) -> Lookup:
        if LAST in name.to_text():
            match self.case:
                case "killed":
                    os.kill(os.getpid(), signal.SIGKILL)
                case "fault":
                    raise LookupError(LAST)
                case "silence":
                    await asyncio.Event().wait()
        return await super().ask(name, rdtype)


class MemoryNetwork:
    """Stands in for the network; some domains are not as they should be."""

    def __init__(self, *_: object, **__: object) -> None:
        world = (
            good_zone(SETUP).without("d03.test", "MX").having("d04.test", "TXT", '"v=spf1 +all"')
        )
        self._dns = FaultyDns(world, faults=(Fault("d05.test", Failure.REFUSED),))

    def lookups(self, *_: object) -> FaultyDns:
        return self._dns

    @property
    def queries(self) -> int:
        return len(self._dns.asked)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        pass


def run(processors: str, case: str, *arguments: str) -> int:
    os.sched_getaffinity = lambda _: set(range(int(processors)))
    vars(commands)["system_network"] = MemoryNetwork
    FaultyDns.case = case
    return main(arguments)


def written_plan(folder: Path) -> str:
    path = folder / "plan.toml"
    write_plan(SETUP, path)
    return str(path)


if __name__ == "__main__":
    raise SystemExit(run(*sys.argv[1:]))
