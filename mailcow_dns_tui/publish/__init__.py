"""From the guide's open steps to records at the provider: what changes, who takes it, the run."""
