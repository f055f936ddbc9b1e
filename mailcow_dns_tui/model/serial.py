"""Serial numbers of zones."""

from collections.abc import Iterable


def newest(serials: Iterable[int]) -> int:
    """The newest by serial number arithmetic (RFC 1982); 0 for none."""
    found: int | None = None
    for serial in serials:
        if found is None or 0 < (serial - found) % 2**32 < 2**31:
            found = serial
    return found or 0
