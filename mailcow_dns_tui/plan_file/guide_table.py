"""The user's place in the guide: the one table of a plan that is no answer.

What is not understood of it counts as absent: for a bookmark no plan is refused.
"""

from collections.abc import Mapping
from typing import Any

from mailcow_dns_tui.model.guide_place import GuidePlace
from mailcow_dns_tui.plan_file.table import Table


def read_place(table: Table, name: str, value: Any) -> GuidePlace:
    known = value if isinstance(value, dict) else {}
    step, skipped = known.get("step"), known.get("skipped")
    return GuidePlace(
        is_open=known.get("open") is True,
        step=step if isinstance(step, str) else "",
        skipped=tuple(each for each in _listed(skipped) if isinstance(each, str)),
    )


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def place_table(place: GuidePlace) -> Mapping[str, Any]:
    """What is not as at the beginning."""
    values = {"open": place.is_open, "step": place.step, "skipped": list(place.skipped)}
    return {key: value for key, value in values.items() if value}
