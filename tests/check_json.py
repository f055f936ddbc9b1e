"""The JSON of `check`, read as its schema says."""

import json
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from mailcow_dns_tui import cli

SCHEMA: dict[str, Any] = json.loads(Path(cli.__path__[0], "check.schema.json").read_text())


def closed(schema: Any) -> Any:
    """The schema without its leave for further keys: what this version writes is all in it."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    bounds = {"additionalProperties": False} if "required" in schema else {}
    return bounds | {key: closed(value) for key, value in schema.items()}


VALIDATOR = Draft202012Validator(closed(SCHEMA))
NOTICE = Draft202012Validator({"$ref": "#/$defs/notice", "$defs": closed(SCHEMA)["$defs"]})


def read_check(text: str) -> dict[str, Any]:
    """A check's JSON, which is as the schema says."""
    data: dict[str, Any] = json.loads(text)
    VALIDATOR.validate(data)
    return data


def read_notice(text: str) -> dict[str, Any]:
    """What a command was told, which is as the schema says."""
    data: dict[str, Any] = json.loads(text)
    NOTICE.validate(data)
    return data
