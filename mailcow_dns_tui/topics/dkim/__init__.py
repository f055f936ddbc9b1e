"""DKIM: what is wanted, what is published, and how it is judged."""
