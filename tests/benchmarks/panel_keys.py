"""How many keys copy a whole plan into each panel: `python -m tests.benchmarks.panel_keys`.

The default plan of one domain. A record takes a key for each box that a text is pasted into; short
ones are typed, and those whose default serves are left.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from mailcow_dns_tui.demo import demo_setup
from mailcow_dns_tui.guide.boxes import is_to_paste
from mailcow_dns_tui.model.setup import Setup, TlsReports
from mailcow_dns_tui.panels.load import by_id
from mailcow_dns_tui.panels.render import render
from mailcow_dns_tui.topics.registry import plan

PANELS = (
    "hetzner",
    "ionos",
    "netcup",
    "cloudflare",
    "inwx",
    "ovh",
    "strato",
    "godaddy",
    "namecheap",
    "route53",
    "desec",
    "gandi",
    "all-inkl",
    "plesk",
    "any",
)


@dataclass(frozen=True)
class Count:
    """The records that a panel holds, all boxes of their forms, and the keys that copy them."""

    panel: str
    records: int
    boxes: int
    keys: int

    @property
    def of_a_record(self) -> float:
        return self.keys / self.records


def default_plan() -> Setup:
    demo = demo_setup()
    first = replace(demo.domains[0], verification=())
    return replace(demo, domains=(first,), tls_reports=TlsReports())


def counts() -> Iterator[Count]:
    records = [record for record in plan(default_plan()) if not record.external]
    for panel_id in PANELS:
        profile = by_id(panel_id)
        assert profile is not None, panel_id
        held = [form for form in (render(r, profile) for r in records) if form.held]
        boxes = [box for form in held for box in form.boxes if box.text]
        keys = sum(map(is_to_paste, boxes))
        yield Count(profile.title, len(held), len(boxes), keys)


def main() -> None:
    print(f"{'panel':<24}{'records':>8}{'boxes':>8}{'keys':>8}{'a record':>10}")
    for each in counts():
        print(
            f"{each.panel:<24}{each.records:>8}{each.boxes:>8}{each.keys:>8}{each.of_a_record:>10.2f}"
        )


if __name__ == "__main__":
    main()
