"""`check --schema`, and what it leaves open."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator, ValidationError

from mailcow_dns_tui.cli.main import main
from mailcow_dns_tui.cli.report import Checked, as_json, json_text
from mailcow_dns_tui.model.finding import COUNTED, Status
from mailcow_dns_tui.model.record import Tier
from mailcow_dns_tui.topics.dnsbl import DnsblTopic
from mailcow_dns_tui.topics.registry import TOPICS
from tests.check_json import SCHEMA, closed, read_check
from tests.cli.test_monitoring import MUTED, OK


def test_the_schema_is_one_and_is_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert main(["check", "--schema"]) == 0
    assert json.loads(capsys.readouterr().out) == SCHEMA
    assert main(["check", "--schema", "-o", str(tmp_path / "schema.json")]) == 0
    assert json.loads((tmp_path / "schema.json").read_text()) == SCHEMA


def test_later_programs_may_add_to_it() -> None:
    data = as_json(Checked((OK, MUTED), 1.0, 9))
    read_check(json_text(data))
    data["host"] = "a"
    data["findings"][0] |= {"depth": 3, "topic": "bimi", "code": "no-logo"}
    Draft202012Validator(SCHEMA).validate(data)
    with pytest.raises(ValidationError, match="'host' was unexpected"):
        read_check(json_text(data))


@pytest.mark.parametrize(
    ("key", "value"),
    [("status", "asking"), ("tier", "nice"), ("domain", 1), ("found", "x"), ("code", "A b")],
)
def test_what_may_not_change_is_refused(key: str, value: object) -> None:
    data = as_json(Checked((OK,), 1.0, 9))
    data["findings"][0][key] = value
    assert not Draft202012Validator(SCHEMA).is_valid(data)
    del data["findings"][0][key]
    assert not Draft202012Validator(SCHEMA).is_valid(data)


def test_it_names_what_the_program_knows() -> None:
    kinds = SCHEMA["$defs"]
    words = [status.word for status in COUNTED]
    assert kinds["summary"]["required"] == words == list(kinds["summary"]["properties"])
    assert kinds["status"]["enum"] == [word for word in words if word != Status.MUTED.word]
    assert kinds["finding"]["properties"]["tier"]["enum"] == [tier.value for tier in Tier]
    topics = kinds["topic"]["description"].partition(",")[0].split()
    assert set(topics) == {topic.id for topic in (*TOPICS, DnsblTopic())}


def test_closing_forbids_keys_everywhere() -> None:
    objects = [each for each in closed(SCHEMA)["$defs"].values() if "required" in each]
    assert len(objects) == 6
    assert {each["additionalProperties"] for each in objects} == {False}
