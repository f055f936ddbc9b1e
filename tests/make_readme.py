"""Writes the README's tables anew, by what the program declares: `python -m tests.make_readme`."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import dns.rdatatype

from mailcow_dns_tui import topics
from mailcow_dns_tui.export.formats import FORMATS, load
from mailcow_dns_tui.model import code
from mailcow_dns_tui.model.code import Code
from mailcow_dns_tui.plan_file import panel_ids
from mailcow_dns_tui.publish.providers import Publisher, Tried, Writes, publishers
from mailcow_dns_tui.topics.registry import TOPICS
from mailcow_dns_tui.wizard.commands import MAIN, PALETTE, QUIT, RECORDS

README = Path(__file__).parent.parent / "README.md"
PROVIDERS = re.compile(r"(?<=The DNS providers are ).+(?=, and `any` for any other\.)")
FORMAT_OPTION = re.compile(r"(?<=export \[PLAN\] \[--format )[^]]+")


def declared() -> Iterator[Code]:
    """Every code: those of no single topic first, then topic by topic."""
    names = [each.name for each in walk_packages(topics.__path__, f"{topics.__name__}.")]
    homes = [type(topic).__module__.removesuffix(".topic") for topic in TOPICS]

    def place(name: str) -> int:
        return next((i for i, home in enumerate(homes) if f"{name}.".startswith(f"{home}.")), -1)

    for name in (code.__name__, *sorted(names, key=lambda name: (place(name), name))):
        yield from (each for each in vars(import_module(name)).values() if isinstance(each, Code))


def codes() -> Iterator[tuple[str, str]]:
    """A row for each; one that topics declare each for themselves with what it means for each."""
    meanings: dict[str, dict[str, None]] = {}
    for each in declared():
        meanings.setdefault(each, {})[each.meaning] = None
    for name, means in meanings.items():
        yield f"`{name}`", "; ".join(means)


def providers() -> str:
    """The ids of the panels' files, as they stand in a sentence."""
    return ", ".join(f"`{each}`" for each in sorted(panel_ids()) if each != "any")


def formats() -> Iterator[tuple[str, str, str]]:
    for name in FORMATS:
        found = load(name)
        yield f"`{name}`", found.gives, found.in_folder


CHANGES = {
    Writes.IN_PLACE: (),
    Writes.ROWS: (
        "Where the records of an RRset differ in TTL or remarks, one can only be added.",
    ),
    Writes.ADDS: ("An RRset is created, added to and taken away, but not changed.",),
    Writes.ANEW: ("An RRset is created and taken away, but not changed.",),
}
TRIED = {Tried.SERVER: "a server", Tried.EMULATION: "an emulation", Tried.NOTHING: "no"}


def publishing() -> Iterator[tuple[str, ...]]:
    """A row for each who publishes, by title."""
    for each in sorted(publishers().values(), key=lambda one: one.title.casefold()):
        wanted = ", ".join(f"{c.label} (`{c.env}`)" for c in each.credentials)
        about = (
            f"{each.title} (`{each.id}`)",
            f"`{each.package}`",
            f"{wanted}: {each.made_at}",
            each.rights,
        )
        yield *about, " ".join(_limits(each)), TRIED[each.tried]


def _limits(publisher: Publisher) -> Iterator[str]:
    if publisher.lacks:
        yield f"No {', '.join(map(dns.rdatatype.to_text, publisher.lacks))}."
    yield from CHANGES[publisher.writes]
    yield from publisher.limits
    if publisher.min_ttl:
        yield f"No TTL below {publisher.min_ttl}."


def keys() -> Iterator[tuple[str, str]]:
    """A row for each key that the help has, and F1."""
    for command in (*MAIN, PALETTE, QUIT, *RECORDS):
        does = command.readme or command.help
        where = "in the records: " if command is RECORDS[0] else ""
        if does:
            code = "`" if command in RECORDS else ""
            yield f"{where}{code}{command.written_keys}{code}", does


TABLES: Mapping[str, Callable[[], Iterable[tuple[str, ...]]]] = {
    "| code | means |": codes,
    "| key | does |": keys,
    "| format | gives | in a folder |": formats,
    "| provider | package | what you give it, and where you make that | which has to allow "
    "at least | what it can't | tried |": publishing,
}
"""What fills the table below each head."""


def rewritten(text: str) -> str:
    """The README as it has to be."""
    for head, rows in TABLES.items():
        before, found, after = text.partition(f"{head}\n")
        assert found, f"README.md has no table {head}"
        rule, _, rest = after.partition("\n")
        while rest.startswith("|"):
            rest = rest.partition("\n")[2]
        body = "".join(f"| {' | '.join(row)} |\n" for row in rows())
        text = f"{before}{head}\n{rule}\n{body}{rest}"
    text = FORMAT_OPTION.sub("|".join(FORMATS), text)
    return PROVIDERS.sub(providers(), text)


if __name__ == "__main__":
    README.write_text(rewritten(README.read_text()))
