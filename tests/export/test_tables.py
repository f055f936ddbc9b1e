"""JSON and CSV."""

import csv
import io
import json

from hypothesis import given, settings

from mailcow_dns_tui.demo import demo_setup
from mailcow_dns_tui.export.tables import COLUMNS, csv_text, json_text, row
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.setup import Domain, Setup
from mailcow_dns_tui.topics.registry import plan
from tests.setups import setups

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
RECORDS = plan(demo_setup())


def read_csv(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def cells(record: Record) -> dict[str, str]:
    """A row as it is read from CSV, without the apostrophes that guard against formulas."""
    texts = {None: "", True: "true", False: "false"}
    return {
        key: texts[value] if value is None or isinstance(value, bool) else str(value)
        for key, value in row(record).items()
    }


def unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA_STARTS) else cell


def test_json_has_each_record_with_all_columns() -> None:
    data = json.loads(json_text(RECORDS))
    assert data["version"] == 1
    assert len(data["records"]) == len(RECORDS)
    mx = next(r for r in data["records"] if r["type"] == "MX" and r["domain"] == "example.org")
    assert mx == {
        "zone": "example.org.",
        "zone_known": True,
        "name": "@",
        "owner": "example.org.",
        "type": "MX",
        "ttl": 3600,
        "value": "10 mail.example.org.",
        "data": "10 mail.example.org.",
        "tier": "required",
        "domain": "example.org",
        "topic": "mx",
        "foreign": False,
        "why": "It tells other servers which host takes the domain's mail.",
    }
    assert tuple(mx) == COLUMNS


def test_json_of_the_server_has_no_domain() -> None:
    records = json.loads(json_text(RECORDS))["records"]
    assert {r["domain"] for r in records if r["type"] in {"A", "PTR", "CAA"}} == {None}
    assert {r["foreign"] for r in records if r["type"] == "PTR"} == {True}


def test_csv_has_a_header_and_the_same_columns() -> None:
    text = csv_text(RECORDS)
    assert text.splitlines()[0] == ",".join(COLUMNS)
    rows = read_csv(text)
    assert [{k: unguarded(v) for k, v in r.items()} for r in rows] == [cells(r) for r in RECORDS]


def test_a_formula_is_no_formula_in_a_spreadsheet() -> None:
    texts = ("=HYPERLINK(1)", "+1", "-1", "@SUM(1)", "x=1")
    domain = Domain("example.org", verification=texts)
    rows = read_csv(csv_text(plan(Setup(domains=(domain,)))))
    values = [r["value"] for r in rows if r["topic"] == "verification"]
    assert values == ["'=HYPERLINK(1)", "'+1", "'-1", "'@SUM(1)", "x=1"]


@given(setups)
@settings(max_examples=60, deadline=None)
def test_any_plan_is_read_back(setup: Setup) -> None:
    records = plan(setup)
    assert json.loads(json_text(records)) == {"version": 1, "records": [row(r) for r in records]}
    rows = read_csv(csv_text(records))
    assert [{k: unguarded(v) for k, v in r.items()} for r in rows] == [cells(r) for r in records]
    assert not any(v.startswith(FORMULA_STARTS) for r in rows for v in r.values())


def test_no_records() -> None:
    assert json.loads(json_text(())) == {"version": 1, "records": []}
    assert read_csv(csv_text(())) == []
