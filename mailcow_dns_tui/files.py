"""Files that are read in bounds, and written whole or not at all; sentences on standard error."""

import errno
import io
import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from mailcow_dns_tui.model.text import safe
from mailcow_dns_tui.signs import writable

FOR_ALL = 0o666
"""Whom the umask lets; as a shell's `>` makes a file."""
FOR_OWNER = 0o600
OPEN_TO_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class OpenToOthersError(OSError):
    """A file with a secret that others than its owner may read or write."""


def read_whole(path: Path, limit: int, *, is_secret: bool = False) -> bytes:
    """What is in a file.

    Raises:
        OpenToOthersError: others than its owner may do anything with a secret one.
        OSError: it can't be read; EINVAL for what is no regular file, whose end may never come;
            EFBIG where it has more bytes than the limit, which are not read.
    """
    with io.BufferedReader(_opened(path)) as file:
        mode = os.fstat(file.fileno()).st_mode
        if not stat.S_ISREG(mode):
            raise OSError(errno.EINVAL, "it is not a regular file")
        if is_secret and mode & OPEN_TO_OTHERS:
            raise OpenToOthersError(errno.EPERM, "others may read it")
        content = file.read(limit + 1)
    if len(content) > limit:
        raise OSError(errno.EFBIG, f"it has more than {limit:,} bytes")
    return content


def _opened(path: Path) -> io.FileIO:
    def open_at_once(name: str, flags: int) -> int:
        # The opening of a pipe would wait for somebody who writes.
        return os.open(name, flags | os.O_NONBLOCK | os.O_NOCTTY)

    try:
        return io.FileIO(path, opener=open_at_once)
    except ValueError as error:  # of a path with a NUL
        raise OSError(0, str(error)) from error


def write_atomically(path: Path, text: str | Iterable[str], mode: int) -> None:
    """Put a UTF-8 file in place of an old one, so that at any moment one of them is there, whole.

    A symbolic link stays one. What is no regular file, as /dev/stdout, is written to. A new file
    has the mode, less the umask, from its first byte on; one that was there is for nobody to whom
    the old one was not.

    Raises:
        OSError: where the file can't be written; the old one is then untouched.
    """
    pieces = (each.encode() for each in ([text] if isinstance(text, str) else text))
    if _is_special(path):
        with path.open("wb") as file:
            file.writelines(pieces)
        return
    import secrets

    target = Path(os.path.realpath(path))
    draft = target.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        _write_new(draft, pieces, mode & _mode_of(target))
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


def _write_new(path: Path, pieces: Iterable[bytes], mode: int) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.writelines(pieces)
        file.flush()
        # Else the name can be there after a power cut, and the content not.
        os.fsync(file.fileno())


class OutputError(Exception):
    """Something that can't be written; the text names the file and why."""


def write_text(path: Path, text: str | Iterable[str]) -> None:
    """Put a file, or one of these pieces, in place of an old one.

    Raises:
        OutputError: where that can't be done.
    """
    try:
        write_atomically(path, text, FOR_ALL)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise not_written(path, error) from error


@contextmanager
def private_log(path: Path) -> Iterator[Callable[[str], None]]:
    """Open a log for its owner alone, and give a function that adds a line, written at once.

    Raises:
        OutputError: where it can't be opened or written.
    """

    def write(line: str) -> None:
        try:
            rest = f"{line}\n".encode()
            while rest:
                rest = rest[os.write(file, rest) :]
        except OSError as error:
            raise not_written(path, error) from error

    try:
        file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, FOR_OWNER)
    except OSError as error:
        raise not_written(path, error) from error
    try:
        yield write
    finally:
        os.close(file)


def not_written(path: Path, error: OSError) -> OutputError:
    """What to raise where a file can't be written."""
    return OutputError(f"{path}: can't be written: {error.strerror}.")


def complain(text: str) -> None:
    """Write lines to standard error, safe for a terminal; where that is closed, go on without."""
    if sys.stderr is None:
        return
    try:
        sys.stderr.write(writable("\n".join(map(safe, text.split("\n")))))
        sys.stderr.flush()
    except OSError:
        # What is still buffered must not fail again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())
