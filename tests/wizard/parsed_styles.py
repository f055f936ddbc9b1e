"""Parses each of Textual's style sheets once for all wizards that a process of the tests starts."""

from collections.abc import Sequence
from functools import cache

from textual.css import stylesheet
from textual.css.model import RuleSet
from textual.css.parse import parse
from textual.css.tokenize import tokenize_values
from textual.css.tokenizer import Token
from textual.css.types import CSSLocation

Tokens = dict[str, list[Token]]
Variables = frozenset[tuple[str, str]]

KNOWN: dict[int, Tokens] = {}
"""The variables of every theme that was used, by the object's id."""


@cache
def _tokens(variables: Variables) -> Tokens:
    tokens = tokenize_values(dict(variables))
    return KNOWN.setdefault(id(tokens), tokens)


def _tokens_once(values: dict[str, str]) -> Tokens:
    return _tokens(frozenset(values.items()))


@cache
def _rules(
    scope: str, css: str, read_from: CSSLocation, theme: int, is_default: bool, tie_breaker: int
) -> Sequence[RuleSet]:
    variables = KNOWN[theme]
    return list(parse(scope, css, read_from, None, variables, is_default, tie_breaker))


def _parse_once(
    scope: str,
    css: str,
    read_from: CSSLocation,
    *,
    variable_tokens: Tokens,
    is_default_rules: bool,
    tie_breaker: int,
) -> Sequence[RuleSet]:
    return _rules(scope, css, read_from, id(variable_tokens), is_default_rules, tie_breaker)


def parse_once() -> None:
    vars(stylesheet).update(tokenize_values=_tokens_once, parse=_parse_once)
