"""The folder that mailcow is installed in."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mailcow_dns_tui.mailcow.conf import Conf, read_conf
from mailcow_dns_tui.mailcow.env_file import parse_env
from mailcow_dns_tui.mailcow.small_file import NoFile, read_small

USUAL_PLACES = (Path("/opt/mailcow-dockerized"),)
CONF = "mailcow.conf"
LARGEST_CONF = 256 * 1024


@dataclass(frozen=True)
class NoConf:
    """Why there is nothing from mailcow.conf, as a sentence for the screen."""

    sentence: str


def find_folder(given: Path | None = None, places: Sequence[Path] = USUAL_PLACES) -> Path | None:
    """The given folder, else the first of the usual places that is there.

    Who gives mailcow.conf itself means the folder that it is in.
    """
    if given is not None:
        given = given.expanduser() if str(given).startswith("~/") else given
        return given.parent if given.name == CONF and not _is_folder(given) else given
    return next(filter(_is_folder, places), None)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):  # of a folder above it that may not be entered
        return False


def conf_in(folder: Path) -> Conf | NoConf:
    """What the folder's mailcow.conf says."""
    path = folder / CONF
    content = read_small(path, LARGEST_CONF)
    if content is NoFile.ABSENT:
        return NoConf(f"There is no mailcow.conf in {folder}; --mailcow names its own folder.")
    if isinstance(content, NoFile):
        return NoConf(f"{path} {content.value}.")
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return NoConf(f"{path} is not a text in UTF-8; save it as one.")
    return read_conf(parse_env(text))
