"""The plan file: a setup as TOML."""

from mailcow_dns_tui.plan_file.kept import KeptPlan
from mailcow_dns_tui.plan_file.path import default_plan_path
from mailcow_dns_tui.plan_file.reading import read_draft, read_plan
from mailcow_dns_tui.plan_file.table import PlanError
from mailcow_dns_tui.plan_file.writing import write_plan

__all__ = ["KeptPlan", "PlanError", "default_plan_path", "read_draft", "read_plan", "write_plan"]
