"""`publish`: what would change in each zone, a yes, and how far it is."""
