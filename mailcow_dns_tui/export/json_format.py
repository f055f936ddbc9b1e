"""JSON."""

import json
from collections.abc import Sequence

from mailcow_dns_tui.export.rows import row
from mailcow_dns_tui.model.record import Record


def json_text(records: Sequence[Record]) -> str:
    """`{"version": 1, "records": […]}`, each record with the columns of `rows`."""
    data = {"version": 1, "records": [row(record) for record in records]}
    return json.dumps(data, indent=2) + "\n"
