"""Files that somebody else wrote, read whole and in bounds."""

import stat
from enum import Enum
from pathlib import Path


class NoFile(Enum):
    """Why a file can't be read; the value goes on after its path, as a sentence."""

    ABSENT = "is not there"
    FORBIDDEN = "may not be read by this user; run with sudo"
    NOT_A_FILE = "is not a file"
    TOO_LARGE = "is too large to be what it should be"
    BROKEN = "can't be read; look at the disk"


def read_small(path: Path, limit: int) -> bytes | NoFile:
    """The content, or why there is none; more bytes than the limit are not read."""
    try:
        # The opening of a pipe would wait for somebody who writes.
        if not stat.S_ISREG(path.stat().st_mode):
            return NoFile.NOT_A_FILE
        with path.open("rb") as file:
            content = file.read(limit + 1)
    except (FileNotFoundError, NotADirectoryError):
        return NoFile.ABSENT
    except PermissionError:
        return NoFile.FORBIDDEN
    except (OSError, ValueError):  # the latter for a path with a NUL
        return NoFile.BROKEN
    return content if len(content) <= limit else NoFile.TOO_LARGE
