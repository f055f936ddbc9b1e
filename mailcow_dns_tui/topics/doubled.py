"""The commonest fault of panels: the zone appended to a name that had it already."""

import dns.name
from dns.name import Name


def doubled(name: Name, zone: Name) -> Name | None:
    """`mail.example.org.example.org`; None where that is longer than a name can be."""
    try:
        longer: Name = name.relativize(dns.name.root).concatenate(zone)
    except dns.name.NameTooLong:
        return None
    return longer
