"""What a format is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.record import Record


@dataclass(frozen=True)
class Format:
    """One way to write records.

    Attributes:
        text: all of them in one text.
        files: what is written into a folder: texts by file name.
        gives: what it is, and in a folder which files: as the table in the README has them.
        checked: the format that takes the findings of a check as well; None where it does not.
    """

    text: Callable[[Sequence[Record]], str]
    files: Callable[[Sequence[Record]], Mapping[str, str]]
    gives: str
    in_folder: str
    checked: Callable[[Iterable[Finding]], Format] | None = None


def one_file(name: str, text: Callable[[Sequence[Record]], str], gives: str) -> Format:
    """A format that is the same text in a folder, under a name of its own."""
    return Format(text, lambda records: {name: text(records)}, gives, f"`{name}`")


def checkable(
    name: str, text: Callable[[Sequence[Record], Iterable[Finding] | None], str], gives: str
) -> Format:
    """A format of one file that is another once the findings of a check are known."""

    def written(findings: Iterable[Finding] | None) -> Format:
        return one_file(name, lambda records: text(records, findings), gives)

    return replace(written(None), checked=written)
