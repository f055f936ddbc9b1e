"""A name server says far too much: a check asks little for it, and says so."""

from collections.abc import Sequence

import pytest
from dns.rdatatype import RdataType

from mailcow_dns_tui.cli.report import Checked, as_json, exit_code, json_text
from mailcow_dns_tui.lookup.question import Endpoint
from mailcow_dns_tui.model.bounds import MOST_QUESTIONS, MOST_QUESTIONS_FOR_ANOTHER
from mailcow_dns_tui.model.finding import Finding, Status
from tests.check_json import read_check
from tests.lookup import hostile
from tests.lookup.hostile import Asked, Attack, hostile_server
from tests.real.stage import FIRST, NS1, NS2, SECOND, Stage, one, own_zone, registry

TOO_MUCH = "sent more than 128 records or 16 KiB"
ENDLESS = "not asked, since the records lead to more names than a check follows"
MIB = 1024 * 1024


async def checked_with(
    stage: Stage, attack: Attack, servers: Sequence[str] = (NS1, NS2)
) -> tuple[Checked, Asked]:
    zone = own_zone(servers=servers)
    stage.set_up({FIRST: zone}, registry(*servers), resolver_asks=[FIRST])
    with hostile_server(Endpoint(SECOND, stage.port), [zone], attack) as asked:
        return await stage.check(), asked


def about(checked: Checked, rdtype: str) -> list[Finding]:
    return [f for f in checked.findings if f.rdtype == rdtype and f.record is not None]


FLOODS = {
    "MX": hostile.many_mx(1300),
    "SRV": hostile.many_srv(1300),
    "TXT": hostile.one_text(hostile.strings(b"v=spf1" + b" a:x.example.org" * 3900)),
}


@pytest.mark.parametrize(("rdtype", "attack"), FLOODS.items(), ids=FLOODS)
async def test_what_is_too_much_to_be_read_is_unknown_and_told(
    stage: Stage, rdtype: str, attack: Attack
) -> None:
    checked, _ = await checked_with(stage, attack)
    found = about(checked, rdtype)
    assert found
    assert {(f.status, f.code) for f in found} == {(Status.UNKNOWN, "could-not-ask")}
    assert all(f"{SECOND}:{stage.port}): {TOO_MUCH}" in f.message for f in found)
    assert all("did not publish so much" in f.fix for f in found)
    assert exit_code(checked.outcome) == 3
    # Whom SPF allows may depend on the MX.
    others = [f for f in checked.findings if f.rdtype != rdtype and f.topic != "spf"]
    assert {f.status for f in others if f.record} == {Status.OK}


async def test_many_targets_are_asked_for_up_to_a_limit(stage: Stage) -> None:
    """Each of the services leads to 120 hosts of its own: 2,640 questions."""
    checked, asked = await checked_with(stage, hostile.many_srv(120), [NS2])
    assert len(set(asked)) <= MOST_QUESTIONS + MOST_QUESTIONS_FOR_ANOTHER
    found = about(checked, "SRV")
    assert any(ENDLESS in f.message for f in found)
    assert not any(f.status is Status.OK or f.code == "missing" for f in found)


async def test_hundreds_of_faults_are_told_in_few_words(stage: Stage) -> None:
    checked, _ = await checked_with(stage, hostile.many_srv(120), [NS2])
    told = as_json(checked)
    assert len(json_text(told)) < MIB
    assert read_check(json_text(told))["findings"]
    assert any("more faults of this record are listed once" in f.message for f in checked.findings)


async def test_too_many_name_servers_are_unknown_and_told(stage: Stage) -> None:
    checked, _ = await checked_with(stage, hostile.many_hosts(RdataType.NS, 1300))
    found = one(checked, "delegation", "could-not-ask")
    assert found.status is Status.UNKNOWN
    assert f"{SECOND}:{stage.port}): {TOO_MUCH}" in found.message
    assert not any(f.code == "all-answer" for f in checked.findings)


async def test_name_servers_that_are_not_asked_are_told(stage: Stage) -> None:
    checked, _ = await checked_with(stage, hostile.many_hosts(RdataType.NS, 100))
    found = one(checked, "delegation", "could-not-ask")
    assert found.message == "Of the 102 name servers of example.org only 16 are asked."


async def test_an_alias_without_end_is_never_good(stage: Stage) -> None:
    checked, asked = await checked_with(stage, hostile.endless_alias(hostile.ZONE))
    assert len(set(asked)) <= MOST_QUESTIONS + MOST_QUESTIONS_FOR_ANOTHER
    found = [f for f in checked.findings if f.record is not None and f.topic != "ptr"]
    assert not any(f.status is Status.OK or f.code == "missing" for f in found)
