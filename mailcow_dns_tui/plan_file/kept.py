"""A plan file that is open for long."""

import errno
from pathlib import Path

from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.plan_file.reading import draft_of, plan_bytes
from mailcow_dns_tui.plan_file.table import PlanError
from mailcow_dns_tui.plan_file.writing import write_plan

CHANGED = (
    "somebody else has changed it meanwhile, and that is not overwritten. Quit, and start again to "
    "go on from there"
)


class KeptPlan:
    """Reads a plan, and saves it as often as it changes, but never over what others wrote there."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: bytes | None = None

    def read(self) -> Setup:
        """The plan; an empty one where there is none yet.

        Raises:
            PlanError: it can't be read.
        """
        self._known = self._content()
        return Setup() if self._known is None else draft_of(self._path, self._known)

    def save(self, setup: Setup) -> None:
        """Write the plan.

        Raises:
            OSError: it can't be written, or was changed by somebody else; it is then untouched.
        """
        try:
            is_ours = self._content() in {None, self._known}
        except PlanError:
            is_ours = False
        if not is_ours:
            raise OSError(errno.ESTALE, CHANGED, str(self._path))
        self._known = write_plan(setup, self._path).encode()

    def _content(self) -> bytes | None:
        return plan_bytes(self._path) if self._path.exists() else None
