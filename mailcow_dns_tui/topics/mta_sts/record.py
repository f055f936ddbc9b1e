"""The grammar of the `_mta-sts` TXT record (RFC 8461 3.1)."""

import re
from collections.abc import Sequence

from mailcow_dns_tui.model.answer import Answer
from mailcow_dns_tui.model.text import brief
from mailcow_dns_tui.topics.text_record import HTML_ENTITY, QUOTES, TxtProtocol

VERSION = r"v=STSv1[ \t]*;"
"""How the records begin that senders count."""
KIND = TxtProtocol("v=STSv1", re.compile(VERSION), re.compile("v=stsv1"))
ID = r"[A-Za-z0-9]{1,32}"
FIELD = r"[A-Za-z0-9][A-Za-z0-9_.-]{0,31}=[!-:<>-~]+"
"""One of an extension, and as far as the form goes the id: no blank, semicolon or equals sign."""


def policy_id(text: str) -> str | None:
    """The id of a valid record; None of one that senders ignore."""
    return None if fault(text) else _ids(_fields(text))[0]


def fault(text: str) -> str:
    """Why senders ignore the record, as half a sentence; empty where it is valid."""
    if not re.match(VERSION, text):
        return _fault_of_version(text)
    fields = _fields(text)
    ids = _ids(fields)
    if not ids:
        return "it has no id"
    if len(ids) > 1:
        return "it has more than one id"
    if not re.fullmatch(ID, ids[0]):
        return "its id is not 1 to 32 letters and digits"
    broken = next((field for field in fields if not re.fullmatch(FIELD, field)), None)
    if broken is None:
        return ""
    return (
        f"“{brief(broken, 40)}” in it is not name=value"
        if broken
        else "it has a semicolon too many"
    )


def _fault_of_version(text: str) -> str:
    if HTML_ENTITY.search(text):
        return "it has HTML entities in its data, such as &quot;"
    if re.match(VERSION, text.lstrip(f"{QUOTES}\\ \t")):
        return "it begins with a quote, a backslash or a blank, and not with v=STSv1;"
    if re.match(VERSION, text, re.IGNORECASE):
        return "v=STSv1 must be written with these capital and small letters"
    return "it does not begin with v=STSv1;"


def _fields(text: str) -> Sequence[str]:
    """What stands between the semicolons after the version; one at the end is allowed."""
    fields = [field.strip(" \t") for field in text.split(";")[1:]]
    return fields if fields[-1] else fields[:-1]


def _ids(fields: Sequence[str]) -> Sequence[str]:
    return [field[3:] for field in fields if field.startswith("id=")]


def in_effect(answer: Answer) -> bool:
    """Senders that hear this look for the policy."""
    texts = KIND.texts(answer)
    return len(texts) == 1 and not fault(texts[0])
