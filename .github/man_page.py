"""The manual page in the wheel: what `--help` says, and no second text."""

import sys
from pathlib import Path
from typing import Any

from argparse_manpage.manpage import Manpage
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ManPage(BuildHookInterface[Any]):
    """Hatchling's way to have something made before it is packed."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Put it where `man` looks beside the command."""
        sys.path.insert(0, self.root)
        from mailcow_dns_tui import PROGRAM
        from mailcow_dns_tui.cli.arguments import all_commands

        page = Manpage(all_commands(takes_plan=True), format="single-commands-section")
        page.description = self.metadata.core.description
        page.source = f"{PROGRAM} {self.metadata.version}"
        page.manual = "User Commands"
        page.date = ""  # that of the build would make other bytes every day
        page.add_section("synopsis", "=", ".nf\n" + page.parser.usage.replace(" " * 7, ""))
        page.add_section("examples", "=", page.format_text(page.parser.epilog.partition("\n")[2]))
        page.parser.epilog = None
        self.path = Path(self.directory, f"{PROGRAM}.1")
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(f"{page}", encoding="utf-8")
        build_data["shared_data"][str(self.path)] = f"share/man/man1/{PROGRAM}.1"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Leave nothing but the wheel."""
        self.path.unlink()
