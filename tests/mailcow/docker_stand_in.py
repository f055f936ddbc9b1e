"""Stands in for Docker's command: `ps`, and `exec` with a command that runs on this machine.

A container is a folder, named by its ID, with `labels.json` and the programs in `bin`.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path


def main(folder: Path, arguments: Sequence[str]) -> int:
    commands = {"ps": ps, "exec": execute}
    return commands[arguments[0]](folder, arguments[1:])


def ps(folder: Path, arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--filter", action="append", default=[])
    parser.add_argument("--format", required=True)
    options = parser.parse_args(arguments)
    for container in sorted(folder.iterdir()):
        labels = json.loads((container / "labels.json").read_text())
        if all(matches(labels, wanted) for wanted in options.filter):
            print(formatted(options.format, container.name, labels))
    return 0


def matches(labels: dict[str, str], wanted: str) -> bool:
    kind, name, value = wanted.split("=", 2)
    return kind == "label" and labels.get(name) == value


def formatted(template: str, name: str, labels: dict[str, str]) -> str:
    line = template.replace("{{.ID}}", name)
    for label, value in labels.items():
        line = line.replace(f'{{{{.Label "{label}"}}}}', value)
    return line


def execute(folder: Path, arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("-i", action="store_true")
    parser.add_argument("-e", action="append", default=[])
    parser.add_argument("container")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args(arguments)
    container = folder / options.container
    if not container.is_dir():
        print(f"Error response from daemon: No such container: {container}", file=sys.stderr)
        return 1
    # As in a container: nothing of our environment but what is named, and a session of its own,
    # which outlives this command.
    passed = {name: os.environ[name] for name in options.e if name in os.environ}
    done = subprocess.run(
        options.command,
        env={"PATH": str(container / "bin"), **passed},
        stdin=None if options.i else subprocess.DEVNULL,
        start_new_session=True,
        check=False,
    )
    return done.returncode


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
