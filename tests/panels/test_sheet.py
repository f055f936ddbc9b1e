"""Records as text, box by box."""

from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.panels.load import by_id
from mailcow_dns_tui.panels.profile import Profile
from mailcow_dns_tui.panels.sheet import INSTEAD, worklist
from tests.panels.plans import full_plan, wanted


def profile(panel: str) -> Profile:
    found = by_id(panel)
    assert found is not None
    return found


def test_a_record_has_a_line_for_each_box() -> None:
    assert worklist([wanted("_imaps._tcp", "SRV")], lambda record: profile("ionos")) == (
        "example.org, in the form of IONOS\n\n"
        "_imaps._tcp.example.org SRV\n"
        "  Type: SRV\n  Service: _imaps\n  Protocol: tcp\n  Host name: (leave it empty)\n"
        "  Points to: mail.example.org\n  Priority: 0\n  Weight: 1\n  Port: 993\n  TTL: 1 hour"
    )


def test_every_record_stands_in_the_form_of_its_own_panel() -> None:
    panels = {"example.org.": "hetzner", "xn--bcher-kva.example.": "netcup"}

    def panel_of(record: Record) -> Profile:
        return profile(panels.get(str(record.zone), "any"))

    text = worklist(full_plan(), panel_of)
    first, second = text.index("example.org, in the form of Hetzner"), text.index("netcup")
    assert '  Value: "v=DMARC1; p=reject' in text[first:second]
    assert "Not verified for Hetzner: how it takes texts." in text[first:second]
    assert "  Destination: v=DMARC1; p=reject" in text[second:]


def test_nothing_is_left_out() -> None:
    text = worklist(full_plan(), lambda record: profile("digitalocean"))
    blocks = [line for line in text.splitlines() if line and not line.startswith(" ")]
    headings = [line for line in blocks if ", in the form of " in line or line == INSTEAD]
    assert len(blocks) == len(full_plan()) + len(headings)


def test_what_a_panel_cannot_hold_is_named_with_what_to_do_instead() -> None:
    boxes, _, instead = worklist(full_plan(), lambda record: profile("digitalocean")).partition(
        INSTEAD
    )
    assert "TLSA" not in boxes
    assert "_25._tcp.mail.example.org TLSA 3 1 1" in instead
    assert "DigitalOcean has no TLSA records. Leave it out" in instead
    assert "Reverse DNS is set where the server's address was rented" in instead
