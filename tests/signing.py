"""Zones signed with DNSSEC, for tests."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import dns.dnssec
import dns.name
import dns.zone
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from dns.dnssectypes import Algorithm, DSDigest

from mailcow_dns_tui.lookup.dnssec import Probes
from tests.servers import zone_text


class Signer:
    """The key of one zone."""

    def __init__(self, apex: str) -> None:
        self._apex = dns.name.from_text(apex)
        self._key = generate_private_key(SECP256R1())
        self._dnskey = dns.dnssec.make_dnskey(
            self._key.public_key(), Algorithm.ECDSAP256SHA256, flags=257
        )

    @property
    def ds(self) -> str:
        """The DS record, as in a zone file."""
        ds = dns.dnssec.make_ds(self._apex, self._dnskey, DSDigest.SHA256)
        return f"{self._apex} DS {ds}"

    def signed(self, text: str, until: timedelta = timedelta(days=7)) -> str:
        """The zone with DNSKEY, NSEC and RRSIG records; `until` counts from now."""
        zone = dns.zone.from_text(text, self._apex, relativize=False)
        now = datetime.now(UTC)
        with zone.writer() as writer:
            dns.dnssec.sign_zone(
                zone,
                writer,
                keys=[(self._key, self._dnskey)],
                inception=now - timedelta(days=30),
                expiration=now + until,
            )
        return zone.to_text(relativize=False)


PROBES = Probes(dns.name.from_text("signed.example."), (dns.name.from_text("failed.example."),))


@dataclass(frozen=True)
class ProbeZones:
    """What a resolver needs in order to be proven to validate by `PROBES`.

    Attributes:
        files: the text of a zone file by apex.
        trust_anchors: for the resolver; one of them is not that of the zone's key.
    """

    files: dict[str, str]
    trust_anchors: tuple[str, ...]


def probe_zones(server: str) -> ProbeZones:
    good, bad = Signer("signed.example."), Signer("failed.example.")
    files = {
        apex: signer.signed(zone_text(apex=apex, servers=[server]))
        for apex, signer in (("signed.example", good), ("failed.example", bad))
    }
    return ProbeZones(files, (good.ds, Signer("failed.example.").ds))
