"""DKIM keys as people paste them: bare base64, a whole record, or a record quoted in pieces."""

import base64
import binascii
import re

MAILCOW_TAGS = (("v", "DKIM1"), ("k", "rsa"), ("t", "s"), ("s", "email"))
"""What mailcow puts before the key."""


def read_key(pasted: str) -> tuple[tuple[str, str], ...]:
    """The tags of the record that is wanted for a pasted key.

    Base64 alone gets mailcow's tags; a record keeps its own. What stands around the quoted
    pieces, as in a line of a zone file, is passed over.
    """
    text = _unquoted(pasted)
    if not re.search(r"(^|[;\s])p\s*=", text):
        return (*MAILCOW_TAGS, ("p", _without_blanks(text)))
    return tuple(_tag(part) for part in text.split(";") if part.strip())


def _unquoted(pasted: str) -> str:
    pieces = re.findall(r'"([^"]*)"?', pasted)
    text = "".join(pieces) if pieces else pasted
    return text.replace("\\;", ";").strip().strip("()").strip()


def _tag(part: str) -> tuple[str, str]:
    name, _, value = part.partition("=")
    return name.strip(), _without_blanks(value)


def _without_blanks(text: str) -> str:
    return "".join(text.split())


def record_text(tags: tuple[tuple[str, str], ...]) -> str:
    return "; ".join(f"{name}={value}" for name, value in tags)


def key_problem(pasted: str) -> str | None:
    """Why no record can be made of what was pasted, as a sentence."""
    if "PRIVATE KEY" in pasted:
        return "This is a private key. Never publish it: paste the public one."
    tags = dict(read_key(pasted))
    if tags.get("v", "DKIM1") != "DKIM1":
        return "This is no DKIM record: it has to begin with v=DKIM1."
    if not all(re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", name) for name in tags):
        return "This is no DKIM record: it is tag=value pairs, with ; between them."
    if not all(re.fullmatch(r"[!-~]*", value) for value in tags.values()):
        return "The key has a character that can't be published: paste it again."
    return _base64_problem(tags.get("p", ""))


def _base64_problem(key: str) -> str | None:
    try:
        data = base64.b64decode(key, validate=True)
    except (binascii.Error, ValueError):
        return "The key is not whole: it is not valid base64. Paste all of it again."
    return None if data else "The key is empty."


def read_public_key(key: str) -> str | None:
    """Why a verifier can't use a `p=` value, as a sentence; None if it can (RFC 6376, RFC 8463)."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    data = base64.b64decode(key)
    if len(data) == 32:
        return None
    try:
        load_der_public_key(data)
    except (ValueError, UnsupportedAlgorithm):
        return "The key is cut off or damaged: it is not a public key."
    return None
