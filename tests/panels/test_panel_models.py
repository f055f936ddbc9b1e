"""The boxes, pasted into models of five panels."""

from dataclasses import replace

import dns.name
import dns.rdata
import pytest
from dns.rdataclass import IN
from dns.rdtypes.IN.SRV import SRV

from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.panels.load import by_id
from mailcow_dns_tui.panels.profile import DATA_FIELDS, Profile
from mailcow_dns_tui.panels.render import Box, Rendered, render
from tests.panels.panel_model import PanelError, parse
from tests.panels.panel_models import PANELS, Form, RefusedError
from tests.panels.plans import pasted_plan, wanted

ZONE = dns.name.from_text("example.org")
KEY = wanted("dkim._domainkey", "TXT")


def profile(panel: str) -> Profile:
    found = by_id(panel)
    assert found is not None
    return found


def form_of(record: Record, rendered: Rendered, panel: str) -> Form:
    """The texts by what the boxes are called, as a user finds them."""
    labels = [profile(panel).label(record.type_text, box.key) for box in rendered.boxes]
    assert len(set(labels)) == len(labels)
    return dict(zip(labels, (box.text for box in rendered.boxes), strict=True))


@pytest.mark.parametrize("panel", PANELS)
def test_every_record_of_a_full_plan_is_saved_as_planned(panel: str) -> None:
    records = pasted_plan()
    assert {r.type_text for r in records} == set(DATA_FIELDS)
    assert any(isinstance(r.rdata, SRV) and r.rdata.target == dns.name.root for r in records)
    for record in records:
        rendered = render(record, profile(panel))
        assert rendered.held, rendered.notes
        saved = PANELS[panel](form_of(record, rendered, panel), str(record.zone))
        owner, rdtype, data, ttl = saved
        assert dns.name.from_text(owner) == record.owner
        assert dns.rdata.from_text(IN, rdtype, data) == record.rdata
        assert ttl in {None, record.ttl}
        assert ttl == profile(panel).ttls.stored(record.ttl)


def changed(record: Record, panel: str, **texts: str) -> tuple[Form, list[Box]]:
    """The form with other texts in some boxes, by field, as somebody fills it in by hand."""
    rendered = render(record, profile(panel))
    boxes = [replace(box, text=texts.get(box.key, box.text)) for box in rendered.boxes]
    return form_of(record, Rendered(tuple(boxes), (), ()), panel), boxes


MX = wanted("@", "MX")
CNAME = wanted("autoconfig", "CNAME")
SRV_RECORD = wanted("_imaps._tcp", "SRV")
DMARC = wanted("_dmarc", "TXT")
HOST = "mail.example.org"
LONG = KEY.rdata.to_text().replace('" "', "")


@pytest.mark.parametrize(
    ("panel", "record", "texts", "owner", "data"),
    [
        ("hetzner", CNAME, {"name": "autoconfig.example.org"}, "autoconfig.example.org", None),
        ("hetzner", CNAME, {"target": HOST}, "autoconfig", f"{HOST}.example.org."),
        ("hetzner", MX, {"value": f"10 {HOST}"}, "@", f"10 {HOST}.example.org."),
        ("ionos", DMARC, {"name": "_dmarc.example.org"}, "_dmarc.example.org", None),
        ("ionos", SRV_RECORD, {"protocol": "_tcp"}, "_imaps.__tcp", None),
        ("netcup", DMARC, {"value": '"v=DMARC1; p=none"'}, "_dmarc", '"\\"v=DMARC1; p=none\\""'),
        ("netcup", DMARC, {"name": "_dmarc.example.org"}, "_dmarc.example.org", None),
        (
            "netcup",
            SRV_RECORD,
            {"value": f"0 1 993 {HOST}"},
            "_imaps._tcp",
            f"0 1 993 {HOST}.example.org.",
        ),
        ("cloudflare", DMARC, {"value": '"v=DMARC1; p=none"'}, "_dmarc", '"v=DMARC1; p=none"'),
        ("cloudflare", MX, {"target": f"{HOST}."}, "@", f"10 {HOST}."),
    ],
)
def test_a_wrong_form_does_the_same_in_the_panel_and_in_parse(
    panel: str, record: Record, texts: dict[str, str], owner: str, data: str | None
) -> None:
    form, boxes = changed(record, panel, **texts)
    in_panel = PANELS[panel](form, "example.org.")
    stored = parse(boxes, profile(panel), ZONE)
    assert stored.owner == dns.name.from_text(in_panel[0]) == dns.name.from_text(owner, ZONE)
    assert stored.rdata == dns.rdata.from_text(IN, in_panel[1], in_panel[2])
    assert stored.rdata.to_text() == (data or record.rdata.to_text())


@pytest.mark.parametrize(
    ("panel", "record", "texts"),
    [
        ("hetzner", DMARC, {"value": "v=DMARC1; p=none"}),
        ("hetzner", KEY, {"value": LONG}),
        ("ionos", DMARC, {"name": "@"}),
        ("ionos", MX, {"ttl": "7 minutes"}),
        ("inwx", MX, {"target": f"{HOST}."}),
        ("inwx", KEY, {"value": LONG}),
        ("inwx", SRV_RECORD, {"value": f"1 993 {HOST}."}),
    ],
)
def test_what_a_panel_refuses_parse_refuses(
    panel: str, record: Record, texts: dict[str, str]
) -> None:
    form, boxes = changed(record, panel, **texts)
    with pytest.raises(RefusedError):
        PANELS[panel](form, "example.org.")
    with pytest.raises(PanelError):
        parse(boxes, profile(panel), ZONE)
