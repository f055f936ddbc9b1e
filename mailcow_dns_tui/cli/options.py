"""The command line as data."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Command = Literal["wizard", "check", "export", "publish"]


@dataclass(frozen=True)
class Arguments:
    """What was asked for on the command line; `--help` says what each option does.

    Attributes:
        completion: a shell that wants to know how the command is completed.
        hostname: None where a plan is to be read.
        resolvers: as typed.
        timeout: seconds for the whole check; None: as long as the domains need.
        output: a file, or a folder; empty for standard output.
        blocklists: ask them as well.
        mailcow: its folder, to read the answers from.
        notify: a command that is told what has changed, word by word.
        pace: seconds from check to check; 0 for one check only.
        connects: to the mail server's port 25, where it has TLSA records.
        confirm: the names at which what has a question of its own is agreed to.
        undo: a zone file that an earlier run has kept, to take back what it changed.
        provider: the id of the panel of all zones; empty: as the plan or the name servers say.
        patience: seconds for a name server to have what was published.
    """

    command: Command
    plan: Path | None = None
    demo: bool = False
    plain: bool = False
    completion: str = ""
    format: str = ""
    hostname: str | None = None
    ipv4: str = ""
    ipv6: str = ""
    domains: tuple[str, ...] = ()
    resolvers: tuple[str, ...] = ()
    timeout: float | None = None
    output: str = ""
    blocklists: bool = False
    mailcow: Path | None = None
    against: Path | None = None
    save: Path | None = None
    schema: bool = False
    notify: tuple[str, ...] = ()
    pace: float = 0.0
    log: Path | None = None
    checked: bool = False
    connects: bool = True
    dry_run: bool = False
    yes: bool = False
    confirm: tuple[str, ...] = ()
    undo: Path | None = None
    provider: str = ""
    credentials: Path | None = None
    patience: float = 0.0
