"""Files that somebody else wrote, read whole and in bounds."""

import errno
from enum import Enum
from pathlib import Path

from mailcow_dns_tui.atomic_file import read_whole


class NoFile(Enum):
    """Why a file can't be read; the value goes on after its path, as a sentence."""

    ABSENT = "is not there"
    FORBIDDEN = "may not be read by this user; run with sudo"
    NOT_A_FILE = "is not a file"
    TOO_LARGE = "is too large to be what it should be"
    BROKEN = "can't be read; look at the disk"


KINDS = {
    errno.EINVAL: NoFile.NOT_A_FILE,
    errno.EISDIR: NoFile.NOT_A_FILE,
    errno.EFBIG: NoFile.TOO_LARGE,
}


def read_small(path: Path, limit: int) -> bytes | NoFile:
    """The content, or why there is none; more bytes than the limit are not read."""
    try:
        return read_whole(path, limit)
    except (FileNotFoundError, NotADirectoryError):
        return NoFile.ABSENT
    except PermissionError:
        return NoFile.FORBIDDEN
    except OSError as error:
        return KINDS.get(error.errno or 0, NoFile.BROKEN)
    except ValueError:  # a path with a NUL
        return NoFile.BROKEN
