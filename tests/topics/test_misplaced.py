"""A record at another name than its own, and names that answer for others."""

from dataclasses import replace

import pytest

from mailcow_dns_tui.model.answer import Failure
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.report import Report
from mailcow_dns_tui.model.setup import DkimKey, Domain
from mailcow_dns_tui.topics.registry import plan
from mailcow_dns_tui.wizard.screens.record_detail import record_lines
from mailcow_dns_tui.wizard.widgets.hanging import joined
from tests.memory_dns import Fault, MemoryDns, World, good_zone
from tests.topics.setups import FULL, OTHER_KEY, SMALL, finding_about, findings, wanted

GOOD = good_zone(FULL)
ZONE = "example.org."
DKIM = wanted(FULL, "dkim._domainkey.example.org.", "TXT")
DMARC = wanted(FULL, "_dmarc.example.org.", "TXT")
REPORTS = wanted(FULL, "_smtp._tls.example.org.", "TXT")
IMAPS = wanted(FULL, "_imaps._tcp.example.org.", "SRV")
SPF = wanted(FULL, ZONE, "TXT", "v=spf1")
MX = wanted(FULL, ZONE, "MX")
HOST = wanted(FULL, "mail.example.org.", "A")
AUTOCONFIG = wanted(FULL, "autoconfig.example.org.", "CNAME")
TLSA = wanted(FULL, "_25._tcp.mail.example.org.", "TLSA")


def without(record: Record) -> World:
    return GOOD.without(record.owner, record.type_text)


def moved(record: Record, name: str) -> World:
    return without(record).adding(name, record.type_text, record.rdata.to_text())


async def judged(record: Record, world: World) -> Finding:
    return await finding_about(FULL, MemoryDns(world), record)


@pytest.mark.parametrize(
    ("record", "name"),
    [
        *((r, f"{r.owner}{ZONE}") for r in (DKIM, DMARC, REPORTS, IMAPS, SPF, MX, HOST, TLSA)),
        (AUTOCONFIG, "autoconfig.example.org.example.org."),
        (DMARC, "dmarc.example.org."),
        (DKIM, "dkim.domainkey.example.org."),
        (IMAPS, "imaps._tcp.example.org."),
        (IMAPS, "_imaps.tcp.example.org."),
        (REPORTS, "smtp.tls.example.org."),
        (REPORTS, "_tls._smtp.example.org."),
        (IMAPS, "_tcp._imaps.example.org."),
        (DKIM, "_domainkey.dkim.example.org."),
        (DKIM, "dkim.example.org."),
        (DMARC, ZONE),
        (REPORTS, ZONE),
        (TLSA, "mail.example.org."),
        (TLSA, "_25._tcp.example.org."),
        (TLSA, "_25._tcp.example.com."),
        (MX, "mail.example.org."),
        (MX, "www.example.org."),
        (SPF, "www.example.org."),
        (DMARC, "www.example.org."),
        (DMARC, "_dmarc.mail.example.org."),
        (REPORTS, "www.example.org."),
        (DKIM, "dkim._domainkey.mail.example.org."),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_a_record_at_another_name_is_found_there(record: Record, name: str) -> None:
    finding = await judged(record, moved(record, name))
    missing = await judged(record, without(record))
    assert (finding.code, missing.code) == ("misplaced", "missing")
    assert finding.status.rank <= missing.status.rank
    assert name.rstrip(".") in finding.message
    assert record.name in finding.fix


@pytest.mark.parametrize("record", [MX, SPF, DMARC], ids=["MX", "SPF", "DMARC"])
@pytest.mark.parametrize("host", ["www", "mail"])
async def test_a_host_keeps_what_may_be_for_its_own_mail(record: Record, host: str) -> None:
    name = record.owner.to_text().replace(ZONE, f"{host}.{ZONE}")
    finding = await judged(record, moved(record, name))
    assert finding.code == "misplaced"
    assert finding.misplaced == ()
    assert f"if {host}.example.org neither sends nor takes mail" in finding.fix


@pytest.mark.parametrize("record", [DMARC, REPORTS], ids=["DMARC", "TLS reports"])
@pytest.mark.parametrize("place", [ZONE, "mail.example.org.", "www.example.org."])
async def test_what_does_nothing_where_it_is_goes_after_the_wanted_one_is_there(
    record: Record, place: str
) -> None:
    finding = await judged(record, moved(record, place))
    assert finding.fix == (
        f"Add the wanted one with the name {record.name} in the DNS settings of example.org, then "
        f"delete it at {place.rstrip('.')}."
    )


async def test_where_the_zone_was_appended_the_name_is_to_be_entered_without_it() -> None:
    finding = await judged(DMARC, moved(DMARC, "_dmarc.example.org.example.org."))
    assert finding.fix == "Enter _dmarc as the name: the panel appends example.org itself."


async def test_zone_and_host_may_both_have_been_appended_to() -> None:
    doubled = "0 1 993 mail.example.org.example.org."
    world = without(IMAPS).having("_imaps._tcp.example.org.example.org.", "SRV", doubled)
    assert (await judged(IMAPS, world)).code == "misplaced"


@pytest.mark.parametrize(
    ("record", "name", "data"),
    [
        (DMARC, "_dmarc.example.org.example.org.", '"v=DMARC1; p=none"'),
        (IMAPS, "imaps._tcp.example.org.", "0 1 1993 mail.example.org."),
        (HOST, "mail.example.org.example.org.", "9.9.9.9"),
    ],
)
async def test_something_else_at_another_name_is_not_the_record(
    record: Record, name: str, data: str
) -> None:
    world = without(record).having(name, record.type_text, data)
    assert (await judged(record, world)).code == "missing"


async def test_the_address_of_the_apex_is_not_the_hosts() -> None:
    assert (await judged(HOST, moved(HOST, ZONE))).code == "missing"


async def test_a_wildcard_is_not_taken_for_a_record_at_another_name() -> None:
    world = without(MX).having("*.example.org.", "MX", MX.rdata.to_text())
    assert (await judged(MX, world)).code == "missing"


async def test_an_alias_that_leads_to_such_data_is_not_the_record() -> None:
    world = without(IMAPS).having("imaps._tcp.example.org.", "CNAME", "srv.example.org.")
    world = world.having("srv.example.org.", "SRV", IMAPS.rdata.to_text())
    assert (await judged(IMAPS, world)).code == "missing"


async def test_names_that_can_not_be_asked_change_nothing() -> None:
    name = "_dmarc.example.org.example.org."
    dns_ = MemoryDns(moved(DMARC, name), faults=(Fault(name, Failure.TIMEOUT),))
    assert (await finding_about(FULL, dns_, DMARC)).code == "missing"


async def test_only_a_name_beside_the_host_is_asked_besides_where_all_is_good() -> None:
    dns_ = MemoryDns(GOOD)
    assert {f.status for f in await findings(FULL, dns_)} == {Status.OK}
    names = {name.to_text() for name, _ in dns_.asked}
    beside_host = "does-a-wildcard-answer-here.example.org."
    strange = [name for name in names if "wildcard" in name or name.count("example.org") > 1]
    assert strange == [beside_host]
    assert "_tls._smtp.example.org." not in names


async def test_only_names_of_the_operators_own_zones_are_asked() -> None:
    dns_ = MemoryDns(World((), {}).with_zone(ZONE))
    await findings(FULL, dns_)
    own = {*FULL.zones, *(record.zone for record in plan(FULL))}
    # DMARC is looked for above a domain too, up to the top.
    asked = (name for name, _ in dns_.asked if name.labels[0] != b"_dmarc")
    assert not [name for name in asked if not any(map(name.is_subdomain, own))]


SUB = Domain("sub.example.org", dkim=(DkimKey(key=OTHER_KEY),))
SUB_ALONE = replace(SMALL, domains=(SUB,))
SUB_KEY = wanted(SUB_ALONE, "dkim._domainkey.sub.example.org.", "TXT")
PARENTS = "dkim._domainkey.example.org."


def with_parents_key(record: Record) -> World:
    world = good_zone(SUB_ALONE).without(SUB_KEY.owner, "TXT").with_zone(ZONE)
    world = replace(world, origins=tuple(o for o in world.origins if o != SUB.apex))
    return world.having(PARENTS, "TXT", record.rdata.to_text())


async def test_the_key_of_a_subdomain_at_the_name_of_its_parent_is_named_and_left_there() -> None:
    found = await finding_about(SUB_ALONE, MemoryDns(with_parents_key(SUB_KEY)), SUB_KEY)
    assert (found.code, found.status) == ("misplaced", Status.ERROR)
    assert "is at another name: dkim._domainkey.example.org." in found.message
    assert "Add it with the name dkim._domainkey.sub in the DNS settings" in found.fix
    assert not found.misplaced


async def test_the_parents_own_key_is_no_slip_though_it_is_the_same() -> None:
    both = replace(SMALL, domains=(Domain("example.org", dkim=(DkimKey(key=OTHER_KEY),)), SUB))
    found = await finding_about(both, MemoryDns(with_parents_key(SUB_KEY)), SUB_KEY)
    assert found.code == "missing"


async def test_what_the_parent_has_for_its_own_clients_is_no_slip() -> None:
    imaps = wanted(SUB_ALONE, "_imaps._tcp.sub.example.org.", "SRV")
    world = with_parents_key(SUB_KEY).without(imaps.owner, "SRV")
    world = world.having("_imaps._tcp.example.org.", "SRV", imaps.rdata.to_text())
    assert (await finding_about(SUB_ALONE, MemoryDns(world), imaps)).code == "missing"


async def test_name_and_value_of_a_mx_that_were_swapped() -> None:
    world = without(MX).having("mail.example.org.", "MX", f"10 {ZONE}")
    found = await judged(MX, world)
    assert (found.code, found.status) == ("misplaced", Status.ERROR)
    swapped = "it stands at mail.example.org, and names example.org, which has none."
    assert found.message == f"Name and value of the MX record are swapped: {swapped}"
    assert found.fix.startswith("Enter @ as the name and mail.example.org as the value in the DNS")
    assert [name.to_text() for name, _ in found.misplaced] == ["mail.example.org."]


@pytest.mark.parametrize(
    ("record", "rdtype", "data"),
    [
        (IMAPS, "TLSA", f"3 1 1 {'ab' * 32}"),
        (TLSA, "SRV", "0 1 25 mail.example.org."),
        (SPF, "SPF", '"v=spf1 mx a -all"'),
    ],
)
async def test_a_record_of_a_wrong_type_is_named(record: Record, rdtype: str, data: str) -> None:
    found = await judged(record, without(record).having(record.owner, rdtype, data))
    missing = await judged(record, without(record))
    assert (found.code, missing.code) == ("other-type", "missing")
    assert found.status is missing.status
    assert f"has a record of the type {rdtype}, and no " in found.message
    assert f"Add it with the type {record.type_text} in the DNS settings of" in found.fix
    assert [stray.rdtype.name for _, stray in found.misplaced] == [rdtype]


async def test_a_wildcard_is_not_taken_for_a_policy_at_a_host() -> None:
    world = without(DMARC).having("*.example.org.", "TXT", '"v=DMARC1; p=none"')
    world = world.without("_dmarc.example.com.", "TXT")
    assert "stands at" not in (await judged(DMARC, world)).message


async def test_what_is_elsewhere_too_is_told_beside_the_wildcard() -> None:
    world = moved(DKIM, "dkim.example.org.").having("*._domainkey.example.org.", "TXT", '"x"')
    world = world.without("next._domainkey.example.org.", "TXT")
    found = await judged(DKIM, world)
    assert found.code == "wildcard-answers"
    assert "*._domainkey.example.org answers for it" in found.message
    assert "is at another name: dkim.example.org." in found.message


async def test_many_domains_do_not_make_the_search_for_the_servers_record_longer() -> None:
    many = tuple(Domain(f"d{number}.example") for number in range(60))
    setup = replace(FULL, domains=(*FULL.domains, *many))
    memory = MemoryDns(without(TLSA))
    assert (await finding_about(setup, memory, TLSA)).code == "missing"
    assert len({name for name, _ in memory.asked}) < 30


@pytest.mark.parametrize(
    ("record", "wildcard", "rdtype", "data"),
    [
        (DKIM, "*._domainkey.example.org.", "TXT", '"x"'),
        (AUTOCONFIG, "*.example.org.", "A", "9.9.9.9"),
        (AUTOCONFIG, "*.example.org.", "CNAME", "web.example.net."),
        (REPORTS, "*.example.org.", "CNAME", "mail.example.org."),
    ],
)
async def test_a_wildcard_that_answers_instead_is_named(
    record: Record, wildcard: str, rdtype: str, data: str
) -> None:
    world = without(record)
    if wildcard.startswith("*._domainkey"):
        world = world.having("x._domainkey.example.org.", "TXT", '"y"')
    else:
        world = world.without("next._domainkey.example.org.", "TXT")
    finding = await judged(record, world.having(wildcard, rdtype, data))
    assert finding.code == "wildcard-answers"
    report = Report().with_records(plan(FULL)).with_findings((finding,))
    shown = joined(record_lines(record, report, FULL), 80).plain
    assert "Wildcard  " in shown
    assert "Published" not in shown
    assert wildcard.rstrip(".") in finding.message


async def test_a_wildcard_with_another_answer_is_not_blamed() -> None:
    world = GOOD.having("autoconfig.example.org.", "CNAME", "web.example.net.")
    world = world.having("*.example.org.", "CNAME", "other.example.net.")
    assert (await judged(AUTOCONFIG, world)).code == "different"


async def test_a_wildcard_that_leads_to_the_host_is_as_good() -> None:
    world = without(AUTOCONFIG).having("*.example.org.", "CNAME", "mail.example.org.")
    assert (await judged(AUTOCONFIG, world)).status is Status.OK


@pytest.mark.parametrize("record", [DKIM, DMARC, IMAPS], ids=lambda record: record.topic)
async def test_a_cname_that_hides_the_record_is_named(record: Record) -> None:
    world = World(GOOD.origins, {k: v for k, v in GOOD.rrsets.items() if k[0] != record.owner})
    finding = await judged(record, world.having(record.owner, "CNAME", "web.example.org."))
    assert finding.code == "cname-in-the-way"
    assert "web.example.org" in finding.message


async def test_a_cname_to_the_wanted_record_is_as_good() -> None:
    world = moved(DKIM, "key.example.org.").having(DKIM.owner, "CNAME", "key.example.org.")
    assert (await judged(DKIM, world)).status is Status.OK


async def test_a_host_that_only_a_wildcard_answers_for_is_told() -> None:
    world = without(HOST).without(HOST.owner, "AAAA").without(HOST.owner, "CAA")
    world = world.without(HOST.owner, "TXT").without(TLSA.owner, "TLSA")
    alone = world.having("*.example.org.", "A", "1.2.3.4")
    finding = await judged(HOST, alone)
    assert (finding.code, str(finding.wildcard)) == ("as-wanted", "*.example.org.")
    assert (
        "once anything else is published there or below it: add this record there first"
        in finding.message
    )


@pytest.mark.parametrize("below", ["", "*.mail.example.org."])
async def test_what_stands_at_the_name_is_not_the_wildcards(below: str) -> None:
    world = GOOD.having("*.example.org.", "A", "1.2.3.4")
    world = world.having(below, "A", "1.2.3.4") if below else world
    assert (await judged(HOST, world)).wildcard is None


async def test_it_is_said_whose_name_is_to_be_changed_or_what_to_do_in_place_of_that() -> None:
    found = await judged(DKIM, moved(DKIM, "dkim.domainkey.example.org."))
    assert found.fix == (
        "The DKIM record at dkim.domainkey: change its name to dkim._domainkey in the DNS settings "
        "of example.org, or add one with that name and then delete the one at dkim.domainkey."
    )
    found = await judged(TLSA, moved(TLSA, "_25._tcp.example.org."))
    assert found.fix.startswith("The TLSA record at _25._tcp: change its name to _25._tcp.mail in")


async def test_from_another_zone_a_record_can_be_brought_by_no_change_of_its_name() -> None:
    away = replace(FULL, domains=(*FULL.domains, Domain("example.net")))
    world = moved(TLSA, "_25._tcp.example.net.").with_zone("example.net.")
    found = await finding_about(away, MemoryDns(world), TLSA)
    assert found.fix == (
        "Add it with the name _25._tcp.mail in the DNS settings of example.org, then delete the "
        "one at _25._tcp.example.net."
    )
