"""What the wizard does where the process of the checks is gone: it says so, and goes on."""

from collections.abc import Iterator
from contextlib import contextmanager

from textual.widget import Widget

from mailcow_dns_tui.wizard.gone import GoneError


@contextmanager
def going_on(asking: Widget, again: str) -> Iterator[None]:
    """Leave the block where nothing could be asked, with a sentence why.

    Args:
        asking: where it is shown.
        again: a sentence on how to ask again.
    """
    try:
        yield
    except GoneError as error:
        asking.notify(f"{error} {again}", severity="error", timeout=20, markup=False)
