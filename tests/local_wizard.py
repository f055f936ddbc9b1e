"""The wizard with a resolver and name servers of a test's own.

`python -m tests.local_wizard PLAN RESOLVER_PORT AUTHORITY_PORT [OPTION]...`, all on loopback
addresses.
"""

import sys
from functools import partial

from mailcow_dns_tui.cli.arguments import parse
from mailcow_dns_tui.lookup.network import Network
from mailcow_dns_tui.lookup.question import Endpoint
from mailcow_dns_tui.wizard.start import run
from tests.conftest import RESOLVER_ADDRESS
from tests.signing import PROBES


def main(plan: str, resolver_port: str, authority_port: str, *more: str) -> int:
    resolver = Endpoint(RESOLVER_ADDRESS, int(resolver_port))
    connect = partial(Network, [resolver], int(authority_port), probes=PROBES)
    arguments = parse([plan, *more])
    return run(arguments.plan, arguments.mailcow, connects=arguments.connects, connect=connect)


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
