"""Terraform for zones at Hetzner (provider `hcloud`)."""

from collections.abc import Iterator, Sequence

from mailcow_dns_tui.export.grouping import RRset, ZoneRecords, by_zone, foreign_lines, zone_doubt
from mailcow_dns_tui.export.hcl import Value, identifiers, resource
from mailcow_dns_tui.model.record import Record

HEAD = """\
# For Terraform or OpenTofu with the provider hetznercloud/hcloud, for zones in the Hetzner Console.
# A hcloud_zone_rrset is all that a name has of a type: if you import one that exists, Terraform
# removes the values that are not in this file. A hcloud_zone_record stands beside others.
# Where an SPF record is already there, delete it first: two make both void.
"""
SHORTEST = 60
"""Seconds of TTL that Hetzner takes."""


def terraform_hcloud_text(records: Sequence[Record]) -> str:
    """A resource for each RRset; for each value where those of others stand beside it."""
    zones = by_zone(records)
    rrsets = [(zone, rrset) for zone in zones for rrset in zone.rrsets]
    resources = list(_resources(rrsets))
    names = identifiers(f"{kind}_{owner}" for kind, owner, _, _ in resources)
    blocks = [
        resource(what, name, arguments)
        for name, (_, _, what, arguments) in zip(names, resources, strict=True)
    ]
    comments = (f"# {line}\n" for zone in zones for line in foreign_lines(zone.foreign))
    doubts = (f"# {line}\n" for zone in zones for line in zone_doubt(zone))
    return "\n".join([HEAD + "".join(doubts), *blocks, *filter(None, ["".join(comments)])])


Resource = tuple[str, str, str, dict[str, Value]]
"""Type and owner name of the record, the kind of resource, its arguments."""


def _resources(rrsets: Sequence[tuple[ZoneRecords, RRset]]) -> Iterator[Resource]:
    for zone, rrset in rrsets:
        at: dict[str, Value] = {"zone": zone.name, "name": rrset.name, "type": rrset.type_text}
        values = [record.rdata.to_text() for record in rrset.records]
        key = (rrset.type_text.lower(), str(rrset.owner).rstrip("."))
        if rrset.shared:
            for value in values:
                yield *key, "hcloud_zone_record", {**at, "value": value}
        else:
            at["ttl"] = max(rrset.ttl, SHORTEST)
            at["records"] = [{"value": value} for value in values]
            yield *key, "hcloud_zone_rrset", at
