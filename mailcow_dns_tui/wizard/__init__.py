"""The wizard: everything that knows Textual."""
