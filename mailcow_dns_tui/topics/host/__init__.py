"""The mail host's own addresses: what is wanted, how it is judged, and what to do."""
