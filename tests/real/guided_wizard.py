"""The wizard among servers on loopback, a web server with MTA-STS policies among them.

`python -m tests.real.guided_wizard PLAN RESOLVER_PORT AUTHORITY_PORT POLICY_PORT`
"""

import sys
from functools import partial
from pathlib import Path

from mailcow_dns_tui.wizard.start import run
from tests.real.guided_network import network


def main(plan: str, *ports: str) -> int:
    return run(Path(plan), connect=partial(network, *map(int, ports)))


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
