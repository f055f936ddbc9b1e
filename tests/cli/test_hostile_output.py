"""What anybody may publish, on its way to a terminal, to a program and to the wizard."""

import io
from functools import cache

import pytest

from mailcow_dns_tui.cli.output import write_report
from mailcow_dns_tui.cli.report import Checked, in_order
from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.report import Report
from mailcow_dns_tui.topics.registry import plan
from mailcow_dns_tui.wizard.screens.record_detail import finding_lines, record_lines
from mailcow_dns_tui.wizard.screens.record_list import row_content
from mailcow_dns_tui.wizard.widgets.hanging import joined
from tests.check_json import read_check
from tests.memory_dns import MemoryDns, World, good_zone
from tests.topics.setups import FULL, findings

TEXTS = {
    "colours and a title": r"\027[31m\027]0;owned\007\027[2J",
    "a clipboard": r"\027]52;c;b3duZWQ=\007",
    "a link": r"\027]8;;https://evil.example\027\\",
    "C1 controls": r"\1942312J\0155\194\155",
    "line ends": r"\013\010  ok \013",
    "NUL, BEL and backspaces": r"\000\007\008\008\127",
    "directions turned round": r"\226\128\174\226\129\166live\226\128\143",
    "blanks of every kind": r"\194\160\226\128\139\227\128\128\239\187\191",
    "letters without a shape": r"\227\133\164\239\184\143\205\143\226\160\128",
    "tags and private use": r"\243\160\128\129\238\128\128",
    "no UTF-8": r"\255\254\192\175\237\160\128",
    "markup of Rich": "[bold red on white]x[/] [link=https://evil.example]y[/link] :smile:",
    "markup of Textual": "[@click=app.quit]z[/] [$error]e[/] [/nothing]",
}
PREFIXES = {
    "example.org.": "v=spf1 ",
    "_dmarc.example.org.": "v=DMARC1; p=",
    "dkim._domainkey.example.org.": "v=DKIM1; p=",
    "_mta-sts.example.org.": "v=STSv1; id=",
    "_smtp._tls.example.org.": "v=TLSRPTv1; rua=",
    "_caldavs._tcp.example.org.": "path=",
}
UNSEEN = "\u034f\u2800\u3164\ufe0f"
TEXT_LIMIT = 60_000


def label(text: str) -> str:
    """The text as one label in a zone file."""
    quoted = "".join(f"\\{char}" if char in '.;"@()$ ' else char for char in text)
    return quoted[:60].rstrip("\\0123456789") or "x"


def hostile(text: str) -> World:
    """The good world with the text in records of every kind that has room for one."""
    world = good_zone(FULL)
    for owner, prefix in PREFIXES.items():
        world = world.having(owner, "TXT", f'"{prefix}{text}"')
    name = f"{label(text)}.example.net."
    world = world.having("example.org.", "MX", f"10 {name}", r"20 a\.b\\c.example.net.")
    world = world.having("_imaps._tcp.example.org.", "SRV", f"0 1 993 {name}")
    world = world.having("autoconfig.example.org.", "CNAME", name)
    return world.having("mail.example.org.", "CAA", f'0 issue "{text}"', f'128 tbs "{text}"')


@cache
def endless() -> World:
    """Texts of 60 kB."""
    strings = " ".join([f'"{"A" * 250}"'] * (TEXT_LIMIT // 250))
    world = good_zone(FULL)
    for owner, prefix in PREFIXES.items():
        world = world.having(owner, "TXT", f'"{prefix}" {strings}')
    return world


def outputs(found: list[Finding]) -> tuple[str, str]:
    """What `check` prints, as text and as JSON."""
    checked = Checked(in_order(found, plan(FULL)), 0.0, 0)
    files = io.StringIO(), io.StringIO()
    for file, form in zip(files, ("text", "json"), strict=True):
        write_report(checked, form, file)
    text, data = (file.getvalue() for file in files)
    return text, data


def screens(found: list[Finding]) -> list[str]:
    """What the wizard shows in the detail and in the list."""
    records = plan(FULL)
    report = Report().with_records(records).with_findings(found)
    details = [joined(record_lines(record, report, FULL), 80) for record in records]
    others = [f for part in report.parts.values() for f in part.others.values()]
    details += (joined(finding_lines(each), 80) for each in others)
    details += [row_content(record, report, FULL, 120) for record in records]
    details += [row_content(finding, report, FULL, 120) for finding in others]
    return [content.plain for content in details]


def assert_shown(text: str) -> None:
    for line in text.split("\n"):
        assert line.isprintable(), ascii(line)
        assert not set(UNSEEN) & set(line), ascii(line)


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
async def test_what_is_published_is_shown_and_not_obeyed(text: str) -> None:
    found = await findings(FULL, MemoryDns(hostile(text)))
    printed, data = outputs(found)
    assert_shown(printed)
    assert data.isascii()
    read_check(data)
    for screen in screens(found):
        assert_shown(screen)


@pytest.mark.parametrize("case", ["markup of Rich", "markup of Textual"])
async def test_markup_is_shown_as_it_was_written(case: str) -> None:
    found = await findings(FULL, MemoryDns(hostile(TEXTS[case])))
    printed, _ = outputs(found)
    assert TEXTS[case].split()[0] in printed
    assert any(TEXTS[case] in screen for screen in screens(found))


async def test_a_text_without_end_is_cut_for_people_and_whole_for_programs() -> None:
    found = await findings(FULL, MemoryDns(endless()))
    printed, data = outputs(found)
    assert len(printed) < TEXT_LIMIT
    assert "characters)" in printed
    texts = [text for finding in read_check(data)["findings"] for text in finding["found"]]
    assert max(map(len, texts)) > TEXT_LIMIT
    assert max(map(len, screens(found))) < TEXT_LIMIT // 10
