"""Env files, read as docker-compose reads them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailcow_dns_tui.mailcow.env_file import MOST_TROUBLES, parse_env

lines = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n\r"), max_size=30)


def parsed(text: str) -> dict[str, str]:
    env = parse_env(text)
    assert env.troubles == ()
    return {key: value.reveal() for key, value in env.values.items()}


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("KEY=value", "value"),
        ("KEY=", ""),
        ("KEY=   ", ""),
        ("  KEY = value  ", "value"),
        ("export KEY=value", "value"),
        ("export\tKEY=value", "value"),
        ("KEY=a=b", "a=b"),
        ("KEY=two words", "two words"),
        ("KEY=value # comment", "value"),
        ("KEY=value\t# comment", "value"),
        ("KEY=value# no comment", "value# no comment"),
        ("KEY=#value", "#value"),
        ("KEY= # comment", ""),
        ("KEY='value'", "value"),
        ('KEY="value"', "value"),
        ("KEY='a # b' # comment", "a # b"),
        ('KEY="a # b" # comment', "a # b"),
        (r"KEY='Let\'s go'", "Let's go"),
        (r"KEY='a\nb'", r"a\nb"),
        ("KEY='$HOME'", "$HOME"),
        (r'KEY="a\tb\nc\\d\"e"', 'a\tb\nc\\d"e'),
        ('KEY="one\ntwo"', "one\ntwo"),
        (r'KEY="\$HOME"', "$HOME"),
        (r"KEY=a\b", r"a\b"),
        ("KEY=it's", "it's"),
        ("KEY=$$5", "$5"),
        ("OTHER=x\nKEY=${OTHER}y$OTHER", "xyx"),
        ("KEY=${OTHER:-z}", "z"),
        ("OTHER=\nKEY=${OTHER:-z}", "z"),
        ("OTHER=\nKEY=${OTHER-z}", ""),
        ("KEY=${OTHER}", ""),
        ("KEY=first\nKEY=last", "last"),
        ("# comment\n\n   # another\nKEY=value\n", "value"),
        ("OTHER=x\r\nKEY=value\r\n", "value"),
        ("\ufeffKEY=value", "value"),
    ],
)
def test_values(line: str, value: str) -> None:
    assert parsed(line)["KEY"] == value


@pytest.mark.parametrize(
    "bad",
    [
        "hunter2",
        "KEY: hunter2",
        "9KEY=hunter2",
        "MY KEY=hunter2",
        "=hunter2",
        "KEY='hunter2",
        'KEY="hunter2',
        "KEY='hunter2' hunter3",
        "<<<<<<< HEAD hunter2",
    ],
)
def test_a_bad_line_is_told_by_its_number_alone(bad: str) -> None:
    env = parse_env(f"# head\r\nA='x\ny'\r\n{bad}\r\nLAST=1")
    assert env.troubles == ("Line 4 of mailcow.conf is not KEY=value; it is passed over.",)
    assert [value.reveal() for value in env.values.values()] == ["x\ny", "1"]


def test_no_flood_of_bad_lines() -> None:
    troubles = parse_env("bad\n" * 5000).troubles
    assert len(troubles) == MOST_TROUBLES + 1
    assert "4990" in troubles[-1]


def test_variables_that_double_do_not_fill_the_memory() -> None:
    doubling = "".join(f"A{n + 1}=$A{n}$A{n}\n" for n in range(40))
    assert len(parsed(f"A0=xx\n{doubling}LAST=1")) == 42


@settings(deadline=None)
@given(st.lists(lines).map("\n".join))
def test_any_text_can_be_read_and_is_never_shown(text: str) -> None:
    env = parse_env(f"{text}\nLAST=hunter2")
    assert "hunter2" not in f"{env!r} {env} {env.troubles}"


@settings(deadline=None)
@given(st.dictionaries(st.from_regex(r"[A-Z_]{1,8}", fullmatch=True), lines))
def test_what_is_quoted_comes_back(values: dict[str, str]) -> None:
    def quoted(value: str) -> str:
        for char in '\\"$':
            value = value.replace(char, f"\\{char}")
        return f'"{value}"'

    text = "".join(f"{key}={quoted(value)}\n" for key, value in values.items())
    assert parsed(text) == values
