"""When a record that was pasted need not be looked for any more."""

from dataclasses import replace

import pytest

from mailcow_dns_tui.model.answer import Answer, Lookup, Source
from mailcow_dns_tui.model.code import COULD_NOT_ASK, Code
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.report import is_live
from tests.panels.plans import wanted

RECORD = wanted("_25._tcp.mail", "TLSA")


def found(status: Status, code: str, *served: bool) -> Finding:
    """What is judged of the record where each of so many name servers has it, or not."""
    answers = tuple(
        Answer(Source(f"ns{n}.example.net.", "192.0.2.53"), rdatas=(RECORD.rdata,) if has else ())
        for n, has in enumerate(served)
    )
    lookup = Lookup(RECORD.owner, RECORD.rdtype, answers)
    name, rdtype = RECORD.owner, RECORD.type_text
    finding = Finding("tlsa", Code(code), status, None, name, rdtype, "A sentence.", record=RECORD)
    return replace(finding, lookup=lookup)


@pytest.mark.parametrize(
    "finding",
    [
        found(Status.OK, "as-wanted", True),
        found(Status.INFO, "works-differently", False),
        found(Status.WARNING, "no-effect", True, True),
    ],
)
def test_it_is_there(finding: Finding) -> None:
    assert is_live(RECORD, [finding])


@pytest.mark.parametrize(
    "finding",
    [
        found(Status.INFO, "missing", False),
        found(Status.INFO, "misplaced", False),
        found(Status.ERROR, "other-key", False, False),
        found(Status.WARNING, "servers-disagree", True, False),
        found(Status.UNKNOWN, "could-not-ask"),
    ],
)
def test_it_is_still_looked_for(finding: Finding) -> None:
    assert not is_live(RECORD, [finding])


def test_what_is_found_of_others_does_not_count() -> None:
    other = replace(found(Status.ERROR, "missing", False), record=wanted("_dmarc", "TXT"))
    assert is_live(RECORD, [found(Status.OK, "as-wanted", True), other])


def test_what_is_only_proposed_is_looked_for_until_it_is_no_more() -> None:
    proposing = replace(found(Status.INFO, "own-spf", False), record=None, remedy=RECORD)
    assert not is_live(RECORD, [proposing])
    silent = replace(proposing, code=COULD_NOT_ASK, status=Status.UNKNOWN, remedy=None)
    assert not is_live(RECORD, [silent])
    assert is_live(RECORD, [])
