"""The dialogue in lines among servers on loopback.

`python -m tests.real.guided_plain PLAN RESOLVER_PORT AUTHORITY_PORT POLICY_PORT`
"""

import sys
from functools import partial
from unittest.mock import patch

from mailcow_dns_tui.cli.arguments import parse
from mailcow_dns_tui.cli.plain.start import run
from mailcow_dns_tui.mailcow import conf
from tests.real.guided_network import network


def main(plan: str, *ports: str) -> int:
    # Whatever this machine has of mailcow.
    with patch.object(conf, "find_folder", return_value=None):
        return run(parse([plan]), connect=partial(network, *map(int, ports)))


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
