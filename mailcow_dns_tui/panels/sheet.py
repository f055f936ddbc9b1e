"""Several records as text, each as the boxes of its panel: one box a line.

With them what is not verified about the form.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from mailcow_dns_tui.model.names import both_forms
from mailcow_dns_tui.model.record import Record, record_line
from mailcow_dns_tui.model.text import enumerated
from mailcow_dns_tui.panels.profile import Profile
from mailcow_dns_tui.panels.render import Rendered, render

WORDS = {
    "types": "whether it has this type",
    "name": "how it wants names",
    "boxes": "its boxes and their order",
    "target": "whether a target ends in a dot",
    "txt": "how it takes texts",
    "ttl": "its TTLs",
}
"""By the beginning of a claim."""


def unverified_claims(unverified: Iterable[str], panel: Profile) -> str:
    """A sentence on what is not verified; empty where all is, and for the generic panel."""
    words = list(dict.fromkeys(WORDS[claim.partition(".")[0]] for claim in unverified))
    if not words or not panel.is_known:
        return ""
    return (
        f"Not verified for {panel.title}: {enumerated(words)}. Compare what it shows after saving."
    )


EMPTY = "(leave it empty)"
INSTEAD = "Not for these forms, and what to do instead"
NOT_OURS = "It belongs in somebody else's zone: whoever runs {zone} has to publish it."

ProfileOf = Callable[[Record], Profile]
"""The panel that a record is entered in."""


def is_enterable(record: Record, profile: Profile) -> bool:
    """Whether the record belongs in a panel of the user's, and that panel can hold it."""
    return not record.external and render(record, profile).held


def worklist(records: Sequence[Record], profile_of: ProfileOf) -> str:
    """Zone by zone in the boxes of its panel; then what no form is for, with what to do instead."""
    own = [record for record in records if is_enterable(record, profile_of(record))]
    places = dict.fromkeys((record.zone, profile_of(record).id) for record in own)
    parts = [
        _part([r for r in own if (r.zone, profile_of(r).id) == place], profile_of)
        for place in places
    ]
    others = [record for record in records if record not in own]
    if others:
        parts.append([INSTEAD, *(line for r in others for line in _instead(r, profile_of(r)))])
    return "\n\n".join("\n".join(part) for part in parts)


def _part(records: Sequence[Record], profile_of: ProfileOf) -> list[str]:
    profile = profile_of(records[0])
    lines = [f"{both_forms(records[0].zone)}, in the form of {profile.title}"]
    for record in records:
        lines += ["", f"{record.owner_text} {record.type_text}", *_boxes(record, profile)]
    return lines


def _boxes(record: Record, profile: Profile) -> Iterator[str]:
    rendered = render(record, profile)
    for box in rendered.boxes:
        yield f"  {profile.label(record.type_text, box.key)}: {box.text or EMPTY}"
    yield from (f"  ({note.text})" for note in rendered.notes)
    if unsure := unverified_claims(rendered.unverified, profile):
        yield f"  ({unsure})"


def _instead(record: Record, profile: Profile) -> Iterator[str]:
    yield ""
    yield record_line(record.owner, record.type_text, record.value)
    yield f"  ({_reason(record, render(record, profile))})"


def _reason(record: Record, rendered: Rendered) -> str:
    if record.external and rendered.held:
        return NOT_OURS.format(zone=both_forms(record.zone))
    return " ".join(note.text for note in rendered.notes)
