"""Data in the databases that would break out of a column, a line or the screen."""

import pytest

from mailcow_dns_tui.demo import demo_setup
from mailcow_dns_tui.mailcow.joined import Database, Joined
from mailcow_dns_tui.mailcow.known import KnownDomain, KnownDomains
from mailcow_dns_tui.model.setup import DkimKey
from tests.mailcow.database_servers import MailcowDatabases

KEY = demo_setup().domains[0].dkim[0].key
GOOD = KnownDomain("example.org", dkim=(DkimKey("dkim", KEY),), mta_sts_id="20250913122400")
BAD_NAMES = (
    "tab\tbed.example",
    "new\nline.example",
    "\x1b[31mred\x07.example",
    '"quoted".example',
    'x","active":1}.example',
    "back\\slash.example",
    "right\u202eleft.example",
    " blank.example",
    "{{7*7}}.example",
    "localhost",
    "192.0.2.1",
    "",
    "long." * 40 + "example",
)


@pytest.fixture
def good(databases: MailcowDatabases) -> MailcowDatabases:
    """Databases with one domain that has nothing wrong."""
    databases.add_domain("example.org")
    databases.add_key("example.org", "dkim", KEY)
    databases.add_policy("example.org", 20250913122400)
    return databases


async def test_names_that_cannot_be_are_left_out(good: MailcowDatabases) -> None:
    for name in BAD_NAMES:
        good.add_domain(name)
        good.add_alias(f"alias of {name}", name)
    good.add_alias("example.net", BAD_NAMES[0])
    assert (await good.read()).domains == (GOOD,)


@pytest.mark.parametrize("name", BAD_NAMES)
def test_a_name_that_cannot_be_is_told(name: str) -> None:
    database = Database((KnownDomain(name),), (), {})
    joined = Joined(database, None)
    assert joined.domains() == ()
    (sentence,) = joined.troubles()
    assert "left out" in sentence
    assert sentence.isprintable()
    assert len(sentence) < 400


async def test_names_that_are_no_text_are_left_out(good: MailcowDatabases) -> None:
    good.servers.sql(
        "ALTER TABLE domain MODIFY domain VARBINARY(255);"
        "INSERT INTO domain VALUES (0xFFFE2E6578616D706C65, '0', 0, 1);"
    )
    read = await good.read()
    assert read.domains == (GOOD,)
    (sentence,) = read.troubles
    assert r"it is left out: \xff\xfe.example." in sentence


async def test_many_bad_names_are_one_sentence(good: MailcowDatabases) -> None:
    for number in range(5):
        good.add_domain(f"no name {number}")
    read = await good.read()
    assert read.domains == (GOOD,)
    assert read.troubles == (
        "mailcow has a domain that can't be in DNS, and it is left out: no name 0 and 4 more.",
    )


async def test_names_come_in_their_ascii_form_and_once(good: MailcowDatabases) -> None:
    good.add_domain("xn--bcher-kva.example")
    good.add_domain("bücher.example")
    read = await good.read()
    assert read.domains is not None
    assert {domain.name for domain in read.domains} == {"example.org", "xn--bcher-kva.example"}
    assert len(read.domains) == 2
    assert read.troubles == ()


DAMAGED = (
    ("dkim", "A" * 65536),
    ("dkim", KEY + "\n"),
    ("dkim", f'{KEY}","evil'),
    ("dkim", "\x1b]52;c;ZXZpbA==\x07"),
    ("dkim", f"{KEY}; t=y"),
    ("dkim", KEY[:100]),
    ("dkim", ""),
    ("", KEY),
    ("dkim.evil;", KEY),
    (" dkim", KEY),
    ("dk\tim", KEY),
    ("s" * 65536, KEY),
)


async def test_a_damaged_key_is_neither_used_nor_called_missing(good: MailcowDatabases) -> None:
    names = [f"d{number:02}.example" for number in range(len(DAMAGED))]
    for name, (selector, key) in zip(names, DAMAGED, strict=True):
        good.add_domain(name)
        good.add_key(name, selector, key)
    read = await good.read()
    damaged = [KnownDomain(name, dkim=None, mta_sts_id="") for name in names]
    assert read.domains == (*damaged, GOOD)
    assert read.troubles == (
        "mailcow's DKIM key is damaged for d00.example and 11 more: make a new one there.",
    )


STRANGE = (
    'a","example.org',
    "a\nexample.org",
    "\\",
    '"',
    ",",
    "\xff\xfe",
    "\xe9\x00\x1b[0m",
)


async def test_strange_names_of_keys_hide_no_other_key(good: MailcowDatabases) -> None:
    for domain in STRANGE:
        # In quotes and escapes for redis-cli, since no argument can carry all of them.
        quoted = '"' + "".join(f"\\x{byte:02x}" for byte in domain.encode("latin-1")) + '"'
        hset = ("--quoted-input", "HSET")
        assert good.servers.redis(*hset, "DKIM_PUB_KEYS", quoted, '""') == "1\n"
        assert good.servers.redis(*hset, "DKIM_SELECTORS", quoted, "evil") == "1\n"
    assert await good.read() == KnownDomains("mailcow's databases", (GOOD,))


async def test_null_and_text_in_place_of_numbers(good: MailcowDatabases) -> None:
    good.servers.sql(
        "ALTER TABLE domain MODIFY active VARCHAR(9), MODIFY backupmx VARCHAR(9), "
        "MODIFY relayhost VARCHAR(255) NULL;"
        "ALTER TABLE alias_domain MODIFY active VARCHAR(9);"
        "INSERT INTO domain VALUES ('a.example', NULL, NULL, NULL), ('b.example', 'x', '1', '1');"
        "INSERT INTO alias_domain VALUES ('c.example', 'b.example', '1');"
    )
    read = await good.read()
    assert read.domains == (
        KnownDomain("a.example", active=False, dkim=(), mta_sts_id=""),
        KnownDomain("b.example", backup_mx=True, dkim=(), mta_sts_id=""),
        GOOD,
        KnownDomain("c.example", backup_mx=True, alias_of="b.example", dkim=(), mta_sts_id=""),
    )
    assert read.troubles == ()


async def test_an_id_that_cannot_be_published_is_not_known(good: MailcowDatabases) -> None:
    good.add_domain("example.net")
    good.add_policy("example.net", -20250913122400)
    read = await good.read()
    assert read.domains is not None
    assert read.domains[0].mta_sts_id is None


async def test_keys_of_another_type_are_told(good: MailcowDatabases) -> None:
    good.servers.redis("DEL", "DKIM_SELECTORS")
    good.servers.redis("SET", "DKIM_SELECTORS", "text")
    read = await good.read()
    assert read.domains == (KnownDomain("example.org", mta_sts_id="20250913122400"),)
    assert len(read.troubles) == 1
    assert "WRONGTYPE" in read.troubles[0]


async def test_thousands_of_domains_are_read_whole(good: MailcowDatabases) -> None:
    names = [f"d{number}.example" for number in range(3000)]
    values = ", ".join(f"('{name}', '0', 0, 1)" for name in names)
    good.servers.sql(f"INSERT INTO domain VALUES {values};")
    for hash_name, value in (("DKIM_PUB_KEYS", KEY), ("DKIM_SELECTORS", "dkim")):
        pairs = [part for name in names for part in (name, value)]
        for start in range(0, len(pairs), 1000):
            good.servers.redis("HSET", hash_name, *pairs[start : start + 1000])
    read = await good.read()
    assert read.domains is not None
    assert len(read.domains) == 3001
    assert read.troubles == ()
