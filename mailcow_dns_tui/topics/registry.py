"""All topics, in the order in which their records are shown."""

from mailcow_dns_tui.topics.autodiscovery import Autodiscovery
from mailcow_dns_tui.topics.base import Topic
from mailcow_dns_tui.topics.caa import Caa
from mailcow_dns_tui.topics.delegation import Delegation
from mailcow_dns_tui.topics.dkim import Dkim
from mailcow_dns_tui.topics.dmarc import Dmarc
from mailcow_dns_tui.topics.dnssec import Dnssec
from mailcow_dns_tui.topics.host import Host
from mailcow_dns_tui.topics.mta_sts import MtaSts
from mailcow_dns_tui.topics.mx import Mx
from mailcow_dns_tui.topics.ptr import Ptr
from mailcow_dns_tui.topics.services import Services
from mailcow_dns_tui.topics.spf import Spf
from mailcow_dns_tui.topics.tls_reports import TlsReports
from mailcow_dns_tui.topics.tlsa import Tlsa
from mailcow_dns_tui.topics.verification import Verification

WITH_RECORDS: tuple[Topic, ...] = (
    Host(),
    Ptr(),
    Tlsa(),
    Caa(),
    Autodiscovery(),
    Mx(),
    Spf(),
    Dkim(),
    Dmarc(),
    Services(),
    MtaSts(),
    TlsReports(),
    Verification(),
)
TOPICS = (*WITH_RECORDS, Delegation(WITH_RECORDS), Dnssec())
