"""SRV records: where clients are led, and what happens to them there."""

from dataclasses import replace

import pytest

from mailcow_dns_tui.model.answer import Failure
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.setup import Offer, Setup
from tests.memory_dns import NS2, RESOLVER, Fault, MemoryDns, World, good_zone
from tests.topics.setups import SMALL, finding_about, findings_about, wanted

HOST = "mail.example.org."
IMAPS = "_imaps._tcp.example.org."
IMAP = "_imap._tcp.example.org."
SUBMISSION = "_submission._tcp.example.org."
POP3 = "_pop3._tcp.example.org."
CALDAVS = "_caldavs._tcp.example.org."
NEAR = "imap.example.org."
FAR = "imap.example.net."
GOOD = good_zone(SMALL)
POP3_DENIED = replace(
    SMALL,
    services=SMALL.services.with_service(
        replace(SMALL.services.of("pop3"), offer=Offer.NOT_PROVIDED)
    ),
)
IMAPS_RECORD = wanted(SMALL, IMAPS, "SRV")
DENIED = good_zone(POP3_DENIED)


async def about(
    world: World, owner: str, rdtype: str = "SRV", *faults: Fault, setup: Setup = SMALL
) -> Finding:
    memory = MemoryDns(world, faults=faults)
    return await finding_about(setup, memory, wanted(setup, owner, rdtype))


def text(finding: Finding) -> str:
    return f"{finding.code} {finding.status.word}"


PORTS = {
    "implicit TLS led to STARTTLS": (IMAPS, f"0 1 143 {HOST}", "error", "both fail"),
    "STARTTLS led to implicit TLS": (IMAP, f"0 1 993 {HOST}", "error", "both hang"),
    "sending led to the relay": (SUBMISSION, f"0 1 25 {HOST}", "error", "for other servers"),
    "some other port": (IMAPS, f"0 1 9930 {HOST}", "warning", "has port 9930 in place of 993"),
    "port as the weight": (IMAPS, f"0 993 1 {HOST}", "error", "has the port 993 as its weight"),
    "port as the priority": (IMAPS, f"993 0 1 {HOST}", "error", "the port 993 as its priority"),
}


@pytest.mark.parametrize("case", PORTS)
async def test_a_wrong_port_is_told_with_what_happens(case: str) -> None:
    owner, rdata, status, expected = PORTS[case]
    finding = await about(GOOD.having(owner, "SRV", rdata), owner)
    assert text(finding) == f"different {status}"
    assert expected in finding.message
    port = wanted(SMALL, owner, "SRV").value.split()[2]
    assert f"port {port}" in finding.fix


TLS_FAILS = "clients begin TLS at once there, the server waits for plain text"
TEXT_FAILS = "clients wait for plain text there, the server waits for TLS"
OTHER_SERVICE = "another service answers there"
UNFIT = (
    *(
        (service, port, TLS_FAILS)
        for service in ("imaps", "pop3s", "submissions", "smtps")
        for port in (25, 80, 110, 143, 587, 4190)
    ),
    *((service, 80, TLS_FAILS) for service in ("autodiscover", "carddavs", "caldavs")),
    *(
        (service, port, TEXT_FAILS)
        for service in ("imap", "pop3", "submission", "sieve")
        for port in (443, 465, 993, 995)
    ),
    ("imap", 110, OTHER_SERVICE),
    ("imap", 587, OTHER_SERVICE),
    ("pop3", 143, OTHER_SERVICE),
    ("submission", 143, OTHER_SERVICE),
    ("sieve", 143, OTHER_SERVICE),
    ("imaps", 995, OTHER_SERVICE),
    ("pop3s", 993, OTHER_SERVICE),
    ("submissions", 993, OTHER_SERVICE),
    ("smtps", 443, OTHER_SERVICE),
    ("caldavs", 993, OTHER_SERVICE),
    ("autodiscover", 465, OTHER_SERVICE),
)


@pytest.mark.parametrize(("service", "port", "expected"), UNFIT)
async def test_a_service_that_is_led_to_the_port_of_another_fails(
    service: str, port: int, expected: str
) -> None:
    owner = f"_{service}._tcp.example.org."
    finding = await about(GOOD.having(owner, "SRV", f"0 1 {port} {HOST}"), owner)
    assert text(finding) == "different error"
    assert expected in finding.message


@pytest.mark.parametrize(("other", "status"), [("0", "error"), ("10", "warning")])
async def test_a_wrong_port_that_is_tried_behind_the_right_one_is_fragile(
    other: str, status: str
) -> None:
    finding = await about(GOOD.adding(IMAPS, "SRV", f"{other} 1 143 {HOST}"), IMAPS)
    assert text(finding) == f"different {status}"


async def test_the_usual_port_is_no_other_services_where_the_plan_has_another() -> None:
    services = SMALL.services.with_service(replace(SMALL.services.of("imaps"), port=1993))
    setup = replace(SMALL, services=services)
    finding = await about(GOOD.having(IMAPS, "SRV", f"0 1 993 {HOST}"), IMAPS, setup=setup)
    assert text(finding) == "different warning"


@pytest.mark.parametrize("case", PORTS)
async def test_and_is_no_fault_where_it_is_planned(case: str) -> None:
    owner, rdata, _, _ = PORTS[case]
    port = int(rdata.split()[2])
    key = owner.split(".", maxsplit=1)[0].strip("_")
    services = SMALL.services.with_service(replace(SMALL.services.of(key), port=port))
    setup = replace(SMALL, services=services)
    finding = await about(GOOD.having(owner, "SRV", f"0 1 {port} {HOST}"), owner, setup=setup)
    assert text(finding) == "as-wanted ok"


@pytest.mark.parametrize("numbers", ["0 0", "10 1", "5 100"])
async def test_other_weights_work_and_differ(numbers: str) -> None:
    finding = await about(GOOD.having(IMAPS, "SRV", f"{numbers} 993 {HOST}"), IMAPS)
    assert text(finding) == "works-differently info"


async def test_a_name_of_ours_works_and_one_that_is_an_alias_is_against_the_rule() -> None:
    world = GOOD.having(IMAPS, "SRV", f"0 1 993 {NEAR}")
    finding = await about(world.having(NEAR, "A", "1.2.3.4"), IMAPS)
    assert text(finding) == "works-differently info"
    assert "certificate" in finding.message
    finding = await about(world.having(NEAR, "CNAME", HOST), IMAPS)
    assert text(finding) == "target-is-alias warning"
    finding = await about(world.having(NEAR, "A", "9.9.9.9"), IMAPS)
    assert text(finding) == "different warning"
    wrong_port = world.having(NEAR, "A", "1.2.3.4").having(IMAPS, "SRV", f"0 1 143 {NEAR}")
    assert text(await about(wrong_port, IMAPS)) == "different error"


async def test_a_target_without_address_fails_and_beside_ours_is_fragile() -> None:
    dead = GOOD.having(IMAPS, "SRV", f"0 1 993 {NEAR}")
    assert text(await about(dead, IMAPS)) == "dead-target error"
    beside = GOOD.adding(IMAPS, "SRV", f"10 1 993 {NEAR}")
    finding = await about(beside, IMAPS)
    assert text(finding) == "dead-target warning"
    assert len(finding.found) == 2


async def test_the_zone_twice_in_the_target_is_recognised() -> None:
    finding = await about(GOOD.having(IMAPS, "SRV", f"0 1 993 {HOST}example.org."), IMAPS)
    assert text(finding) == "dead-target error"
    assert "appended the domain" in finding.message
    assert HOST in finding.fix


@pytest.mark.parametrize("failure", [Failure.TIMEOUT, Failure.SERVFAIL])
async def test_a_target_that_could_not_be_asked_is_unknown(failure: Failure) -> None:
    world = GOOD.having(IMAPS, "SRV", f"0 1 993 {FAR}")
    finding = await about(world, IMAPS, "SRV", Fault(FAR, failure))
    assert text(finding) == "could-not-ask unknown"
    half = world.having(FAR, "A", "1.2.3.4").with_zone("example.net.")
    finding = await about(half, IMAPS, "SRV", Fault(FAR, failure, "AAAA"))
    assert text(finding) == "could-not-ask unknown"


@pytest.mark.parametrize("target", [FAR, NEAR, "."])
async def test_what_only_the_resolver_still_has_is_not_yet_visible(target: str) -> None:
    old = GOOD.having(IMAPS, "SRV", f"0 0 0 {target}")
    finding = await finding_about(SMALL, MemoryDns(GOOD, {RESOLVER: old}), IMAPS_RECORD)
    assert text(finding) == "not-yet-visible info"


@pytest.mark.parametrize("target", [FAR, NEAR])
async def test_servers_that_disagree_are_told(target: str) -> None:
    other = GOOD.having(IMAPS, "SRV", f"0 1 993 {target}")
    finding = await finding_about(SMALL, MemoryDns(GOOD, {NS2: other}), IMAPS_RECORD)
    assert text(finding) == "servers-disagree warning"


async def test_all_faults_of_several_records_are_told() -> None:
    world = GOOD.having(IMAPS, "SRV", f"0 1 143 {HOST}", f"0 1 993 {NEAR}", f"0 1 993 {FAR}")
    world = world.having(NEAR, "CNAME", HOST)
    found = await findings_about(SMALL, MemoryDns(world), wanted(SMALL, IMAPS, "SRV"))
    assert sorted(map(text, found)) == [
        "dead-target warning",
        "different error",
        "target-is-alias warning",
    ]


NOT_PROVIDED = {
    "as it should be": (["0 0 0 ."], "as-wanted ok"),
    "with weights": (["10 5 0 ."], "as-wanted ok"),
    "with a port": (["0 0 110 ."], "not-valid warning"),
    "beside a server": (["0 0 0 .", f"0 1 110 {HOST}"], "not-valid warning"),
    "twice": (["0 0 0 .", "1 0 0 ."], "not-valid warning"),
    "provided": ([f"0 1 110 {HOST}"], "different warning"),
    "by nothing": ([], "missing info"),
}


@pytest.mark.parametrize("case", NOT_PROVIDED)
async def test_a_service_that_is_not_provided(case: str) -> None:
    rdatas, expected = NOT_PROVIDED[case]
    finding = await about(DENIED.having(POP3, "SRV", *rdatas), POP3, setup=POP3_DENIED)
    assert text(finding) == expected
    assert bool(finding.fix) is (finding.status is not Status.OK)


async def test_a_service_that_is_provided_and_denied() -> None:
    finding = await about(GOOD.having(POP3, "SRV", "0 0 0 ."), POP3)
    assert text(finding) == "different warning"
    finding = await about(GOOD.adding(POP3, "SRV", "0 0 0 ."), POP3)
    assert text(finding) == "not-valid warning"


MISPLACED = (
    "imaps._tcp.example.org.",
    "_imaps.tcp.example.org.",
    "imaps.tcp.example.org.",
    "_tcp._imaps.example.org.",
    f"{IMAPS}example.org.",
)


@pytest.mark.parametrize("name", MISPLACED)
async def test_a_record_at_a_near_name_is_found(name: str) -> None:
    finding = await about(GOOD.without(IMAPS, "SRV").having(name, "SRV", f"0 1 993 {HOST}"), IMAPS)
    assert text(finding) == "misplaced info"
    assert name.rstrip(".") in finding.message
    assert "_imaps._tcp" in finding.fix
    memory = MemoryDns(GOOD.having(name, "SRV", f"0 1 993 {HOST}"))
    finding = await finding_about(SMALL, memory, wanted(SMALL, IMAPS, "SRV"))
    assert text(finding) == "as-wanted ok"
    assert name not in {asked.to_text() for asked, _ in memory.asked}


async def test_a_record_that_is_nowhere_is_missing() -> None:
    assert text(await about(GOOD.without(IMAPS, "SRV"), IMAPS)) == "missing info"


PATHS = {
    "as wanted": ([r'"path=/SOGo/dav/"'], "as-wanted ok"),
    "key in capitals": ([r'"PATH=/SOGo/dav/"'], "as-wanted ok"),
    "after another pair": ([r'"txtvers=1" "path=/SOGo/dav/"'], "as-wanted ok"),
    "beside another text": ([r'"path=/SOGo/dav/"', '"x=1"'], "as-wanted ok"),
    "without the last slash": ([r'"path=/SOGo/dav"'], "works-differently info"),
    "elsewhere": ([r'"path=/dav/"'], "different warning"),
    "twice": ([r'"path=/SOGo/dav/"', '"path=/dav/"'], "different warning"),
    "cut in two, which are two pairs": ([r'"path=/SO" "Go/dav/"'], "different warning"),
    "without key": ([r'"/SOGo/dav/"'], "missing info"),
    "in quotes": ([r'"\"path=/SOGo/dav/\""'], "missing info"),
}


@pytest.mark.parametrize("case", PATHS)
async def test_the_path_of_calendars(case: str) -> None:
    rdatas, expected = PATHS[case]
    finding = await about(GOOD.having(CALDAVS, "TXT", *rdatas), CALDAVS, "TXT")
    assert text(finding) == expected


async def test_half_of_a_pair_is_judged_by_what_a_client_does() -> None:
    finding = await about(GOOD.without(CALDAVS, "TXT"), CALDAVS, "TXT")
    assert text(finding) == "missing info"
    assert "/.well-known/caldav," in finding.message
    finding = await about(GOOD.without(CALDAVS, "SRV"), CALDAVS, "SRV")
    assert text(finding) == "missing info"
    assert "without which clients do not read it" in finding.message
    wild = GOOD.without(CALDAVS, "SRV").having(CALDAVS, "TXT", '"v=spf1 -all"')
    finding = await about(wild, CALDAVS, "SRV")
    assert text(finding) == "missing info"
    assert "path" not in finding.message
    neither = GOOD.without(CALDAVS, "SRV").without(CALDAVS, "TXT")
    for rdtype in ("SRV", "TXT"):
        finding = await about(neither, CALDAVS, rdtype)
        assert text(finding) == "missing info"
        assert "well-known" not in finding.message
        assert "without which" not in finding.message


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        (CALDAVS, '"path=/SOGo/dav/"', "has the path, but no SRV record"),
        (CALDAVS, '"v=spf1 -all"', "has no SRV record."),
        ("*.example.org.", '"v=spf1 -all"', "has no SRV record."),
        ("*.example.org.", '"path=/SOGo/dav/"', "has no SRV record."),
    ],
)
async def test_only_a_path_of_its_own_is_told_beside_a_missing_srv(
    name: str, data: str, told: str
) -> None:
    world = GOOD.without(CALDAVS, "SRV").without(CALDAVS, "TXT").having(name, "TXT", data)
    assert told in (await about(world, CALDAVS)).message


async def test_a_target_that_one_name_server_does_not_have() -> None:
    world = GOOD.having(IMAPS, "SRV", f"0 1 993 {NEAR}").having(NEAR, "A", "1.2.3.4")
    assert text(await about(world, IMAPS)) == "works-differently info"
    memory = MemoryDns(world, own={NS2: world.without(NEAR, "A")})
    finding = await finding_about(SMALL, memory, IMAPS_RECORD)
    assert text(finding) == "servers-disagree warning"
    assert "lacks an address on ns2.example.net" in finding.message
