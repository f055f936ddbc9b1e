"""Records as text, one file a format."""
