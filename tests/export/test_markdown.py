"""The ticket, read back with another's Markdown parser."""

from dataclasses import replace

import dns.name
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from mailcow_dns_tui.export.markdown import code, escaped, markdown_text
from mailcow_dns_tui.model.code import Code
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.topics.registry import check, plan
from tests.memory_dns import MemoryDns, good_zone
from tests.setups import setups
from tests.topics.setups import FULL

PARSER = MarkdownIt("gfm-like", {"linkify": False})


def blocks(text: str) -> list[str]:
    """The contents of the code blocks."""
    return [token.content for token in PARSER.parse(text) if token.type == "fence"]


def headings(text: str) -> list[str]:
    tokens = PARSER.parse(text)
    at = [index for index, token in enumerate(tokens) if token.type == "heading_open"]
    return [tokens[index + 1].content.replace("\\", "") for index in at]


def shown(text: str) -> str:
    """What a reader sees of one paragraph."""
    (inline,) = [token for token in PARSER.parse(text) if token.type == "inline"]
    return "".join(token.content for token in inline.children or ())


def about(record: Record, status: Status, message: str = "It is wrong.", fix: str = "") -> Finding:
    return Finding(
        record.topic,
        Code("different"),
        status,
        record.domain,
        record.owner,
        record.type_text,
        message,
        fix,
        record=record,
    )


def record_of(topic: str) -> Record:
    return next(record for record in plan(FULL) if record.topic == topic)


@given(setups)
@settings(max_examples=40, deadline=None)
def test_any_plan_is_a_ticket_with_each_value_as_it_is(setup: Setup) -> None:
    records = plan(setup)
    values = sorted(f"{record.value}\n" for record in records)
    assert sorted(blocks(markdown_text(records))) == values


def test_the_records_stand_below_their_zones_and_others_apart() -> None:
    assert headings(markdown_text(plan(FULL))) == [
        "DNS records for the mail server",
        "example.org",
        "Not in this zone: reverse DNS is set where the server's address was rented",
        "bücher.example (xn--bcher-kva.example)",
        "Not in this zone: to be published by whoever runs collector.example.net",
        "example.com",
    ]


def test_an_item_says_type_name_and_what_the_record_is_for() -> None:
    text = markdown_text(plan(FULL))
    assert "1. SRV at `_imaps._tcp` (in full `_imaps._tcp.example.org`), TTL 3600\n" in text
    assert "   The value is priority, weight, port, target:\n" in text
    assert "   It tells receivers that this server may send the domain's mail.\n" in text


async def test_when_all_is_good_nothing_is_left_to_do() -> None:
    findings = [f async for found in check(FULL, MemoryDns(good_zone(FULL))) for f in found]
    left = [f for f in findings if f.status not in {Status.OK, Status.INFO}]
    text = markdown_text(plan(FULL), [f for f in findings if f not in left])
    assert "Nothing is left to do." in text
    assert blocks(text) == []


async def test_what_is_missing_is_what_the_ticket_has() -> None:
    world = good_zone(FULL).having("_dmarc.example.org.", "TXT")
    findings = [f async for found in check(FULL, MemoryDns(world)) for f in found]
    text = markdown_text(plan(FULL), [f for f in findings if f.topic == "dmarc"])
    assert headings(text)[:2] == ["DNS records for the mail server", "example.org"]
    assert blocks(text) == ["v=DMARC1; p=reject; rua=mailto:mailauth-reports@example.org\n"]
    assert "This is what is still to do" in text


@pytest.mark.parametrize(
    ("status", "fix", "left"),
    [
        (Status.OK, "", False),
        (Status.INFO, "", False),
        (Status.INFO, "Add it.", True),
        (Status.WARNING, "", True),
        (Status.ERROR, "Add it.", True),
        (Status.UNKNOWN, "", True),
    ],
)
def test_only_what_is_still_to_do(status: Status, fix: str, left: bool) -> None:
    record = record_of("spf")
    text = markdown_text(plan(FULL), [about(record, status, fix=fix)])
    assert bool(blocks(text)) == left
    assert (f"It is wrong. {fix}".strip() in text) == left


def test_the_worst_about_a_record_stands_first() -> None:
    record = record_of("mx")
    findings = [about(record, Status.WARNING, "Second."), about(record, Status.ERROR, "First.")]
    text = markdown_text(plan(FULL), findings)
    assert text.index("First.") < text.index("Second.")
    assert blocks(text) == ["10 mail.example.org.\n"]


def test_a_finding_about_no_record_is_not_lost() -> None:
    zone = replace(about(record_of("mx"), Status.ERROR, "The zone is broken."), record=None)
    text = markdown_text(plan(FULL), [replace(zone, name=dns.name.from_text("example.org."))])
    assert "- `example.org`: The zone is broken.\n" in text
    assert "Nothing is left" not in text


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=30))
@settings(deadline=None)
def test_what_others_have_published_is_no_markdown(text: str) -> None:
    assert shown(f"x {escaped(text)}") == f"x {text}"
    assert shown(f"x {code(text)}") == f"x {text}"
    assert shown(f"| {escaped(text)} x") == f"| {text} x"


def test_a_value_of_backticks_stays_in_its_block() -> None:
    record = record_of("verification")
    fenced = replace(FULL.domains[0], verification=("```", "a ```` b"))
    records = [r for r in plan(replace(FULL, domains=(fenced,))) if r.topic == record.topic]
    assert blocks(markdown_text(records)) == ["```\n", "a ```` b\n"]


def test_what_could_not_be_asked_is_no_order() -> None:
    spf, mx = record_of("spf"), record_of("mx")
    silent = about(spf, Status.UNKNOWN, "Nobody answers.")
    text = markdown_text(plan(FULL), [silent, about(mx, Status.ERROR, "None is there.")])
    to_do, _, unknown = text.partition("## Could not be asked\n")
    assert "None is there." in to_do
    assert "Nobody answers." not in to_do
    assert "they may be there or not" in unknown
    assert "Nobody answers." in unknown
    assert blocks(unknown) == [f"{spf.value}\n"]
    alone = markdown_text(plan(FULL), [silent])
    assert "still to do" not in alone
    assert "Nothing is left" not in alone


def test_what_is_muted_is_not_to_do() -> None:
    record = record_of("mx")
    accepted = replace(about(record, Status.ERROR), muted="It is meant.")
    assert "Nothing is left to do." in markdown_text(plan(FULL), [accepted])
    fresh = about(record, Status.WARNING, "Something else.")
    text = markdown_text(plan(FULL), [accepted, fresh])
    assert "Something else." in text
    assert "It is wrong." not in text
