"""Files that are written whole or not at all."""

import os
import stat
from pathlib import Path

FOR_ALL = 0o666
"""Whom the umask lets; as a shell's `>` makes a file."""
FOR_OWNER = 0o600


def write_atomically(path: Path, text: str, mode: int) -> None:
    """Put a UTF-8 file in place of an old one, so that at any moment one of them is there, whole.

    A symbolic link stays one. What is no regular file, as /dev/stdout, is written to. A new file
    has the mode, less the umask, from its first byte on; one that was there is for nobody to whom
    the old one was not.

    Raises:
        OSError: where the file can't be written; the old one is then untouched.
    """
    if _is_special(path):
        path.write_bytes(text.encode())
        return
    import secrets

    target = Path(os.path.realpath(path))
    draft = target.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        _write_new(draft, text.encode(), mode & _mode_of(target))
        draft.replace(target)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def _is_special(path: Path) -> bool:
    try:
        return not stat.S_ISREG(path.stat().st_mode)
    except FileNotFoundError:
        return False


def _mode_of(path: Path) -> int:
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError:
        return FOR_ALL


def _write_new(path: Path, data: bytes, mode: int) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(data)
