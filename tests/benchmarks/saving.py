"""Measures how long a plan of 200 domains takes to be saved, which each keystroke does.

Prints the time of the processor; exits with 1 above the limit.
"""

import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from mailcow_dns_tui.demo import demo_setup
from mailcow_dns_tui.model.setup import Domain
from mailcow_dns_tui.plan_file import read_plan, write_plan

DOMAINS = 200
RUNS = 5
LIMIT = 0.1
"""Seconds."""


def main() -> int:
    keys = demo_setup().domains[0].dkim
    domains = (
        Domain(f"d{number}.example", dkim=keys, verification=("MS=1",)) for number in range(DOMAINS)
    )
    setup = replace(demo_setup(), domains=tuple(domains))
    spent = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "plan.toml")
        for _ in range(RUNS):
            began = time.process_time()
            write_plan(setup, path)
            spent.append(time.process_time() - began)
        if read_plan(path) != setup:
            sys.exit("the plan did not come back as it was")
    print(f"saving {DOMAINS} domains  {min(spent):.3f} s  (limit {LIMIT})")
    return int(min(spent) > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
