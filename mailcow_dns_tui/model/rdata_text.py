"""Rdata as zone files have it (RFC 1035 5.1).

As dnspython writes it, which looks at each byte of a text by itself, and makes new objects for each
name: most of an export of thousands of domains was spent there.
"""

import re

from dns.rdata import Rdata
from dns.rdtypes.ANY.CNAME import CNAME
from dns.rdtypes.ANY.MX import MX
from dns.rdtypes.ANY.TXT import TXT
from dns.rdtypes.IN.SRV import SRV

from mailcow_dns_tui.model.names import dotted
from mailcow_dns_tui.model.text import safe, txt_value

PLAIN = re.compile(rb"[ !#-\[\]-~]*")
"""Bytes that stand for themselves between quotes."""


def data_text(rdata: Rdata) -> str:
    """The data on one line; each string of a TXT between quotes, all names with the final dot."""
    match rdata:
        case TXT(strings=strings) if all(map(PLAIN.fullmatch, strings)):
            return " ".join(f'"{string.decode()}"' for string in strings)
        case SRV():
            return f"{rdata.priority} {rdata.weight} {rdata.port} {dotted(rdata.target)}"
        case MX():
            return f"{rdata.preference} {dotted(rdata.exchange)}"
        case CNAME():
            return dotted(rdata.target)
    return rdata.to_text()


def shown(rdata: Rdata) -> str:
    """The data on one line and safe for a terminal: a TXT whole and without quotes."""
    return safe(txt_value(rdata) if isinstance(rdata, TXT) else data_text(rdata))
