"""Where answers come from on a mailcow host: its configuration, API, containers, certificate."""
