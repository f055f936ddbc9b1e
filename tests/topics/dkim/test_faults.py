"""DKIM key records with a fault, and near them those that are fine."""

import base64
from collections.abc import Sequence

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
)

from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.setup import DkimKey, Domain, Setup
from mailcow_dns_tui.model.text import brief, txt_rdata
from tests.memory_dns import MemoryDns, good_zone
from tests.topics.setups import DKIM, KEY, OTHER_KEY, SMALL, findings_about, wanted, with_domain

OWNER = "dkim._domainkey.example.org."
MAIN_TAGS = "v=DKIM1; k=rsa; t=s; s=email; p="


def rsa_key(bits: int, form: PublicFormat = PublicFormat.SubjectPublicKeyInfo) -> str:
    """A key of a length, made without the time that a real one takes."""
    public = RSAPublicNumbers(65537, (1 << (bits - 1)) + 12345).public_key()
    return base64.b64encode(public.public_bytes(Encoding.DER, form)).decode()


def bare(key: str) -> str:
    public = load_der_public_key(base64.b64decode(key))
    return base64.b64encode(public.public_bytes(Encoding.DER, PublicFormat.PKCS1)).decode()


ED25519 = base64.b64encode(bytes(range(32))).decode()
ENVELOPED = base64.b64encode(bytes.fromhex("302a300506032b6570032100") + bytes(range(32))).decode()
KEY_4096 = rsa_key(4096)
SHORT = rsa_key(1024)
ED25519_SETUP = with_domain(
    Domain("example.org", dkim=(DkimKey(key=f"v=DKIM1; k=ed25519; p={ED25519}"),))
)
SETUP_4096 = with_domain(Domain("example.org", dkim=(DkimKey(key=KEY_4096),)))
SHORT_SETUP = with_domain(Domain("example.org", dkim=(DkimKey(key=SHORT),)))


async def found_for(setup: Setup, *texts: str) -> list[Finding]:
    rdatas = [txt_rdata(text).to_text() for text in texts]
    world = good_zone(setup).having(OWNER, "TXT", *rdatas)
    return await findings_about(setup, MemoryDns(world), wanted(setup, OWNER, "TXT"))


def in_words(found: Sequence[Finding]) -> list[str]:
    return sorted(f"{each.code} {each.status.word}" for each in found)


FINE = {
    "as mailcow prints it": DKIM.replace("; ", ";"),
    "key alone": f"p={KEY}",
    "for all senders": f"v=DKIM1; g=*; p={KEY}",
    "semicolon and blanks behind": f"{DKIM} ; ",
    "other tags": f"v=DKIM1; n=for mail, from 2026; x=y; p={KEY}",
    "more hashes and services": f"v=DKIM1; h=sha1:sha256; s=tlsrpt:email; p={KEY}",
    "blanks in the key": f"v=DKIM1;\tp={KEY[:50]} {KEY[50:99]}\t{KEY[99:]}",
    "quotes in a note": f'v=DKIM1; n=the "new" key; p={KEY}',
    "unknown capitals": f"V=DKIM2; p={KEY}",
}


@pytest.mark.parametrize("case", FINE)
async def test_a_record_with_the_wanted_key_is_silent(case: str) -> None:
    found = await found_for(SMALL, FINE[case])
    assert in_words(found) == ["as-wanted ok"], found[0].message


async def test_other_kinds_of_keys_are_silent() -> None:
    assert in_words(await found_for(ED25519_SETUP, f"k=ed25519; p={ED25519}")) == ["as-wanted ok"]
    assert in_words(await found_for(SETUP_4096, f"k=rsa; p={KEY_4096}")) == ["as-wanted ok"]


WRONG = {
    "quoted": (f'"{DKIM}"', "not-valid error", "quotes"),
    "quoted pieces": (f'"{DKIM[:200]}" "{DKIM[200:]}"', "not-valid error", "quotes"),
    "quoted key": (f'{MAIN_TAGS}"{KEY}"', "not-valid error", "quotes"),
    "escaped": (DKIM.replace(";", "\\;"), "not-valid error", "backslashes"),
    "escaped quotes": (f'\\"{DKIM}\\"', "not-valid error", "backslashes and quotes"),
    "HTML": (DKIM.replace(";", "&#59;"), "not-valid error", "HTML entities"),
    "quoted in HTML": (f"&quot;{DKIM}&quot;", "not-valid error", "HTML entities"),
    "typographic quotes": (f"“{DKIM}”", "not-valid error", "typographic quotes"),
    "no-break space": (DKIM.replace(" k", "\u00a0k"), "not-valid error", "no-break"),
    "in a web address": (DKIM.replace(";", "%3B"), "not-valid error", "URL escapes"),
    "zone file line": (f"dkim._domainkey IN TXT ( {DKIM} )", "not-valid error", "zone file"),
    "bare key": (KEY, "not-valid error", "only the key"),
    "no semicolons": (DKIM.replace(";", ""), "not-valid error", "lacks the ;"),
    "capitals": (f"V=DKIM1; K=rsa; P={KEY}", "not-valid error", "capitals"),
    "no tag": (f"v=DKIM1; rsa; p={KEY}", "not-valid error", "not name=value: rsa"),
    "small version": (f"v=dkim1; p={KEY}", "not-valid error", "v=dkim1"),
    "version behind": (f"k=rsa; v=DKIM1; p={KEY}", "not-valid warning", "behind another tag"),
    "for one sender": (
        f"v=DKIM1; g=joe; p={KEY}",
        "not-valid warning",
        "with g=joe, which by RFC 4871",
    ),
    "for no sender": (f"g=; k=rsa; p={KEY}", "not-valid warning", "leaves senders out"),
    "tag twice": (f"v=DKIM1; k=rsa; k=rsa; p={KEY}", "not-valid error", "k= more than once"),
    "without p": ("v=DKIM1; n=x", "not-valid error", "p= is missing"),
    "cut by a comment": ("v=DKIM1", "cut-off error", "start of a comment"),
    "cut before the key": ("v=DKIM1; k=rsa; t=s", "cut-off error", "it is v=DKIM1; k=rsa; t=s"),
    "cut at 255": (DKIM[:255], "cut-off error", "after 223 of its 392 characters: the record ends"),
    "cut elsewhere": (DKIM[:300], "cut-off error", "after 268 of its 392 characters."),
    "revoked": ("v=DKIM1; p= ;", "revoked error", "revoked"),
    "other key": (f"v=DKIM1; p={OTHER_KEY}", "other-key error", "not the server's key"),
    "front lost": (f"{MAIN_TAGS}{KEY[9:]}", "not-valid error", "first 9 characters"),
    "no plus": (DKIM.replace("+", " "), "not-valid error", "every +"),
    "small letters": (f"{MAIN_TAGS}{KEY.lower()}", "not-valid error", "letters changed"),
    "more behind": (f"{DKIM}{KEY}", "not-valid error", "goes on after its 392 characters"),
    "damaged": (f"{MAIN_TAGS}{KEY[:99]}{KEY[110:]}", "not-valid error", "damaged"),
    "sha1 only": (f"v=DKIM1; h=sha1; p={KEY}", "not-valid error", "SHA-256"),
    "for reports only": (f"v=DKIM1; s=tlsrpt; p={KEY}", "not-valid error", "s= does not allow"),
    "another kind": (f"v=DKIM1; k=ed25519; p={KEY}", "not-valid error", "k=ed25519"),
    "in test": (f"v=DKIM1; t=y:s; p={KEY}", "test-mode warning", "t=y"),
    "semicolon twice": (f"v=DKIM1;; p={KEY}", "not-valid warning", "a ; too many"),
    "note in another script": (f"v=DKIM1; n=ключ; p={KEY}", "not-valid warning", "not ASCII"),
    "kind in capitals": (f"v=DKIM1; k=RSA; p={KEY}", "not-valid warning", "in capitals"),
    "bare form": (f"v=DKIM1; p={bare(KEY)}", "not-valid warning", "bare RSAPublicKey"),
}


@pytest.mark.parametrize("case", WRONG)
async def test_a_fault_is_named(case: str) -> None:
    text, expected, gist = WRONG[case]
    found = await found_for(SMALL, text)
    assert in_words(found) == [expected], found[0].message
    assert gist in found[0].message
    assert found[0].fix


async def test_several_faults_of_one_key_are_all_told() -> None:
    found = await found_for(SMALL, f"v=DKIM1; t=y; k=RSA; h=sha1; p={KEY}")
    assert in_words(found) == ["not-valid error", "test-mode warning"]


async def test_a_weak_key_is_told_even_where_it_is_the_wanted_one() -> None:
    assert in_words(await found_for(SHORT_SETUP, f"p={SHORT}")) == ["key-size warning"]
    found = await found_for(SMALL, f"p={SHORT}")
    assert in_words(found) == ["key-size warning", "other-key error"]


@pytest.mark.parametrize(("bits", "status"), [(512, "error"), (768, "error"), (8192, "warning")])
async def test_a_key_of_a_length_that_receivers_refuse_is_told(bits: int, status: str) -> None:
    found = await found_for(SMALL, f"p={rsa_key(bits)}")
    assert in_words(found) == [f"key-size {status}", "other-key error"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"v=DKIM1; p={ED25519}", "not-valid error"),
        (f"v=DKIM1; k=ed25519; p={ENVELOPED}", "not-valid error"),
        (f"v=DKIM1; k=ed25519; p={ED25519[:40]}", "cut-off error"),
        (f"v=DKIM1; k=ed25519; p={ED25519[:-1]}", "not-valid warning"),
    ],
)
async def test_an_ed25519_key_is_read_by_its_own_rules(text: str, expected: str) -> None:
    assert in_words(await found_for(ED25519_SETUP, text)) == [expected]


async def test_only_one_record_may_be_at_a_selector() -> None:
    assert in_words(await found_for(SMALL, DKIM, f"p={OTHER_KEY}")) == ["several-records error"]
    assert in_words(await found_for(SMALL, DKIM, "v=DKIM1; p=")) == ["several-records error"]
    assert in_words(await found_for(SMALL, DKIM, f"p={KEY}")) == ["several-records error"]


@pytest.mark.parametrize("leftover", ["hello", DKIM[255:], "v=spf1 -all", ""])
async def test_whatever_stands_beside_the_right_key_keeps_some_receivers_from_it(
    leftover: str,
) -> None:
    (found,) = await found_for(SMALL, DKIM, leftover)
    assert in_words([found]) == ["several-records error"]
    assert "has 2 TXT records" in found.message
    assert "OpenDKIM" in found.message
    told = f"`{brief(leftover)}`" if leftover else "the empty one"
    assert found.fix.startswith(f"Delete {told} in the DNS settings of example.org")


async def test_pieces_that_became_records_of_their_own_are_named() -> None:
    for pieces in ((DKIM[:255], DKIM[255:]), (DKIM[300:], DKIM[:200], DKIM[200:300])):
        found = await found_for(SMALL, *pieces)
        assert in_words(found) == ["several-records error"]
        assert f"are {len(pieces)} records" in found[0].message
    found = await found_for(SMALL, DKIM[:255], "hello")
    assert in_words(found) == ["cut-off error", "several-records error"]


async def test_texts_that_are_no_key_records_do_not_stand_for_one() -> None:
    found = await found_for(SMALL, "v=spf1 -all", "v=DMARC1; p=none", "hello")
    assert in_words(found) == ["missing error"]
