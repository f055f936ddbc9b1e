"""An owner of a domain at the panel of its zone, who pastes what the guide gives into its boxes."""

import dns.rdata
import dns.rdataclass
from dns.rdatatype import RdataType

from mailcow_dns_tui.model.rdata_text import shown
from mailcow_dns_tui.model.text import txt_rdata
from tests.real.stage import FIRST, NS1, REGISTRY, REVERSE, THIRD, ZONE, Stage
from tests.servers import zone_text

Entry = tuple[str, str, str, str]
"""Owner name, TTL, type and data as in the zone file."""


class Panel:
    """Appends the zone to each name, splits texts, and publishes at once what is saved."""

    def __init__(self, stage: Stage, *entries: Entry) -> None:
        self._stage = stage
        self._entries = list(entries)
        self._serial = 1

    @property
    def zone(self) -> str:
        lines = (" ".join(entry) for entry in self._entries)
        return zone_text(*lines, apex=ZONE, servers=[NS1], serial=self._serial)

    def add(self, rdtype: str, boxes: dict[str, str]) -> None:
        """Save a new record: what was chosen as its type, and the boxes in the form's order."""
        fields = dict(boxes)
        name, ttl = fields.pop("Name"), fields.pop("TTL")
        owner = f"{ZONE}." if name == "@" else f"{name}.{ZONE}."
        data = " ".join(fields.values())
        if rdtype == "TXT":
            data = txt_rdata(fields["Value"]).to_text()
        elif rdtype == "CAA":
            data = f'{fields["Flags"]} {fields["Tag"]} "{fields["Value"]}"'
        self._save([*self._entries, (owner, ttl, rdtype, data)])

    def delete(self, told: str) -> None:
        """Take away the record that the guide names, a long one by its beginning.

        Blanks don't count.
        """
        beginning, cut, _ = told.partition("…")
        lines = {entry: "".join(_line(entry).split()) for entry in self._entries}
        kept = [e for e in lines if not lines[e].startswith(beginning)]
        assert cut or beginning in lines.values()
        assert len(kept) == len(self._entries) - 1, f"{told} is none of {self._entries}"
        self._save(kept)

    def _save(self, entries: list[Entry]) -> None:
        self._entries, self._serial = entries, self._serial + 1
        self._stage.serve_anew(FIRST, ZONE, self.zone)


def _line(entry: Entry) -> str:
    """A record in the words of the guide."""
    owner, _, rdtype, data = entry
    rdata = dns.rdata.from_text(dns.rdataclass.IN, RdataType[rdtype], data)
    return f"{owner.rstrip('.')} {rdtype} {shown(rdata)}"


def reverse_zone(name: str, serial: int) -> str:
    return zone_text(f"10 PTR {name}", apex=REVERSE, servers=["ns3.example.net."], serial=serial)


def set_reverse_dns(stage: Stage, name: str, serial: int) -> None:
    """What the hoster of the address does at the customer's wish."""
    for address in (REGISTRY, THIRD):
        stage.serve_anew(address, REVERSE, reverse_zone(name, serial))
