"""An embedded DNS with an example that has faults, so that the wizard can be tried anywhere."""

from mailcow_dns_tui.demo.dns import DemoDns
from mailcow_dns_tui.demo.example import DemoPolicies, demo_setup

__all__ = ["DemoDns", "DemoPolicies", "demo_setup"]
