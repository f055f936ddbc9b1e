"""DKIM keys as people paste them: bare base64, a PEM, a record, a line of a zone file, or JSON."""

import base64
import binascii
import json
import re
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

Tags = tuple[tuple[str, str], ...]

MAILCOW_TAGS: Tags = (("v", "DKIM1"), ("k", "rsa"), ("t", "s"), ("s", "email"))
"""What mailcow puts before the key."""
ED25519_BYTES = 32
"""RFC 8463 4.2: the key itself, where an RSA key is in DER."""
PRIVATE = "This is a private key. Never publish it: paste the public one."


def read_key(pasted: str) -> Tags:
    """The tags of the record that is wanted for a pasted key.

    A key alone gets mailcow's tags; a record keeps its own. What stands before the data in a line
    of a zone file, and around its quoted pieces, is passed over, as is what else mailcow's API says
    beside it.
    """
    text = _unquoted(public_part(pasted))
    if re.search(r"(^|[;\s])p\s*=|=\s*[^=\s]", text):
        return tuple(_tag(part) for part in text.split(";") if part.strip())
    return (*MAILCOW_TAGS, ("p", _without_blanks(text)))


PRIVATE_MARK = "-----BEGIN PRIVATE KEY-----"


def public_part(pasted: str) -> str:
    """What of a pasted text may be kept: of the JSON of mailcow's API the record or the key alone.

    Of a private key nothing but that it was one.
    """
    public = _json_text(pasted, "dkim_txt") or _json_text(pasted, "pubkey")
    if public:
        return public
    is_private = "PRIVATE KEY" in pasted or _json_text(pasted, "privkey")
    return PRIVATE_MARK if is_private else pasted


def selector_beside(pasted: str) -> str:
    """The selector that the JSON or the line of a zone file names; empty where none does."""
    line = re.search(r"^\s*([A-Za-z0-9.-]+)\._domainkey\b", pasted)
    return _json_text(pasted, "dkim_selector") or (line[1] if line else "")


def _json_text(pasted: str, key: str) -> str:
    """A text of the JSON, be it that only a part of all was pasted."""
    found = re.search(rf'"{key}"\s*:\s*"((?:[^"\\]|\\.)*)', pasted, re.DOTALL)
    if found is None:
        return ""
    try:
        return str(json.loads(f'"{found[1]}"', strict=False)).strip()
    except ValueError:
        return ""


def kind_of_key(pasted: str) -> str:
    """`RSA, 2048 bits`; empty where no working record can be made of it."""
    if key_problem(pasted):
        return ""
    key = public_key(base64.b64decode(dict(read_key(pasted))["p"]))
    if key is None:
        return ""
    return f"RSA, {key.bits} bits" if key.kind == "rsa" else "Ed25519"


def _unquoted(pasted: str) -> str:
    data = re.split(r"\sTXT\s", pasted, maxsplit=1)[-1]
    pieces = re.findall(r'"([^"]*)"?', data)
    text = "".join(pieces) if pieces else re.sub(r"-----[A-Z ]+-----", "", data)
    return text.replace("\\;", ";").strip().strip("()").strip()


def _tag(part: str) -> tuple[str, str]:
    name, _, value = part.partition("=")
    name = name.strip()
    return name, _without_blanks(value) if name == "p" else " ".join(value.split())


def _without_blanks(text: str) -> str:
    return "".join(text.split())


def dkim_record_text(tags: Tags) -> str:
    """The text of a TXT record: `v=DKIM1; k=rsa; p=…`."""
    return "; ".join(f"{name}={value}" for name, value in tags)


def key_problem(pasted: str) -> str | None:
    """Why no working record can be made of what was pasted, as a sentence."""
    if public_part(pasted) == PRIVATE_MARK:
        return PRIVATE
    tags = read_key(pasted)
    by_name = dict(tags)
    return _tags_problem(tags) or _use_problem(by_name) or _key_problem(by_name)


def _tags_problem(tags: Tags) -> str | None:
    by_name = dict(tags)
    if "v" in by_name and tags[0] != ("v", "DKIM1"):
        return "This is no DKIM record: it has to begin with v=DKIM1."
    if not all(re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", name) for name in by_name):
        return "This is no DKIM record: it is tag=value pairs, with ; between them."
    if len(by_name) < len(tags):
        return "This is no DKIM record: a tag is in it twice."
    if "p" not in by_name:
        return "The record has no key: its tag p= is missing."
    if not all(re.fullmatch(r"[ -~]*", value) for value in by_name.values()):
        return "The key has a character that can't be published: paste it again."
    return None


def _use_problem(tags: dict[str, str]) -> str | None:
    """Why receivers may not use the key for mail that mailcow signs, with SHA-256."""
    hashes, services = (re.split(r"\s*:\s*", tags.get(name, "")) for name in "hs")
    if "h" in tags and "sha256" not in hashes:
        return "The record can't be used: its tag h= has to allow sha256."
    if "s" in tags and not {"*", "email"}.intersection(services):
        return "The record can't be used: its tag s= has to allow email."
    return None


def _key_problem(tags: dict[str, str]) -> str | None:
    try:
        data = base64.b64decode(tags["p"], validate=True)
    except (binascii.Error, ValueError):
        return "The key is not whole: it is not valid base64. Paste all of it again."
    if not data:
        return "The key is empty."
    kind = "ed25519" if len(data) == ED25519_BYTES else "rsa"
    if tags.get("k", "rsa") != kind:
        return f"The key is not of the kind that its tag k= says: this one needs k={kind}."
    return read_public_key(tags["p"])


SHORTEST_RSA = 1024
"""RFC 8301 3.2."""


def read_public_key(key: str) -> str | None:
    """Why a verifier can't use a `p=` value, as a sentence; None if it can (RFC 6376, RFC 8463)."""
    data = base64.b64decode(key)
    public = public_key(data)
    if public is None:
        return PRIVATE if _is_private(data) else "The key is cut off or damaged: paste it again."
    if public.kind not in {"rsa", "ed25519"}:
        return "Receivers know RSA and Ed25519 keys only."
    if public.kind == "rsa" and public.bits < SHORTEST_RSA:
        return f"The key is too short: receivers refuse RSA keys below {SHORTEST_RSA} bits."
    if not public.usual_form:
        return "The key is in a form that few receivers read: paste it as mailcow shows it."
    return None


@dataclass(frozen=True)
class PublicKey:
    """What a `p=` value holds.

    Attributes:
        kind: as the tag `k` names it; empty where no verifier knows it.
        identity: the same for one key, whatever the form it is in.
        usual_form: RSA as a SubjectPublicKeyInfo (RFC 6376 erratum 3017), Ed25519 as its bare
            octets (RFC 8463 4.2).
    """

    kind: str
    bits: int
    identity: bytes
    usual_form: bool = True


def key_bytes(key: str) -> bytes | None:
    """A `p=` value decoded, whatever the number of `=` at its end; None if it is no base64."""
    digits = key.rstrip("=")
    if not re.fullmatch(r"[A-Za-z0-9+/]*", digits) or len(digits) % 4 == 1:
        return None
    return base64.b64decode(padded(digits))


def padded(digits: str) -> str:
    """Base64 with the `=` at its end that complete a group of four."""
    return digits + "=" * (-len(digits) % 4)


def public_key(data: bytes) -> PublicKey | None:
    """The public key in the octets of a `p=` value; None if there is none."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    if len(data) == ED25519_BYTES:
        return PublicKey("ed25519", ED25519_BYTES * 8, data)
    try:
        # A key of an outdated kind, which anybody may publish, must not write to the screen.
        with warnings.catch_warnings(action="ignore"):
            key = load_der_public_key(data)
    except (ValueError, UnsupportedAlgorithm):
        return None
    if isinstance(key, RSAPublicKey):
        return _rsa(key, data)
    if isinstance(key, Ed25519PublicKey):
        return PublicKey("ed25519", ED25519_BYTES * 8, key.public_bytes_raw(), usual_form=False)
    return PublicKey("", 0, data)


def _rsa(key: "RSAPublicKey", data: bytes) -> PublicKey:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    bare = key.public_bytes(Encoding.DER, PublicFormat.PKCS1)
    return PublicKey("rsa", key.key_size, bare, usual_form=data != bare)


def _is_private(data: bytes) -> bool:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_der_private_key

    try:
        load_der_private_key(data, None)
    except UnsupportedAlgorithm:
        return True
    except (TypeError, ValueError):
        return False
    return True
