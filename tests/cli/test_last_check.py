"""An earlier check's file: whole, of another version, cut off, and made to do harm."""

import io
import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import dns.name
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailcow_dns_tui.cli.main import main
from mailcow_dns_tui.cli.report import (
    Checked,
    LastCheckError,
    as_json,
    change_code,
    json_text,
    read_last_check,
)
from mailcow_dns_tui.cli.table import write_changes
from mailcow_dns_tui.model.changes import Change, change_json, change_line, state_of
from mailcow_dns_tui.model.code import Code
from mailcow_dns_tui.model.finding import Finding, Status
from tests.command_line import ANSWERS
from tests.model.test_changes import changes

DOMAIN = dns.name.from_text("bücher.example.")
FINDING = Finding(
    "mx",
    Code("foreign-mx"),
    Status.WARNING,
    DOMAIN,
    DOMAIN,
    "MX",
    "Mail goes elsewhere, too.",
    "Delete it.",
    expected=("10 mail.example.org.",),
    found=("10 mail.example.org.", "20 backup.example.net."),
    muted="It is our backup.",
)
CHECKED = Checked((FINDING,), 1.0, 9)
HOSTILE = "\x1b]52;c;b3duZWQ=\x07\x9b2J[bold]\u202e\r\n\ud800" + "x" * 50_000


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "last.json"


def data() -> dict[str, Any]:
    return as_json(CHECKED)


def with_finding(**changed: object) -> dict[str, Any]:
    return {**data(), "findings": [{**data()["findings"][0], **changed}]}


def refused(path: Path, content: bytes | object) -> str:
    """What is said of a file; its name is in front."""
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    with pytest.raises(LastCheckError) as error:
        read_last_check(path)
    name, sentence = str(error.value).split(": ", 1)
    assert name == str(path)
    return sentence


def test_what_a_check_wrote_is_what_it_found(path: Path) -> None:
    path.write_text(json_text(data()))
    last = read_last_check(path)
    assert last is not None
    assert changes(last.states, [state_of(FINDING)]) == ()
    assert [state.muted for state in last.states] == ["It is our backup."]


def test_a_file_that_is_not_there_yet(path: Path) -> None:
    assert read_last_check(path) is None


def test_a_check_by_an_older_and_by_a_newer_program(path: Path) -> None:
    older = with_finding()
    del older["findings"][0]["muted"]
    newer = {**with_finding(depth=3), "host": "a"}
    for each in (older, newer):
        path.write_text(json.dumps(each))
        assert read_last_check(path)


@pytest.mark.parametrize(
    ("content", "gist"),
    [
        (b"", "this is empty. A shell empties the file that > writes to"),
        (b" \n", "this is empty"),
        (b'{"version": 1, "findings": [', "this is not JSON."),
        (b"\xff\xfe", "this is not JSON."),
        (b"[" * 200_000, "this is not JSON."),
        (b"1" * 10_000, "this is not JSON."),
        (b"[]", "this is not the JSON of a check."),
        (b"{}", "this is not the JSON of a check."),
        ({**data(), "version": 2}, "version: this program reads version 1."),
        ({**data(), "version": True}, "version: this program reads version 1."),
        ({**data(), "version": "1"}, "version: this program reads version 1."),
        ({"version": 1}, "findings: a list is expected."),
        ({**data(), "findings": {}}, "findings: a list is expected."),
        ({**data(), "findings": [1]}, "findings[0]: an object is expected."),
        (with_finding(topic=1), "findings[0].topic: a text is expected."),
        (with_finding(code=None), "findings[0].code: a text is expected."),
        (with_finding(name=[]), "findings[0].name: a text is expected."),
        (with_finding(domain=1), "findings[0].domain: a text or null is expected."),
        (with_finding(found="x"), "findings[0].found: a list of texts is expected."),
        (with_finding(expected=[1]), "findings[0].expected: a list of texts is expected."),
        (with_finding(muted=True), "findings[0].muted: a text or null is expected."),
        (
            with_finding(status="asking"),
            "findings[0].status: one of ok, info, warning, error, unknown is expected.",
        ),
        (with_finding(status=["ok"]), "findings[0].status: one of ok"),
    ],
)
def test_what_is_no_check_is_refused(path: Path, content: object, gist: str) -> None:
    assert refused(path, content).startswith(gist)


def test_a_finding_without_a_key(path: Path) -> None:
    for key in data()["findings"][0].keys() - {"servers", "fix", "tier", "muted", "mailcow"}:
        cut = with_finding()
        del cut["findings"][0][key]
        assert refused(path, cut).startswith(f"findings[0].{key}: ")


def test_the_command_refuses_it_before_it_asks(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path.write_text('{"version": 7}')
    command = ["check", *ANSWERS, "--resolver", "127.0.0.1:9", "--against"]
    assert main([*command, str(path)]) == 2
    out, err = capsys.readouterr()
    assert (out, err) == ("", f"{path}: version: this program reads version 1.\n")
    assert main([*command, str(path.parent)]) == 2
    assert capsys.readouterr().err == f"{path.parent}: can't be read: Is a directory.\n"


def shown(told: tuple[Change, ...]) -> Iterator[str]:
    file = io.StringIO()
    write_changes(told, CHECKED.outcome, file)
    yield file.getvalue()
    yield from map(change_line, told)


@pytest.mark.parametrize(
    "key", ["topic", "code", "name", "type", "message", "domain", "found", "expected", "muted"]
)
def test_hostile_values_reach_no_terminal(path: Path, key: str) -> None:
    value = [HOSTILE] * 200 if key in {"found", "expected"} else HOSTILE
    path.write_text(json.dumps(with_finding(**{key: value})))
    last = read_last_check(path)
    assert last is not None
    for told in (changes(last.states, [state_of(FINDING)]), changes(last.states, ())):
        for text in shown(told):
            text.encode()
            assert not {"\x1b", "\x07", "\x9b", "\u202e", "\r"} & set(text)
            assert len(text) < 12_000
        json.dumps(list(map(change_json, told)))
        change_code(told)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@given(st.sampled_from(sorted(data()["findings"][0])), anything)
@settings(max_examples=300, deadline=None)
def test_any_value_is_compared_or_refused(
    tmp_path_factory: pytest.TempPathFactory, key: str, value: object
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.json"
    path.write_text(json.dumps(with_finding(**{key: value})))
    with suppress(LastCheckError):
        last = read_last_check(path)
        assert last is not None
        assert list(shown(changes(last.states, [state_of(FINDING)])))
