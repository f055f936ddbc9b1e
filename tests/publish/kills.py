"""Kill `publish` at random moments: `python -m tests.publish.kills SEED COUNT`.

After each kill the zone has to be between two acts: all of others is there, each RRset is as it
was or as it is in the end, what is kept of the zone can be read, and the next run goes on.
"""

import argparse
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from dns.rdatatype import RdataType

from mailcow_dns_tui.plan_file import read_plan
from mailcow_dns_tui.publish.backup import REMOVED, read_backup, read_notes
from mailcow_dns_tui.publish.changes import ZoneRRset
from tests.publish.published import Published
from tests.publish.zones import FOREIGN

OTHERS = tuple(line for line in FOREIGN if not line.startswith("@ MX"))
FAULTS = (
    '@ TXT "v=spf1 ip4:203.0.113.81 -all"',
    '@ TXT "v=spf1 ip4:203.0.113.82 -all"',
    'dkim._domainkey TXT "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA"',
    'mail CAA 0 issue "ca.example"',
)
LONGEST = 6.0
"""Seconds in which a run comes to its end, once it has begun to change something."""
EARLY = 0.2
"""The share of kills for which nobody waits until something is changed."""
UNSEEN = frozenset({RdataType.SOA})
Data = frozenset[str]
State = Mapping[tuple[str, str], Data]
"""The data of each RRset, by owner and type."""


def state_of(published: Published) -> State:
    found: dict[tuple[str, str], Data] = {}
    for owner, rdataset in published.zone().iterate_rdatasets():
        if rdataset.rdtype not in UNSEEN:
            texts = frozenset(each.to_text() for each in rdataset)
            found[str(owner), RdataType(rdataset.rdtype).name] = texts
    return found


def acts_of(published: Published) -> Mapping[tuple[str, str], set[Data]]:
    """What each RRset was to be after each change that was noted."""
    found: dict[tuple[str, str], set[Data]] = {}
    for path in published.backups():
        now: dict[tuple[str, str], Data] = {}
        notes = read_notes(path.read_text().splitlines())
        for (owner, rdtype), group in groupby(notes, key=lambda noted: _key(noted.rrset)):
            for noted in group:
                data = frozenset(each.to_text() for each in noted.rrset.rdatas)
                there = now.get((owner, rdtype), frozenset())
                now[owner, rdtype] = there - data if noted.mark == REMOVED else there | data
            found.setdefault((owner, rdtype), set()).add(now[owner, rdtype])
    return found


def _until_it_changes_something(process: subprocess.Popen[str], published: Published) -> None:
    """However long a busy machine takes to start it."""
    known = len(published.backups())
    while process.poll() is None and len(published.backups()) == known:
        time.sleep(0.01)


def _key(rrset: ZoneRRset) -> tuple[str, str]:
    return str(rrset.owner), rrset.rdtype.name


@dataclass
class Killing:
    """Zones on which runs are killed, one after the other until it is all good."""

    folder: Path
    seed: int
    faults: list[str] = field(default_factory=list)
    zones: int = 0

    def kill(self, count: int) -> None:
        chance, done = random.Random(self.seed), 0
        while done < count:
            with ExitStack() as stack:
                done += self._on_one_zone(stack, chance, count - done)

    def _on_one_zone(self, stack: ExitStack, chance: random.Random, most: int) -> int:
        self.zones += 1
        folder = self.folder / str(self.zones)
        folder.mkdir()
        published = Published(folder, stack)
        published.start(*OTHERS, *FAULTS)
        before, killed = state_of(published), 0
        while killed < most:
            process = published.begin("--wait", "10")
            if chance.random() > EARLY:
                _until_it_changes_something(process, published)
            time.sleep(chance.uniform(0, LONGEST))
            if process.poll() is None:
                process.kill()
                killed += 1
            process.communicate()
            self._examine(published, before)
            if process.returncode == 0:
                break
        published.publish_all()
        self._examine(published, before)
        return max(killed, 1)

    def _examine(self, published: Published, before: State) -> None:
        """That all is as it was, or as an act has left it."""
        read_plan(published.plan)
        for path in published.backups():
            read_backup(path)
        acts, now = acts_of(published), state_of(published)
        for key in {**before, **now}:
            data = now.get(key, frozenset())
            if data != before.get(key, frozenset()) and data not in acts.get(key, ()):
                self.faults.append(f"{key} is {sorted(data)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seed", type=int)
    parser.add_argument("count", type=int)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="publish-kills-") as folder:
        killing = Killing(Path(folder), arguments.seed)
        killing.kill(arguments.count)
    print(f"{arguments.count} kills on {killing.zones} zones, {len(killing.faults)} faults")
    print(*killing.faults, sep="\n")
    sys.exit(bool(killing.faults))


if __name__ == "__main__":
    main()
