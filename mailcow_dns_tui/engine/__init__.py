"""What the wizard asks of the world: another process checks, its own one reads mailcow."""
