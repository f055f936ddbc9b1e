"""Terraform's language, as far as resources need it."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

Value = str | int | bool | Mapping[str, "Value"] | Sequence["Value"]


class Code(str):
    """An expression, which is not quoted."""

    __slots__ = ()


def resource(kind: str, name: str, arguments: Mapping[str, Value]) -> str:
    """A block with one argument a line, aligned as `terraform fmt` does."""
    width = max(map(len, arguments))
    lines = (f"  {key:<{width}} = {expression(value)}\n" for key, value in arguments.items())
    return f'resource "{kind}" "{name}" {{\n{"".join(lines)}}}\n'


def expression(value: Value) -> str:
    """A value on one line."""
    match value:
        case Code():
            return str(value)
        case str():
            return quoted(value)
        case bool():
            return str(value).lower()
        case int():
            return str(value)
        case Mapping():
            return f"{{ {', '.join(f'{key} = {expression(v)}' for key, v in value.items())} }}"
    return f"[{', '.join(map(expression, value))}]"


def quoted(text: str) -> str:
    """A string; `${` and `%{` (which SPF macros begin with) would begin a template."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    escaped = escaped.replace("${", "$${").replace("%{", "%%{")
    return '"' + "".join(c if c.isprintable() else _escape(c) for c in escaped) + '"'


def _escape(char: str) -> str:
    return f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}"


def identifiers(names: Iterable[str]) -> Iterator[str]:
    """A resource's name for each: letters, digits, `_` and `-`, none of them twice."""
    seen: set[str] = set()
    for name in names:
        plain = re.sub(r"[^A-Za-z0-9_-]", "_", name)
        free, number = plain, 2
        while free in seen:
            free, number = f"{plain}_{number}", number + 1
        seen.add(free)
        yield free
