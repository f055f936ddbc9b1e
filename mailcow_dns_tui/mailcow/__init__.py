"""Where answers come from on a mailcow host: its configuration, databases, API, certificate."""
