"""A format as a newcomer writes one: its file is all of it, beside a line in the list."""

from collections.abc import Mapping, Sequence

from mailcow_dns_tui.export.format import Format, one_file
from mailcow_dns_tui.model.record import Record


def toy_text(records: Sequence[Record]) -> str:
    return "".join(f"{record.owner} toy {record.value}\n" for record in records)


FORMATS: Mapping[str, Format] = {
    "toy": one_file("toys.txt", toy_text, "a list for children"),
}
