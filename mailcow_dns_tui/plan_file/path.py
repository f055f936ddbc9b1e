"""Where a user's own plan lies."""

from pathlib import Path

from platformdirs import user_config_path


def default_plan_path() -> Path:
    return user_config_path("mailcow-dns-tui", appauthor=False) / "plan.toml"
