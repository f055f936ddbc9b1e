"""Checks in a network namespace of its own, in which a zone has other records than elsewhere.

Prints the topic, code and status of what is found, each time as JSON. `FOLDER`
"""

import asyncio
import json
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from mailcow_dns_tui.lookup import servers
from mailcow_dns_tui.model.setup import Domain, Server, Setup
from tests.conftest import NAME_SERVER_ADDRESSES
from tests.real.stage import (
    FIRST,
    NS1,
    NS2,
    REGISTRY,
    SECOND,
    SETUP,
    Stage,
    own_zone,
    registry,
    told,
)
from tests.servers import free_port, zone_text

LOCAL = "10.9.9.2"
CACHED = (("org.", "NS"), ("ns.org.", "A"), (NS1, "A"), (NS2, "A"))
HERE = "corp.lan"
OF_NOBODY = replace(SETUP, server=Server(f"mail.{HERE}", "192.0.2.10"), domains=(Domain(HERE),))
SUB = replace(SETUP, domains=(*SETUP.domains, replace(SETUP.domains[0], name="sub.example.org")))


def local_zone(apex: str) -> str:
    """Without anything of mail."""
    return zone_text(f"dc01 A {LOCAL}", "www A 10.0.0.6", apex=apex, servers=["dc01"])


def show(stage: Stage, setup: Setup = SETUP) -> None:
    print(json.dumps(told(asyncio.run(stage.check(setup)))))


def main(folder: str) -> None:
    # All of it is silence here, and need not be waited for as long as elsewhere.
    servers.RESOLVER_TIMEOUT = servers.AUTHORITY_TIMEOUT = 1.0
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    subprocess.run(["ip", "addr", "add", f"{LOCAL}/32", "dev", "lo"], check=True)
    with closing(Stage(Path(folder), free_port(NAME_SERVER_ADDRESSES))) as stage:
        seen = {FIRST: own_zone(), SECOND: own_zone(), LOCAL: local_zone("example.org")}
        here = {LOCAL: {HERE: local_zone(HERE)}, FIRST: {".": zone_text(apex=".", servers=[NS1])}}
        stage.set_up(seen, registry(NS1, NS2), resolver_asks=[LOCAL], beside=here)
        show(stage)
        for name, rdtype in CACHED:
            stage.remembered(name, rdtype)
        stage.stop(REGISTRY)
        stage.stop(SECOND)
        stage.serve(FIRST, here[FIRST])
        show(stage)
        show(stage, OF_NOBODY)
        # Its own name server, which others reach by another address.
        moved = {"example.net": zone_text(f"ns1 A {LOCAL}", apex="example.net", servers=[NS1])}
        ours = {LOCAL: own_zone(SUB, servers=[NS1])}
        stage.set_up(ours, registry(NS1), resolver_asks=[LOCAL], beside={REGISTRY: moved})
        show(stage, SUB)


if __name__ == "__main__":
    main(*sys.argv[1:])
