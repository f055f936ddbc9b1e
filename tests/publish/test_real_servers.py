"""What is published at a real BIND and a real PowerDNS, and what of others stays as it was."""

import asyncio
import json
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import dns.name
import pytest

from mailcow_dns_tui.lookup.question import Endpoint
from mailcow_dns_tui.mailcow.secret import Secret
from mailcow_dns_tui.publish import applying
from mailcow_dns_tui.publish.changes import Change, Reading, Trouble, TroubleReason
from mailcow_dns_tui.publish.octodns_zone import ZoneAtProvider, connect
from mailcow_dns_tui.publish.providers import publisher_of
from tests.conftest import need
from tests.publish.zones import (
    APEX,
    DKIM,
    FOREIGN,
    NAME_SERVER,
    change,
    key,
    read,
    records,
    removal,
    rrset,
    transfer,
)
from tests.servers import free_port, run_bind, run_powerdns, zone_text

ADDRESS = "127.0.0.1"
OURS = (
    rrset("mail", "A", "192.0.2.10"),
    rrset("mail", "AAAA", "2001:db8::10"),
    rrset("autoconfig", "CNAME", "mail"),
    rrset("new", "MX", "10 mail"),
    rrset("dkim._domainkey", "TXT", f'"{DKIM[:255]}" "{DKIM[255:]}"'),
    rrset("_dmarc", "TXT", '"v=DMARC1; p=none; rua=mailto:dmarc@example.org"'),
    rrset("_imaps._tcp", "SRV", "0 1 993 mail"),
    rrset("_sip._udp", "SRV", "0 0 0 ."),
    rrset("_25._tcp.mail", "TLSA", "3 1 1 " + "0a" * 32),
    rrset("mail", "CAA", '0 issue "letsencrypt.org"'),
)


@dataclass(frozen=True)
class Served:
    """A zone at a running server: with the right credentials, and as the server has it."""

    panel: str
    endpoint: Endpoint
    credentials: Mapping[str, str]
    tsig: tuple[str, str] | None = None

    def at_provider(self, **others: str) -> ZoneAtProvider:
        publisher = publisher_of(self.panel)
        assert publisher is not None
        given = {name: Secret(text) for name, text in {**self.credentials, **others}.items()}
        zone = connect(publisher, given, APEX)
        assert not isinstance(zone, Trouble), zone.text
        return zone


StartServed = Callable[..., Served]


@pytest.fixture(params=["any", "powerdns"])
def serve(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[StartServed]:
    """Starts a server with example.org: `serve("www A 192.0.2.1")`."""
    start = {"any": serve_bind, "powerdns": _powerdns}[request.param]
    with ExitStack() as stack:
        yield lambda *lines: start(stack, tmp_path, lines)


def serve_bind(stack: ExitStack, folder: Path, lines: tuple[str, ...]) -> Served:
    need("named")
    endpoint = Endpoint(ADDRESS, free_port([ADDRESS]))
    text = zone_text(*lines, apex="example.org", servers=[NAME_SERVER])
    bind = stack.enter_context(run_bind(folder, endpoint, {"example.org": text}, {}))
    return Served(
        "any",
        endpoint,
        {
            "host": ADDRESS,
            "port": str(endpoint.port),
            "key_name": bind.key_name,
            "key_secret": bind.secret,
        },
        (bind.key_name, bind.secret),
    )


def _powerdns(stack: ExitStack, folder: Path, lines: tuple[str, ...]) -> Served:
    need("pdns_server")
    endpoint = Endpoint(ADDRESS, free_port([ADDRESS]))
    text = zone_text(*lines, apex="example.org", servers=[NAME_SERVER])
    running = stack.enter_context(run_powerdns(folder, endpoint, {"example.org": text}))
    return Served(
        "powerdns",
        endpoint,
        {"host": ADDRESS, "port": str(running.api_port), "api_key": running.api_key},
    )


def test_what_is_created_is_there_to_the_byte_and_nothing_else(serve: StartServed) -> None:
    served = serve(*FOREIGN)
    before = transfer(served.endpoint, served.tsig)
    zone = served.at_provider()
    contents = read(zone.read())
    assert zone.apply([change(contents, each) for each in OURS]) is None
    assert transfer(served.endpoint, served.tsig) == before + records(OURS)
    again = read(zone.read())
    assert all(again[each.owner, each.rdtype].is_same(each) for each in OURS)
    assert {k: v for k, v in again.items() if k in contents} == contents


def test_a_change_keeps_the_data_of_others_in_the_same_rrset(serve: StartServed) -> None:
    served = serve(*FOREIGN)
    before = transfer(served.endpoint, served.tsig)
    zone = served.at_provider()
    contents = read(zone.read())
    old = [contents[key("@", rdtype)] for rdtype in ("TXT", "CAA", "MX")]
    new = [
        replace(old[0], rdatas=old[0].rdatas + rrset("@", "TXT", '"v=spf1 mx -all"').rdatas),
        replace(old[1], rdatas=old[1].rdatas + rrset("@", "CAA", '0 issue "x.example"').rdatas),
        rrset("@", "MX", "10 www", ttl=60),
    ]
    changes = [change(contents, each) for each in new]
    assert zone.apply(changes) is None
    assert transfer(served.endpoint, served.tsig) == before - records(old) + records(new)
    undone = [Change(each.after, each.before) for each in changes]
    assert zone.apply(undone) is None
    assert transfer(served.endpoint, served.tsig) == before


def test_a_cname_gives_way_to_an_address_in_one_go(serve: StartServed) -> None:
    served = serve(*FOREIGN)
    before = transfer(served.endpoint, served.tsig)
    zone = served.at_provider()
    contents = read(zone.read())
    gone, new = contents[key("shop", "CNAME")], rrset("shop", "A", "192.0.2.10")
    assert zone.apply([removal(contents, "shop", "CNAME"), change(contents, new)]) is None
    after = before - records([gone]) + records([new])
    assert transfer(served.endpoint, served.tsig) == after


def test_a_text_goes_wherever_it_is_cut(serve: StartServed) -> None:
    served = serve('cut TXT "one" "two"', 'long TXT "v=DKIM1\\; p=" "abc"')
    zone = served.at_provider()
    contents = read(zone.read())
    gone = [removal(contents, owner, "TXT") for owner in ("cut", "long")]
    assert zone.apply(gone) is None
    assert key("cut", "TXT") not in read(zone.read())
    assert key("long", "TXT") not in read(zone.read())


def test_nothing_is_written_beside_a_cname(serve: StartServed) -> None:
    served = serve(*FOREIGN)
    before = transfer(served.endpoint, served.tsig)
    zone = served.at_provider()
    contents = read(zone.read())
    trouble = zone.apply([change(contents, rrset("shop", "A", "192.0.2.10"))])
    assert isinstance(trouble, Trouble)
    assert "shop.example.org A can't stand beside a CNAME" in trouble.text
    assert transfer(served.endpoint, served.tsig) == before


def test_what_somebody_changed_meanwhile_is_not_written_over(serve: StartServed) -> None:
    served = serve(*FOREIGN)
    zone = served.at_provider()
    contents = read(zone.read())
    theirs = rrset("@", "MX", "5 mx.new.example.")
    assert zone.apply([change(contents, theirs)]) is None
    before = transfer(served.endpoint, served.tsig)
    for late in (rrset("@", "MX", "10 mail"), rrset("mail", "A", "192.0.2.10")):
        apply = [change(contents, rrset("@", "MX", "10 mail")), change(contents, late)]
        trouble = zone.apply(apply)
        assert isinstance(trouble, Trouble)
        assert trouble.reason is TroubleReason.CHANGED
    assert transfer(served.endpoint, served.tsig) == before


def test_a_text_that_can_not_be_written_back_is_not_touched(serve: StartServed) -> None:
    served = serve(*FOREIGN)
    if served.panel == "any":
        return  # it can: tests/publish/test_transfer.py
    before = transfer(served.endpoint, served.tsig)
    zone = served.at_provider()
    contents = read(zone.read())
    assert key("odd", "TXT") not in contents
    again = zone.read()
    assert isinstance(again, Reading)
    assert key("odd", "TXT") in again.inexact
    trouble = zone.apply([change(contents, rrset("odd", "TXT", "mine"))])
    assert isinstance(trouble, Trouble)
    assert trouble.reason is TroubleReason.REFUSED
    assert "odd.example.org TXT" in trouble.text
    assert transfer(served.endpoint, served.tsig) == before


SIGNED_FOR_ANOTHER = {"key_secret": "c2VjcmV0LW9mLW5vYm9keQ=="}
WRONG = {
    "any": (
        SIGNED_FOR_ANOTHER,
        {"key_name": "nobody"},
        {"key_secret": "no-base64-at-all"},
        {"key_algorithm": "hmac-sha1024"},
        {"key_name": "k..k"},
        {"port": "fifty-three"},
        {"port": "99999"},
    ),
    "powerdns": (
        {"api_key": "secret-of-nobody"},
        {"api_key": "secret→of-nobody"},
        {"port": "fifty-three"},
        {"scheme": "gopher"},
    ),
}


def test_wrong_credentials_are_told_without_them(serve: StartServed) -> None:
    served = serve(*FOREIGN)
    for wrong in WRONG[served.panel]:
        answer = served.at_provider(**wrong).read()
        assert isinstance(answer, Trouble)
        assert answer.reason is TroubleReason.CREDENTIALS
        assert "To make them: " in answer.text
        assert not any(secret in answer.text for secret in wrong.values())


def test_where_nobody_listens_it_is_said_that_nobody_answered(serve: StartServed) -> None:
    served = serve()
    answer = served.at_provider(port=str(free_port([ADDRESS]))).read()
    assert isinstance(answer, Trouble)
    assert answer.reason is TroubleReason.UNREACHABLE


def test_a_zone_that_the_server_does_not_have_is_told(serve: StartServed) -> None:
    zone = replace(serve().at_provider(), zone=dns.name.from_text("example.net."))
    answer = zone.read()
    assert isinstance(answer, Trouble)
    assert answer.reason is TroubleReason.NO_ZONE
    assert "has no zone example.net" in answer.text


def test_a_change_without_an_answer_may_have_been_made(
    serve: StartServed, monkeypatch: pytest.MonkeyPatch
) -> None:
    served = serve()
    zone = served.at_provider()
    contents = read(zone.read())

    def lost(self: object, plan: object) -> None:
        raise TimeoutError

    monkeypatch.setattr(zone._class, "_apply", lost)
    answers = [zone.apply([change(contents, rrset("mail", "A", "192.0.2.10"))])]
    with socket.create_server((ADDRESS, 0)) as silent:
        late = served.at_provider(port=str(silent.getsockname()[1]))
        new = Change(None, rrset("mail", "A", "192.0.2.10"))
        answers.append(asyncio.run(applying.apply(late, [new], seconds=0.5))[0])
    for answer in answers:
        assert isinstance(answer, Trouble)
        assert answer.reason is TroubleReason.UNSURE
        assert "what it has changed is not known" in answer.text


def test_a_server_that_is_silent_is_left_after_the_time_given(serve: StartServed) -> None:
    served = serve()
    with socket.create_server((ADDRESS, 0)) as silent:
        port = str(silent.getsockname()[1])
        answer = asyncio.run(applying.read(served.at_provider(port=port), seconds=0.5))
    assert isinstance(answer, Trouble)
    assert answer.reason is TroubleReason.UNREACHABLE


SILENT = """
import json, sys
import dns.name
from mailcow_dns_tui.mailcow.secret import Secret
from mailcow_dns_tui.publish.octodns_zone import connect
from mailcow_dns_tui.publish.providers import publisher_of

panel, given = json.loads(sys.stdin.read())
secrets = {name: Secret(text) for name, text in given.items()}
zone = connect(publisher_of(panel), secrets, dns.name.from_text("example.org."))
print(len(zone.read().contents))
"""


def test_octodns_writes_nothing_to_the_terminal(serve: StartServed) -> None:
    served = serve(*FOREIGN)
    given = json.dumps([served.panel, served.credentials])
    command = [sys.executable, "-c", SILENT]
    done = subprocess.run(command, input=given, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert int(done.stdout) > 0
