"""A record for TLS reports as senders read it (RFC 8460 3)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mailcow_dns_tui.model.txt import brief
from mailcow_dns_tui.topics import report_addresses
from mailcow_dns_tui.topics.near_miss import Kind

KIND = Kind(
    "v=TLSRPTv1",
    re.compile("v=TLSRPTv1;"),
    re.compile(r"v\W*tls-?rpt|tls-?rpt\W*v\W*1|\brua=\W*(mailto|https)"),
)
FIELD = re.compile(r"(rua)=(.*)|([A-Za-z0-9][A-Za-z0-9_.-]{0,31})=([!-:<>-~]+)", re.DOTALL)


@dataclass(frozen=True)
class TlsReportsRecord:
    """The fields after the version.

    Attributes:
        fields: names and values as written, in the order of the record.
        unread: the parts that are no fields; senders discard a record that has any.
    """

    fields: tuple[tuple[str, str], ...]
    unread: tuple[str, ...] = ()

    @property
    def addresses(self) -> Sequence[str]:
        """All of them; who reads only one `rua` takes those of the first."""
        return [uri for value in self._values for uri in report_addresses.split(value)]

    @property
    def is_doubled(self) -> bool:
        return len(self._values) > 1

    @property
    def _values(self) -> Sequence[str]:
        return [value for name, value in self.fields if name == "rua"]

    def faults(self) -> Iterator[str]:
        """What breaks the grammar, each as the end of a sentence."""
        if not self.addresses:
            yield "it has no rua with an address"
        elif any(map(report_addresses.has_idle_comma, self._values)):
            yield "a comma in its rua has no address beside it"
        for uri in self.addresses:
            if report_addresses.mail_host(uri) is None and not report_addresses.is_https(uri):
                yield report_addresses.fault(uri)
        for part in self.unread:
            yield f"{brief(part)} is not name=value" if part else "it has two semicolons in a row"


def read(text: str) -> TlsReportsRecord:
    """Read what begins with the version."""
    rest = text.partition(";")[2].strip(" \t")
    parts = [part.strip(" \t") for part in rest.removesuffix(";").split(";")] if rest else []
    matches = [(part, FIELD.fullmatch(part)) for part in parts]
    fields = tuple((m[1] or m[3], m[2] or m[4] or "") for _, m in matches if m is not None)
    return TlsReportsRecord(fields, tuple(part for part, m in matches if m is None))
