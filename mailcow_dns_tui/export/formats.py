"""The formats by name; a new one is a file of its own and an entry here.

Loads nothing but itself until a format is used, since the command line names them all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mailcow_dns_tui.model.finding import Finding
    from mailcow_dns_tui.model.record import Record


@dataclass(frozen=True)
class Format:
    """One way to write records.

    Attributes:
        text: all of them in one text.
        files: what is written into a folder: texts by file name.
        checked: the format that takes the findings of a check as well; None where it does not.
    """

    text: Callable[[Sequence[Record]], str]
    files: Callable[[Sequence[Record]], Mapping[str, str]]
    checked: Callable[[Iterable[Finding]], Format] | None = None


Text = Callable[["Sequence[Record]", "Iterable[Finding] | None"], str]


def _one_file(name: str, text: Callable[[Sequence[Record]], str]) -> Format:
    return Format(text, lambda records: {name: text(records)})


def _checkable(name: str, text: Text) -> Format:
    """A format of one file that is another once the findings of a check are known."""

    def written(findings: Iterable[Finding] | None) -> Format:
        return _one_file(name, lambda records: text(records, findings))

    return replace(written(None), checked=written)


def _zone(records: Sequence[Record]) -> str:
    from mailcow_dns_tui.export.zone import zone_text

    return zone_text(records)


def _zone_files(records: Sequence[Record]) -> Mapping[str, str]:
    from mailcow_dns_tui.export.zone import zone_files

    return zone_files(records)


def _cloudflare(records: Sequence[Record]) -> str:
    from mailcow_dns_tui.export.cloudflare import cloudflare_text

    return cloudflare_text(records)


def _cloudflare_files(records: Sequence[Record]) -> Mapping[str, str]:
    from mailcow_dns_tui.export.cloudflare import cloudflare_files

    return cloudflare_files(records)


def _octodns(records: Sequence[Record]) -> str:
    from mailcow_dns_tui.export.octodns import octodns_text

    return octodns_text(records)


def _octodns_files(records: Sequence[Record]) -> Mapping[str, str]:
    from mailcow_dns_tui.export.octodns import octodns_files

    return octodns_files(records)


def _dnscontrol(records: Sequence[Record], findings: Iterable[Finding] | None) -> str:
    from mailcow_dns_tui.export.dnscontrol import dnscontrol_text

    return dnscontrol_text(records, findings)


def _nsupdate(records: Sequence[Record]) -> str:
    from mailcow_dns_tui.export.nsupdate import nsupdate_text

    return nsupdate_text(records)


def _terraform_hcloud(records: Sequence[Record]) -> str:
    from mailcow_dns_tui.export.terraform_hcloud import terraform_hcloud_text

    return terraform_hcloud_text(records)


def _terraform_cloudflare(records: Sequence[Record]) -> str:
    from mailcow_dns_tui.export.terraform_cloudflare import terraform_cloudflare_text

    return terraform_cloudflare_text(records)


def _json(records: Sequence[Record]) -> str:
    from mailcow_dns_tui.export.json_format import json_text

    return json_text(records)


def _csv(records: Sequence[Record]) -> str:
    from mailcow_dns_tui.export.csv_format import csv_text

    return csv_text(records)


def _markdown(records: Sequence[Record], findings: Iterable[Finding] | None) -> str:
    from mailcow_dns_tui.export.markdown import markdown_text

    return markdown_text(records, findings)


FORMATS: Mapping[str, Format] = {
    "zone": Format(_zone, _zone_files),
    "cloudflare": Format(_cloudflare, _cloudflare_files),
    "octodns": Format(_octodns, _octodns_files),
    "dnscontrol": _checkable("dnsconfig.js", _dnscontrol),
    "nsupdate": _one_file("nsupdate.txt", _nsupdate),
    "terraform-hcloud": _one_file("mail-dns.tf", _terraform_hcloud),
    "terraform-cloudflare": _one_file("mail-dns.tf", _terraform_cloudflare),
    "json": _one_file("records.json", _json),
    "csv": _one_file("records.csv", _csv),
    "markdown": _checkable("dns-records.md", _markdown),
}
