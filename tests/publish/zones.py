"""Zones as they are before something is published, and all of one as a server has it."""

from collections import Counter
from collections.abc import Sequence

import dns.name
import dns.query
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.tsigkeyring
import dns.xfr
import dns.zone

from mailcow_dns_tui.lookup.question import Endpoint
from mailcow_dns_tui.publish.changes import Change, Contents, Key, Reading, Trouble, ZoneRRset

APEX = dns.name.from_text("example.org.")
NAME_SERVER = "ns1.example.net."
DKIM = "v=DKIM1; k=rsa; p=" + "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA" * 8
FOREIGN = (
    "@ A 192.0.2.1",
    '@ TXT "google-site-verification=abc"',
    "@ MX 10 mx.elsewhere.example.",
    '@ CAA 0 issue "sectigo.com"',
    '@ CAA 0 iodef "mailto:hostmaster@example.org"',
    "www A 192.0.2.1",
    "www AAAA 2001:db8::1",
    "shop CNAME shops.example.net.",
    r'odd TXT "a \"quote\", a \\ and \195\188" "cut " "in pieces"',
    r"a\.b TXT c",
    "*.wild A 192.0.2.3",
    "sub NS ns1.sub",
    "ns1.sub A 192.0.2.5",
    f"sub DS 12345 13 2 {'ab' * 32}",
    "host SSHFP 4 2 " + "cd" * 32,
    "svc HTTPS 1 . alpn=h2 ipv4hint=192.0.2.1",
    "svc SVCB 1 svc.example.net. port=8443",
    'nap NAPTR 100 50 "s" "SIP+D2U" "" _sip._udp.example.org.',
    'uri URI 10 1 "https://example.org/"',
    "loc LOC 52 22 23.000 N 4 53 32.000 E -2.00m 0.00m 10000m 10m",
    "old DNAME new.example.net.",
    "_sip._tcp SRV 10 5 5060 sip.example.net.",
    "_443._tcp.www TLSA 3 1 1 " + "ef" * 32,
    "key OPENPGPKEY AAAA",
    "ptr PTR host.example.net.",
    "unknown TYPE65400 \\# 4 01020304",
    "_acme-challenge TXT token",
)
"""Records of others, of every kind that a zone has."""


def rrset(owner: str, rdtype: str, *texts: str, ttl: int = 300) -> ZoneRRset:
    """An RRset of the zone; a name that does not end in a dot is below its apex."""
    kind = dns.rdatatype.from_text(rdtype)
    data = (
        dns.rdata.from_text(dns.rdataclass.IN, kind, text, APEX, relativize=False) for text in texts
    )
    return ZoneRRset(dns.name.from_text(owner, APEX), kind, ttl, tuple(data))


def key(owner: str, rdtype: str) -> Key:
    return dns.name.from_text(owner, APEX), dns.rdatatype.from_text(rdtype)


def change(contents: Contents, after: ZoneRRset) -> Change:
    return Change(contents.get((after.owner, after.rdtype)), after)


def removal(contents: Contents, owner: str, rdtype: str) -> Change:
    return Change(contents[key(owner, rdtype)], None)


def read(answer: Reading | Trouble) -> Contents:
    assert not isinstance(answer, Trouble), answer.text
    return answer.contents


def transfer(endpoint: Endpoint, keys: tuple[str, str] | None = None) -> Counter[str]:
    """Each record that a server has of the zone, but the SOA, in the bytes of the wire."""
    keyring = dns.tsigkeyring.from_text({keys[0]: keys[1]}) if keys else None
    zone = dns.zone.Zone(APEX, relativize=False)
    query, _ = dns.xfr.make_query(zone, serial=None, keyring=keyring)
    dns.query.inbound_xfr(endpoint.address, zone, query, port=endpoint.port, lifetime=5)
    return Counter(
        f"{owner} {ttl} {rdata.rdtype} {(rdata.to_wire() or b'').hex()}"
        for owner, ttl, rdata in zone.iterate_rdatas()
        if rdata.rdtype != dns.rdatatype.SOA
    )


def records(rrsets: Sequence[ZoneRRset]) -> Counter[str]:
    """The same of RRsets."""
    return Counter(
        f"{each.owner} {each.ttl} {each.rdtype} {(rdata.to_wire() or b'').hex()}"
        for each in rrsets
        for rdata in each.rdatas
    )
