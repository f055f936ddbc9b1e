"""`check` with a resolver and name servers of a test's own.

`python -m tests.local_check PLAN RESOLVER_PORT AUTHORITY_PORT [OPTION]...`, all on loopback
addresses.
"""

import sys
from functools import partial

from mailcow_dns_tui.cli.arguments import parse
from mailcow_dns_tui.cli.commands import run
from mailcow_dns_tui.gc_tuning import collect_less_often
from mailcow_dns_tui.lookup.network import Network
from mailcow_dns_tui.lookup.question import Endpoint
from tests.conftest import RESOLVER_ADDRESS
from tests.signing import PROBES


def main(plan: str, resolver_port: str, authority_port: str, *more: str) -> int:
    resolver = Endpoint(RESOLVER_ADDRESS, int(resolver_port))
    connect = partial(_network, resolver, int(authority_port))
    collect_less_often()
    return run(parse(["check", plan, *more]), connect)


def _network(resolver: Endpoint, authority_port: int, asked: object) -> Network:
    return Network([resolver], authority_port, probes=PROBES)


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
