"""Whatever text is published: it is judged, and never called good where it protects less."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from mailcow_dns_tui.model.answer import Answer, Source
from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.model.setup import TlsReports
from mailcow_dns_tui.model.text import txt_rdata
from mailcow_dns_tui.topics import tls_reports
from mailcow_dns_tui.topics.dmarc import judge as dmarc_judge
from mailcow_dns_tui.topics.dmarc.record import POLICIES, read
from tests.topics.setups import SMALL, wanted

DMARC = wanted(SMALL, "_dmarc.example.org.", "TXT")
REPORTS = wanted(replace(SMALL, tls_reports=TlsReports()), "_smtp._tls.example.org.", "TXT")

words = st.sampled_from(["reject", "REJECT", "none", "quarantin", "y", "n", "s", "r", "", "0:1"])
addresses = st.sampled_from(["mailto:mailauth-reports@example.org", "a@b.cd", "mailto:@", "x!1m"])
names = st.sampled_from(["p", "P", "sp", "np", "t", "psd", "adkim", "rua", "ruf", "fo", "pct", "x"])
tags = st.builds("{}={}".format, names, words | addresses)
rests = st.lists(tags | st.text(max_size=8), max_size=6).map(";".join)
versions = st.sampled_from(["v=DMARC1;", "v=TLSRPTv1;", "v=dmarc1;", '"v=DMARC1;', ""])
texts = st.builds("{}{}".format, versions, rests)


def answer(text: str) -> Answer:
    return Answer(Source("ns", "192.0.2.53"), rdatas=(txt_rdata(text),))


@given(texts)
def test_dmarc(text: str) -> None:
    verdicts = dmarc_judge.judge_answer(DMARC, answer(text))
    assert len({verdict.code for verdict in verdicts}) == len(verdicts) > 0
    assert all(verdict.message.isprintable() for verdict in verdicts)
    if all(verdict.status in {Status.OK, Status.INFO} for verdict in verdicts):
        assert text.startswith("v=DMARC1;")
        assert all(read(text).level(tag) == 2 for tag in POLICIES)


@given(texts)
def test_tls_reports(text: str) -> None:
    verdicts = tls_reports.judge_answer(REPORTS, answer(text))
    assert all(verdict.message.isprintable() for verdict in verdicts)
    if any(verdict.good for verdict in verdicts):
        assert text.startswith("v=TLSRPTv1;")
        assert "rua=" in text
