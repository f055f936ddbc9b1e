"""DKIM key records."""

import base64
from dataclasses import replace

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from mailcow_dns_tui.model.setup import DkimKey, Domain, Setup
from mailcow_dns_tui.model.text import brief
from tests.battery.case import DKIM, KEY, OTHER_KEY, SETUP, Case, txt

OWNER = "dkim._domainkey"
NOT_VALID = "dkim not-valid error"
HALF = len(KEY) // 2


def rsa_key(bits: int) -> str:
    """A key of a length, made without the time that a real one takes."""
    public = RSAPublicNumbers(65537, (1 << (bits - 1)) + 12345).public_key()
    der = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(der).decode()


def planning(*keys: DkimKey) -> Setup:
    return replace(SETUP, domains=(Domain("example.org", dkim=keys),))


def key(*texts: str) -> str:
    return "\n".join(f"{OWNER} TXT {txt(text)}" for text in texts)


ED25519 = base64.b64encode(bytes(range(32))).decode()
WITH_ED25519 = planning(DkimKey(key=f"v=DKIM1; k=ed25519; p={ED25519}"))
SHORT, LONG = rsa_key(1024), rsa_key(4096)
SELECTED = planning(DkimKey("mail.2026", KEY))

CASES = (
    Case("missing", fault=f"{OWNER} TXT -", finds="dkim missing error", near=key(f"p={KEY}")),
    Case(
        "the key equals ours",
        fault=key(f"v=DKIM1; p={OTHER_KEY}"),
        finds="dkim other-key error",
        near=key(f"v=DKIM1;p={KEY[:HALF]} {KEY[HALF:]};s=*:email ;t=s; k=rsa; n=a note; x=y;"),
    ),
    Case(
        "the key equals ours: beside keys of others",
        fault=f"{OWNER} TXT -\nother._domainkey TXT {txt(DKIM)}",
        finds="dkim missing error",
        near=f"other._domainkey TXT {txt(f'p={OTHER_KEY}')}",
    ),
    Case(
        "the key equals ours: by a CNAME",
        fault=f"{OWNER} TXT -\n{OWNER} CNAME key.example.net.",
        finds="dkim cname-in-the-way error",
        near=f"{OWNER} TXT -\n{OWNER} CNAME key.example.net.\nkey.example.net. TXT {txt(DKIM)}",
        names=("key.example.net",),
    ),
    Case(
        "parsed by RFC 6376: a version that does not come first",
        fault=key(f"k=rsa; v=DKIM1; p={KEY}"),
        finds="dkim not-valid warning",
        near=key(f"k=rsa; p={KEY}"),
    ),
    Case(
        "parsed by RFC 6376: a version in small letters",
        fault=key(f"v=dkim1; p={KEY}"),
        finds=NOT_VALID,
        near=key(f"v=DKIM1; p={KEY}"),
    ),
    Case(
        "parsed by RFC 6376: names in capitals",
        fault=key(f"V=DKIM1; K=rsa; P={KEY}"),
        finds=NOT_VALID,
        near=key(f"V=DKIM2; p={KEY}"),
    ),
    Case(
        "parsed by RFC 6376: a tag twice",
        fault=key(f"v=DKIM1; k=rsa; k=rsa; p={KEY}"),
        finds=NOT_VALID,
        near=key(f"v=DKIM1; k=rsa; p={KEY} ; "),
    ),
    Case(
        "parsed by RFC 6376: without a key",
        fault=key("v=DKIM1; n=x"),
        finds=NOT_VALID,
        near=key(f"v=DKIM1; n=x; p={KEY}"),
    ),
    Case(
        "parsed by RFC 6376: a key that is damaged",
        fault=key(f"v=DKIM1; p={KEY[:99]}{KEY[110:]}"),
        finds=NOT_VALID,
        near=key(f"v=DKIM1; p={KEY[:99]}\t {KEY[99:]}"),
    ),
    Case(
        "parsed by RFC 8463",
        fault=key(f"v=DKIM1; p={ED25519}"),
        finds=NOT_VALID,
        near=key(f"k=ed25519; p={ED25519}"),
        setup=WITH_ED25519,
    ),
    Case(
        "truncated (a proper prefix of ours: say where it was cut)",
        fault=key(DKIM[:300]),
        finds="dkim cut-off error",
        near=key(DKIM),
        names=("268",),
    ),
    Case(
        "revoked",
        fault=key("v=DKIM1; p="),
        finds="dkim revoked error",
        near='old._domainkey TXT "v=DKIM1; p="',
    ),
    Case(
        "too short (below 1024 invalid)",
        fault=key(f"p={rsa_key(768)}"),
        finds="dkim key-size error, dkim other-key error",
        near=key(f"p={KEY}"),
    ),
    Case(
        "too short (below 2048 weak)",
        fault=key(f"p={SHORT}"),
        finds="dkim key-size warning",
        setup=planning(DkimKey(key=SHORT)),
        near=key(f"p={LONG}"),
        near_setup=planning(DkimKey(key=LONG)),
    ),
    Case(
        "`t=y`",
        fault=key(f"v=DKIM1; t=y:s; p={KEY}"),
        finds="dkim test-mode warning",
        near=key(f"v=DKIM1; t=s; p={KEY}"),
    ),
    Case(
        "`h=` that excludes us",
        fault=key(f"v=DKIM1; h=sha1; p={KEY}"),
        finds=NOT_VALID,
        near=key(f"v=DKIM1; h=sha1:sha256; p={KEY}"),
    ),
    Case(
        "`s=` that excludes us",
        fault=key(f"v=DKIM1; s=tlsrpt; p={KEY}"),
        finds=NOT_VALID,
        near=key(f"v=DKIM1; s=tlsrpt:email; p={KEY}"),
    ),
    Case(
        "`k=` that excludes us",
        fault=key(f"v=DKIM1; k=ed25519; p={KEY}"),
        finds=NOT_VALID,
        near=key(f"v=DKIM1; k=rsa; p={KEY}"),
    ),
    Case(
        "several records",
        fault=key(DKIM, f"p={OTHER_KEY}"),
        finds="dkim several-records error",
        near=f"{key(DKIM)}\nnext._domainkey TXT {txt(f'p={OTHER_KEY}')}",
    ),
    Case(
        "several records: the rest of an earlier try beside the key",
        fault=key(DKIM, DKIM[255:]),
        finds="dkim several-records error",
        names=(f"Delete `{brief(DKIM[255:])}` in the DNS settings of example.org",),
        near=f"{key(DKIM)}\n_domainkey TXT {txt(DKIM[255:])}",
    ),
    Case(
        "several records: the pieces of one",
        fault=key(DKIM[:255], DKIM[255:]),
        finds="dkim several-records error",
        near=key(DKIM),
    ),
    Case(
        "a wildcard answer",
        fault=f'{OWNER} TXT -\n*._domainkey TXT "v=DKIM1; p="',
        finds="dkim wildcard-answers error",
        near='*._domainkey TXT "v=DKIM1; p="',
        names=("*._domainkey.example.org",),
    ),
    Case(
        "escaped data",
        fault=key(DKIM.replace(";", "\\;")),
        finds=NOT_VALID,
        near=f"{OWNER} TXT " + txt(DKIM).replace(";", "\\;"),
    ),
    Case(
        "a wildcard answer: with another key, or with ours",
        fault=f"{OWNER} TXT -\n* TXT {txt(f'p={OTHER_KEY}')}",
        finds="dkim wildcard-answers error",
        near=f"{OWNER} TXT -\n* TXT {txt(DKIM)}",
        names=("the wildcard *.example.org answers",),
    ),
    Case(
        "parsed by RFC 6376: a semicolon too many",
        fault=key(f"v=DKIM1;; p={KEY}"),
        finds="dkim not-valid warning",
        near=key(f"v=DKIM1; p={KEY};"),
    ),
    Case(
        "escaped data: in pieces of any size",
        fault=key(f'{DKIM[:200]}" "{DKIM[200:]}'),
        finds=NOT_VALID,
        near=f'{OWNER} TXT "{DKIM[:20]}" "{DKIM[20:100]}" "" "{DKIM[100:350]}" "{DKIM[350:]}"',
    ),
    Case("quoted data", fault=key(f'"{DKIM}"'), finds=NOT_VALID, near=key(f'{DKIM}; n="new"')),
    Case(
        "the empty non-terminal `_domainkey`",
        fault="mail.2026._domainkey TXT -",
        finds="dkim missing error",
        setup=SELECTED,
    ),
)
