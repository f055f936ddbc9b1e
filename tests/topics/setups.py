"""Setups that the topics are tested with, and how their findings are got."""

import asyncio
from dataclasses import replace

from mailcow_dns_tui.demo.example import BUECHER_KEY, EXAMPLE_ORG_KEY, SPKI_SHA256
from mailcow_dns_tui.model.answer import Dns
from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.setup import DkimKey, Dmarc, Domain, Server, Setup, TlsReports
from mailcow_dns_tui.topics.registry import TOPICS, check, plan, subjects

KEY = EXAMPLE_ORG_KEY
OTHER_KEY = BUECHER_KEY
DKIM = f"v=DKIM1; k=rsa; t=s; s=email; p={KEY}"

SMALL = Setup(
    server=Server(hostname="mail.example.org", ipv4="1.2.3.4"),
    domains=(Domain(name="example.org", dkim=(DkimKey(key=KEY),)),),
)
"""Nothing but what a mail server must answer."""

FULL = Setup(
    server=Server(
        hostname="mail.example.org",
        ipv4="1.2.3.4",
        ipv6="2001:db8::10",
        spki_sha256=SPKI_SHA256,
        caa="letsencrypt.org",
    ),
    tls_reports=TlsReports(),
    domains=(
        Domain(
            name="example.org",
            dkim=(DkimKey(key=KEY), DkimKey("next", OTHER_KEY)),
            mta_sts_id="20261123000000",
            verification=("google-site-verification=abc", "MS=ms1"),
        ),
        Domain(
            name="bücher.example",
            dkim=(DkimKey(key=OTHER_KEY),),
            dmarc=Dmarc(rua=("mailto:reports@example.org", "mailto:d@collector.example.net")),
        ),
        Domain(name="example.com", dkim=(DkimKey(key=KEY),), alias_of="example.org"),
    ),
)
"""Every option, an internationalised domain and an alias domain."""


def lines(records: tuple[Record, ...]) -> list[str]:
    return [f"{record.name} {record.type_text} {record.value}" for record in records]


def of_topic(setup: Setup, topic: str) -> list[str]:
    return lines(tuple(record for record in plan(setup) if record.topic == topic))


def with_domain(domain: Domain) -> Setup:
    return replace(SMALL, domains=(domain,))


async def findings(setup: Setup, dns: Dns) -> list[Finding]:
    return [finding async for each in check(setup, dns) for finding in each]


async def finding_about(setup: Setup, dns: Dns, record: Record) -> Finding:
    """The one finding about a wanted record, without a check of all the others."""
    (found,) = await findings_about(setup, dns, record)
    return found


async def findings_about(setup: Setup, dns: Dns, record: Record) -> list[Finding]:
    """All findings about one wanted record."""
    checks = [
        topic.check(subject, dns)
        for subject in subjects(setup)
        for topic in TOPICS
        if subject.apex == record.domain and topic.id == record.topic
    ]
    return [f for each in await asyncio.gather(*checks) for f in each if f.record == record]


def wanted(setup: Setup, owner: str, rdtype: str, value: str = "") -> Record:
    """The record of the plan; `value` tells those of one RRset apart."""
    (record,) = (
        r
        for r in plan(setup)
        if r.owner.to_text() == owner and r.type_text == rdtype and value in r.value
    )
    return record
