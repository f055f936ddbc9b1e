"""Terraform for zones at Cloudflare (provider `cloudflare`, version 5) and Hetzner (`hcloud`)."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from dns.rdtypes.ANY.CNAME import CNAME
from dns.rdtypes.ANY.MX import MX
from dns.rdtypes.IN.SRV import SRV

from mailcow_dns_tui.export import grouping
from mailcow_dns_tui.export.cloudflare import PROXIABLE, ttl_taken
from mailcow_dns_tui.export.format import Format, one_file
from mailcow_dns_tui.model.names import ascii_form
from mailcow_dns_tui.model.record import Record

HclValue = str | int | bool | Mapping[str, "HclValue"] | Sequence["HclValue"]


class Code(str):
    """An expression, which is not quoted."""

    __slots__ = ()


def resource(kind: str, name: str, arguments: Mapping[str, HclValue]) -> str:
    """A block with one argument a line, aligned as `terraform fmt` does."""
    width = max(map(len, arguments))
    lines = (f"  {key:<{width}} = {expression(value)}\n" for key, value in arguments.items())
    return f'resource "{kind}" "{name}" {{\n{"".join(lines)}}}\n'


def expression(value: HclValue) -> str:
    """A value on one line."""
    match value:
        case Code():
            return str(value)
        case str():
            return quoted(value)
        case bool():
            return str(value).lower()
        case int():
            return str(value)
        case Mapping():
            return f"{{ {', '.join(f'{key} = {expression(v)}' for key, v in value.items())} }}"
    return f"[{', '.join(map(expression, value))}]"


def quoted(text: str) -> str:
    """A string; `${` and `%{` (which SPF macros begin with) would begin a template."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    escaped = escaped.replace("${", "$${").replace("%{", "%%{")
    if not escaped.isprintable():
        escaped = "".join(c if c.isprintable() else _escape(c) for c in escaped)
    return f'"{escaped}"'


def _escape(char: str) -> str:
    return f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}"


def identifiers(names: Iterable[str]) -> Iterator[str]:
    """A resource's name for each: letters, digits, `_` and `-`, none of them twice."""
    seen: set[str] = set()
    for name in names:
        plain = re.sub(r"[^A-Za-z0-9_-]", "_", name)
        free, number = plain, 2
        while free in seen:
            free, number = f"{plain}_{number}", number + 1
        seen.add(free)
        yield free


CLOUDFLARE_HEAD = """\
# For Terraform or OpenTofu with the provider cloudflare/cloudflare 5.
# It adds each record beside what is there, and changes nothing that Terraform does not know.
# Where an older MX or DMARC record is already there, delete it; make one SPF record of an older one
# and ours, with what both have: two make both void.
"""
VARIABLE = """\
variable "cloudflare_zone_ids" {
  description = "The id of each zone, by its name; Cloudflare shows it on the zone's overview."
  type        = map(string)
}
"""


def terraform_cloudflare_text(records: Sequence[Record]) -> str:
    """A resource for each record, with its whole name, and a variable for the zones' ids."""
    zones = grouping.by_zone(records)
    own = [(zone, record) for zone in zones for record in zone.own]
    names = identifiers(f"{r.type_text.lower()}_{ascii_form(r.owner)}" for _, r in own)
    blocks = [
        resource("cloudflare_dns_record", name, _arguments(zone, record))
        for name, (zone, record) in zip(names, own, strict=True)
    ]
    return _document(CLOUDFLARE_HEAD, zones, [VARIABLE, *blocks])


def _document(head: str, zones: Sequence[grouping.ZoneRecords], blocks: Iterable[str]) -> str:
    """The blocks, between comments on the zones."""
    doubts = "".join(f"# {line}\n" for zone in zones for line in grouping.zone_doubt(zone))
    comments = "".join(
        f"# {line}\n" for zone in zones for line in grouping.foreign_lines(zone.foreign)
    )
    return "\n".join([head + doubts, *blocks, *filter(None, [comments])])


def _arguments(zone: grouping.ZoneRecords, record: Record) -> dict[str, HclValue]:
    arguments: dict[str, HclValue] = {
        "zone_id": Code(f"var.cloudflare_zone_ids[{quoted(zone.name)}]"),
        "name": ascii_form(record.owner),
        "type": record.type_text,
        "ttl": ttl_taken(record.ttl),
    }
    if record.type_text in PROXIABLE:
        arguments["proxied"] = False
    return arguments | _data(record)


def _data(record: Record) -> dict[str, HclValue]:
    """The rdata: in parts for those types that have no `content`."""
    parts = grouping.fields(record)
    match record.rdata:
        case MX() as mx:
            return {"priority": mx.preference, "content": ascii_form(mx.exchange)}
        case SRV() as srv:
            return {"priority": srv.priority, "data": _without_dot(parts or {})}
        case CNAME() as cname:
            return {"content": ascii_form(cname.target)}
    return {"content": record.data} if parts is None else {"data": parts}


def _without_dot(parts: grouping.Fields) -> grouping.Fields:
    """Cloudflare stores a target without its final dot, and Terraform compares the two."""
    target = parts.get("target")
    if isinstance(target, str) and target != ".":
        return {**parts, "target": target.removesuffix(".")}
    return parts


HCLOUD_HEAD = """\
# For Terraform or OpenTofu with the provider hetznercloud/hcloud, for zones in the Hetzner Console.
# A hcloud_zone_rrset is all that a name has of a type: if you import one that exists, Terraform
# removes the values that are not in this file. A hcloud_zone_record stands beside others.
# Then make one SPF record of an older one and ours, with what both have: two make both void.
"""
SHORTEST = 60
"""Seconds of TTL that Hetzner takes."""


def terraform_hcloud_text(records: Sequence[Record]) -> str:
    """A resource for each RRset; for each value where those of others stand beside it."""
    zones = grouping.by_zone(records)
    rrsets = [(zone, rrset) for zone in zones for rrset in zone.rrsets]
    resources = list(_resources(rrsets))
    names = identifiers(f"{kind}_{owner}" for kind, owner, _, _ in resources)
    blocks = [
        resource(what, name, arguments)
        for name, (_, _, what, arguments) in zip(names, resources, strict=True)
    ]
    return _document(HCLOUD_HEAD, zones, blocks)


Resource = tuple[str, str, str, dict[str, HclValue]]
"""Type and owner name of the record, the kind of resource, its arguments."""


def _resources(rrsets: Sequence[tuple[grouping.ZoneRecords, grouping.RRset]]) -> Iterator[Resource]:
    for zone, rrset in rrsets:
        at: dict[str, HclValue] = {"zone": zone.name, "name": rrset.name, "type": rrset.type_text}
        values = [record.data for record in rrset.records]
        key = (rrset.type_text.lower(), ascii_form(rrset.owner))
        if rrset.shared:
            for value in values:
                yield *key, "hcloud_zone_record", {**at, "value": value}
        else:
            at["ttl"] = max(rrset.ttl, SHORTEST)
            at["records"] = [{"value": value} for value in values]
            yield *key, "hcloud_zone_rrset", at


FORMATS: Mapping[str, Format] = {
    "terraform-hcloud": one_file(
        "mail-dns.tf", terraform_hcloud_text, "Terraform or OpenTofu for zones at Hetzner"
    ),
    "terraform-cloudflare": one_file(
        "mail-dns.tf", terraform_cloudflare_text, "Terraform or OpenTofu for zones at Cloudflare"
    ),
}
