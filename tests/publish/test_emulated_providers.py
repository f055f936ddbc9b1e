"""The classes of five providers' packages, which speak to what answers as their providers do."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace

import dns.name
import dns.rdatatype
import pytest

from mailcow_dns_tui.mailcow.secret import Secret
from mailcow_dns_tui.publish.changes import (
    Change,
    Contents,
    Reading,
    Trouble,
    TroubleReason,
    ZoneRRset,
    applied,
    differences,
)
from mailcow_dns_tui.publish.octodns_zone import ZoneAtProvider, connect
from mailcow_dns_tui.publish.providers import Publisher, Writes, publisher_of
from tests.publish.emulation import NARROW, RIGHT, TTL, WRONG, Emulated, Fault, running
from tests.publish.emulations import PROVIDERS, Cloudflare, Desec, Hetzner, Ovh
from tests.publish.test_real_servers import OURS
from tests.publish.zones import APEX, change, key, read, records, removal, rrset

Written = tuple[int, str, dict[str, object]]
"""TTL, data and remarks of a record at a provider."""
SPF = ('"v=spf1 mx -all"',)
ADDRESS = rrset("mail", "A", "192.0.2.10", ttl=TTL)


@pytest.fixture(params=PROVIDERS, ids=lambda each: each.panel)
def provider(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Emulated]:
    emulated: Emulated = request.param()
    # The library of Hetzner asks five times again, with pauses of seconds.
    monkeypatch.setattr("hcloud._client.time.sleep", lambda seconds: None)
    with running(emulated, monkeypatch):
        yield emulated


def publisher(provider: Emulated) -> Publisher:
    found = publisher_of(provider.panel)
    assert found is not None
    return found


def zone_of(provider: Emulated, token: str = RIGHT) -> ZoneAtProvider:
    given = {name: Secret(text) for name, text in provider.credentials(token).items()}
    zone = connect(publisher(provider), given, APEX)
    assert not isinstance(zone, Trouble), zone.text
    return zone


def ours(provider: Emulated) -> Sequence[ZoneRRset]:
    lacks = publisher(provider).lacks
    return [replace(each, ttl=TTL) for each in OURS if each.rdtype not in lacks]


def verified(contents: Contents, *more: str) -> ZoneRRset:
    """The texts at the apex, with more of them."""
    old = contents[key("@", "TXT")]
    return replace(old, rdatas=old.rdatas + rrset("@", "TXT", *more).rdatas)


def test_what_is_created_is_there_and_nothing_else(provider: Emulated) -> None:
    before, zone = provider.records, zone_of(provider)
    contents = read(zone.read())
    made = [change(contents, each) for each in ours(provider)]
    assert zone.apply(made) is None
    assert provider.published[-1] == before + records(ours(provider))
    again = read(zone.read())
    assert not [*differences(applied(contents, made), again)]


def test_texts_of_others_are_there_all_the_time(provider: Emulated) -> None:
    before, zone = provider.records, zone_of(provider)
    contents = read(zone.read())
    after = verified(contents, *SPF)
    assert zone.apply([change(contents, after)]) is None
    assert provider.published[-1] == before + records(
        [rrset("@", "TXT", '"v=spf1 mx -all"', ttl=TTL)]
    )
    assert all(before <= published for published in provider.published)


def test_an_rrset_is_changed_in_place_or_not_at_all(provider: Emulated) -> None:
    before, zone = provider.records, zone_of(provider)
    contents = read(zone.read())
    old, new = contents[key("@", "MX")], rrset("@", "MX", "10 mail", ttl=2 * TTL)
    trouble = zone.apply([change(contents, new)])
    if publisher(provider).writes in {Writes.IN_PLACE, Writes.ROWS}:
        assert trouble is None
        assert provider.published[-1] == before - records([old]) + records([new])
        assert all(any("15 000a" in each for each in state) for state in provider.published)
    else:
        assert trouble is not None
        assert "example.org MX would be taken away before it is written anew" in trouble.text
        assert provider.records == before


def test_what_is_taken_away_is_one_rrset(provider: Emulated) -> None:
    before, zone = provider.records, zone_of(provider)
    contents = read(zone.read())
    assert zone.apply([removal(contents, "shop", "CNAME")]) is None
    assert provider.published[-1] == before - records([contents[key("shop", "CNAME")]])


def test_a_cname_is_gone_before_something_else_is_at_its_name(provider: Emulated) -> None:
    before, zone = provider.records, zone_of(provider)
    contents = read(zone.read())
    new = [rrset("shop", "TXT", "ours", ttl=TTL), rrset("shop", "A", "192.0.2.10", ttl=TTL)]
    changes = [*(change(contents, each) for each in new), removal(contents, "shop", "CNAME")]
    assert zone.apply(changes) is None
    alias = records([contents[key("shop", "CNAME")]])
    assert provider.published[-1] == before - alias + records(new)
    for state in provider.published:
        assert not alias <= state or not state & records(new)


def test_a_type_that_the_package_lacks_is_refused(provider: Emulated) -> None:
    zone = zone_of(provider)
    lacked = [replace(each, ttl=TTL) for each in OURS if each.rdtype in publisher(provider).lacks]
    for each in lacked:
        trouble = zone.apply([Change(None, each)])
        assert trouble is not None
        assert (
            f"{dns.rdatatype.to_text(each.rdtype)} is of a type that its package can't write"
            in trouble.text
        )


def test_wrong_credentials_are_told_without_them(
    provider: Emulated, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    trouble = zone_of(provider, WRONG).read()
    assert isinstance(trouble, Trouble)
    assert trouble.reason is TroubleReason.CREDENTIALS
    for secret in provider.credentials(WRONG).values():
        assert secret == "somebody" or secret not in trouble.text + caplog.text


def test_credentials_that_only_read_change_nothing(provider: Emulated) -> None:
    before, zone = provider.records, zone_of(provider, NARROW)
    contents = read(zone.read())
    trouble = zone.apply([change(contents, ADDRESS)])
    assert trouble is not None
    assert trouble.reason is TroubleReason.RIGHTS
    assert f"They need: {publisher(provider).rights}" in trouble.text
    assert provider.records == before


REASONS = {
    Fault.RATE_LIMIT: {TroubleReason.RATE_LIMIT},
    Fault.ERROR: {TroubleReason.BROKEN_ANSWER, TroubleReason.UNREACHABLE},
    Fault.HALF: {TroubleReason.BROKEN_ANSWER, TroubleReason.UNREACHABLE},
}


@pytest.mark.parametrize("fault", Fault)
def test_a_fault_of_the_provider_is_told(provider: Emulated, fault: Fault) -> None:
    before, zone = provider.records, zone_of(provider)
    contents = read(zone.read())
    provider.fault = fault
    for trouble in (
        zone.read(),
        zone.apply([change(contents, ADDRESS)]),
    ):
        assert isinstance(trouble, Trouble)
        assert trouble.reason in REASONS[fault]
    assert provider.records == before


@pytest.mark.parametrize("fault", [Fault.ERROR, Fault.HALF])
def test_half_of_a_zone_is_not_taken_for_all_of_it(provider: Emulated, fault: Fault) -> None:
    zone = zone_of(provider)
    contents = read(zone.read())
    for answers in range(4):
        provider.fault, provider.good_answers = fault, answers
        answer = zone.read()
        assert isinstance(answer, Trouble) or answer.contents == contents


def test_a_zone_that_is_somebody_elses_is_told(provider: Emulated) -> None:
    zone = replace(zone_of(provider), zone=dns.name.from_text("example.net."))
    for trouble in (
        zone.read(),
        zone.apply([Change(None, ADDRESS)]),
    ):
        assert isinstance(trouble, Trouble)
        assert trouble.reason is TroubleReason.NO_ZONE


def test_after_a_failure_on_the_way_the_next_run_goes_on(provider: Emulated) -> None:
    before, zone = provider.records, zone_of(provider)
    contents = read(zone.read())
    changes = [change(contents, each) for each in ours(provider)]
    changes.append(change(contents, verified(contents, *SPF)))
    wanted = applied(contents, changes)
    for writes in range(100):
        provider.writes_left = writes
        again = read(zone.read())
        trouble = zone.apply([*differences(again, wanted)])
        assert all(before <= published for published in provider.published)
        if trouble is None:
            break
        assert trouble.reason in {*REASONS[Fault.ERROR], TroubleReason.UNSURE}
    provider.writes_left = None
    assert not [*differences(wanted, read(zone.read()))]
    assert zone.apply([*differences(read(zone.read()), wanted)]) is None


@pytest.fixture
def cloudflare(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloudflare]:
    emulated = Cloudflare()
    with running(emulated, monkeypatch):
        yield emulated


def test_a_proxied_address_is_neither_seen_nor_changed(cloudflare: Cloudflare) -> None:
    cloudflare.add("mail", "A", TTL, "192.0.2.7", proxied=True)
    before, zone = cloudflare.records, zone_of(cloudflare)
    contents = read(zone.read())
    assert key("mail", "A") not in contents
    trouble = zone.apply([change(contents, ADDRESS)])
    assert trouble is not None
    assert "mail.example.org A has what octoDNS can't write back, or a proxy" in trouble.text
    assert cloudflare.records == before


def shown_rows(provider: Emulated, name: str, rdtype: str) -> list[Written]:
    return [(row.ttl, row.text, dict(row.remarks)) for row in provider.of(name, rdtype)]


def with_rows(provider: Emulated, name: str, rdtype: str, *rows: Written) -> None:
    """Put these in the place of what is there: TTL, data, and remarks."""
    provider.remove(*provider.of(name, rdtype))
    for ttl, text, remarks in rows:
        provider.add(name, rdtype, ttl, text, **remarks)


TEXTS_OF_OTHERS: Sequence[Written] = (
    (3600, '"google=1"', {"comment": "theirs"}),
    (60, '"ms=2"', {"comment": "of others"}),
    (1, '"x=3"', {}),
)


@pytest.mark.parametrize("kind", [Cloudflare, Ovh])
def test_records_of_others_stay_as_they_are_beside_a_new_one(
    kind: type[Emulated], monkeypatch: pytest.MonkeyPatch
) -> None:
    emulated = kind()
    with_rows(emulated, "", "TXT", *TEXTS_OF_OTHERS)
    before = shown_rows(emulated, "", "TXT")
    with running(emulated, monkeypatch):
        zone = zone_of(emulated)
        contents = read(zone.read())
        assert zone.apply([change(contents, verified(contents, *SPF))]) is None
        assert shown_rows(emulated, "", "TXT") == [*before, (3600, *SPF, {})]
        contents = read(zone.read())
        fewer = replace(contents[key("@", "TXT")], rdatas=rrset("@", "TXT", *SPF).rdatas)
        trouble = zone.apply([change(contents, fewer)])
        assert trouble is not None
        assert "example.org TXT has data with TTLs or remarks of their own" in trouble.text
        assert shown_rows(emulated, "", "TXT") == [*before, (3600, *SPF, {})]


def test_remarks_at_hetzner_are_lost_with_a_change_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    emulated = Hetzner()
    with_rows(emulated, "", "TXT", (TTL, '"google=1"', {"comment": "theirs"}))
    with_rows(emulated, "", "MX", (TTL, "10 mx.example.", {"comment": "ours"}))
    assert any("comments of an RRset are lost" in each for each in publisher(emulated).limits)
    with running(emulated, monkeypatch):
        zone = zone_of(emulated)
        contents = read(zone.read())
        assert zone.apply([change(contents, verified(contents, *SPF))]) is None
    assert shown_rows(emulated, "", "TXT") == [(TTL, '"google=1"', {}), (TTL, *SPF, {})]
    assert shown_rows(emulated, "", "MX") == [(TTL, "10 mx.example.", {"comment": "ours"})]


@pytest.mark.parametrize("kind", [Desec, Hetzner])
def test_a_ttl_of_others_may_be_shorter_than_one_that_can_be_set(kind: type[Emulated]) -> None:
    zone = zone_of(kind())
    short = rrset("@", "TXT", '"site=1"', ttl=5)
    more = rrset("@", "TXT", '"site=1"', *SPF, ttl=5)
    assert zone.refusal(Change(short, more)) == ""
    assert "needs a TTL of at least" in zone.refusal(Change(None, short))


def test_a_second_address_stays_proxied(cloudflare: Cloudflare) -> None:
    rows: Sequence[Written] = (
        (300, "192.0.2.1", {"proxied": False}),
        (1, "192.0.2.2", {"proxied": True}),
    )
    with_rows(cloudflare, "web", "A", *rows)
    before, zone = shown_rows(cloudflare, "web", "A"), zone_of(cloudflare)
    contents = read(zone.read())
    old = contents[key("web", "A")]
    more = replace(old, rdatas=(*old.rdatas, *rrset("web", "A", "192.0.2.9").rdatas))
    assert zone.apply([change(contents, more)]) is None
    assert shown_rows(cloudflare, "web", "A")[:2] == before
    assert zone.apply([change(read(zone.read()), rrset("web", "A", "192.0.2.9"))]) is not None


def test_an_spf_form_of_ovh_is_told_and_not_written_beside(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    emulated = Ovh()
    emulated.add("", "SPF", TTL, '"v=spf1 -all"')
    with running(emulated, monkeypatch):
        zone = zone_of(emulated)
        reading = zone.read()
        assert isinstance(reading, Reading)
        assert key("@", "TXT") in reading.inexact
        assert key("@", "TXT") not in reading.contents
        trouble = zone.apply([Change(None, rrset("@", "TXT", *SPF, ttl=TTL))])
        assert trouble is not None
        assert "example.org TXT has what octoDNS can't write back" in trouble.text


def test_what_others_remarked_on_a_record_stays(cloudflare: Cloudflare) -> None:
    cloudflare.remove(*cloudflare.of("", "TXT"))
    cloudflare.add("", "TXT", TTL, '"google-site-verification=abc"', comment="theirs")
    zone = zone_of(cloudflare)
    contents = read(zone.read())
    assert zone.apply([change(contents, verified(contents, *SPF))]) is None
    kept = [row for row in cloudflare.of("", "TXT") if "google" in row.text]
    assert [row.remarks.get("comment") for row in kept] == ["theirs"]
