"""Where output goes: standard output, a file, or a folder of files."""

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from mailcow_dns_tui.atomic_file import FOR_ALL, FOR_OWNER, write_atomically
from mailcow_dns_tui.export.formats import Format
from mailcow_dns_tui.model.record import Record


class OutputError(Exception):
    """Something that can't be written; the text names the file and why."""


@contextmanager
def standard_output() -> Iterator[TextIO]:
    """Standard output, whose failures are told once.

    Raises:
        BrokenPipeError: whoever read it has enough.
        OutputError: where it is closed, or nothing more fits.
    """
    if sys.stdout is None:
        raise OutputError("Standard output is closed.")
    try:
        yield sys.stdout
        sys.stdout.flush()
    except OSError as error:
        # What is still buffered must not fail again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            raise
        raise OutputError(f"Standard output can't be written: {error.strerror}.") from error


def write_export(records: Sequence[Record], chosen: Format, output: str) -> None:
    """Write the records to a file or folder; to standard output where `output` is empty.

    A name that ends in a slash is a folder's, also of one that is to be made.

    Raises:
        OutputError: where that can't be done.
    """
    if not output:
        with standard_output() as file:
            file.write(chosen.text(records))
    elif output.endswith("/") or _is_folder(Path(output)):
        _write_files(Path(output), chosen.files(records))
    else:
        _write(Path(output), chosen.text(records))


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError as error:  # of a folder above it that may not be entered
        raise _not_written(path, error) from error


def write_text(path: Path, text: str) -> None:
    """Put a file in place of an old one.

    Raises:
        OutputError: where that can't be done.
    """
    _write(path, text)


@contextmanager
def private_log(path: Path) -> Iterator[Callable[[str], None]]:
    """Gives what adds a line to a file, which is made for its owner alone; each is there at once.

    Raises:
        OutputError: where it can't be opened or written.
    """

    def write(line: str) -> None:
        try:
            rest = f"{line}\n".encode()
            while rest:
                rest = rest[os.write(file, rest) :]
        except OSError as error:
            raise _not_written(path, error) from error

    try:
        file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, FOR_OWNER)
    except OSError as error:
        raise _not_written(path, error) from error
    try:
        yield write
    finally:
        os.close(file)


def _write_files(folder: Path, texts: Mapping[str, str]) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _not_written(folder, error) from error
    for name, text in texts.items():
        _write(folder / name, text)


def _write(path: Path, text: str) -> None:
    try:
        write_atomically(path, text, FOR_ALL)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise _not_written(path, error) from error


def _not_written(path: Path, error: OSError) -> OutputError:
    return OutputError(f"{path}: can't be written: {error.strerror}.")
