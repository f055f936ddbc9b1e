"""The formats by name; a new one is a file of its own and an entry here.

Loads nothing but itself until a format is used, since the command line names them all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mailcow_dns_tui.model.record import Record


def _zone(records: Sequence[Record]) -> str:
    from mailcow_dns_tui.export.zone import zone_text

    return zone_text(records)


def _json(records: Sequence[Record]) -> str:
    from mailcow_dns_tui.export.json_format import json_text

    return json_text(records)


def _csv(records: Sequence[Record]) -> str:
    from mailcow_dns_tui.export.csv_format import csv_text

    return csv_text(records)


FORMATS: Mapping[str, Callable[[Sequence[Record]], str]] = {
    "zone": _zone,
    "json": _json,
    "csv": _csv,
}
