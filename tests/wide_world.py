"""The command, with name servers at a port that a test chose: `PORT RESOLVER:PORT ARGUMENTS…`."""

import sys
from collections.abc import Sequence

from mailcow_dns_tui.cli import commands as headless
from mailcow_dns_tui.cli.arguments import parse
from mailcow_dns_tui.demo import DemoPolicies
from mailcow_dns_tui.lookup.network import Network
from mailcow_dns_tui.lookup.question import ResolverAddress, parse_resolver
from tests.signing import PROBES


def main(port: str, resolver: str, *arguments: str) -> int:
    def connect(_: Sequence[ResolverAddress]) -> Network:
        asked = [parse_resolver(resolver)]
        return Network(asked, int(port), probes=PROBES, fetcher=DemoPolicies())

    return headless.run(parse(arguments), connect)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
