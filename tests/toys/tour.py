"""Prints as JSON what becomes of the toys: of a domain without its MX, whose toy sleeps or is lost.

Run in a copy of the package that has them: `python -m tests.toys.tour FOLDER`.
"""

import asyncio
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from mailcow_dns_tui.cli.report import Checked, as_json
from mailcow_dns_tui.guide.plan import guide
from mailcow_dns_tui.model.report import Report
from mailcow_dns_tui.model.setup import Server, Setup
from mailcow_dns_tui.panels.load import by_id
from mailcow_dns_tui.plan_file import read_plan, write_plan
from mailcow_dns_tui.questions.suggestions import NO_SUGGESTIONS
from mailcow_dns_tui.topics.registry import plan
from mailcow_dns_tui.wizard.screens.overview_rows import head_content, overview, row_content
from mailcow_dns_tui.wizard.steps.step import Step, progress
from tests.make_readme import README, rewritten
from tests.memory_dns import MemoryDns, World, good_zone
from tests.topics.setups import SMALL, findings

WIDTH = 100
TOY = "_toy.example.org."


def seen(world: World, setup: Setup) -> dict[str, Any]:
    """All places in which the toy can turn up."""
    records, found = plan(setup), asyncio.run(findings(setup, MemoryDns(world)))
    report = Report().with_records(records).with_findings(found)
    rows = overview(report, setup, NO_SUGGESTIONS)
    steps = guide(setup, records, found)
    return {
        "json": as_json(Checked(tuple(found), 0.0, 0, setup))["findings"],
        "guide": [[s.finding.topic, s.act.value, s.what, s.locked] for s in steps],
        "heads": head_content(WIDTH).plain,
        "rows": [row_content(row, WIDTH).plain for row in rows],
        "step": worst.word if (worst := progress(Step.SERVICES, (), report).published) else "",
    }


def main(folder: str) -> None:
    path = Path(folder) / "plan.toml"
    write_plan(replace(SMALL, server=replace(SMALL.server, panel="toy")), path)
    setup = read_plan(path)
    good = good_zone(setup)
    asleep = good.having(TOY, "TXT", '"v=TOY1; asleep"')
    told = {
        "server": setup.server == Server("mail.example.org", "1.2.3.4", panel="toy"),
        "panel": getattr(by_id(setup.server.panel), "title", None),
        "good": seen(good, setup),
        "asleep": seen(asleep.without("example.org.", "MX"), setup),
        "lost": seen(good.without(TOY, "TXT"), setup),
        "readme": rewritten(README.read_text()),
    }
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1])
