"""What the boxes of some panels get, and what is said beside them."""

from dataclasses import replace

import dns.name
import pytest

from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.text import txt_rdata
from mailcow_dns_tui.panels.load import by_id, generic, profiles
from mailcow_dns_tui.panels.profile import Long, Profile
from mailcow_dns_tui.panels.render import Filling, render
from mailcow_dns_tui.topics import rdatas
from tests.benchmarks.panel_keys import Count, counts
from tests.panels.plans import full_plan, wanted

MX = wanted("@", "MX")
CNAME = wanted("autodiscover", "CNAME")
IMAPS = wanted("_imaps._tcp", "SRV")
NULL = wanted("_pop3._tcp", "SRV")
KEY = wanted("dkim._domainkey", "TXT")
DMARC = wanted("_dmarc", "TXT")
TLSA = wanted("_25._tcp.mail", "TLSA")
CAA = wanted("mail", "CAA")
SPF = wanted("@", "TXT", "spf")


def profile(panel: str) -> Profile:
    found = by_id(panel)
    assert found is not None
    return found


def boxes(record: Record, panel: str) -> list[tuple[str, str]]:
    """The boxes but for the type, by what they are called there."""
    one = profile(panel)
    rendered = render(record, one).boxes
    return [(one.label(record.type_text, b.key), b.text) for b in rendered if b.key != "type"]


def notes(record: Record, panel: str) -> str:
    return " ".join(note.text for note in render(record, profile(panel)).notes)


HOST = "mail.example.org"


@pytest.mark.parametrize(
    ("panel", "record", "expected"),
    [
        ("hetzner", MX, [("Name", "@"), ("Value", f"10 {HOST}."), ("TTL", "3600")]),
        (
            "ionos",
            IMAPS,
            [
                ("Service", "_imaps"),
                ("Protocol", "tcp"),
                ("Host name", ""),
                ("Points to", HOST),
                ("Priority", "0"),
                ("Weight", "1"),
                ("Port", "993"),
                ("TTL", "1 hour"),
            ],
        ),
        ("ionos", SPF, [("Host name", ""), ("Value", "v=spf1 mx a -all"), ("TTL", "1 hour")]),
        ("netcup", IMAPS, [("Host", "_imaps._tcp"), ("Destination", f"0 1 993 {HOST}.")]),
        ("netcup", MX, [("Host", "@"), ("MX", "10"), ("Destination", HOST)]),
        (
            "inwx",
            IMAPS,
            [
                ("Name", "_imaps._tcp"),
                ("Priority", "0"),
                ("Value", f"1 993 {HOST}"),
                ("TTL", "3600"),
            ],
        ),
        (
            "hostpoint",
            IMAPS,
            [("Name", "_imaps._tcp"), ("Value", f"0 993 1 {HOST}"), ("TTL", "3600")],
        ),
        (
            "cloudflare",
            MX,
            [("Name", "@"), ("Mail server", HOST), ("TTL", "1 hour"), ("Priority", "10")],
        ),
        (
            "route53",
            SPF,
            [("Name", ""), ("TTL (Seconds)", "3600"), ("Value", '"v=spf1 mx a -all"')],
        ),
        (
            "cpanel",
            MX,
            [("Name", "example.org."), ("Priority", "10"), ("Target", HOST), ("TTL", "3600")],
        ),
        (
            "jweiland",
            DMARC,
            [("Name", "_dmarc.example.org"), ("TTL", "3600"), ("Value (RDATA)", DMARC.value)],
        ),
        (
            "route53",
            CAA,
            [("Name", "mail"), ("TTL (Seconds)", "3600"), ("Value", '0 issue "letsencrypt.org"')],
        ),
    ],
)
def test_each_panel_gets_its_boxes_in_its_order_and_words(
    panel: str, record: Record, expected: list[tuple[str, str]]
) -> None:
    assert boxes(record, panel) == expected


def test_what_is_chosen_is_not_pasted() -> None:
    def filled(panel: str, filling: Filling) -> set[str]:
        return {b.key for b in render(MX, profile(panel)).boxes if b.filling is filling}

    assert filled("ionos", Filling.CHOOSE) == {"type", "ttl"}
    assert filled("hetzner", Filling.CHOOSE) == {"type"}
    assert filled("ionos", Filling.TYPE) == {"name", "priority"}
    assert filled("ionos", Filling.PASTE) == {"target"}


def test_a_long_key_stays_whole_or_stands_in_pieces_as_the_panel_wants() -> None:
    text = dict(boxes(KEY, "cloudflare"))["Content"]
    assert text == KEY.value
    pieces = dict(boxes(KEY, "hetzner"))["Value"].strip('"').split('" "')
    assert "".join(pieces) == KEY.value
    assert max(map(len, pieces)) <= 255
    assert "longer than 255 bytes" in notes(KEY, "hetzner")
    assert '"' not in dict(boxes(DMARC, "inwx"))["Value"]
    assert dict(boxes(KEY, "inwx"))["Value"] == KEY.rdata.to_text()


def test_labels_are_those_of_the_language_where_they_are_known() -> None:
    assert profile("hosting-de").label("MX", "target", "de") == "Ziel"
    assert profile("ionos").label("MX", "target", "de") == "Points to"
    assert profile("hosting-de").label("MX", "target") == "Ziel"
    assert profile("plesk").label("MX", "priority", "de") == "Priorität"
    assert profile("netcup").label("MX", "priority") == "MX"


@pytest.mark.parametrize(
    ("panel", "record", "words"),
    [
        ("autodns", TLSA, "AutoDNS (InterNetX) has no TLSA records. Leave it out"),
        ("hosting-de", NULL, "refuses the target “.”. Leave the record out"),
        ("any", next(r for r in full_plan() if r.type_text == "PTR"), "where the server's address"),
    ],
)
def test_what_a_panel_cannot_hold_comes_with_what_to_do_instead(
    panel: str, record: Record, words: str
) -> None:
    rendered = render(record, profile(panel))
    assert not rendered.held
    assert not rendered.boxes
    [note] = rendered.notes
    assert note.instead
    assert words in note.text


def test_a_text_that_is_too_long_says_how_long_it_may_be() -> None:
    short = profile("ionos")
    for long in (Long.REFUSED, Long.CUT):
        cutting = replace(short, texts=replace(short.texts, long=long))
        [note] = render(KEY, cutting).notes
        assert "at most 255 bytes" in note.text
        assert "1024 bits" in note.text
        assert render(DMARC, cutting).held
    verification = replace(DMARC, rdata=txt_rdata("x" * 600), topic="verification")
    [note] = render(verification, profile("digitalocean")).notes
    assert "at most 500 bytes in a TXT record, and this has 600. Make it shorter" in note.text


@pytest.mark.parametrize(
    ("panel", "text", "words"),
    [
        ("inwx", "a`b", "INWX refuses ` in a TXT record"),
        ("namecheap", 'a"b', 'Namecheap refuses " in a TXT record'),
        ("netcup", '"a" b', "begins with a quote"),
        ("netcup", "a ", "ends with a blank"),
        ("cloudflare", "a\nb", "characters that no form takes"),
    ],
)
def test_a_text_that_a_form_would_spoil_is_not_offered(panel: str, text: str, words: str) -> None:
    rendered = render(replace(DMARC, rdata=txt_rdata(text)), profile(panel))
    assert not rendered.held
    assert words in rendered.notes[0].text


def test_a_form_without_a_name_takes_services_of_the_domain_only() -> None:
    assert render(IMAPS, profile("namecheap")).held
    deep = replace(IMAPS, owner=dns.name.from_text("_imaps._tcp.sub.example.org"))
    [note] = render(deep, profile("namecheap")).notes
    assert "for the domain itself only" in note.text
    assert dict(boxes(deep, "ionos"))["Host name"] == "sub"


def test_a_proxy_is_to_be_switched_off_where_mail_would_meet_it() -> None:
    assert "DNS only" in notes(CNAME, "cloudflare")
    assert "DNS only" not in notes(MX, "cloudflare")
    assert "DNS only" not in notes(CNAME, "hetzner")


def test_ionos_offers_the_srv_record_in_place_of_autodiscover() -> None:
    assert render(CNAME, profile("ionos")).held
    assert "SRV record _autodiscover._tcp" in notes(CNAME, "ionos")
    assert "SRV record _autodiscover._tcp" not in notes(wanted("autoconfig", "CNAME"), "ionos")


@pytest.mark.parametrize(
    ("panel", "ttl", "text", "words"),
    [
        ("hetzner", 30, "60", "a TTL of at least 60 seconds"),
        ("autodns", 999_999, "432000", "a TTL of at most 432000 seconds"),
        ("cloudflare", 4000, "1 hour", "nearest to 4000 seconds: 1 hour"),
        ("cloudflare", 86_400, "1 day", ""),
        ("netcup", 300, None, "no TTL for single records"),
    ],
)
def test_a_ttl_that_the_panel_does_not_take_is_told(
    panel: str, ttl: int, text: str | None, words: str
) -> None:
    record = replace(MX, ttl=ttl)
    assert dict(boxes(record, panel)).get("TTL") == text
    assert words in notes(record, panel)


def test_what_is_not_verified_is_named_with_what_depends_on_it() -> None:
    assert render(MX, profile("ionos")).unverified == ()
    assert render(KEY, profile("ionos")).unverified == ("txt.long",)
    assert render(TLSA, profile("ionos")).unverified == ("types.TLSA", "boxes.TLSA")
    assert "target.null" in render(NULL, profile("ionos")).unverified
    assert render(MX, profile("strato")).unverified == ("name.apex.MX", "boxes.MX")
    assert render(replace(MX, ttl=300), profile("ionos")).unverified == ("ttl",)
    assert render(MX, generic()).unverified


def test_no_text_is_for_somebody_else_than_the_user() -> None:
    for one in profiles():
        for quirk in one.quirks:
            assert quirk.text.endswith(".")
            assert quirk.text[0].isupper()
        for record in full_plan():
            for note in render(record, one).notes:
                assert note.text.endswith(".")


def test_a_null_mx_needs_the_null_target_too() -> None:
    null = replace(MX, rdata=rdatas.mx(0, dns.name.root))
    assert not render(null, profile("hosting-de")).held
    assert render(null, profile("desec")).held


@pytest.mark.parametrize("count", list(counts()), ids=lambda count: count.panel)
def test_a_record_takes_two_copies_at_most(count: Count) -> None:
    assert count.of_a_record <= 2
    assert count.keys < count.boxes
