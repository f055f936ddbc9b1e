"""The commonest fault of panels: the zone appended to a name that had it already."""

from dns.name import Name


def is_doubled(found: Name, wanted: Name, owner: Name) -> bool:
    """Whether a zone above the owner name was appended to the wanted name."""
    count = len(wanted) - 1
    # A single label behind it would be a top-level domain, which is nobody's zone.
    if len(found) < len(wanted) + 2 or Name((*found.labels[:count], b"")) != wanted:
        return False
    return owner.is_subdomain(Name(found.labels[count:]))
