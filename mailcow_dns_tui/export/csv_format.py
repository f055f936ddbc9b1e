"""CSV, for spreadsheets."""

import csv
import io
from collections.abc import Sequence

from mailcow_dns_tui.export.rows import COLUMNS, row
from mailcow_dns_tui.model.record import Record

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def csv_text(records: Sequence[Record]) -> str:
    """A header, then one line a record.

    A cell that a spreadsheet would take for a formula begins with an apostrophe, which it hides.
    The apex is such a cell as `name`; `owner` has it without.
    """
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows({k: _cell(v) for k, v in row(record).items()} for record in records)
    return text.getvalue()


def _cell(value: str | int | bool | None) -> str:
    text = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
