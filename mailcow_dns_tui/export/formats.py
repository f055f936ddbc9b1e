"""All formats by name; a new one is a file of its own and a line here."""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False  # typing takes as long to load as argparse
if TYPE_CHECKING:
    from mailcow_dns_tui.export.format import Format

FORMATS = {
    "zone": ".zone",
    "cloudflare": ".cloudflare",
    "octodns": ".octodns",
    "dnscontrol": ".dnscontrol",
    "nsupdate": ".nsupdate",
    "terraform-hcloud": ".terraform",
    "terraform-cloudflare": ".terraform",
    "json": ".tables",
    "csv": ".tables",
    "markdown": ".markdown",
}
"""The module that has each; loaded when it is used, since the command line names them all."""


def load(name: str) -> Format:
    """The format of a name."""
    found: Format = import_module(FORMATS[name], __package__).FORMATS[name]
    return found
