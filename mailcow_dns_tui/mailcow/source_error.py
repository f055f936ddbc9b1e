"""Why something of mailcow could not be read, as a value."""

from __future__ import annotations

import errno
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from mailcow_dns_tui.files import read_whole

if TYPE_CHECKING:
    from pathlib import Path


class Why(Enum):
    """What code decides by; a `SourceError` has its words for people."""

    OTHER = auto()
    NO_FILE = auto()
    """The file is not there, or can't be read."""
    NOT_A_CERTIFICATE = auto()
    EXAMPLE = auto()
    """The certificate is the one that mailcow starts with."""
    EXPIRED = auto()
    OTHER_NAME = auto()
    """The certificate is for other names than the host's."""
    NO_SERVER = auto()
    """Nobody listens there."""
    NO_SUCH_API = auto()
    """This mailcow's API does not know the question."""


@dataclass(frozen=True)
class SourceError:
    """What could not be read and what to do about it.

    Attributes:
        sentence: fit for the screen. Of mailcow's API it goes on from `… could not be read: `,
            since one reason may hold for many domains; `of` completes it.
    """

    sentence: str
    why: Why = Why.OTHER

    def of(self, what: str) -> str:
        """The whole sentence, where this one tells only the reason."""
        return f"{what} could not be read: {self.sentence}"


KINDS = {
    errno.EINVAL: "is not a file",
    errno.EISDIR: "is not a file",
    errno.EFBIG: "is too large to be what it should be",
}
"""By error number of `read_whole`."""
BROKEN = "can't be read; look at the disk"


def read_small(path: Path, limit: int, absent: str = "") -> bytes | SourceError:
    """What is in a file that somebody else wrote; more bytes than the limit are not read.

    `absent` is the sentence for a file that is not there.
    """
    try:
        return read_whole(path, limit)
    except (FileNotFoundError, NotADirectoryError):
        return SourceError(absent or f"{path} is not there.", Why.NO_FILE)
    except PermissionError:
        problem = "may not be read by this user; run with sudo"
    except OSError as error:
        problem = KINDS.get(error.errno or 0, BROKEN)
    return SourceError(f"{path} {problem}.", Why.NO_FILE)
