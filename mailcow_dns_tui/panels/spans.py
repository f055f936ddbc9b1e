"""Spans of time as lists of panels have them."""

UNITS = ((86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))


def span_text(seconds: int) -> str:
    """The largest unit that leaves no rest: `30 minutes`, `1 hour`, `90 seconds`."""
    size, unit = next((size, unit) for size, unit in UNITS if seconds % size == 0)
    count = seconds // size
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"


def span_seconds(text: str) -> int | None:
    """The other way round; None for what is no such text."""
    count, _, unit = text.partition(" ")
    sizes = {name: size for size, name in UNITS}
    size = sizes.get(unit.removesuffix("s"))
    return int(count) * size if size and count.isdecimal() else None
