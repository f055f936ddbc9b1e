"""Files that only root may read, met by somebody else."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NOBODY = 65534


@contextmanager
def open_folder() -> Iterator[Path]:
    """A folder that everybody may enter; pytest's own ones are for its user alone."""
    with tempfile.TemporaryDirectory(dir="/tmp") as name:  # not TMPDIR, which may be closed
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


def close_to_others(path: Path) -> None:
    """As mailcow keeps its secrets; who is not root is shut out of what is their own as well."""
    path.chmod(0o600 if os.geteuid() == 0 else 0)


@contextmanager
def as_nobody() -> Iterator[None]:
    """Root becomes nobody for a while; who is not root stays who they are."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)
