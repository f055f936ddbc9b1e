"""Which authorities may issue the server's certificates (RFC 8659)."""

import asyncio
from collections.abc import Iterable, Iterator

from dns.name import Name
from dns.rdatatype import RdataType
from dns.rdtypes.ANY.CAA import CAA

from mailcow_dns_tui.model import validators
from mailcow_dns_tui.model.answer import Answer, Dns
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.topics import rdatas
from mailcow_dns_tui.topics.base import Subject, Topic
from mailcow_dns_tui.topics.judgement import Verdict, as_wanted, judge, missing

WHY = "No other authority may issue a certificate for the server's name."


class Caa(Topic):
    id = "caa"

    def wanted(self, subject: Subject) -> Iterable[Record]:
        server = subject.setup.server
        if subject.domain is not None or server.name is None or not server.caa:
            return
        if validators.ca_identity(server.caa) is None:
            # At the host itself: at the apex it would bind the certificates of other hosts too.
            yield self.record(subject, server.name, rdatas.caa(0, "issue", server.caa.strip()), WHY)

    async def look_up(self, record: Record, subject: Subject, dns: Dns) -> Finding:
        """Judge the CAA RRset that counts: the nearest one from the name upwards (RFC 8659 3)."""
        names = list(_upwards(record.owner))
        lookups = await asyncio.gather(*(dns.ask(name, RdataType.CAA) for name in names))
        # A level that could not be asked may hold the set that counts.
        deciding = next((each for each in lookups if each.found or each.unknown), lookups[0])
        return judge(record, deciding, self.opinion)

    def opinion(self, record: Record, answer: Answer) -> Verdict:
        issuers = {_issuer(rdata) for rdata in answer.rdatas if isinstance(rdata, CAA)} - {None}
        if not issuers:
            return missing(record)
        if isinstance(record.rdata, CAA) and _issuer(record.rdata) in issuers:
            return as_wanted(record)
        name = unicode_form(record.owner)
        message = f"CAA lets only others issue for {name}: the certificate can't be renewed."
        return Verdict(Status.ERROR, "forbidden-ca", message, "Add the wanted CAA record.")


def _upwards(name: Name) -> Iterator[Name]:
    """The name and those above it, without the top-level domain: no operator has a say there."""
    while len(name) > 2:
        yield name
        name = name.parent()


def _issuer(rdata: CAA) -> str | None:
    """The authority of an `issue` property; empty where it forbids all."""
    if rdata.tag.lower() != b"issue":
        return None
    value: str = rdata.value.decode(errors="replace")
    return value.partition(";")[0].strip().lower()
