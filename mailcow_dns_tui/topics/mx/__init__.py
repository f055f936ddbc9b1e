"""Where other servers deliver mail: what is wanted, how it is judged, and what to do."""
