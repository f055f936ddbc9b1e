"""What a step says to take away."""

from dataclasses import replace

import pytest

from mailcow_dns_tui.model.code import Act
from mailcow_dns_tui.model.record import Record
from tests.guide.looking import steps_left
from tests.guide.states import GOOD_WORLD, HOST, OLD_KEY, RECORDS, SETUP

DOMAIN = "example.org"
HOSTS = {"old.example.net.": "9.9.9.9", "backup.example.net.": "9.9.9.10"}


def wanted(owner: str, rdtype: str) -> Record:
    return next(r for r in RECORDS if r.owner.to_text() == f"{owner}." and r.type_text == rdtype)


@pytest.mark.parametrize(
    ("owner", "rdtype", "stray"),
    [
        (f"autodiscover.{DOMAIN}", "CNAME", f"autodiscover.{DOMAIN}.{DOMAIN}"),
        (f"_dmarc.{DOMAIN}", "TXT", f"dmarc.{DOMAIN}"),
        (f"_smtp._tls.{DOMAIN}", "TXT", f"_tls._smtp.{DOMAIN}"),
        (f"_25._tcp.{HOST}", "TLSA", f"25._tcp.{HOST}"),
    ],
)
async def test_a_record_at_another_name_goes_when_it_is_put_right(
    owner: str, rdtype: str, stray: str
) -> None:
    record = wanted(owner, rdtype)
    world = GOOD_WORLD.without(owner, rdtype)
    (step,) = await steps_left(world.adding(stray, rdtype, record.rdata.to_text()))
    assert step.remove == (f"{stray} {rdtype} {record.value}",)
    assert step.record is not None
    assert step.record.owner == record.owner


@pytest.mark.parametrize(
    ("mx", "gone"),
    [
        (["5 old.example.net.", "20 backup.example.net."], ["5 old.example.net."]),
        (["10 dead.example.net.", "20 backup.example.net."], ["20 backup.example.net."]),
        (["20 1.2.3.4.", "10 dead.example.net."], ["20 1.2.3.4."]),
        ([f"20 {HOST}.{DOMAIN}.", "30 1.2.3.4."], [f"20 {HOST}.{DOMAIN}."]),
        (["0 .", "30 1.2.3.4."], ["0 ."]),
    ],
    ids=lambda each: each[0] if each else "",
)
async def test_only_what_the_sentence_speaks_of_goes(mx: list[str], gone: list[str]) -> None:
    world = GOOD_WORLD.with_zone("example.net.").having(DOMAIN, "MX", f"10 {HOST}.", *mx)
    for host, address in HOSTS.items():
        world = world.having(host, "A", address)
    step = next(s for s in await steps_left(world) if s.finding.rdtype == "MX")
    assert [each.value for each in step.removals] == gone


@pytest.mark.parametrize("tags", ["v=DKIM1;k=rsa;", "v=DKIM1; k=rsa; t=s; s=email; "])
async def test_the_key_stays_that_is_right_however_it_is_written(tags: str) -> None:
    record = wanted(f"dkim._domainkey.{DOMAIN}", "TXT")
    key = record.value.partition("p=")[2]
    there = (f'"{tags}p={key[:200]}" "{key[200:]}"', f'"{key[200:]}"')
    (step,) = await steps_left(GOOD_WORLD.having(record.owner, "TXT", *there))
    assert (step.act, step.record) == (Act.REMOVE, None)
    assert [each.value for each in step.removals] == [key[200:]]


async def test_a_key_that_begins_as_the_wanted_one_is_changed_with_it() -> None:
    """What can't be told apart by its beginning could be the wrong one that is deleted."""
    record = wanted(f"dkim._domainkey.{DOMAIN}", "TXT")
    key = record.value.partition("p=")[2]
    there = [f'"v=DKIM1; k=rsa; p={key[:200]}" "{rest}"' for rest in (key[200:], key[-3:])]
    (step,) = await steps_left(GOOD_WORLD.having(record.owner, "TXT", *there))
    assert (step.act, step.record) == (Act.CHANGE, record)


@pytest.mark.parametrize(
    ("owner", "rdtype", "there", "sentence"),
    [
        (
            DOMAIN,
            "MX",
            ["MX 10 old.example.net."],
            f"Change the MX record of {DOMAIN}: replace 10 old.example.net by 10 {HOST}.",
        ),
        (
            f"autodiscover.{DOMAIN}",
            "CNAME",
            ["CNAME old.example.net."],
            f"Change the CNAME record of autodiscover.{DOMAIN}: replace old.example.net by {HOST}.",
        ),
        (
            f"dkim._domainkey.{DOMAIN}",
            "TXT",
            ['TXT "v=DKIM1; p="'],
            (
                f"Change the DKIM record of dkim._domainkey.{DOMAIN}: replace its value by the one "
                "below."
            ),
        ),
        (
            f"_dmarc.{DOMAIN}",
            "TXT",
            ['TXT "v=DMARC1; p=none"', 'TXT "v=DMARC1; p=none; sp=none"'],
            (
                f"Change one DMARC record of _dmarc.{DOMAIN} to the value below, and delete the "
                "others."
            ),
        ),
    ],
)
async def test_what_is_edited_and_what_is_deleted_are_told_apart(
    owner: str, rdtype: str, there: list[str], sentence: str
) -> None:
    world = GOOD_WORLD.without(owner, rdtype)
    for each in there:
        world = world.adding(owner, *each.split(" ", 1))
    steps = await steps_left(
        world.with_zone("example.net.").adding("old.example.net", "A", "9.9.9.9")
    )
    (step,) = (s for s in steps if s.wanted == wanted(owner, rdtype))
    assert step.what == sentence


async def test_what_senders_skip_is_named_where_no_key_is_known() -> None:
    """No key is planned: nothing can be put beside it."""
    server = replace(SETUP.server, spki_sha256="")
    world = GOOD_WORLD.having(f"_25._tcp.{HOST}", "TLSA", f"1 1 1 {OLD_KEY}")
    steps = await steps_left(world, replace(SETUP, server=server))
    (step,) = (s for s in steps if s.finding.topic == "tlsa")
    assert (step.act, step.record) == (Act.REMOVE, None)
    assert [gone.value for gone in step.removals] == [f"1 1 1 {OLD_KEY}"]
