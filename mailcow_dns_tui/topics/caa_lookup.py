"""Which CAA RRset counts for the names that mailcow orders certificates for (RFC 8659 3)."""

import asyncio
from collections.abc import Iterator

import dns.name
from dns.name import Name
from dns.rdatatype import RdataType

from mailcow_dns_tui.model import validators
from mailcow_dns_tui.model.answer import Dns, Lookup
from mailcow_dns_tui.model.setup import Server
from mailcow_dns_tui.topics.base import Subject
from mailcow_dns_tui.topics.caa_opinion import LETS_ENCRYPT


def certificate_names(subject: Subject) -> Iterator[Name]:
    """The names that mailcow orders certificates for, and that the subject's zone has."""
    host, domain = subject.setup.server.name, subject.domain
    if host is None:
        return
    if domain is None:
        yield host
    elif subject.apex is not None:
        labels = () if subject.is_alias else ("autodiscover", "autoconfig")
        labels = (*labels, "mta-sts") if domain.mta_sts_id else labels
        yield from (dns.name.from_text(label, subject.apex) for label in labels)


def authority(server: Server) -> str:
    """The planned one, else the one that mailcow uses."""
    wanted = server.caa.partition(";")[0].strip()
    return wanted if wanted and validators.ca_identity(wanted) is None else LETS_ENCRYPT


async def relevant(name: Name, dns: Dns) -> Lookup:
    """The CAA RRset that counts: the nearest one from the name upwards (RFC 8659 3).

    At each name a CNAME is followed, and what stands above its target counts for nothing.
    """
    lookups = await asyncio.gather(*(dns.ask(each, RdataType.CAA) for each in _upwards(name)))
    # A level that could not be asked may hold the set that counts.
    return next((each for each in lookups if each.found or each.unknown), lookups[0])


def _upwards(name: Name) -> Iterator[Name]:
    """The name and those above it, without the top-level domain: no operator has a say there."""
    while len(name) > 2:
        yield name
        name = name.parent()


def at(lookup: Lookup) -> Name:
    """The name that the RRset stands at."""
    return lookup.aliases[-1] if lookup.aliases else lookup.name
