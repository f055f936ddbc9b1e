"""What mailcow's own DNS page will show."""
