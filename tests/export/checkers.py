"""Exported zones, read back and judged by others' programs."""

import subprocess
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import dns.zone
from dns.name import Name
from dns.rdata import Rdata

from mailcow_dns_tui.model.record import Record
from tests.servers import program_path

HEAD = """\
$TTL 300
@ SOA ns.invalid. hostmaster.invalid. 1 3600 600 86400 300
@ NS ns.invalid.
"""

ORIGIN_OPTIONS = {
    "named-checkzone": ["-k", "ignore", "-i", "local"],
    "nsd-checkzone": [],
    "kzonecheck": ["-o"],
}
"""What each program is given before the apex and the file."""

Published = tuple[Name, Rdata, int]
"""Owner name, rdata, TTL."""


def whole(block: str) -> str:
    """A zone's block with the SOA and NS that are the operator's own."""
    origin, _, rest = block.partition("\n")
    return f"{origin}\n{HEAD}{rest}"


def read_back(block: str) -> Iterator[Published]:
    """What a block publishes, in order, but for SOA and NS."""
    zone = dns.zone.from_text(whole(block), relativize=False)
    for owner, ttl, rdata in zone.iterate_rdatas():
        if "ns.invalid." not in rdata.to_text():
            yield owner, rdata, ttl


def as_published(records: Iterable[Record]) -> Counter[Published]:
    return Counter((record.owner, record.rdata, record.ttl) for record in records)


def complaint(program: str, apex: Name | str, block: str, directory: Path) -> str:
    """What a program such as `named-checkzone` says against a block; empty where it accepts it."""
    file = directory / "checked.zone"
    file.write_text(whole(block), encoding="utf-8")
    command = [program_path(program) or program, *ORIGIN_OPTIONS[program], str(apex), str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr if done.returncode else ""
