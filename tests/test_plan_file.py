"""What a plan file holds is read, and comes back as it was."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings

from mailcow_dns_tui.demo import demo_setup
from mailcow_dns_tui.demo.plan import EXAMPLE_ORG_KEY as KEY
from mailcow_dns_tui.demo.plan import SPKI_SHA256
from mailcow_dns_tui.model.public_resolvers import PublicChoice
from mailcow_dns_tui.model.services import Offer, Service
from mailcow_dns_tui.model.setup import (
    DkimKey,
    Dmarc,
    Domain,
    Server,
    Services,
    Setup,
    Spf,
    TlsReports,
)
from mailcow_dns_tui.plan_file import (
    default_plan_path,
    read_draft,
    read_plan,
    write_plan,
)
from tests.setups import setups

EXAMPLE = f"""\
version = 1

[server]
hostname = "mail.example.org"
ipv4 = "192.0.2.10"            # one of the two at least
ipv6 = "2001:db8::10"
spki_sha256 = "{SPKI_SHA256}"
caa = "letsencrypt.org"
ttl = 3600

[services]
imap = 143
imaps = 993
pop3 = 110
pop3s = 995
submission = 587
submissions = 465
smtps = 465
sieve = 4190
autodiscover = 443
caldavs = 443
carddavs = 443
dav_path = "/SOGo/dav/"

[spf]
mechanisms = ["mx", "a"]
all = "-all"

[dmarc]
p = "reject"
rua = ["mailto:mailauth-reports@{{domain}}"]

[tls_reports]
rua = ["mailto:mailauth-reports@{{domain}}"]

[[domains]]
name = "example.org"
dkim = [{{ selector = "dkim", key = "{KEY}" }}]
mta_sts_id = "20261123000000"
verification = ["google-site-verification=x"]
"""
GOOD = 'version = 1\nserver = {hostname = "mail.example.org", ipv4 = "192.0.2.10"}\n'


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "plan.toml"


def test_the_documented_plan(path: Path) -> None:
    path.write_text(EXAMPLE)
    assert read_plan(path) == Setup(
        Server(
            hostname="mail.example.org",
            ipv4="192.0.2.10",
            ipv6="2001:db8::10",
            spki_sha256=SPKI_SHA256,
            caa="letsencrypt.org",
            ttl=3600,
        ),
        Services(),
        Spf(("mx", "a"), "-all"),
        Dmarc(p="reject", rua=("mailto:mailauth-reports@{domain}",)),
        TlsReports(("mailto:mailauth-reports@{domain}",)),
        (
            Domain(
                "example.org",
                dkim=(DkimKey("dkim", KEY),),
                mta_sts_id="20261123000000",
                verification=("google-site-verification=x",),
            ),
        ),
    )


def test_what_is_absent_has_the_documented_default(path: Path) -> None:
    path.write_text(GOOD)
    assert read_plan(path) == Setup(server=Server("mail.example.org", "192.0.2.10"))
    path.write_text("version = 1")
    assert read_draft(path) == Setup()


def test_a_plan_from_another_editor_is_read(path: Path) -> None:
    path.write_bytes(b"\xef\xbb\xbf" + EXAMPLE.replace("\n", "\r\n").encode())
    assert read_plan(path).server.hostname == "mail.example.org"


def test_a_service_is_offered_denied_or_left_out(path: Path) -> None:
    path.write_text(f'{GOOD}services = {{imap = 1143, pop3 = false, sieve = "omit"}}')
    services = read_plan(path).services
    assert services.of("imap") == Service("imap", 1143)
    assert services.of("pop3").offer is Offer.NOT_PROVIDED
    assert services.of("sieve").offer is Offer.OMITTED
    assert services.of("imaps") == Service("imaps", 993)


@pytest.mark.parametrize(
    ("value", "choice"),
    [
        ("false", PublicChoice(asked=False)),
        ("[]", PublicChoice(asked=False)),
        (
            '["9.9.9.9", "https://dns.example/dns-query"]',
            PublicChoice(listed=("9.9.9.9", "https://dns.example/dns-query")),
        ),
    ],
)
def test_public_resolvers_are_listed_or_off(path: Path, value: str, choice: PublicChoice) -> None:
    path.write_text(f"{GOOD}[lookups]\npublic_resolvers = {value}\n")
    setup = read_plan(path)
    assert setup.public == choice
    write_plan(setup, path)
    assert read_plan(path) == setup


def test_policies_of_one_domain(path: Path) -> None:
    path.write_text(
        f"""{GOOD}
        [[domains]]
        name = "example.com"
        alias_of = "example.org"
        spf = {{all = "~all"}}
        [domains.dmarc]
        p = "none"
        [domains.tls_reports]
        rua = ["https://r.example/"]
        """
    )
    assert read_plan(path).domains == (
        Domain(
            "example.com",
            alias_of="example.org",
            spf=Spf(all="~all"),
            dmarc=Dmarc(p="none"),
            tls_reports=TlsReports(("https://r.example/",)),
        ),
    )


def remembered(setup: Setup) -> Setup:
    """A setup as the file keeps it: a port only of a service that is provided."""
    offers = tuple(
        service
        if service.offer is Offer.PROVIDED
        else replace(Services().of(service.key), offer=service.offer)
        for service in setup.services.offers
    )
    return replace(setup, services=replace(setup.services, offers=offers))


@given(setup=setups)
@settings(max_examples=150, deadline=None)
def test_any_half_typed_setup_comes_back_as_it_was(
    setup: Setup, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / "round-trip.toml"
    write_plan(setup, path)
    assert read_draft(path) == remembered(setup)


@pytest.mark.parametrize(
    "setup",
    [
        Setup(),
        demo_setup(),
        Setup(Server("", "", "", "", "", 0), spf=Spf((), ""), dmarc=Dmarc(p="", rua=())),
        Setup(tls_reports=TlsReports(()), services=Services(dav_path="")),
        Setup(domains=(Domain(), Domain(dkim=(DkimKey("", ""),), verification=("",)))),
        Setup(domains=(Domain(spf=Spf(), dmarc=Dmarc(), tls_reports=TlsReports(())),)),
        Setup(Server("\r\n\t\x00\x1b\x7f\u2028\"'''\\", '"""\n')),
    ],
)
def test_empty_and_odd_setups_come_back_as_they_were(setup: Setup, path: Path) -> None:
    write_plan(setup, path)
    assert read_draft(path) == setup


def test_a_good_setup_can_be_checked_after_a_round_trip(path: Path) -> None:
    write_plan(demo_setup(), path)
    assert read_plan(path) == demo_setup()


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("hostnme = 1", "hostnme"),
        ("[server]\nhost = 1", "server.host"),
        ("[services]\nhttp = 80", "services.http"),
        ("[spf]\nmechanism = []", "spf.mechanism"),
        ("[lookups]\nresolvers = []", "lookups.resolvers"),
        ("[dmarc]\npct = 100", "dmarc.pct"),
        ("[tls_reports]\nruf = []", "tls_reports.ruf"),
        ("[[domains]]\nnme = 1", "domains[0].nme"),
        ("[[domains]]\n[[domains]]\ndkim = [{}, {k = 1}]", "domains[1].dkim[1].k"),
        ("[[domains]]\n[domains.spf]\nx = 1", "domains[0].spf.x"),
        ("[[domains]]\n[domains.dmarc]\nx = 1", "domains[0].dmarc.x"),
        ("[[domains]]\n[domains.tls_reports]\nx = 1", "domains[0].tls_reports.x"),
    ],
)
def test_an_unknown_key_is_named(path: Path, text: str, key: str) -> None:
    place, _, sentence = failure(path, f"version = 1\n{text}").partition(": ")
    assert place == key
    assert sentence == "this key is not known"


@pytest.mark.parametrize(
    ("text", "key", "expected"),
    [
        ("server = 1", "server", "a table"),
        ("[server]\nhostname = 1", "server.hostname", 'a text is expected, as in "…"'),
        ("[server]\nipv4 = 192.0", "server.ipv4", "a text"),
        ('[server]\nttl = "3600"', "server.ttl", "a whole number"),
        ("[server]\nttl = 3600.0", "server.ttl", "a whole number"),
        ("[server]\nttl = false", "server.ttl", "a whole number"),
        ('[services]\nimap = "143"', "services.imap", 'a port, false or "omit"'),
        ("[services]\nimap = true", "services.imap", 'a port, false or "omit"'),
        ("[services]\nimap = 143.0", "services.imap", 'a port, false or "omit"'),
        ("[services]\ndav_path = false", "services.dav_path", "a text"),
        ('[spf]\nmechanisms = "mx a"', "spf.mechanisms", "a list of texts"),
        ('[spf]\nmechanisms = ["mx", 1]', "spf.mechanisms[1]", "a text"),
        ("[spf]\nall = true", "spf.all", "a text"),
        ("[dmarc]\nfo = 1", "dmarc.fo", "a text"),
        ('[dmarc]\nrua = "mailto:a@b.cd"', "dmarc.rua", "a list of texts"),
        ("tls_reports = true", "tls_reports", "a table"),
        ("[domains]\nname = 'x'", "domains", "a list of tables"),
        ("domains = ['example.org']", "domains[0]", "a table"),
        ("[[domains]]\ndkim = {key = 'x'}", "domains[0].dkim", "a list of tables"),
        ("[[domains]]\ndkim = ['x']", "domains[0].dkim[0]", "a table"),
        ("[[domains]]\nverification = [[]]", "domains[0].verification[0]", "a text"),
        ("[[domains]]\nmta_sts_id = 20261123000000", "domains[0].mta_sts_id", "a text"),
        ("[[domains]]\nspf = 'x'", "domains[0].spf", "a table"),
        ("lookups = false", "lookups", "a table"),
        ("[lookups]\npublic_resolvers = true", "lookups.public_resolvers", "false or a list"),
        ("[lookups]\npublic_resolvers = '1.1.1.1'", "lookups.public_resolvers", "false or a list"),
        ("[lookups]\npublic_resolvers = [1]", "lookups.public_resolvers[0]", "a text"),
    ],
)  # fmt: skip
def test_a_wrong_type_is_named_with_what_is_expected(
    path: Path, text: str, key: str, expected: str
) -> None:
    place, _, sentence = failure(path, f"version = 1\n{text}").partition(": ")
    assert place == key
    assert sentence.startswith(expected)


@pytest.mark.parametrize(
    ("text", "key", "gist"),
    [
        ('version = 1\nserver = {ipv4 = "192.0.2.1"}', "server.hostname", "missing"),
        ('version = 1\nserver = {hostname = "mail.example.org"}', "server.ipv4", "missing"),
        (
            'version = 1\nserver = {hostname = "mail", ipv4 = "192.0.2.1"}',
            "server.hostname",
            "A full name",
        ),
        (f"{GOOD}services = {{imap = 0}}", "services.imap", "1 to 65535"),
        (f'{GOOD}dmarc = {{p = "rejct"}}', "dmarc.p", "none, quarantine, reject"),
        (f'{GOOD}spf = {{all = ""}}', "spf.all", "missing"),
        (
            f'{GOOD}lookups = {{public_resolvers = ["9.9.9.9", "dns.example"]}}',
            "lookups.public_resolvers[1]",
            "is no resolver",
        ),
        (f"{GOOD}tls_reports = {{rua = []}}", "tls_reports.rua", "need an address"),
        (f"{GOOD}[[domains]]", "domains[0].name", "missing"),
        (
            f'{GOOD}[[domains]]\nname = "a.example"\ndkim = [{{key = "MIIB"}}]',
            "domains[0].dkim[0].key",
            "cut off",
        ),
    ],
)
def test_a_value_that_can_not_be_published_is_named(
    path: Path, text: str, key: str, gist: str
) -> None:
    place, _, sentence = failure(path, text).partition(": ")
    assert place == key
    assert gist in sentence


def test_a_plan_without_a_dkim_key_can_be_checked(path: Path) -> None:
    path.write_text(f'{GOOD}[[domains]]\nname = "example.org"')
    assert read_plan(path).domains == (Domain("example.org"),)


@pytest.mark.parametrize("text", ["version = 2", "version = 0"])
def test_another_version_is_refused(path: Path, text: str) -> None:
    assert failure(path, text) == "version: this program reads version 1"


@pytest.mark.parametrize("version", ['"1"', "true", "1.0"])
def test_a_version_is_a_number(path: Path, version: str) -> None:
    assert failure(path, f"version = {version}") == "version: a whole number is expected"


def test_everything_that_can_not_be_published_is_told_at_once(path: Path) -> None:
    text = 'version = 1\nserver = {hostname = "mail", ipv4 = "1"}'
    first, second = failure(path, text).splitlines()
    assert first.startswith("server.hostname: ")
    assert second.startswith(f"{path}: server.ipv4: ")


@pytest.mark.parametrize(
    "text", [b"server = ", b"version 1", b'a = "\xff"', b"\xef\xbb\xbf\xff", b"\x00", b"a=1\na=2"]
)
def test_what_is_not_toml_is_called_that(path: Path, text: bytes) -> None:
    assert failure(path, text).startswith("this is not TOML: ")


def test_a_key_shows_no_control_character(path: Path) -> None:
    sentence = failure(path, 'version = 1\n"\\u001b]0;x\\u0007" = 1')
    assert sentence == r"\x1b]0;x\x07: this key is not known"


def test_a_file_that_can_not_be_read(tmp_path: Path) -> None:
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    for path, gist in (
        (tmp_path / "none.toml", "there is no such plan"),
        (tmp_path, "can't be read: Is a directory."),
        (loop, "can't be read: Too many levels of symbolic links."),
    ):
        with pytest.raises(PlanError) as error:
            read_plan(path)
        assert str(error.value).startswith(f"{path}: {gist}")


def test_the_own_plan_lies_in_the_users_configuration() -> None:
    assert default_plan_path().parts[-2:] == ("mailcow-dns-tui", "plan.toml")


MUTE = """
[[mutes]]
topic = "mx"
code = "foreign-mx"
status = "warning"
name = "example.org."
type = "MX"
message = "Mail goes elsewhere, too."
expected = ["10 mail.example.org."]
found = ["10 mail.example.org.", "20 backup.example.net."]
reason = "It is our backup server."
"""


def test_a_mute_is_read_and_written(path: Path) -> None:
    path.write_text(GOOD + MUTE)
    setup = read_plan(path)
    (mute,) = setup.mutes
    assert (mute.code, mute.status) == ("foreign-mx", "warning")
    assert mute.found == ("10 mail.example.org.", "20 backup.example.net.")
    write_plan(setup, path)
    assert read_plan(path) == setup


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('"It is our backup server."', '" "', "mutes[0].reason"),
        ('reason = "It is our backup server."', "", "mutes[0].reason"),
        ('status = "warning"', 'status = "unknown"', "mutes[0].status"),
        ('status = "warning"', "", "mutes[0].status"),
        ('code = "foreign-mx"', "", "mutes[0].code"),
        ('message = "Mail goes elsewhere, too."', "", "mutes[0].message"),
        ('code = "foreign-mx"', "code = 1", "mutes[0].code"),
        ('type = "MX"', 'kind = "MX"', "mutes[0].kind"),
        ('found = ["10 mail', 'found = [1, "10 mail', "mutes[0].found[0]"),
        ("[[mutes]]", "[mutes]", "mutes"),
    ],
)
def test_a_mute_that_is_not_whole_is_refused(path: Path, old: str, new: str, key: str) -> None:
    assert old in MUTE
    assert failure(path, GOOD + MUTE.replace(old, new)).startswith(f"{key}: ")
