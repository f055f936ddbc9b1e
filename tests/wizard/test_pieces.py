"""A text that a panel has cut is given again in a form that it can't cut."""

import pytest
from dns.rdatatype import RdataType
from dns.rdtypes.ANY.TXT import TXT

from mailcow_dns_tui.model.answer import Answer, Lookup, Source
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.text import txt_bytes
from mailcow_dns_tui.panels.load import by_id, generic
from mailcow_dns_tui.panels.profile import Quotes
from mailcow_dns_tui.topics.dkim.judge import judge_answer
from mailcow_dns_tui.topics.judge import judge
from mailcow_dns_tui.wizard.screens.record_list import RecordList
from tests.wizard.conftest import MakeApp, main_screen, settle
from tests.wizard.engines import Answers
from tests.wizard.screens.test_guide import guided, text
from tests.wizard.test_copying import SMALL


class Cutting(Answers):
    """A panel that takes what one string of a TXT can hold, and drops the rest."""

    def __init__(self, server: str) -> None:
        super().__init__(lambda record: self._cut(record, server))

    def _cut(self, record: Record, server: str) -> Answer:
        rdata = record.rdata
        if isinstance(rdata, TXT):
            rdata = TXT(rdata.rdclass, RdataType.TXT, [txt_bytes(rdata)[:255]])
        source = Source(server, "192.0.2.53")
        return Answer(source, rdatas=(rdata,), ttl=300, authoritative=True)

    def judged(self, record: Record) -> Finding:
        if record.topic != "dkim":
            return super().judged(record)
        lookup = Lookup(record.owner, record.rdtype, (self.answering(record),), zone=self.zone)
        return judge(record, lookup, lambda record, answer: judge_answer(record, answer)[0])


@pytest.mark.parametrize("server", ["ns1.example.net.", "hydrogen.ns.hetzner.com."])
async def test_a_key_that_was_cut_is_pasted_in_quoted_pieces(wizard: MakeApp, server: str) -> None:
    app = wizard(SMALL, Cutting(server))
    async with app.run_test(size=(120, 40)) as pilot:
        await guided(app, pilot)
        step = text(app, "#step")
        assert "in quoted pieces of at most 255 characters" in step.splitlines()[0]
        (record,) = (each for each in app.report.records if each.topic == "dkim")
        pieces = record.rdata.to_text()
        assert pieces.count('"') == 4
        await pilot.press("b", "b")
        await settle(pilot, lambda: app.clipboard == pieces)
        app.copy_to_clipboard("")
        await pilot.press("escape", "alt+5")
        await settle(pilot, lambda: bool(main_screen(app).query(RecordList)))
        rows = main_screen(app).query_one(RecordList)
        await settle(pilot, lambda: bool(rows.count))
        rows.highlighted = next(i for i, line in enumerate(rows.lines) if " dkim._d" in line)
        await pilot.pause()
        await pilot.press("b", "b")
        await settle(pilot, lambda: app.clipboard == pieces)
        assert app.report.counts[Status.ERROR] == 1


def test_quotes_that_are_known_to_become_part_of_the_text_are_never_given() -> None:
    azure = by_id("azure")
    assert azure is not None
    assert azure.in_quotes == azure
    assert generic().in_quotes.texts.quotes is Quotes.REQUIRED
