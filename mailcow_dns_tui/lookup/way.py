"""Which zones lead down to a name, as far as that is known without asking."""

from collections.abc import Collection

import dns.name
from dns.name import Name
from dns.rdatatype import RdataType

from mailcow_dns_tui.lookup.question import Question

# Labels (the root's included) of the zone to begin at: a /24 and a /32 for reverse names, a
# registered domain or a registry's zone for all others. Nothing below these is ever asked of a
# resolver in order to find a zone, so that no absence of it is planted there.
BEGIN_AT = {
    dns.name.from_text("in-addr.arpa"): 6,
    dns.name.from_text("ip6.arpa"): 11,
}
BEGIN_AT_ELSEWHERE = 3


def way_down(question: Question, zones: Collection[Name]) -> tuple[Name, ...]:
    """The apexes from the highest to the deepest; none where the name is somebody else's."""
    name = published_in(question)
    begin = next((n for top, n in BEGIN_AT.items() if name.is_subdomain(top)), None)
    labels = begin or BEGIN_AT_ELSEWHERE
    above = [name.split(count)[1] for count in range(labels, len(name) + 1)]
    own = [zone for zone in above if zone in zones]
    if not above or (begin is None and not own):
        return ()
    return (above[0], *(zone for zone in own if zone != above[0]))


def published_in(question: Question) -> Name:
    """The name whose zone has the RRset: a DS is on the parent's side (RFC 4035 3.1.4.1)."""
    if question.rdtype == RdataType.DS and question.name != dns.name.root:
        return question.name.parent()
    return question.name
