"""The values of mailcow.conf."""

import traceback
from ipaddress import ip_address

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailcow_dns_tui.mailcow.conf import PORT_KEYS, Binding, Conf, read_conf
from mailcow_dns_tui.mailcow.env_file import parse_env
from tests.mailcow.confs import AS_GENERATED, conf_of

SECRET_KEYS = ("API_KEY", "API_KEY_READ_ONLY", "DBPASS", "REDISPASS", "DBROOT", "NO_SUCH_KEY")


def test_a_file_as_mailcow_generates_it() -> None:
    conf = read_conf(parse_env(AS_GENERATED))
    assert conf.troubles == ()
    assert conf.hostname == "mail.example.org"
    assert {name: binding.port for name, binding in conf.ports.items()} == {
        name: port for name, (_, port) in PORT_KEYS.items()
    }
    assert (conf.http, conf.https) == (Binding(80), Binding(443))
    assert conf.db_password.reveal() == "DbPass1"
    assert conf.redis_password.reveal() == "RedisPass1"
    assert (conf.db_user, conf.db_name, conf.project) == ("mailcow", "mailcow", "mailcowdockerized")
    assert conf.enable_ipv6
    assert conf.autodiscover_san
    assert not (conf.skip_sogo)
    assert not (conf.skip_lets_encrypt)
    assert not (conf.only_mailcow_hostname)
    assert not (conf.api_key)
    assert not (conf.api_key_read_only)
    assert not (conf.snat_ipv4)
    assert not (conf.additional_san)


def test_an_empty_file_has_mailcows_defaults_and_no_hostname() -> None:
    conf = read_conf(parse_env(""))
    assert conf.troubles == ("mailcow.conf has no MAILCOW_HOSTNAME.",)
    assert conf.ports == Conf().ports
    assert conf.hostname == ""


@pytest.mark.parametrize(
    ("text", "port", "local"),
    [
        ("1143", 1143, False),
        ("127.0.0.1:143", 143, True),
        ("127.8.8.8:143", 143, True),
        ("[::1]:143", 143, True),
        ("[fe80::1]:143", 143, True),
        ("0.0.0.0:143", 143, False),
        ("[::]:143", 143, False),
        (":143", 143, False),
        ("192.0.2.10:2143", 2143, False),
        ("[2001:db8::10]:143", 143, False),
        ("10.0.0.5:143", 143, False),
    ],
)
def test_bindings(text: str, port: int, local: bool) -> None:
    conf = conf_of(f"IMAP_PORT={text}")
    assert conf.troubles == ()
    binding = conf.ports["imap"]
    assert (binding.port, binding.is_local) == (port, local)


@pytest.mark.parametrize(
    ("text", "address", "port"),
    [
        ("", "127.0.0.1", 13306),
        ("13306", "127.0.0.1", 13306),
        ("127.0.0.1:3307", "127.0.0.1", 3307),
        ("0.0.0.0:3307", "127.0.0.1", 3307),
        ("192.0.2.10:3307", "192.0.2.10", 3307),
        ("[::]:3307", "::1", 3307),
        ("[2001:db8::10]:3307", "2001:db8::10", 3307),
        ("0", "127.0.0.1", 13306),
        ("localhost:3307", "127.0.0.1", 13306),
    ],
)
def test_where_this_machine_reaches_the_database(text: str, address: str, port: int) -> None:
    sql = conf_of(f"SQL_PORT={text}").sql
    assert (sql.own_address, sql.port) == (address, port)


def test_redis_is_where_its_own_key_says() -> None:
    conf = conf_of("SQL_PORT=1", "REDIS_PORT=x")
    assert (conf.redis.own_address, conf.redis.port) == ("127.0.0.1", 7654)
    assert conf.troubles == (
        "Correct REDIS_PORT in mailcow.conf: it should be a port, as in 7654 or 192.0.2.10:7654.",
    )


@pytest.mark.parametrize(
    "text",
    ["0", "65536", "x", "143-150", "1.2.3:143", "::1:143", "localhost:143", "143:143", "١٤٣"],
)
def test_a_wrong_port_is_told_and_the_default_taken(text: str) -> None:
    conf = conf_of(f"IMAP_PORT={text}")
    assert conf.ports["imap"] == Binding(143)
    (trouble,) = conf.troubles
    assert "IMAP_PORT" in trouble


def test_the_web_ports() -> None:
    conf = conf_of("HTTP_PORT=8080", "HTTPS_PORT=8443", "HTTPS_BIND=127.0.0.1")
    assert conf.http == Binding(8080)
    assert conf.https == Binding(8443, ip_address("127.0.0.1"))
    assert conf_of("HTTPS_BIND=[2001:db8::1]").https.address == ip_address("2001:db8::1")
    wrong = conf_of("HTTPS_PORT=127.0.0.1:8443", "HTTP_BIND=localhost")
    assert (wrong.http, wrong.https) == (Binding(80), Binding(443))
    assert len(wrong.troubles) == 2


@pytest.mark.parametrize(
    ("lines", "enabled"),
    [
        (["ENABLE_IPV6=true"], True),
        (["ENABLE_IPV6=false"], False),
        (["ENABLE_IPV6=False"], False),
        (["ENABLE_IPV6="], True),
        (["DISABLE_IPv6=y"], False),
        (["DISABLE_IPv6=n"], True),
        (["DISABLE_IPV6=y"], True),
        (["ENABLE_IPV6=true", "DISABLE_IPv6=y"], True),
        (["ENABLE_IPV6=false", "DISABLE_IPv6=n"], False),
        (["ENABLE_IPV6=", "DISABLE_IPv6=y"], False),
    ],
)
def test_ipv6_by_the_new_key_and_the_old(lines: list[str], enabled: bool) -> None:
    conf = conf_of(*lines)
    assert conf.troubles == ()
    assert conf.enable_ipv6 is enabled


def test_ipv6_by_a_wrong_word() -> None:
    conf = conf_of("ENABLE_IPV6=maybe")
    assert conf.enable_ipv6
    assert len(conf.troubles) == 1


@pytest.mark.parametrize(
    ("word", "on"), [("y", True), ("YES", True), ("n", False), ("No", False), ("", True)]
)
def test_switches(word: str, on: bool) -> None:
    conf = conf_of(f"AUTODISCOVER_SAN={word}")
    assert conf.troubles == ()
    assert conf.autodiscover_san is on


def test_a_switch_that_mailcow_takes_for_no() -> None:
    conf = conf_of("AUTODISCOVER_SAN=true", "SKIP_SOGO=true")
    assert not conf.autodiscover_san
    assert not conf.skip_sogo
    assert len(conf.troubles) == 2


def test_snat() -> None:
    conf = conf_of("SNAT_TO_SOURCE=192.0.2.9", "SNAT6_TO_SOURCE=2001:db8::9")
    assert conf.snat_ipv4 == ip_address("192.0.2.9")
    assert conf.snat_ipv6 == ip_address("2001:db8::9")
    assert conf.troubles == ()
    assert conf_of("SNAT_TO_SOURCE=n").troubles == ()
    swapped = conf_of("SNAT_TO_SOURCE=2001:db8::9", "SNAT6_TO_SOURCE=192.0.2.9")
    assert swapped.snat_ipv4 is None
    assert swapped.snat_ipv6 is None
    assert len(swapped.troubles) == 2


def test_names_for_the_certificate() -> None:
    conf = conf_of("ADDITIONAL_SAN=imap.*,srv1.example.net,*.example.org")
    assert conf.additional_san == ("imap.*", "srv1.example.net", "*.example.org")
    assert conf.troubles == ()
    for wrong in ("imap.*,x y", "http://example.org", "*"):
        assert len(conf_of(f"ADDITIONAL_SAN={wrong}").troubles) == 1


def test_the_directory_keeps_no_credentials() -> None:
    url = "https://user:hunter2@ca.example:8443/dir?token=hunter2"
    assert conf_of(f"DIRECTORY_URL={url}").directory_url == "https://ca.example:8443/dir"
    for wrong in ("ca.example", "ftp://ca.example/", "https://", "https://[", "https://x:y/"):
        conf = conf_of(f"DIRECTORY_URL={wrong}")
        assert conf.directory_url == ""
        assert len(conf.troubles) == 1


def test_api_keys_count_only_beside_their_addresses() -> None:
    conf = conf_of("API_KEY=ABC-1", "API_KEY_READ_ONLY=ABC-2", "API_ALLOW_FROM=127.0.0.1,::1")
    assert (conf.api_key.reveal(), conf.api_key_read_only.reveal()) == ("ABC-1", "ABC-2")
    alone = conf_of("API_KEY=ABC-1")
    assert not alone.api_key
    assert "API_ALLOW_FROM" in alone.troubles[0]
    assert not conf_of("API_KEY=invalid", "API_ALLOW_FROM=127.0.0.1").api_key
    assert not conf_of("API_KEY=a b", "API_ALLOW_FROM=127.0.0.1").api_key


def test_the_network_of_the_containers() -> None:
    assert conf_of().ipv4_network == "172.22.1"
    assert conf_of("IPV4_NETWORK=10.11.12").ipv4_network == "10.11.12"


@pytest.mark.parametrize("text", ["10.11", "10.11.12.0", "10.11.300", "10.11.12/24", "x"])
def test_a_wrong_network(text: str) -> None:
    conf = conf_of(f"IPV4_NETWORK={text}")
    assert conf.ipv4_network == "172.22.1"
    assert "IPV4_NETWORK" in conf.troubles[0]


@pytest.mark.parametrize(
    "line", ["MAILCOW_HOSTNAME=mail", "COMPOSE_PROJECT_NAME=My Cow", "DBNAME=--help", "DBUSER=a b"]
)
def test_wrong_names(line: str) -> None:
    key = line.partition("=")[0]
    conf = conf_of(line)
    assert [key in trouble for trouble in conf.troubles] == [True]
    assert (conf.db_user, conf.db_name, conf.project) == ("mailcow", "mailcow", "mailcowdockerized")


secrets = st.from_regex(r"S3[A-Za-z0-9]{10}", fullmatch=True)
ways = st.sampled_from(
    [
        "{key}={secret}",
        "{key}='{secret}'",
        '{key}="{secret}"',
        "export {key}={secret} # {secret}",
        "{key}={secret}€$\x1b[2J",
        "{key} {secret}",
        "{key}='{secret}",
        '{key}="{secret}" {secret}',
        "{secret}",
        "IMAP_PORT={secret}:143",
        "HTTP_BIND={secret}",
        "ENABLE_IPV6={secret}",
        "SKIP_SOGO={secret}",
        "SNAT_TO_SOURCE={secret}",
        "MAILCOW_HOSTNAME={secret}",
        "COMPOSE_PROJECT_NAME={secret}",
        "ADDITIONAL_SAN={secret}!",
        "DIRECTORY_URL={secret}",
        "DIRECTORY_URL=https://{secret}@ca.example/",
        "API_KEY={secret} {secret}",
        "{secret}={secret}",
    ]
)


def shown_with_locals(conf: Conf) -> str:
    """What a crash report with the local variables shows."""
    try:
        values = (conf.api_key, conf.db_password, conf.redis_password)
        raise RuntimeError(str(values))
    except RuntimeError as error:
        return "".join(
            traceback.TracebackException.from_exception(error, capture_locals=True).format()
        )


@settings(deadline=None)
@given(secrets, st.lists(st.tuples(ways, st.sampled_from(SECRET_KEYS))), st.booleans())
def test_no_secret_is_ever_shown(secret: str, lines: list[tuple[str, str]], allowed: bool) -> None:
    written = [way.format(key=key, secret=secret) for way, key in lines]
    conf = conf_of(*written, *(["API_ALLOW_FROM=127.0.0.1"] if allowed else []))
    shown = f"{conf!r} {conf} {conf.troubles} {shown_with_locals(conf)}"
    assert secret.lower() not in shown.lower()
