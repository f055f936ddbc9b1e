"""The command line: its arguments, `check` and `export`."""
