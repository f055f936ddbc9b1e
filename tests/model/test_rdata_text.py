"""Names and data are written as dnspython writes them, whatever bytes they have."""

import dns.name
from dns.name import Name
from dns.rdataclass import IN
from dns.rdatatype import RdataType
from dns.rdtypes.ANY.CNAME import CNAME
from dns.rdtypes.ANY.MX import MX
from dns.rdtypes.ANY.TXT import TXT
from dns.rdtypes.IN.SRV import SRV
from hypothesis import given
from hypothesis import strategies as st

from mailcow_dns_tui.model.names import ascii_form, dotted, relative_text
from mailcow_dns_tui.model.rdata_text import data_text

BYTES = st.sampled_from(b'aZ-_ ."\\;()@$\x00\x7f\xff')
"""Those that zone files escape, at least in one place, and some that they don't."""
LABELS = st.lists(st.lists(BYTES, min_size=1, max_size=5).map(bytes), max_size=4)
NAMES = LABELS.map(lambda labels: Name((*labels, b"")))
STRINGS = st.lists(st.lists(BYTES, max_size=4).map(bytes), min_size=1, max_size=2)


@given(NAMES, STRINGS)
def test_data_are_as_dnspython_writes_them(name: Name, strings: list[bytes]) -> None:
    for rdata in (
        TXT(IN, RdataType.TXT, strings),
        MX(IN, RdataType.MX, 10, name),
        SRV(IN, RdataType.SRV, 0, 1, 443, name),
        CNAME(IN, RdataType.CNAME, name),
    ):
        assert data_text(rdata) == rdata.to_text()


@given(NAMES, LABELS)
def test_names_are_as_dnspython_writes_them(zone: Name, labels: list[bytes]) -> None:
    name = Name(labels) + zone
    assert (dotted(name), ascii_form(name)) == (name.to_text(), name.to_text(omit_final_dot=True))
    if zone != dns.name.root:
        assert relative_text(name, zone) == name.relativize(zone).to_text()
