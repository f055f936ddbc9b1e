"""Every sentence of what must be judged: a zone with the fault, and one near it that is fine.

The zones are served by real name servers. What NSD does not serve is in test_not_in_nsd.py, and
what only broken name servers show in tests/lookup.
"""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace

import pytest

from mailcow_dns_tui.model.finding import Finding, Status
from tests.battery import (
    caa,
    client_names,
    clients,
    dkim,
    dkim_pasting,
    dmarc,
    dnsbl,
    host,
    mta_sts,
    mx,
    name_servers,
    near,
    ptr,
    spf,
    spf_texts,
    tls_reports,
    tlsa,
    verification,
    whole,
)
from tests.battery.case import Case, Variant
from tests.battery.places import Place
from tests.battery.serving import Placed, Served, serving
from tests.conftest import need

TOPICS = {
    "whole": whole.CASES,
    "host": host.CASES,
    "ptr": ptr.CASES,
    "mx": mx.CASES,
    "spf": (*spf.CASES, *spf_texts.CASES),
    "dkim": (*dkim.CASES, *dkim_pasting.CASES),
    "dmarc": dmarc.CASES,
    "clients": (*client_names.CASES, *clients.CASES),
    "mta-sts": mta_sts.CASES,
    "tls-rpt": tls_reports.CASES,
    "caa": caa.CASES,
    "tlsa": tlsa.CASES,
    "verification": verification.CASES,
    "name servers": name_servers.CASES,
    "near": near.CASES,
    "dnsbl": dnsbl.CASES,
}
ALONE = frozenset(
    {"ptr", "spf", "dkim", "dmarc", "clients", "mta-sts", "tls-rpt", "tlsa", "verification"}
)
"""What nobody else reads; all others are judged by a check of everything."""
ALL = tuple(
    (topic, replace(case, alone=topic) if topic in ALONE else case)
    for topic, cases in TOPICS.items()
    for case in cases
)
VARIANTS = tuple(dict.fromkeys(variant for _, case in ALL for variant in case.variants))
PLACED = {variant: Placed(variant, Place(number)) for number, variant in enumerate(VARIANTS)}
each_case = pytest.mark.parametrize(
    "case", [case for _, case in ALL], ids=[f"{topic}: {case.sentence}" for topic, case in ALL]
)


Judge = Callable[[Variant], Awaitable[list[Finding]]]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    need("nsd")
    need("unbound")
    with serving(tmp_path_factory.mktemp("battery"), PLACED.values()) as running:
        yield running


def told(found: list[Finding]) -> set[str]:
    bad = (each for each in found if each.status is not Status.OK)
    return {f"{each.topic} {each.code} {each.status.word}" for each in bad}


def in_words(found: list[Finding]) -> list[str]:
    return [
        f"{each.topic} {each.code} {each.name}: {each.message} | {each.fix}"
        for each in found
        if each.status is not Status.OK
    ]


@pytest.fixture(scope="module")
def judge(served: Served) -> Judge:
    """Judges each zone once, however many cases it is near to."""
    known: dict[Variant, list[Finding]] = {}

    async def judged(variant: Variant) -> list[Finding]:
        if variant not in known:
            known[variant] = await served.judge(PLACED[variant])
        return known[variant]

    return judged


@each_case
async def test_a_fault_is_found_and_named(case: Case, judge: Judge) -> None:
    fault, _ = case.variants
    found = await judge(fault)
    assert told(found) == fault.told, in_words(found)
    for each in found:
        assert each.message.isprintable()
        assert each.fix.isprintable()
        assert each.message
        assert each.fix or each.status in {Status.OK, Status.INFO}
    text = "\n".join(in_words(found))
    assert all(PLACED[fault].place.text(name) in text for name in case.names), text


@each_case
async def test_what_is_near_it_is_fine(case: Case, judge: Judge) -> None:
    _, near = case.variants
    found = await judge(near)
    assert told(found) == near.told, in_words(found)
    assert found
