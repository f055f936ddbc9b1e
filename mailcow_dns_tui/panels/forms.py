"""Which boxes a form has, read from the table `boxes` of a profile."""

from __future__ import annotations

from collections.abc import Sequence

from mailcow_dns_tui.panels.profile import DATA_FIELDS, Element, field_name
from mailcow_dns_tui.panels.table import Table, list_of, text

NAME_FIELDS = (["name"], ["protocol", "service"], ["name", "protocol", "service"])
"""What may stand for an owner name; the last two for an SRV only."""


def read_forms(table: Table, *, with_ttl: bool) -> dict[str, tuple[Element, ...]]:
    """Each type's boxes in their order; the TTL is left out where records have none."""
    frame = table.take("frame", list_of(text))
    forms = {}
    for rdtype in DATA_FIELDS:
        own = table.take(rdtype, list_of(text))
        form = tuple(tuple(box.split()) for box in _whole(frame, own))
        form = form if with_ttl else tuple(box for box in form if box != ("ttl",))
        if complaint := _complaint(rdtype, form, with_ttl=with_ttl):
            raise table.error(rdtype, complaint)
        forms[rdtype] = form
    table.finish()
    return forms


def _whole(frame: Sequence[str], own: Sequence[str]) -> Sequence[str]:
    if "type" in own:
        return own
    return [box for place in frame for box in (own if place == "data" else [place])]


def _complaint(rdtype: str, form: Sequence[Element], *, with_ttl: bool) -> str | None:
    fields = [field_name(field) for box in form for field in box]
    about = ["type", *(["ttl"] if with_ttl else [])]
    names = NAME_FIELDS if rdtype == "SRV" else NAME_FIELDS[:1]
    wanted = [sorted([*about, *DATA_FIELDS[rdtype], *name]) for name in names]
    if sorted(fields) not in wanted:
        return f"the boxes have to hold {', '.join(wanted[0])}, each once"
    shared = {field for box in form if len(box) > 1 for field in box}
    if shared & {"type", "name", "service", "protocol", "ttl"}:
        return "only parts of the data can share a box"
    if rdtype == "TXT" and shared:
        return "a TXT needs a box of its own"
    return None
