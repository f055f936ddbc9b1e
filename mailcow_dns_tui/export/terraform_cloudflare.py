"""Terraform for zones at Cloudflare (provider `cloudflare`, version 5)."""

from collections.abc import Sequence

from dns.rdtypes.ANY.CNAME import CNAME
from dns.rdtypes.ANY.MX import MX
from dns.rdtypes.IN.SRV import SRV

from mailcow_dns_tui.export.cloudflare import PROXIABLE, ttl_taken
from mailcow_dns_tui.export.fields import Fields, Names, fields
from mailcow_dns_tui.export.grouping import ZoneRecords, by_zone, foreign_lines, zone_doubt
from mailcow_dns_tui.export.hcl import Code, Value, identifiers, quoted, resource
from mailcow_dns_tui.model.names import ascii_form
from mailcow_dns_tui.model.record import Record

HEAD = """\
# For Terraform or OpenTofu with the provider cloudflare/cloudflare 5.
# It adds each record beside what is there, and changes nothing that Terraform does not know.
# Where an older MX, SPF or DMARC record is already there, delete it: two SPF make both void.
"""
VARIABLE = """\
variable "cloudflare_zone_ids" {
  description = "The id of each zone, by its name; Cloudflare shows it on the zone's overview."
  type        = map(string)
}
"""
NAMES = Names()


def terraform_cloudflare_text(records: Sequence[Record]) -> str:
    """A resource for each record, with its whole name, and a variable for the zones' ids."""
    zones = by_zone(records)
    own = [(zone, record) for zone in zones for record in zone.own]
    names = identifiers(f"{r.type_text.lower()}_{ascii_form(r.owner)}" for _, r in own)
    blocks = [
        resource("cloudflare_dns_record", name, _arguments(zone, record))
        for name, (zone, record) in zip(names, own, strict=True)
    ]
    comments = (f"# {line}\n" for zone in zones for line in foreign_lines(zone.foreign))
    doubts = (f"# {line}\n" for zone in zones for line in zone_doubt(zone))
    head = HEAD + "".join(doubts)
    return "\n".join([head, VARIABLE, *blocks, *filter(None, ["".join(comments)])])


def _arguments(zone: ZoneRecords, record: Record) -> dict[str, Value]:
    arguments: dict[str, Value] = {
        "zone_id": Code(f"var.cloudflare_zone_ids[{quoted(zone.name)}]"),
        "name": ascii_form(record.owner),
        "type": record.type_text,
        "ttl": ttl_taken(record.ttl),
    }
    if record.type_text in PROXIABLE:
        arguments["proxied"] = False
    return arguments | _data(record)


def _data(record: Record) -> dict[str, Value]:
    """The rdata: in parts for those types that have no `content`."""
    parts = fields(record, NAMES)
    match record.rdata:
        case MX() as mx:
            return {"priority": mx.preference, "content": ascii_form(mx.exchange)}
        case SRV() as srv:
            return {"priority": srv.priority, "data": _without_dot(parts or {})}
        case CNAME() as cname:
            return {"content": ascii_form(cname.target)}
    return {"content": record.rdata.to_text()} if parts is None else {"data": parts}


def _without_dot(parts: Fields) -> Fields:
    """Cloudflare stores a target without its final dot, and Terraform compares the two."""
    target = parts.get("target")
    if isinstance(target, str) and target != ".":
        return {**parts, "target": target.removesuffix(".")}
    return parts
