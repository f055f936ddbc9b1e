"""`publish` with a resolver and name servers of a test's own.

`python -m tests.publish.local_publish PLAN RESOLVER_PORT AUTHORITY_PORT [OPTION]...`
"""

import sys

from mailcow_dns_tui.cli.arguments import parse
from mailcow_dns_tui.cli.publish.command import run
from mailcow_dns_tui.lookup.question import Endpoint
from tests.command_line import at_port
from tests.conftest import RESOLVER_ADDRESS


def main(plan: str, resolver_port: str, authority_port: str, *more: str) -> int:
    resolver = Endpoint(RESOLVER_ADDRESS, int(resolver_port))
    return run(parse(["publish", plan, *more]), at_port(int(authority_port), resolver))


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
