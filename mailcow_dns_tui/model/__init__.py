"""Values and rules, with no input or output: what is wanted, what was answered, what it means."""
