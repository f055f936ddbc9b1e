"""The user's place in the guide: the one table of a plan that is no answer.

What is not understood of it counts as absent: for a bookmark no plan is refused.
"""

from collections.abc import Mapping
from typing import Any

from mailcow_dns_tui.model.guide_place import GuidePlace
from mailcow_dns_tui.plan_file.table import Table


def read_place(table: Table, name: str, value: Any) -> GuidePlace:
    known = value if isinstance(value, dict) else {}
    step = known.get("step")
    return GuidePlace(
        is_open=known.get("open") is True,
        step=step if isinstance(step, str) else "",
        skipped=_texts(known.get("skipped")),
        left=_texts(known.get("left")),
    )


def _texts(value: Any) -> tuple[str, ...]:
    listed = value if isinstance(value, list) else []
    return tuple(each for each in listed if isinstance(each, str))


def place_table(place: GuidePlace) -> Mapping[str, Any]:
    """What is not as at the beginning."""
    lists = {"skipped": list(place.skipped), "left": list(place.left)}
    values = {"open": place.is_open, "step": place.step, **lists}
    return {key: value for key, value in values.items() if value}
