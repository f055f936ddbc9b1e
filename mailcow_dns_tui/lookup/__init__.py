"""Asks DNS: each name server of the plan's own zones, and a recursive resolver for all else."""
