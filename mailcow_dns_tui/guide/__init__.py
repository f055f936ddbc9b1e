"""What to do next, in the order in which no step breaks mail."""
