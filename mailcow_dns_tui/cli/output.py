"""Where output goes: standard output, a file, a folder of files, or a command of the user's."""

import io
import os
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from mailcow_dns_tui.cli import monitoring
from mailcow_dns_tui.cli.report import Checked, Outcome, exit_code, json_part, json_whole
from mailcow_dns_tui.cli.values import NAGIOS
from mailcow_dns_tui.export.format import Format
from mailcow_dns_tui.files import OutputError, complain, not_written, write_text
from mailcow_dns_tui.mailcow_page.page import DnsPage
from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.signs import ASCII, LACKING, terminal_encoding


def let_any_character_pass(*, is_data: bool) -> None:
    """A locale without UTF-8 must not end a check: signs that it lacks are written in ASCII.

    What else it lacks is written as an escape. Data go into files, and are what they are.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        is_ascii = not is_data and terminal_encoding() == ASCII
        sys.stdout.reconfigure(encoding=ASCII if is_ascii else None, errors=LACKING)


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


@contextmanager
def output_to(path: str) -> Iterator[TextIO]:
    """A file, which is put in place whole at the end; standard output where the path is empty.

    Raises:
        BrokenPipeError: whoever read it has enough.
        OutputError: where it can't be written.
    """
    if not path:
        with standard_output() as file:
            yield file
        return
    with tempfile.TemporaryFile("w+", encoding="utf-8", newline="") as file:
        yield file
        file.seek(0)
        write_text(Path(path), file)


Write = Callable[[Sequence[Finding], DnsPage], str]
_PARTS: dict[str, Write] = {
    "json": json_part,
    NAGIOS: lambda findings, page: monitoring.nagios_part(findings),
    "prometheus": lambda findings, page: monitoring.prometheus_part(findings),
}
NOTHING: Mapping[str, Any] = {}


def write_report(checked: Checked, format_name: str, file: TextIO) -> None:
    """Write a whole check in one of the formats of `check`."""
    text = part_writer(format_name, file)(checked.findings, checked.page)
    write_parts(checked.outcome, [text] if checked.findings else [], format_name, file)


def part_writer(format_name: str, file: TextIO | None) -> Write:
    """Gives the text of some domains' findings, in one of the formats of `check`.

    A terminal that it goes to may have colours and another width; None is a closed one.
    """
    if format_name != "text":
        return _PARTS[format_name]
    from mailcow_dns_tui.cli.table import printer, write_findings

    console = printer(file or io.StringIO())

    def write(findings: Sequence[Finding], page: DnsPage) -> str:
        with console.capture() as captured:
            write_findings(console, findings)
        return captured.get()

    return write


def write_parts(
    outcome: Outcome,
    parts: Iterable[str],
    format_name: str,
    file: TextIO,
    more: Mapping[str, Any] = NOTHING,
) -> None:
    """Write a whole check of which `part_writer` has written the parts; `more` is for JSON only."""
    match format_name:
        case "json":
            file.writelines(json_whole(outcome, parts, more))
        case "prometheus":
            file.writelines(monitoring.prometheus_whole(outcome, parts, time.time()))
        case "text":
            from mailcow_dns_tui.cli.table import printer, summary

            file.writelines(parts)
            printer(file).print_line(summary(outcome))
        case _:
            file.write(monitoring.nagios_whole(outcome, parts))


def write_schema(output: str) -> None:
    """Write the JSON Schema of a check's JSON to a file, or to standard output where it is empty.

    Raises:
        OutputError: where that can't be done.
    """
    schema = Path(__file__).with_name("check.schema.json").read_text(encoding="utf-8")
    with output_to(output) as file:
        file.write(schema)


def report_code(outcome: Outcome, format_name: str) -> int:
    """The exit code of a whole check; what a monitoring system reads has codes of its own."""
    return monitoring.nagios_code(outcome) if format_name == NAGIOS else exit_code(outcome)


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
        write_text(Path(output), chosen.text(records))


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError as error:  # of a folder above it that may not be entered
        raise not_written(path, error) from error


def _write_files(folder: Path, texts: Mapping[str, str]) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise not_written(folder, error) from error
    for name, text in texts.items():
        write_text(folder / name, text)


STANDARD_ERROR = 2
MOST_SECONDS = 60.0


def notify(words: Sequence[str], text: str) -> None:
    """Run a command with a text on its standard input; its output goes to standard error.

    No shell reads the words. What fails is told on standard error, and is no more than that.
    """
    failure = _failure(words, text)
    if failure:
        complain(f"--notify-command {shlex.join(words)}: {failure}.\n")


def _failure(words: Sequence[str], text: str) -> str:
    """Why it has not done its work; empty where it has."""
    output = subprocess.DEVNULL if sys.stderr is None else STANDARD_ERROR
    try:
        done = subprocess.run(  # noqa: S603 - the user's own command, and no shell
            words, input=text.encode(), stdout=output, timeout=MOST_SECONDS, check=False
        )
    except OSError as error:
        return f"can't be run: {error.strerror}"
    except subprocess.TimeoutExpired:
        return f"took longer than {MOST_SECONDS:g} s, and was ended"
    if done.returncode < 0:
        return f"was ended by signal {-done.returncode}"
    return f"ended with {done.returncode}" if done.returncode else ""
