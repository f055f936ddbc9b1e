"""DKIM keys as people paste them."""

import base64
import json

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from mailcow_dns_tui.demo.example import EXAMPLE_ORG_KEY as KEY
from mailcow_dns_tui.model.dkim_key import (
    dkim_record_text,
    key_problem,
    kind_of_key,
    public_part,
    read_key,
    read_public_key,
    selector_beside,
)

RECORD = f"v=DKIM1; k=rsa; t=s; s=email; p={KEY}"
HALF = len(KEY) // 2
OPENDKIM_LINE = f"""\
dkim._domainkey IN TXT ( "v=DKIM1; k=rsa; t=s; s=email; "
\t  "p={KEY[:HALF]}"
\t  "{KEY[HALF:]}" )  ; ----- DKIM key dkim for example.org
"""
BIND_LINE = f"""\
dkim._domainkey.example.org. 3600 IN TXT (
\t\t\t\t"{RECORD[:200]}"
\t\t\t\t"{RECORD[200:]}" )
"""
RAW_32 = base64.b64encode(bytes(32)).decode()
PRIVATE = rsa.generate_private_key(65537, 1024)
PRIVATE_DER = PRIVATE.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption())
BARE = PRIVATE.public_key().public_bytes(Encoding.DER, PublicFormat.PKCS1)
EC = (
    ec.generate_private_key(ec.SECP256R1())
    .public_key()
    .public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
)


def wanted(pasted: str) -> str:
    assert key_problem(pasted) is None
    return dkim_record_text(read_key(pasted))


@pytest.mark.parametrize(
    "pasted",
    [
        KEY,
        f"  {KEY}\n",
        f"{KEY[:64]}\n{KEY[64:128]}\r\n\t{KEY[128:]}",
        f'"{KEY}"',
        f'"{KEY[:HALF]}" "{KEY[HALF:]}"',
        f"-----BEGIN PUBLIC KEY-----\n{KEY[:64]}\n{KEY[64:]}\n-----END PUBLIC KEY-----\n",
    ],
)
def test_a_key_alone_gets_mailcows_tags(pasted: str) -> None:
    assert wanted(pasted) == RECORD


@pytest.mark.parametrize(
    "pasted",
    [
        RECORD,
        f"v=DKIM1;k=rsa;t=s;s=email;p={KEY}",
        f"v = DKIM1 ; k = rsa ; t = s ; s = email ; p = {KEY[:HALF]} {KEY[HALF:]} ;",
        f"v=DKIM1;\n\tk=rsa;\n\tt=s; s=email;\n\tp={KEY[:HALF]}\n\t{KEY[HALF:]}",
        RECORD.replace(";", r"\;"),
        f'"{RECORD}"',
        f'"v=DKIM1; k=rsa; t=s; s=email; " "p={KEY[:HALF]}"\n"{KEY[HALF:]}"',
        f'"{RECORD[:255]}""{RECORD[255:]}"',
        f'dkim._domainkey.example.org. 3600 IN TXT "{RECORD[:255]}" "{RECORD[255:]}"',
        f"dkim._domainkey.example.org. 3600 IN TXT {RECORD}",
        f"dkim._domainkey\tIN\tTXT\t( {RECORD} )",
        OPENDKIM_LINE,
        BIND_LINE,
        f'; "old" key\ndkim._domainkey IN TXT "{RECORD}"',
    ],
)
def test_a_whole_record_is_read_in_each_of_its_forms(pasted: str) -> None:
    assert wanted(pasted) == RECORD


TEXT = f"v=DKIM1;k=rsa;t=s;s=email;p={KEY}"
SECRET = base64.b64encode(PRIVATE_DER).decode()
OF_API = {
    "pubkey": KEY,
    "length": "2048",
    "dkim_txt": TEXT,
    "dkim_selector": "s1",
    "privkey": SECRET,
}


@pytest.mark.parametrize(
    "pasted",
    [
        json.dumps(OF_API),
        json.dumps(OF_API, indent=2),
        json.dumps(OF_API).replace("/", "\\/"),
        json.dumps([OF_API]),
        f'"dkim_txt":"{TEXT}"',
        f'  "dkim_txt": "{TEXT}",\n',
        f'"dkim_txt":"{TEXT}","dkim_selector":"s1","privkey":"{SECRET}"}}',
        f'"privkey":"{SECRET}","dkim_txt":"{TEXT[:100]}\n{TEXT[100:]}',
        json.dumps({"dkim_txt": f'"{TEXT[:255]}" "{TEXT[255:]}"'}),
        json.dumps({"pubkey": KEY, "privkey": SECRET}),
    ],
)
def test_the_json_of_mailcows_api_is_read_without_its_private_key(pasted: str) -> None:
    assert wanted(pasted) == RECORD
    assert SECRET not in public_part(pasted)
    assert "privkey" not in public_part(pasted)


@pytest.mark.parametrize(
    "pasted", [json.dumps({"privkey": SECRET}), f"-----BEGIN PRIVATE KEY-----\n{SECRET}\n"]
)
def test_of_a_private_key_nothing_is_kept(pasted: str) -> None:
    assert SECRET not in public_part(pasted)
    assert "private key" in (key_problem(pasted) or "")


def test_a_selector_that_stands_beside_the_key_is_read() -> None:
    assert selector_beside(json.dumps(OF_API)) == "s1"
    assert selector_beside(OPENDKIM_LINE) == "dkim"
    assert selector_beside(RECORD) == ""


def test_a_key_is_told_by_its_kind_and_length() -> None:
    assert kind_of_key(RECORD) == "RSA, 2048 bits"
    assert kind_of_key(KEY[:-1]) == ""
    raw = ed25519.Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    assert kind_of_key(f"v=DKIM1; k=ed25519; p={base64.b64encode(raw).decode()}") == "Ed25519"


def test_a_record_keeps_its_own_tags() -> None:
    assert wanted(f"v=DKIM1; h=sha256; p={KEY}") == f"v=DKIM1; h=sha256; p={KEY}"
    assert wanted(f"k=rsa; p={KEY}") == f"k=rsa; p={KEY}"
    assert key_problem(f"v=DKIM1; h=sha1 : sha256; s=email:tlsrpt; p={KEY}") is None


def test_an_ed25519_key_is_read() -> None:
    key = ed25519.Ed25519PrivateKey.generate().public_key()
    raw = base64.b64encode(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()
    assert wanted(f"v=DKIM1; k=ed25519; p={raw}") == f"v=DKIM1; k=ed25519; p={raw}"
    assert read_public_key(raw) is None


@pytest.mark.parametrize("size", [1024, 2048, 4096])
def test_a_verifier_can_use_a_whole_key(size: int) -> None:
    # To find primes of that size may take seconds, and nobody signs with it.
    public = rsa.RSAPublicNumbers(65537, (1 << size) - 1).public_key()
    der = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    key = base64.b64encode(der).decode()
    assert key_problem(key) is None
    assert read_public_key(key) is None


@pytest.mark.parametrize(
    ("pasted", "gist"),
    [
        ("-----BEGIN RSA PRIVATE KEY-----\nMIIE", "private key"),
        ("-----BEGIN PRIVATE KEY-----", "private key"),
        (base64.b64encode(PRIVATE_DER).decode(), "private key"),
        (f"v=DKIM1; p={base64.b64encode(PRIVATE_DER).decode()}", "private key"),
        (KEY[:-1], "not whole"),
        (KEY[:101], "not whole"),
        (KEY[:100], "cut off or damaged"),
        (RECORD[:255], "not whole"),
        (f"v=DKIM1; k=rsa; p={KEY[:216]}", "cut off or damaged"),
        ("TUlJQg==", "cut off or damaged"),
        ("MIIB…", "can't be published"),
        (f"{KEY[:8]}\x1b[2J{KEY[8:]}", "can't be published"),
        (f"{KEY}\x00", "can't be published"),
        (f"v=DKIM1; n=ä; p={KEY}", "can't be published"),
        ("v=DKIM1; p=", "empty"),
        (f"v=DKIM2; p={KEY}", "begin with v=DKIM1"),
        (f"k=rsa; v=DKIM1; p={KEY}", "begin with v=DKIM1"),
        ("v=spf1 mx -all", "begin with v=DKIM1"),
        ("v=DKIM1; k=rsa; t=s", "p= is missing"),
        (f"v=DKIM1; p={KEY}; p={KEY}", "twice"),
        (f"v=DKIM1; k=rsa p={KEY}", "p= is missing"),
        (f"v=DKIM1; k=ed25519; p={KEY}", "needs k=rsa"),
        (f"v=DKIM1; p={RAW_32}", "needs k=ed25519"),
        (RAW_32, "needs k=ed25519"),
        (f"v=DKIM1; two words=x; p={KEY}", "tag=value pairs"),
        (f"v=DKIM1; h=sha1; p={KEY}", "h= has to allow sha256"),
        (f"v=DKIM1; s=tlsrpt; p={KEY}", "s= has to allow email"),
        (base64.b64encode(BARE).decode(), "as mailcow shows it"),
        (base64.b64encode(EC).decode(), "RSA and Ed25519 keys only"),
        ('"', "empty"),
        ('""', "empty"),
        (";", "not whole"),
        ("\\", "not whole"),
        ("()", "empty"),
        ("=", "not whole"),
        (f'{KEY}"\n$INCLUDE /etc/passwd', "not whole"),
        (f"{KEY}; $INCLUDE /etc/passwd", "not whole"),
        ("a key", "cut off or damaged"),
        ("$INCLUDE /etc/passwd", "not whole"),
        ("p=", "empty"),
    ],
)
def test_what_is_no_key_is_called_by_its_fault(pasted: str, gist: str) -> None:
    sentence = key_problem(pasted)
    assert sentence is not None
    assert gist in sentence
    assert sentence.isprintable()
