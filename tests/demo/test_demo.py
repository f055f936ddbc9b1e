"""The embedded DNS of the demo serves its faults, and all else as planned."""

from collections.abc import Iterator

import dns.asyncquery
import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import pytest
from dns.message import Message
from dns.rdatatype import RdataType

from mailcow_dns_tui.demo import DemoDns, demo_setup
from mailcow_dns_tui.demo.world import NS1, NS2, NS3
from mailcow_dns_tui.model.names import ascii_form
from mailcow_dns_tui.model.problems import problems
from mailcow_dns_tui.model.rdata_text import shown
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.topics.registry import plan
from tests.demo.faults import FAULTS, Fault
from tests.demo_dns import BUECHER, SILENCE, ask, question, rdatas


async def serial(demo: DemoDns, server: str) -> str:
    response = await ask(demo, server, question("example.org.", "SOA"))
    return rdatas(response, RdataType.SOA)[0].to_text().split()[2]


async def test_one_name_server_is_stale(demo: DemoDns) -> None:
    assert await serial(demo, NS2) < await serial(demo, NS1)
    now, before = [
        rdatas(await ask(demo, server, question(BUECHER, "SOA")), RdataType.SOA)
        for server in (NS1, NS2)
    ]
    assert now == before


@pytest.mark.parametrize("tcp", [False, True])
async def test_one_name_server_is_dead(demo: DemoDns, tcp: bool) -> None:
    query = dns.asyncquery.tcp if tcp else dns.asyncquery.udp
    with pytest.raises(dns.exception.Timeout):
        await query(question(BUECHER, "SOA"), NS3, timeout=SILENCE, port=demo.port)


def served_values(response: Message, rdtype: str) -> set[str]:
    return {shown(rdata) for rdata in rdatas(response, RdataType[rdtype])}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.what)
async def test_each_fault_is_served(demo: DemoDns, fault: Fault) -> None:
    query = question(fault.owner, fault.rdtype)
    if fault.server == NS3:
        with pytest.raises(dns.exception.Timeout):
            await dns.asyncquery.udp(query, NS3, timeout=SILENCE, port=demo.port)
        return
    served = served_values(await ask(demo, fault.server, query), fault.rdtype)
    assert served >= set(fault.published)
    assert fault.published or not served


def faulty_places() -> set[tuple[str, str]]:
    return {(fault.owner, fault.rdtype) for fault in FAULTS if fault.server == NS1}


def planned() -> Iterator[Record]:
    yield from plan(demo_setup())


async def test_all_that_is_no_fault_is_as_planned(demo: DemoDns) -> None:
    good = [r for r in planned() if (r.owner.to_text(), r.type_text) not in faulty_places()]
    for record in good:
        response = await ask(demo, NS1, question(record.owner, record.rdtype))
        assert record.rdata in rdatas(response, record.rdtype), record
    assert len(good) >= 30


def test_faults_are_where_the_plan_wants_something_else() -> None:
    wanted = {(r.owner.to_text(), r.type_text, r.value) for r in planned()}
    places = {(owner, rdtype) for owner, rdtype, _ in wanted}
    doubled = (f"_dmarc.{BUECHER}{BUECHER}", "TXT")
    assert faulty_places() - {doubled} <= places
    single = [fault for fault in FAULTS if len(fault.published) == 1]
    assert not {(f.owner, f.rdtype, f.published[0]) for f in single} & wanted
    assert len(FAULTS) >= 14


def test_cut_key_is_the_beginning_of_the_planned_one() -> None:
    owner = f"dkim._domainkey.{BUECHER}"
    (key,) = [r.value for r in planned() if r.owner.to_text() == owner]
    (cut,) = [fault.published[0] for fault in FAULTS if fault.owner == owner]
    assert key.startswith(cut)
    assert len(cut) == 255 < len(key)


def test_plan_is_complete() -> None:
    setup = demo_setup()
    assert not list(problems(setup))
    assert [ascii_form(apex) for apex in setup.apexes] == ["example.org", BUECHER.rstrip(".")]
    assert [domain.name for domain in setup.domains] == ["example.org", "bücher.example"]
