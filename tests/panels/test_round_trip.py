"""What is rendered is parsed to the same record, in every panel."""

import string

import dns.name
import pytest
from dns.name import Name
from dns.rdata import Rdata
from hypothesis import given, settings
from hypothesis import strategies as st

from mailcow_dns_tui.model.record import Record, Tier
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.model.text import txt_rdata
from mailcow_dns_tui.panels.load import profiles
from mailcow_dns_tui.panels.profile import Profile
from mailcow_dns_tui.panels.render import render
from mailcow_dns_tui.topics import rdatas
from mailcow_dns_tui.topics.registry import plan
from tests.panels.panel_model import Stored, parse
from tests.panels.plans import pasted_plan
from tests.setups import hostile, setups

ZONE = dns.name.from_text("example.org")

labels = st.text(string.ascii_lowercase + string.digits + "_-", min_size=1, max_size=20)
below = st.lists(labels, max_size=3).map(lambda some: dns.name.from_text(".".join(some), ZONE))
owners = st.just(ZONE) | below
hosts = owners | st.just(dns.name.from_text("mx.example.net"))
targets = hosts | st.just(dns.name.root)
numbers = st.integers(0, 65535)
long_texts = st.integers(250, 1300).map(lambda size: "k" * size)
datas: st.SearchStrategy[Rdata] = st.one_of(
    st.ip_addresses().map(rdatas.address),
    hosts.map(rdatas.cname),
    st.builds(rdatas.mx, numbers, targets),
    (hostile | long_texts).map(txt_rdata),
    st.builds(rdatas.caa, st.just(0), st.just("issue"), st.sampled_from((";", 'a.example; b="\\'))),
    st.builds(
        rdatas.tlsa,
        st.integers(0, 3),
        st.integers(0, 1),
        st.just(1),
        st.binary(min_size=32, max_size=32),
    ),
)
services = st.tuples(labels, st.sampled_from(("tcp", "udp"))).map("._".join)


def record(owner: Name, rdata: Rdata, ttl: int) -> Record:
    return Record("any", owner, rdata, ttl, Tier.OPTIONAL, None, ZONE, "")


def service_name(label: str, host: Name) -> Name:
    return dns.name.from_text(f"_{label}", host)


ttls = st.integers(0, 2**31 - 1)
srv_records = st.builds(
    record,
    st.builds(service_name, services, owners),
    st.builds(rdatas.srv, numbers, numbers, numbers, targets),
    ttls,
)
records = st.builds(record, owners, datas, ttls) | srv_records


def check(wanted: Record, profile: Profile) -> None:
    rendered = render(wanted, profile)
    if not rendered.held:
        assert not rendered.boxes
        return
    stored = parse(rendered.boxes, profile, wanted.zone)
    assert stored == Stored(wanted.owner, wanted.rdata, profile.ttls.stored(wanted.ttl))


@given(setups)
@settings(max_examples=40, deadline=None)
def test_any_plan_is_saved_as_planned_in_every_panel(setup: Setup) -> None:
    for wanted in plan(setup):
        for profile in profiles():
            check(wanted, profile)


@given(records)
@settings(max_examples=400, deadline=None)
def test_any_record_is_saved_as_it_is_in_every_panel(wanted: Record) -> None:
    for profile in profiles():
        check(wanted, profile)


@pytest.mark.parametrize("profile", profiles(), ids=lambda profile: profile.id)
def test_a_panel_holds_all_of_a_plan_but_what_it_is_known_not_to(profile: Profile) -> None:
    for wanted in pasted_plan():
        held = render(wanted, profile).held
        null = wanted.type_text == "SRV" and wanted.rdata.to_text().endswith(" .")
        assert held == (
            wanted.type_text not in profile.types.not_offered
            and not (null and not profile.targets.null)
        )


@given(records)
@settings(max_examples=100, deadline=None)
def test_a_relative_name_never_ends_in_the_zone_and_no_text_has_a_line_break(
    wanted: Record,
) -> None:
    for profile in profiles():
        for box in render(wanted, profile).boxes:
            assert box.text.isprintable()
            if box.key == "name" and profile.names.form.value == "relative":
                assert not box.text.endswith("example.org")
