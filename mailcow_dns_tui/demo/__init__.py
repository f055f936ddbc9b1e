"""An embedded DNS with an example that has faults, so that the wizard can be tried anywhere."""

from mailcow_dns_tui.demo.plan import demo_setup
from mailcow_dns_tui.demo.policies import DemoPolicies
from mailcow_dns_tui.demo.server import DemoDns

__all__ = ["DemoDns", "DemoPolicies", "demo_setup"]
